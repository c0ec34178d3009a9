"""The layers of each preset."""

from __future__ import annotations

from collections.abc import Sequence

from jazzgen.config import ModelConfig
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.errors import ModelError
from jazzgen.nn.keras_engine.classic import ClassicLayers
from jazzgen.nn.keras_engine.improviser import ImproviserLayers
from jazzgen.nn.keras_engine.shared_layers import Choice, SharedLayers, Situation

__all__ = [
    "Choice",
    "ClassicLayers",
    "ImproviserLayers",
    "SharedLayers",
    "Situation",
    "make_layers",
]


def make_layers(
    config: ModelConfig,
    vocabulary: JointVocabulary | None = None,
    performers: Sequence[str] = (),
) -> SharedLayers:
    """Make a preset's layers, freshly initialised.

    Args:
        config: The architecture.
        vocabulary: The classic preset's joint values.
        performers: Names that an improviser can be asked to play like.

    Raises:
        ModelError: A classic model without a vocabulary.
    """
    if config.preset == "improviser":
        return ImproviserLayers(config, performers)
    if vocabulary is None:
        raise ModelError("a classic model needs its vocabulary")
    return ClassicLayers(config, vocabulary)
