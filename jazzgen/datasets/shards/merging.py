"""Merge shards into one dataset file: the one that a single process would have written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jazzgen.datasets.dataset import dataset_head
from jazzgen.datasets.journal_records import Record
from jazzgen.datasets.shards.folder import ShardFolder
from jazzgen.datasets.shards.manifest import MANIFEST, Manifest, Receipt, shard_name
from jazzgen.errors import DatasetError
from jazzgen.runtime.store import Store

__all__ = ["MergedShards"]

CHUNK = 2**20


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A shard that is done, and the folder that it is in."""

    folder: ShardFolder
    receipt: Receipt


class MergedShards:
    """The shards of one dataset, which lie in one folder or in several.

    Args:
        stores: The folders.

    Raises:
        DatasetError: One of them holds no shards, they are of different datasets, or shards are
            missing.
    """

    def __init__(self, stores: Sequence[Store]) -> None:
        first, found = None, dict[int, _Found]()
        for store in stores:
            manifest = _manifest(store)
            first = first or (store, manifest)
            if (manifest.plan, manifest.total) != (first[1].plan, first[1].total):
                raise DatasetError(
                    f"{store.where}: holds shards of other files, or read with other options, "
                    f"than {first[0].where}"
                )
            for receipt in manifest.shards:
                found[receipt.number] = _Found(folder=ShardFolder(store), receipt=receipt)
        total = first[1].total if first else 0
        if missing := [number for number in range(total) if number not in found]:
            raise DatasetError(
                f"{', '.join(store.where for store in stores)}: {len(missing)} of {total} shards "
                f"are missing, the first of them {shard_name(missing[0])}"
            )
        self._shards = [found[number] for number in range(total)]

    def content(self) -> Iterator[bytes]:
        """Yield the dataset, piece by piece.

        Raises:
            DatasetError: A shard is damaged.
        """
        yield dataset_head()
        for shard in self._shards:
            yield from _solos(shard)

    def records(self) -> Iterator[Record]:
        """Read the records of all source files, one by one.

        Raises:
            DatasetError: A record is damaged.
        """
        for shard in self._shards:
            yield from shard.folder.records([shard.receipt.number])


def _manifest(store: Store) -> Manifest:
    where = f"{store.where}/{MANIFEST}"
    try:
        with store.open(MANIFEST) as file:
            content = file.read()
    except OSError as error:
        raise DatasetError(f"{where}: {error.strerror or error}; expected shards") from error
    return Manifest.from_content(content, where)


def _solos(shard: _Found) -> Iterator[bytes]:
    """Yield what a shard holds after its first line, and check all of it."""
    store, name = shard.folder.store, shard_name(shard.receipt.number)
    digest = hashlib.sha256()
    try:
        with store.open(name) as file:
            digest.update(file.read(len(dataset_head())))
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                yield chunk
    except OSError as error:
        raise DatasetError(f"{store.where}/{name}: {error.strerror or error}") from error
    if digest.hexdigest() != shard.receipt.sha256:
        raise DatasetError(
            f"{store.where}/{name}: damaged: its SHA-256 is not that of the manifest"
        )
