"""The files to read solos from: those named, and those in folders, in a fixed order."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from jazzgen.datasets.remote_sources import find_remote
from jazzgen.datasets.shards.manifest import Manifest, is_shards, shard_name
from jazzgen.datasets.source_file import Kind, SourceFile
from jazzgen.errors import DatasetError
from jazzgen.io.registry import FORMATS, music_named
from jazzgen.runtime.addresses import is_remote
from jazzgen.runtime.folders import find_source
from jazzgen.transcription.chart_beside import file_of_chart

__all__ = ["find_files"]

WEIMAR = "wjazzd.db"
"""The file name of the Weimar Jazz Database."""


def find_files(sources: Iterable[str | Path]) -> Iterator[SourceFile]:
    """Find the files of sources.

    Folders and all their subfolders are searched for files of formats that hold solos, sorted
    by name. Charts that belong to a file beside them are left out, and links to folders are not
    followed. Memory holds the names in one folder and in those above it, no more.

    Args:
        sources: Files and folders, or their names (see `find_source`), or addresses such as
            `s3://bucket/solos`.

    A folder that holds the shards of a dataset stands for its shards.

    Yields:
        Each file when it is found. A source that does not exist or has no such files is one
        of the kind "nothing".
    """
    for source in sources:
        if is_remote(str(source)):
            yield from find_remote(str(source))
        else:
            yield from _files_of(find_source(source))


def _files_of(source: Path) -> Iterator[SourceFile]:
    try:
        status = source.stat()
    except FileNotFoundError:
        hint = "; `jazzgen fetch wjazzd` downloads it" if source.name == WEIMAR else ""
        yield _nothing(source, f"no such file or folder{hint}")
        return
    except (OSError, ValueError) as error:
        yield _nothing(source, getattr(error, "strerror", None) or str(error))
        return
    if not stat.S_ISDIR(status.st_mode):
        kind = _kind(source)
        yield (
            _music(source)
            if kind == "music"
            else SourceFile(str(source), kind, status.st_size, status.st_mtime_ns)
        )
        return
    if is_shards(source):
        yield from _shards_of(source)
        return
    found = False
    for file in _below(source):
        found = True
        yield file
    if not found:
        yield _nothing(source, f"a folder without {music_named('or')} files")


def _shards_of(folder: Path) -> Iterator[SourceFile]:
    """Yield the shards of a dataset that have solos, each of which is a dataset."""
    try:
        shards = [one for one in Manifest.complete(folder).shards if one.solos]
    except DatasetError as error:
        yield SourceFile(str(folder), "nothing", problem=str(error))
        return
    for shard in shards:
        yield from _files_of(folder / shard_name(shard.number))
    if not shards:
        yield _nothing(folder, "a dataset without solos")


def _kind(path: Path) -> Kind:
    return "collection" if FORMATS.of_collection(path) else "music"


def _below(folder: Path) -> Iterator[SourceFile]:
    """Yield the music files in a folder and its subfolders."""
    open_folders = [_entries(folder)]  # no recursion, as folders may be nested very deep
    while open_folders:
        entry = next(open_folders[-1], None)
        if entry is None:
            open_folders.pop()
        elif isinstance(entry, SourceFile):
            yield entry
        elif entry.is_dir(follow_symlinks=False):
            open_folders.append(_entries(Path(entry.path)))
        elif FORMATS.is_music_file(entry):
            yield _music(Path(entry.path))


def _entries(folder: Path) -> Iterator[os.DirEntry[str] | SourceFile]:
    """Yield the entries of a folder, sorted by name, without charts of its other files."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield _nothing(folder, error.strerror or str(error))
        return
    names = {entry.name for entry in found}
    yield from (entry for entry in found if not FORMATS.is_chart_beside(entry.name, names))


def _music(path: Path) -> SourceFile:
    try:
        chart = file_of_chart(path)
        found = [file.stat() for file in (path, chart) if file]
    except OSError as error:  # it was removed meanwhile
        return _nothing(path, error.strerror or str(error))
    size, changed = sum(s.st_size for s in found), max(s.st_mtime_ns for s in found)
    return SourceFile(str(path), "music", size, changed)


def _nothing(path: Path, problem: str) -> SourceFile:
    return SourceFile(str(path), "nothing", problem=f"{path}: {problem}")
