"""The drummer's file: its weights and the names of its styles, in the format safetensors."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from jazzgen.band.drummer import Drummer
from jazzgen.errors import ModelError
from jazzgen.runtime import atomic
from jazzgen.runtime.folders import archive_note, shipped

__all__ = ["DRUMS_FILE", "load_drummer", "save_drummer", "shipped_drummer"]

DRUMS_FILE = "band/drums.safetensors"
"""The drummer that ships, in the folder of models."""
STYLES = "styles"


def save_drummer(
    path: Path, tensors: dict[str, NDArray[np.float32]], styles: tuple[str, ...]
) -> None:
    """Write a drummer, whole or not at all; its weights are rounded to 16 bits.

    Args:
        path: The file.
        tensors: The weights by their names on disk.
        styles: The names of its styles.

    Raises:
        OutputError: The file cannot be written.
    """
    half = {name: tensor.astype(np.float16) for name, tensor in tensors.items()}
    atomic.write_bytes(path, save(half, metadata={STYLES: json.dumps(styles)}))


def load_drummer(path: Path) -> Drummer:
    """Read a drummer.

    Args:
        path: The file.

    Raises:
        ModelError: It is missing, damaged, or holds something else.
    """
    try:
        with safe_open(path, "numpy") as file:
            styles = json.loads((file.metadata() or {})[STYLES])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return Drummer(tensors, tuple(map(str, styles)))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read{archive_note()}") from error
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: damaged: it holds no drummer") from error
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


@lru_cache(maxsize=1)
def shipped_drummer() -> Drummer:
    """Return the drummer that ships.

    Raises:
        ModelError: It cannot be read.
    """
    return load_drummer(shipped("models") / DRUMS_FILE)
