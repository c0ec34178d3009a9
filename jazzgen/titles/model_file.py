"""The file of a title model: a safetensors file whose metadata are one JSON text.

The JSON text tells the kind of cell, the alphabet and the lines that the model was trained on. It
also has a SHA-256 checksum of the file, so that a damaged file is noticed before it plays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from jazzgen.errors import ModelError
from jazzgen.runtime.atomic import write_bytes
from jazzgen.runtime.checksum import BLANK, has_checksum, with_checksum
from jazzgen.runtime.files import read_file

__all__ = ["ModelFile", "read_model_file", "write_model_file"]

Array = NDArray[Any]

ABOUT = "about"
"""The key of the JSON text in the metadata."""
FORMAT, VERSION = "jazzgen-titles", 2
"""The name and the version of the format, as the JSON text has them."""
KNOWN = {"format", "version", "cell", "characters", "known", "sha256"}
"""The names in the JSON text."""
LARGEST = 128 * 2**20
"""The largest size of a file, in bytes."""


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """What a file holds.

    Args:
        cell: The kind of cell: a key of `rnn.registry.CELLS`.
        characters: The characters of the alphabet, sorted, with the newline.
        known: The lines that the model was trained on.
        weights: The weights by name: `dense/kernel`, `dense/bias`, and those of the cell as
            `cell/…`.
    """

    cell: str
    characters: tuple[str, ...]
    known: tuple[str, ...]
    weights: Mapping[str, Array]

    @property
    def cell_weights(self) -> dict[str, Array]:
        """The weights of the cell, by their names in Keras."""
        return {
            name.removeprefix("cell/"): value
            for name, value in self.weights.items()
            if name.startswith("cell/")
        }


def write_model_file(path: str | Path, content: ModelFile) -> Path:
    """Write a model to one file, whole or not at all.

    Args:
        path: The file.
        content: What it holds.

    Returns:
        Its path.

    Raises:
        OutputError: The file cannot be written.
    """
    about = {
        "format": FORMAT,
        "version": VERSION,
        "cell": content.cell,
        "characters": content.characters,
        "known": content.known,
        "sha256": BLANK,
    }
    # Two peculiarities of safetensors: it ignores the strides of an array, so each must be
    # contiguous; and it writes several entries of metadata in an order that changes from run to
    # run, so one entry holds everything.
    rows = {name: np.ascontiguousarray(value) for name, value in content.weights.items()}
    text = json.dumps(about, ensure_ascii=False)
    return write_bytes(path, with_checksum(save(rows, {ABOUT: text})))


def read_model_file(path: str | Path) -> ModelFile:
    """Read a file that `write_model_file` wrote.

    Args:
        path: The file.

    Raises:
        ModelError: It cannot be read, is damaged, or holds something else. Whether the weights
            fit each other is not checked here.
    """
    path = Path(path)
    content = read_file(path, LARGEST, ModelError, "a title model")
    try:
        weights, text = load(content), _metadata(content)
    except (SafetensorError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise ModelError(f"{path}: not a safetensors file") from error
    try:
        about = _object(text)
        # Models that were written before there were checksums have none.
        if "sha256" in about and not has_checksum(content, about["sha256"]):
            raise ModelError("damaged: its SHA-256 does not match")
        return _content(about, weights)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def _content(about: dict[str, Any], weights: dict[str, Array]) -> ModelFile:
    if about.get("format") != FORMAT or about.get("version") != VERSION:
        raise ModelError(f"expected a title model of version {VERSION}")
    if unknown := about.keys() - KNOWN:
        raise ModelError(f"unknown beside the weights: {min(unknown)!r}")
    characters, known = (_strings(about.get(name)) for name in ("characters", "known"))
    good = all(len(one) == 1 for one in characters) and sorted(set(characters)) == characters
    if not good or "\n" not in characters or len(characters) < 2:
        raise ModelError("expected sorted characters, the newline among them")
    content = ModelFile(
        cell=str(about.get("cell")),
        characters=tuple(characters),
        known=tuple(known),
        weights=weights,
    )
    dense = {"dense/kernel", "dense/bias"}
    if not dense <= weights.keys() or len(weights) != len(content.cell_weights) + len(dense):
        raise ModelError("expected the weights of a cell and of a dense layer")
    return content


def _metadata(content: bytes) -> str:
    """Return the JSON text of a file.

    The reader of safetensors drops metadata. The header is simple: its length in eight bytes,
    then JSON.
    """
    length = int.from_bytes(content[:8], "little")
    return str(json.loads(content[8 : 8 + length]).get("__metadata__", {}).get(ABOUT, ""))


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError("expected a JSON object beside the weights") from error
    if not isinstance(found, dict):
        raise ModelError("expected a JSON object beside the weights")
    return found


def _strings(found: Any) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ModelError("expected lists of strings beside the weights")
    return found
