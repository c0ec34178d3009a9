"""The files that solos lie in: those named, and those in folders, in a fixed order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jazzgen.io.registry import formats, music_named
from jazzgen.runtime.folders import find_source
from jazzgen.transcription.chart_beside import file_of_chart

__all__ = ["SourceFile", "find_files"]

Kind = Literal["music", "collection", "nothing"]


@dataclass(frozen=True)
class SourceFile:
    """A file to read, as it is now.

    Args:
        path: Where it lies, by the name that messages give it.
        kind: What it is: "music" is a file that is read by itself, "collection" one with
            many solos, such as a dataset, and "nothing" is where there is nothing to read.
        size: Its length in bytes, and that of a chart beside it.
        changed: When either was changed last, in nanoseconds.
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

    Folders are searched with the folders in them for files of the formats that hold solos,
    names in order, without those that are charts of their neighbours; links to folders are
    not followed. No more is kept in memory than one folder's names and those above it.

    Args:
        sources: Files and folders, or names of them (see `find_source`).

    Yields:
        Each file as it comes. A source that is not there, or holds nothing, is a file
        of the kind "nothing".
    """
    for source in sources:
        yield from _files_of(find_source(source))


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
        kind = _kind(source)
        yield (
            _music(source)
            if kind == "music"
            else SourceFile(str(source), kind, status.st_size, status.st_mtime_ns)
        )
        return
    found = False
    for file in _below(source):
        found = True
        yield file
    if not found:
        yield _nothing(source, f"a folder without {music_named('or')} files")


def _kind(path: Path) -> Kind:
    return "collection" if formats().of_collection(path) else "music"


def _below(folder: Path) -> Iterator[SourceFile]:
    """Yield the files of music in a folder and the folders in it."""
    open_folders = [_entries(folder)]  # not a recursion, as folders may lie very deep
    while open_folders:
        entry = next(open_folders[-1], None)
        if entry is None:
            open_folders.pop()
        elif isinstance(entry, SourceFile):
            yield entry
        elif entry.is_dir(follow_symlinks=False):
            open_folders.append(_entries(Path(entry.path)))
        elif formats().is_music_file(entry):
            yield _music(Path(entry.path))


def _entries(folder: Path) -> Iterator[os.DirEntry[str] | SourceFile]:
    """Yield what a folder holds, names in order, but for charts of its files."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield _nothing(folder, error.strerror or str(error))
        return
    names = {entry.name for entry in found}
    yield from (entry for entry in found if not formats().is_chart_beside(entry.name, names))


def _music(path: Path) -> SourceFile:
    try:
        chart = file_of_chart(path)
        found = [file.stat() for file in (path, chart) if file]
    except OSError as error:  # it has gone since
        return _nothing(path, error.strerror or str(error))
    size, changed = sum(s.st_size for s in found), max(s.st_mtime_ns for s in found)
    return SourceFile(str(path), "music", size, changed)


def _nothing(path: Path, problem: str) -> SourceFile:
    return SourceFile(str(path), "nothing", problem=f"{path}: {problem}")
