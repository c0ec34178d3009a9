"""The files that solos lie in: those named, and those in folders, in a fixed order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jazzgen.data.dataset import is_dataset
from jazzgen.formats.wjazzd import is_wjazzd

__all__ = ["MIDI_SUFFIXES", "SourceFile", "find_files"]

MIDI_SUFFIXES = (".mid", ".midi")

Kind = Literal["midi", "dataset", "wjazzd", "nothing"]


@dataclass(frozen=True)
class SourceFile:
    """A file to read, as it is now.

    Args:
        path: Where it lies, by the name that messages give it.
        kind: What it is; "nothing" where there is nothing to read.
        size: Its length in bytes.
        changed: When it was changed last, in nanoseconds.
        problem: Why there is nothing to read: one line that names it.
    """

    path: str
    kind: Kind
    size: int = 0
    changed: int = 0
    problem: str = ""

    @property
    def stamp(self) -> tuple[str, int, int]:
        """What tells that a file is the one it was."""
        return self.path, self.size, self.changed


def find_files(sources: Iterable[str | Path]) -> Iterator[SourceFile]:
    """Find the files of sources.

    Folders are searched with the folders in them for MIDI files, names in order; links
    to folders are not followed. No more is kept in memory than one folder's names and
    those above it.

    Args:
        sources: Files and folders.

    Yields:
        Each file as it comes. A source that is not there, or holds nothing, is a file
        of the kind "nothing".
    """
    for source in sources:
        yield from _files_of(Path(source))


def _files_of(source: Path) -> Iterator[SourceFile]:
    try:
        status = source.stat()
    except FileNotFoundError:
        yield _nothing(source, "no such file or folder")
        return
    except OSError as error:
        yield _nothing(source, error.strerror or str(error))
        return
    if not source.is_dir():
        yield SourceFile(str(source), _kind(source), status.st_size, status.st_mtime_ns)
        return
    found = False
    for file in _below(source):
        found = True
        yield file
    if not found:
        yield _nothing(source, "a folder without MIDI files")


def _kind(path: Path) -> Kind:
    if path.is_file() and is_dataset(path):
        return "dataset"
    return "wjazzd" if path.is_file() and is_wjazzd(path) else "midi"


def _below(folder: Path) -> Iterator[SourceFile]:
    """Yield the MIDI files in a folder and the folders in it."""
    open_folders = [iter(_entries(folder))]  # not a recursion, as folders may lie very deep
    while open_folders:
        entry = next(open_folders[-1], None)
        if entry is None:
            open_folders.pop()
        elif isinstance(entry, SourceFile):
            yield entry
        elif entry.is_dir(follow_symlinks=False):
            open_folders.append(iter(_entries(Path(entry.path))))
        elif Path(entry.name).suffix.lower() in MIDI_SUFFIXES and entry.is_file():
            yield _midi(Path(entry.path))


def _entries(folder: Path) -> list[os.DirEntry[str] | SourceFile]:
    try:
        with os.scandir(folder) as entries:
            return [*sorted(entries, key=lambda entry: entry.name)]
    except OSError as error:
        return [_nothing(folder, error.strerror or str(error))]


def _midi(path: Path) -> SourceFile:
    try:
        status = path.stat()
    except OSError as error:  # it has gone since
        return _nothing(path, error.strerror or str(error))
    return SourceFile(str(path), "midi", status.st_size, status.st_mtime_ns)


def _nothing(path: Path, problem: str) -> SourceFile:
    return SourceFile(str(path), "nothing", problem=f"{path}: {problem}")
