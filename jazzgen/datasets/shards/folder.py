"""The folder of a dataset in shards while it is written: what is done, and what that is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from time import monotonic, sleep

from jazzgen.datasets.journal_records import Record
from jazzgen.datasets.shards.cutting import Shard
from jazzgen.datasets.shards.manifest import (
    MANIFEST,
    RECORDS,
    Manifest,
    Receipt,
    records_name,
    shard_name,
)
from jazzgen.errors import DatasetError, OutputError
from jazzgen.runtime.store import Store

__all__ = ["ShardFolder"]

SEEN = 60.0
"""Seconds after which what one machine has written must be seen by another."""
LOOK = 0.2
"""Seconds between two looks at whether it is."""


class ShardFolder:
    """A folder of shards.

    Args:
        store: Where it is.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def found(self) -> list[int]:
        """Return the numbers of the shards that are there, whatever they were made of."""
        names = set(self.store.names())
        ends = (RECORDS.fullmatch(name) for name in names)
        numbers = sorted(int(end["number"]) for end in ends if end)
        return [number for number in numbers if shard_name(number) in names]

    def receipt(self, number: int) -> Receipt | None:
        """Return the receipt of a shard, or None if it is not there whole."""
        try:
            with self.store.open(records_name(number)) as file:
                found = Receipt.from_json(json.loads(file.readline()))
        except (FileNotFoundError, ValueError, TypeError):
            return None
        whole = found.number == number and self.store.size(shard_name(number)) == found.size
        return found if whole else None

    def done(self, shard: Shard) -> Receipt | None:
        """Return the receipt of a shard if it is done, made of the same files as they are now."""
        found = self.receipt(shard.number)
        return found if found and found.key == shard.key else None

    def check_seen(self, receipt: Receipt, patience: float = SEEN) -> None:
        """Check that a shard which another machine has written is to be seen here.

        Args:
            receipt: What that machine has said of it.
            patience: Seconds after which it must be; a network's folder may show it late.

        Raises:
            OutputError: It is not.
        """
        begin = monotonic()
        while self.receipt(receipt.number) != receipt:
            if monotonic() >= begin + patience:
                raise OutputError(
                    f"{self.store.where}/{shard_name(receipt.number)}: written by a worker, but "
                    "not visible here; expected a folder that all machines share"
                )
            sleep(LOOK)

    def records(self, numbers: Iterable[int]) -> Iterator[Record]:
        """Read the records of the source files of shards, one by one.

        Args:
            numbers: The numbers of the shards.

        Raises:
            DatasetError: A record is damaged.
        """
        for number in numbers:
            name = records_name(number)
            with self.store.open(name) as file:
                file.readline()
                for line in file:
                    record = Record.of_line(line)
                    if record is None:
                        raise DatasetError(f"{self.store.where}/{name}: a damaged record")
                    yield record

    def write_manifest(self, keys: Sequence[str]) -> Manifest:
        """Write the manifest of the shards that are done.

        Several jobs may do so at the same time. Each looks again after it has written, so the
        last to write has seen what all of them have done.

        Args:
            keys: The keys of all shards, in order.

        Raises:
            OutputError: It cannot be written.
        """
        written: Manifest | None = None
        while (found := self._manifest(keys)) != written:
            self.store.write(MANIFEST, [found.content()])
            written = found
        return found

    def _manifest(self, keys: Sequence[str]) -> Manifest:
        found = (self.receipt(number) for number in range(len(keys)))
        done = [one for one, key in zip(found, keys, strict=True) if one and one.key == key]
        plan = hashlib.sha256("".join(keys).encode()).hexdigest()
        return Manifest(total=len(keys), plan=plan, shards=done)

    def remove_from(self, total: int) -> None:
        """Remove shards that an earlier listing had beyond the last one of now.

        Args:
            total: The number of the first shard to remove.
        """
        for number in self.found():
            if number >= total:
                self.store.remove(shard_name(number))
                self.store.remove(records_name(number))
