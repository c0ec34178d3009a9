"""The file of a learnt bass."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from jazzgen.band.bass_model import BassModel
from jazzgen.band.player_file import PlayerFile

__all__ = ["BASS_FILE", "bass_figures", "read_bass", "shipped_bass", "write_bass"]

BASS_FILE = "band/bass.safetensors"
"""The shipped bass, in the folder of the models."""
FILE = PlayerFile(player="bass", shipped_as=BASS_FILE, format="jazzgen-bass", version=1)


def write_bass(path: str | Path, model: BassModel, figures: Mapping[str, float]) -> Path:
    """Write a bass to a file, whole or not at all.

    Args:
        path: The file.
        model: The bass.
        figures: Bits per beat on held-out lines, by name; for the reader of the file.

    Returns:
        Its path.

    Raises:
        OutputError: The file cannot be written.
    """
    return FILE.write(path, model.tensors, {"figures": dict(figures)}, np.float32)


def read_bass(path: str | Path) -> BassModel:
    """Read a bass from a file.

    Args:
        path: The file.

    Raises:
        ModelError: It cannot be read, is damaged, or holds something else.
    """
    return FILE.read(path, lambda tensors, _about: BassModel(tensors))


def bass_figures(path: str | Path) -> dict[str, float]:
    """Return the bits per beat on held-out lines that a file tells: of the bass, and of others.

    Args:
        path: A file that `read_bass` can read.

    Raises:
        ModelError: It cannot be read.
    """
    figures = FILE.about(path).get("figures", {})
    return {str(name): float(value) for name, value in figures.items()}


@cache
def shipped_bass() -> BassModel:
    """Return the bass that ships with jazzgen; the file is read once.

    Raises:
        ModelError: It is missing or damaged.
    """
    return read_bass(FILE.shipped())
