"""An improviser, which does all that a model can, and how it is loaded."""

from __future__ import annotations

from pathlib import Path

from jazzgen.errors import ConfigError, ModelError
from jazzgen.improviser.listening import Listens
from jazzgen.improviser.model import DEFAULT_MODEL
from jazzgen.improviser.regeneration import Regenerates
from jazzgen.improviser.solos import PlaysSolos
from jazzgen.improviser.trades import PlaysTrades
from jazzgen.nn.folder import read_model_folder
from jazzgen.nn.registry import find_model
from jazzgen.runtime.arguments import checked
from jazzgen.runtime.extras import needing

__all__ = ["DEFAULT_MODEL", "Improviser", "list_performers", "load"]


class Improviser(PlaysSolos, PlaysTrades, Regenerates, Listens):
    """A soloist: a trained model that plays over charts.

    Args:
        engine: The engine that runs the model; or the model's shared layers, which the Keras
            engine then runs.
        name: The name of the model, for messages.
    """


@checked
def load(name: str | Path = DEFAULT_MODEL, engine: str = "light") -> Improviser:
    """Load a model by its name or its folder.

    Args:
        name: The name or the folder of a model.
        engine: The engine that runs it: "light", which starts at once, or "keras", which runs
            the inference graph. Both play the same solos.

    Raises:
        ConfigError: There is no such engine, or a package that it needs is not installed.
        ModelError: There is no such model, or its folder is damaged.
    """
    folder = find_model(name)
    if engine == "keras":
        with needing("the Keras engine needs"):
            from jazzgen.nn.keras_engine.store import load_model

        return Improviser(load_model(folder), folder.name)
    if engine != "light":
        raise ConfigError(f"engine {engine!r}: expected light or keras")
    from jazzgen.nn.numpy_engine.engine import LightEngine

    try:
        return Improviser(LightEngine(read_model_folder(folder)), folder.name)
    except ModelError as error:
        if str(error).startswith(str(folder)):
            raise
        raise ModelError(f"{folder}: {error}") from error


@checked
def list_performers(name: str | Path = DEFAULT_MODEL) -> tuple[str, ...]:
    """Return the names of the performers that a model can play like, sorted.

    This reads the model's folder without loading Keras.

    Args:
        name: The name or the folder of a model.

    Raises:
        ModelError: There is no such model, or its folder is damaged.
    """
    return read_model_folder(find_model(name)).assets.performers
