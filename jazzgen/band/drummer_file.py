"""The file of a learnt drummer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.drummer import Drummer
from jazzgen.band.drummer_habits import Habits
from jazzgen.band.player_file import PlayerFile
from jazzgen.band.stroke_values import DRUMS

__all__ = ["DRUMS_FILE", "read_drummer", "shipped_drummer", "write_drummer"]

DRUMS_FILE = "band/drums.safetensors"
"""The shipped drummer, in the folder of the models."""
FILE = PlayerFile(player="drummer", shipped_as=DRUMS_FILE, format="jazzgen-drummer", version=1)


def write_drummer(
    path: str | Path,
    tensors: Mapping[str, NDArray[np.float32]],
    habits: Mapping[str, Habits],
    figures: Mapping[str, float],
) -> Path:
    """Write a drummer to a file, whole or not at all; its weights are rounded to 16 bits.

    Args:
        path: The file.
        tensors: The weights by their names on disk.
        habits: What drummers usually do, by the name of the style, in the model's order.
        figures: How good it is, by name; for the reader of the file.

    Returns:
        Its path.

    Raises:
        OutputError: The file cannot be written.
    """
    about = {
        "habits": {name: one._asdict() for name, one in habits.items()},
        "figures": dict(figures),
    }
    return FILE.write(path, tensors, about, np.float16)


def read_drummer(path: str | Path) -> Drummer:
    """Read a drummer from a file.

    Args:
        path: The file.

    Raises:
        ModelError: It cannot be read, is damaged, or holds something else.
    """
    return FILE.read(path, _built)


def _built(tensors: Mapping[str, NDArray[Any]], about: Mapping[str, Any]) -> Drummer:
    return Drummer(tensors, {name: _habits(one) for name, one in about["habits"].items()})


def _habits(habits: dict[str, Any]) -> Habits:
    strokes = tuple(map(float, habits["strokes"]))
    if len(strokes) != DRUMS:
        raise ValueError("strokes of other drums")
    fills = tuple((float(short), float(long)) for short, long in habits["fills"])
    tempi = tuple(map(float, habits["tempi"]))
    if not all(0 < tempo < math.inf for tempo in tempi):
        raise ValueError("tempi that nobody plays")
    return Habits(fills, strokes, tempi)


@cache
def shipped_drummer() -> Drummer:
    """Return the drummer that ships with jazzgen; the file is read once.

    Raises:
        ModelError: It is missing or damaged.
    """
    return read_drummer(FILE.shipped())
