"""The file of a learnt bass: safetensors, with a checksum, so that a damaged file is noticed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from jazzgen.band.bass_model import BassModel
from jazzgen.errors import ModelError
from jazzgen.runtime.atomic import write_bytes
from jazzgen.runtime.checksum import BLANK, has_checksum, with_checksum
from jazzgen.runtime.files import is_file, read_file
from jazzgen.runtime.folders import archive_note, shipped

__all__ = ["BASS_FILE", "bass_figures", "read_bass", "shipped_bass", "write_bass"]

BASS_FILE = "band/bass.safetensors"
"""The shipped bass, in the folder of the models."""
ABOUT, FORMAT, VERSION = "about", "jazzgen-bass", 1
"""The key of the metadata, and the name and the version of the format that they tell."""
LARGEST = 16 * 2**20
"""The largest size of a file, in bytes."""


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
    about = {"format": FORMAT, "version": VERSION, "figures": dict(figures), "sha256": BLANK}
    rows = {name: np.ascontiguousarray(one, np.float32) for name, one in model.tensors.items()}
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return write_bytes(path, with_checksum(save(rows, {ABOUT: json.dumps(about)})))


def read_bass(path: str | Path) -> BassModel:
    """Read a bass from a file.

    Args:
        path: The file.

    Raises:
        ModelError: It cannot be read, is damaged, or holds something else.
    """
    content = read_file(Path(path), LARGEST, ModelError, "a bass")
    try:
        tensors, about = load(content), _about(content)
        known = about.get("format"), about.get("version")
        if known != (FORMAT, VERSION):
            raise ModelError("not a bass of this version of jazzgen")
        if not has_checksum(content, about.get("sha256")):
            raise ModelError("damaged: its SHA-256 is another")
        return BassModel(tensors)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
    except (SafetensorError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise ModelError(f"{path}: not a safetensors file of a bass") from error


def bass_figures(path: str | Path) -> dict[str, float]:
    """Return the bits per beat on held-out lines that a file tells: of the bass, and of others.

    Args:
        path: A file that `read_bass` can read.

    Raises:
        ModelError: It cannot be read.
    """
    figures = _about(read_file(Path(path), LARGEST, ModelError, "a bass")).get("figures", {})
    return {str(name): float(value) for name, value in figures.items()}


def _about(content: bytes) -> dict[str, Any]:
    """Return the metadata: the header is JSON behind its length in eight bytes."""
    size = int.from_bytes(content[:8], "little")
    about = json.loads(json.loads(content[8 : 8 + size])["__metadata__"][ABOUT])
    if not isinstance(about, dict):
        raise ValueError("metadata without names")
    return about


@cache
def shipped_bass() -> BassModel:
    """Return the bass that ships with jazzgen; the file is read once.

    Raises:
        ModelError: It is missing or damaged.
    """
    path = shipped("models") / BASS_FILE
    if not is_file(path):
        raise ModelError(f"{path}: the bass that ships with jazzgen is missing{archive_note()}")
    return read_bass(path)
