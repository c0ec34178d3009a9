"""Where the solos of a dataset are: the files, the lines, and the tune of each.

The index of a solo takes 20 bytes, so that one of a hundred million notes fits into memory.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from jazzgen.datasets.formats import FORMAT
from jazzgen.datasets.shards.manifest import Manifest, Receipt, is_shards, shard_name
from jazzgen.errors import DatasetError, InputError
from jazzgen.music.solo import UNNAMED
from jazzgen.runtime.files import open_file

__all__ = ["VERSION", "Line", "LineIndex", "index_dataset", "naming_line"]

VERSION = 2
EARLY_VERSION = 1
"""The version of datasets whose solos name neither instrument nor style."""


class Line(NamedTuple):
    """The line of a solo.

    Args:
        file: The file that it is in.
        number: The line's number, from 1 as in an editor.
        offset: The byte at which the line begins.
    """

    file: Path
    number: int
    offset: int


@dataclass(frozen=True, kw_only=True)
class LineIndex:
    """The lines of a dataset's solos.

    Args:
        files: The files of the dataset.
        titles: The titles of its tunes, each once.
        file: For each solo the index of its file, shape (solos,).
        number: The number of its line in the file, from 1, shape (solos,).
        offset: The byte at which the line begins, shape (solos,).
        tune: The index of its tune's title, shape (solos,).
    """

    files: Sequence[Path]
    titles: Sequence[str]
    file: NDArray[np.int32]
    number: NDArray[np.int32]
    offset: NDArray[np.int64]
    tune: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.offset)

    def __getitem__(self, solo: int) -> Line:
        return Line(self.files[self.file[solo]], int(self.number[solo]), int(self.offset[solo]))

    @property
    def tunes(self) -> list[str]:
        """The tune of each solo (see `Solo.tune`), by which a corpus is split."""
        return [self.titles[tune] for tune in self.tune.tolist()]

    def subset(self, chosen: list[int] | slice) -> LineIndex:
        """Return the index of some of the solos.

        Args:
            chosen: Their numbers, from 0, in the order that they are to have.
        """
        at: Any = chosen if isinstance(chosen, slice) else np.array(chosen, np.intp)
        return LineIndex(
            files=self.files,
            titles=self.titles,
            file=self.file[at],
            number=self.number[at],
            offset=self.offset[at],
            tune=self.tune[at],
        )


def index_dataset(path: Path) -> LineIndex:
    """Read a dataset, a file or a folder of shards, and return where its solos are.

    Raises:
        DatasetError: A file is missing, is no dataset, or is damaged.
    """
    found = _Builder()
    if is_shards(path):
        for receipt in Manifest.complete(path).shards:
            found.add(path / shard_name(receipt.number), receipt)
    else:
        found.add(path)
    return found.index()


class _Digest(Protocol):
    """What the bytes of a file are added to."""

    def update(self, data: bytes, /) -> object: ...


class _Builder:
    """An index that grows file by file."""

    def __init__(self) -> None:
        self._files: list[Path] = []
        self._tunes: dict[str, int] = {}
        self._file, self._number, self._tune = array("i"), array("i"), array("i")
        self._offset = array("q")

    def add(self, path: Path, receipt: Receipt | None = None) -> None:
        """Add the lines of a file.

        Args:
            path: The file.
            receipt: What it must hold, if it is a shard.

        Raises:
            DatasetError: It is no dataset, or not what it must be.
        """
        digest, before = hashlib.sha256(), len(self._offset)
        for number, offset, tune in _lines(path, digest):
            self._file.append(len(self._files))
            self._number.append(number)
            self._offset.append(offset)
            self._tune.append(self._tunes.setdefault(tune, len(self._tunes)))
        self._files.append(path)
        if receipt is not None:
            if digest.hexdigest() != receipt.sha256:
                raise DatasetError(f"{path}: damaged: its SHA-256 is not that of the manifest")
            if len(self._offset) - before != receipt.solos:
                raise DatasetError(f"{path}: expected {receipt.solos} solos, as in the manifest")

    def index(self) -> LineIndex:
        """Return the index of all files added."""
        return LineIndex(
            files=tuple(self._files),
            titles=tuple(self._tunes),
            file=np.array(self._file, np.int32),
            number=np.array(self._number, np.int32),
            offset=np.array(self._offset, np.int64),
            tune=np.array(self._tune, np.int32),
        )


def _lines(path: Path, digest: _Digest) -> Iterator[tuple[int, int, str]]:
    """Check the first line of a file, and yield the number, offset and tune of the others."""
    try:
        with open_file(path) as file:
            head = file.readline()
            _check_head(path, head)
            digest.update(head)
            offset = len(head)
            for number, text in enumerate(file, 2):
                with naming_line(path, number):
                    tune = _tune(json.loads(text))
                yield number, offset, tune
                digest.update(text)
                offset += len(text)
    except OSError as error:
        raise DatasetError(f"{path}: {error.strerror or error}") from error


def _check_head(path: Path, text: bytes) -> None:
    try:
        head = json.loads(text)
    except ValueError as error:
        raise DatasetError(f"{path}: not a dataset") from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise DatasetError(f"{path}: not a dataset (expected a file that `prepare` wrote)")
    if head.get("version") not in (EARLY_VERSION, VERSION):
        raise DatasetError(
            f"{path}: dataset version {head.get('version')}; expected {EARLY_VERSION} or {VERSION}"
        )


def _tune(data: dict[str, Any]) -> str:
    """Return what `Solo.tune` is for the solo of a line, without making the solo."""
    tune = data["title"] or data["source"] or UNNAMED
    if not isinstance(tune, str):
        raise TypeError("title")
    return tune


@contextmanager
def naming_line(path: Path, number: int) -> Iterator[None]:
    """Name the line in the message of whatever error the block raises.

    Args:
        path: The file.
        number: The number of the line, from 1.

    Raises:
        DatasetError: The error of the block.
    """
    try:
        yield
    except InputError as error:
        raise DatasetError(f"{path}: line {number}: {error}") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise DatasetError(f"{path}: line {number}: not a solo") from error
