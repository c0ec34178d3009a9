"""The file of a learnt player of the band: safetensors, with metadata and a checksum.

The metadata are one JSON text: the format and its version, what else the player keeps, and the
SHA-256 of the file, so that a damaged file is noticed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from jazzgen.errors import ModelError
from jazzgen.runtime.atomic import write_bytes
from jazzgen.runtime.checksum import BLANK, has_checksum, with_checksum
from jazzgen.runtime.files import is_file, read_file
from jazzgen.runtime.folders import archive_note, shipped

__all__ = ["PlayerFile"]

Player = TypeVar("Player")
Tensors = dict[str, NDArray[Any]]

ABOUT = "about"
"""The key of the JSON text in the metadata."""
LARGEST = 16 * 2**20
"""The largest size of a file, in bytes."""


@dataclass(frozen=True, kw_only=True)
class PlayerFile:
    """The files of one kind of player.

    Args:
        player: The player, for messages: "bass".
        shipped_as: The file that ships with jazzgen, in the folder of the models.
        format: The name of the format.
        version: Its version.
    """

    player: str
    shipped_as: str
    format: str
    version: int

    def write(
        self,
        path: str | Path,
        tensors: Mapping[str, NDArray[Any]],
        about: Mapping[str, Any],
        number: type[np.floating[Any]],
    ) -> Path:
        """Write a player to a file, whole or not at all.

        Args:
            path: The file.
            tensors: The weights by their names on disk.
            about: What else is kept; can be written as JSON.
            number: The type to which the weights are rounded.

        Returns:
            Its path.

        Raises:
            OutputError: The file cannot be written.
        """
        told = {"format": self.format, "version": self.version, **about, "sha256": BLANK}
        rows = {name: np.ascontiguousarray(one, number) for name, one in tensors.items()}
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return write_bytes(path, with_checksum(save(rows, {ABOUT: json.dumps(told)})))

    def read(self, path: str | Path, build: Callable[[Tensors, dict[str, Any]], Player]) -> Player:
        """Read a player from a file.

        Args:
            path: The file.
            build: Makes the player of the weights and the metadata.

        Raises:
            ModelError: It cannot be read, is damaged, or holds something else.
        """
        content = self._content(path)
        try:
            tensors, about = load(content), _about(content)
            if (about.get("format"), about.get("version")) != (self.format, self.version):
                raise ModelError(f"not a {self.player} of this version of jazzgen")
            if not has_checksum(content, about.get("sha256")):
                raise ModelError("damaged: its SHA-256 does not match")
            return build(tensors, about)
        except ModelError as error:
            raise ModelError(f"{path}: {error}") from error
        except (
            SafetensorError, ValueError, TypeError, KeyError, AttributeError, RecursionError
        ) as error:  # fmt: skip
            raise ModelError(f"{path}: not a safetensors file of a {self.player}") from error

    def about(self, path: str | Path) -> dict[str, Any]:
        """Return the metadata of a file that `read` can read.

        Args:
            path: The file.

        Raises:
            ModelError: It cannot be read.
        """
        return _about(self._content(path))

    def shipped(self) -> Path:
        """Return the path of the file that ships with jazzgen.

        Raises:
            ModelError: It is missing.
        """
        path = shipped("models") / self.shipped_as
        if not is_file(path):
            raise ModelError(
                f"{path}: the {self.player} that ships with jazzgen is missing{archive_note()}"
            )
        return path

    def _content(self, path: str | Path) -> bytes:
        return read_file(Path(path), LARGEST, ModelError, f"a {self.player}")


def _about(content: bytes) -> dict[str, Any]:
    """Return the metadata: the header is JSON behind its length in eight bytes."""
    size = int.from_bytes(content[:8], "little")
    about = json.loads(json.loads(content[8 : 8 + size])["__metadata__"][ABOUT])
    if not isinstance(about, dict):
        raise ValueError("metadata without names")
    return about
