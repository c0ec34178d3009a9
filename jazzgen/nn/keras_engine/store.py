"""Writing layers to a model folder, and reading them back."""

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
    """Write layers to a model folder; if that fails, the folder stays as it was.

    Args:
        folder: The folder; a model in it is replaced.
        layers: The model.
        facts: Training data, settings and figures for the manifest.
        card: The model card, Markdown.
        half: Whether to store the weights in half precision, which takes half the space.

    Raises:
        OutputError: The folder cannot be written, or the disk is full.
    """
    return write_model_folder(folder, files_of(layers, half=half), facts, card)


def files_of(layers: SharedLayers, *, half: bool = False) -> ModelFiles:
    """Return the contents of a model folder for layers.

    Args:
        layers: The model.
        half: Whether the weights are in half precision.
    """
    number: type[np.floating[Any]] = np.float16 if half else np.float32
    weights = {name: value.astype(number) for name, value in layers.get_weights().items()}
    return ModelFiles(config=layers.config, tensors=weights, assets=layers.assets)


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
    """Return the layers that a model folder's contents describe.

    Raises:
        ModelError: The weights do not fit the architecture, or are not finite.
    """
    layers = make_layers(files.config, files.assets)
    layers.set_weights(files.tensors)
    return layers
