"""A model's shared layers, made by its preset."""

from __future__ import annotations

from jazzgen.config import ModelConfig
from jazzgen.nn.assets import Assets
from jazzgen.nn.keras_engine.shared_layers import SharedLayers
from jazzgen.nn.presets import preset_of

__all__ = ["make_layers"]


def make_layers(config: ModelConfig, assets: Assets | None = None) -> SharedLayers:
    """Make a model's layers, freshly initialised.

    Args:
        config: The architecture.
        assets: What the model keeps of its training data beside its weights; by default
            nothing.

    Raises:
        ModelError: The assets lack something that the preset needs.
    """
    return preset_of(config).make_layers(config, assets or Assets())
