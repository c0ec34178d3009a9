"""Cut a listing of files into shards, the same ones whoever cuts it.

A shard ends after a file whose path has a certain checksum, not after a certain number of files.
So a file that is added changes the shard that it falls into, and hardly ever another one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zlib import crc32

from jazzgen.datasets.source_file import SourceFile

__all__ = ["Shard", "cut"]

LONGEST = 4
"""The most files in a shard, as a multiple of the usual number."""


@dataclass(frozen=True, kw_only=True)
class Shard:
    """The source files of a shard.

    Args:
        number: The number of the shard, from 0.
        files: Its files in their order, at least one.
        key: A hash of the work and the files: a shard with the same key has the same solos.
    """

    number: int
    files: tuple[SourceFile, ...]
    key: str


def cut(files: Iterable[SourceFile], size: int, work: str) -> Iterator[Shard]:
    """Cut files into shards. Memory holds the files of one shard.

    Args:
        files: The files in their order.
        size: The number of files in a shard, on average.
        work: A word that identifies the work, for the keys.

    Yields:
        The shards: each file is in one of them, and they keep the order.
    """
    number, kept = 0, list[SourceFile]()
    for file in files:
        kept.append(file)
        if _ends_shard(file, size) or len(kept) >= LONGEST * size:
            yield _shard(number, kept, work)
            number, kept = number + 1, []
    if kept:
        yield _shard(number, kept, work)


def _ends_shard(file: SourceFile, size: int) -> bool:
    return crc32(file.path.encode("utf-8", "backslashreplace")) % size == 0


def _shard(number: int, files: list[SourceFile], work: str) -> Shard:
    content = repr((work, files)).encode("utf-8", "backslashreplace")
    return Shard(number=number, files=tuple(files), key=hashlib.sha256(content).hexdigest()[:32])
