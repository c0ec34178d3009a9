"""The file of a learnt drummer: safetensors, with a checksum, so that a damaged file is noticed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from jazzgen.band.drummer import Drummer
from jazzgen.band.drummer_habits import Habits
from jazzgen.band.stroke_values import DRUMS
from jazzgen.errors import ModelError
from jazzgen.runtime.atomic import write_bytes
from jazzgen.runtime.checksum import BLANK, has_checksum, with_checksum
from jazzgen.runtime.files import is_file, read_file
from jazzgen.runtime.folders import archive_note, shipped

__all__ = ["DRUMS_FILE", "read_drummer", "shipped_drummer", "write_drummer"]

DRUMS_FILE = "band/drums.safetensors"
"""The shipped drummer, in the folder of the models."""
ABOUT, FORMAT, VERSION = "about", "jazzgen-drummer", 1
"""The key of the metadata, and the name and the version of the format that they tell."""
LARGEST = 16 * 2**20
"""The largest size of a file, in bytes."""


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
        "format": FORMAT,
        "version": VERSION,
        "habits": {name: one._asdict() for name, one in habits.items()},
        "figures": dict(figures),
        "sha256": BLANK,
    }
    half = {name: np.ascontiguousarray(one, np.float16) for name, one in tensors.items()}
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return write_bytes(path, with_checksum(save(half, {ABOUT: json.dumps(about)})))


def read_drummer(path: str | Path) -> Drummer:
    """Read a drummer from a file.

    Args:
        path: The file.

    Raises:
        ModelError: It cannot be read, is damaged, or holds something else.
    """
    content = read_file(Path(path), LARGEST, ModelError, "a drummer")
    try:
        tensors, about = load(content), _about(content)
        if (about.get("format"), about.get("version")) != (FORMAT, VERSION):
            raise ModelError("not a drummer of this version of jazzgen")
        if not has_checksum(content, about.get("sha256")):
            raise ModelError("damaged: its SHA-256 is another")
        return Drummer(tensors, {name: _habits(one) for name, one in about["habits"].items()})
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
    except (SafetensorError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as e:
        raise ModelError(f"{path}: not a safetensors file of a drummer") from e


def _habits(habits: dict[str, Any]) -> Habits:
    strokes = tuple(map(float, habits["strokes"]))
    if len(strokes) != DRUMS:
        raise ValueError("strokes of other drums")
    fills = tuple((float(short), float(long)) for short, long in habits["fills"])
    tempi = tuple(map(float, habits["tempi"]))
    if not all(0 < tempo < math.inf for tempo in tempi):
        raise ValueError("tempi that nobody plays")
    return Habits(fills, strokes, tempi)


def _about(content: bytes) -> dict[str, Any]:
    """Return the metadata: the header is JSON behind its length in eight bytes."""
    size = int.from_bytes(content[:8], "little")
    about = json.loads(json.loads(content[8 : 8 + size])["__metadata__"][ABOUT])
    if not isinstance(about, dict):
        raise ValueError("metadata without names")
    return about


@cache
def shipped_drummer() -> Drummer:
    """Return the drummer that ships with jazzgen; the file is read once.

    Raises:
        ModelError: It is missing or damaged.
    """
    path = shipped("models") / DRUMS_FILE
    if not is_file(path):
        raise ModelError(f"{path}: the drummer that ships with jazzgen is missing{archive_note()}")
    return read_drummer(path)
