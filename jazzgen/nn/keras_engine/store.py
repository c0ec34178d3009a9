"""Layers to a model folder and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from jazzgen.errors import ModelError
from jazzgen.nn.folder import ModelFiles, read_model_folder, write_model_folder
from jazzgen.nn.keras_engine.layers import make_layers
from jazzgen.nn.keras_engine.shared_layers import SharedLayers

__all__ = ["files_of", "layers_of", "load_model", "save_model"]


def save_model(
    folder: str | Path,
    layers: SharedLayers,
    facts: dict[str, Any],
    card: str,
    *,
    half: bool = False,
) -> Path:
    """Write layers to a model folder, whole or not at all.

    Args:
        folder: Where; a model that stands there is replaced.
        layers: The model.
        facts: Training data, settings and figures for the manifest.
        card: The model card, Markdown.
        half: Store the weights in half precision, in half the space.

    Raises:
        OutputError: The folder cannot be written, or the disk is full.
    """
    return write_model_folder(folder, files_of(layers, half=half), facts, card)


def files_of(layers: SharedLayers, *, half: bool = False) -> ModelFiles:
    """Return what a model folder of these layers holds.

    Args:
        layers: The model.
        half: Give the weights in half precision.
    """
    assets = layers.assets
    weights: dict[str, Any] = layers.get_weights()
    if half:
        weights = {name: value.astype(np.float16) for name, value in weights.items()}
    return ModelFiles(
        layers.config, assets.vocabulary, weights, assets.performers, assets.performer_counts,
        assets.licks,
    )  # fmt: skip


def load_model(folder: str | Path) -> SharedLayers:
    """Read the layers of a model folder.

    Raises:
        ModelError: A file is missing, damaged, or does not fit the others.
    """
    files = read_model_folder(folder)
    try:
        return layers_of(files)
    except ModelError as error:
        raise ModelError(f"{folder}: {error}") from error


def layers_of(files: ModelFiles) -> SharedLayers:
    """Return the layers that a model folder's content says.

    Raises:
        ModelError: The weights do not fit the architecture, or are not finite.
    """
    layers = make_layers(files.config, files.assets)
    layers.set_weights(files.tensors)
    return layers
