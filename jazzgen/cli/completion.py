"""The names that a shell offers where an option takes one; they are looked up when it asks."""

from __future__ import annotations

__all__ = ["chart_names", "instrument_names", "model_names", "performer_names"]


def chart_names() -> tuple[str, ...]:
    """Return the charts of the library."""
    from jazzgen.library import library_names

    return library_names()


def instrument_names() -> tuple[str, ...]:
    """Return the instruments that a soloist can play."""
    from jazzgen.music.instrument import INSTRUMENTS

    return tuple(instrument.name for instrument in INSTRUMENTS)


def model_names() -> tuple[str, ...]:
    """Return the models that are found by name."""
    from jazzgen.nn.registry import list_models

    return tuple(entry.name for entry in list_models()[0])


def performer_names(model: str = "improviser") -> tuple[str, ...]:
    """Return the performers that a model can play like.

    Args:
        model: The name or the folder of the model.

    Raises:
        ModelError: There is no such model, or its folder is damaged.
    """
    from jazzgen.improviser import list_performers

    return list_performers(model)
