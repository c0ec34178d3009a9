"""Sources behind an address such as `s3://bucket/solos`: found, and fetched when they are read.

The order and the choice of the files are those of `sources.find_files`, so that a folder gives the
same dataset from wherever it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from jazzgen.datasets.shards.manifest import MANIFEST, Manifest, is_manifest, shard_name
from jazzgen.datasets.source_file import SourceFile
from jazzgen.errors import ConfigError, DatasetError
from jazzgen.io.format import HEAD_BYTES
from jazzgen.io.registry import FORMATS, music_named
from jazzgen.runtime.addresses import file_system, lists, reaching

__all__ = ["find_remote"]

STATES = ("ETag", "etag", "md5Hash", "LastModified", "last_modified", "updated", "mtime", "created")
"""What file systems call that by which one sees that a file has changed."""

Info = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Remote:
    """What reaches the files below an address.

    Args:
        files: The file system, of `fsspec`.
        root: The path of the address in it.
        url: The address.
    """

    files: Any
    root: str
    url: str

    def address(self, path: str) -> str:
        """Return the address of a path."""
        return self.url + path.removeprefix(self.root)

    def head(self, path: str) -> bytes:
        """Return the first bytes of a file."""
        return bytes(self.files.cat_file(path, start=0, end=HEAD_BYTES))

    def head_if_any(self, path: str) -> bytes:
        """Return the first bytes of a file; none if it is gone, or may not be read."""
        try:
            return self.head(path)
        except FileNotFoundError:
            return b""
        except PermissionError:
            if lists(self.files, path.rpartition("/")[0]):
                return b""
            raise

    def manifest(self) -> bytes | None:
        """Return the manifest of the shards at the address, or None if there are none."""
        path = f"{self.root}/{MANIFEST}"
        begins = is_manifest(self.head_if_any(path))
        return bytes(self.files.cat_file(path)) if begins else None


def find_remote(url: str) -> Iterator[SourceFile]:
    """Find the files behind an address.

    Memory holds the entries of one folder and of those above it.

    Args:
        url: The address of a file or a folder.

    Yields:
        Each file when it is found; what cannot be found is one of the kind "nothing".

    Raises:
        InputError: The store does not answer, or refuses to: then nobody knows which files there
            are, and half a listing must not be taken for all of it.
    """
    url = url.rstrip("/")
    try:
        files, root = file_system(url)
        with reaching(url):
            yield from _found(_Remote(files=files, root=root.rstrip("/"), url=url))
    except FileNotFoundError:
        yield _nothing(url, "no such file or folder")
    except ConfigError as error:
        yield SourceFile(url, "nothing", problem=str(error))


def _found(remote: _Remote) -> Iterator[SourceFile]:
    info = remote.files.info(remote.root)
    if info["type"] != "directory":
        name = _name(remote.root)
        above = remote.files.ls(remote.root.rpartition("/")[0], detail=True)
        if FORMATS.collection_of(remote.head(remote.root), name):
            yield SourceFile(remote.url, "collection", info["size"], _changed([info]))
        else:
            yield _music(remote.url, info, {_name(one["name"]): one for one in above})
        return
    if (manifest := remote.manifest()) is not None:
        yield from _shards(remote, manifest)
        return
    found = False
    for file in _below(remote, remote.root):
        found = True
        yield file
    if not found:
        yield _nothing(remote.url, f"a folder without {music_named('or')} files")


def _shards(remote: _Remote, content: bytes) -> Iterator[SourceFile]:
    """Yield the shards of a dataset that have solos, each of which is a dataset."""
    try:
        manifest = Manifest.from_content(content, f"{remote.url}/{MANIFEST}")
        shards = [one for one in manifest.whole(remote.url).shards if one.solos]
    except DatasetError as error:
        yield SourceFile(remote.url, "nothing", problem=str(error))
        return
    for shard in shards:
        name = shard_name(shard.number)
        info = remote.files.info(f"{remote.root}/{name}")
        yield SourceFile(f"{remote.url}/{name}", "collection", info["size"], _changed([info]))
    if not shards:
        yield _nothing(remote.url, "a dataset without solos")


def _below(remote: _Remote, folder: str) -> Iterator[SourceFile]:
    """Yield the music files in a folder and its subfolders."""
    open_folders = [_entries(remote, folder)]
    while open_folders:
        entry = next(open_folders[-1], None)
        if entry is None:
            open_folders.pop()
        elif isinstance(entry, SourceFile):
            yield entry
        else:
            open_folders.append(_entries(remote, entry))


def _entries(remote: _Remote, folder: str) -> Iterator[SourceFile | str]:
    """Yield the music files in a folder, and the paths of its subfolders, sorted by name."""
    try:
        listed = remote.files.ls(folder, detail=True)
    except FileNotFoundError:  # it was removed meanwhile
        yield _nothing(remote.address(folder), "no such folder")
        return
    found = {
        _name(one["name"]): one
        for one in listed
        if one["name"].rstrip("/") != folder  # which some stores keep as an empty object
    }
    for name in sorted(found):
        info = found[name]
        path = info["name"].rstrip("/")
        if FORMATS.is_chart_beside(name, found):
            continue
        if info["type"] == "directory":
            yield path
        elif FORMATS.is_music(name, partial(remote.head_if_any, path)):
            yield _music(remote.address(path), info, found)


def _music(url: str, info: Info, beside: Mapping[str, Info]) -> SourceFile:
    """Return a music file with what may be its chart.

    Args:
        url: Its address.
        info: What the file system knows of it.
        beside: The same of all files in its folder, by their names.
    """
    stem = str(Path(_name(url)).with_suffix(""))
    charts = [end for end in FORMATS.chart_endings if stem + end in beside]
    infos = [info, *(beside[stem + end] for end in charts)]
    size = sum(one["size"] or 0 for one in infos)
    return SourceFile(url, "music", size, _changed(infos), beside=tuple(charts))


def _changed(infos: list[Info]) -> int:
    """Return a number that is another one after any of the files has changed."""
    states = [[str(info.get(key)) for key in STATES] for info in infos]
    return int.from_bytes(blake2b(repr(states).encode(), digest_size=6).digest())


def _name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _nothing(url: str, problem: str) -> SourceFile:
    return SourceFile(url, "nothing", problem=f"{url}: {problem}")
