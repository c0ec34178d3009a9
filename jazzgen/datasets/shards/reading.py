"""Read one shard: the solos of its files go into a dataset of their own.

The shard is written as every dataset is: into a journal, which is resumed if it was stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from time import monotonic, sleep

from jazzgen.datasets.journal import Journal
from jazzgen.datasets.journal_records import SOLOS
from jazzgen.datasets.outcome import Outcome, Rejected
from jazzgen.datasets.preparation import Preparation
from jazzgen.datasets.shards.cutting import Shard
from jazzgen.datasets.shards.folder import ShardFolder
from jazzgen.datasets.shards.manifest import Receipt, records_name, shard_name
from jazzgen.runtime.atomic import write_parts
from jazzgen.runtime.files import is_folder, open_file
from jazzgen.runtime.locks import is_locked
from jazzgen.runtime.pool import Pool

__all__ = ["read_shard"]

CHUNK = 2**20

OTHER_WRITER = 120.0
"""Seconds to wait for another process that is writing the same shard: what is left of a command
that was stopped, on a machine that does not know it yet."""
LOOK = 0.2
"""Seconds between two looks at whether it has ended."""


def read_shard(
    preparation: Preparation,
    shard: Shard,
    folder: ShardFolder,
    pool: Pool[list[Outcome]],
    on_progress: Callable[[float], None] = lambda _: None,
) -> Receipt:
    """Read the files of a shard, unless it is done.

    Args:
        preparation: What goes into the dataset.
        shard: The shard.
        folder: Where it is written.
        pool: Reads music files.
        on_progress: Is called with the number of files done.

    Raises:
        OutputError: It cannot be written.
    """
    if done := folder.done(shard):
        return done
    solos, records = shard_name(shard.number), records_name(shard.number)
    with folder.store.made(solos, records) as place:
        if _waited_for_other(place / f"{solos}.partial") and (done := folder.done(shard)):
            return done
        with Journal(place / solos, shard.key) as journal:
            preparation.read(journal.resume(iter(shard.files)), journal, pool, on_progress)
            receipt = _receipt(shard, journal)
            # A receipt without the file that it tells of is none, so the receipt comes first:
            # a process that is killed between the two finds its journal whole.
            (place / solos).unlink(missing_ok=True)
            lines = (record.line() for record in journal.records())
            write_parts(place / records, chain([receipt.line()], lines))
            journal.finish()
    return receipt


def _waited_for_other(partial: Path) -> bool:
    """Wait while another process writes the same shard, but not forever.

    Args:
        partial: The folder of its journal.

    Returns:
        Whether there was one.
    """
    begin, waited = monotonic(), False
    while is_folder(partial) and is_locked(partial) and monotonic() < begin + OTHER_WRITER:
        waited = True
        sleep(LOOK)
    return waited


def _receipt(shard: Shard, journal: Journal) -> Receipt:
    outcomes = [outcome for record in journal.records() for outcome in record.outcomes]
    taken = [one.notes for one in outcomes if not isinstance(one, Rejected)]
    return Receipt.of(
        _chunks(journal.folder / SOLOS),
        number=shard.number,
        key=shard.key,
        files=len(shard.files),
        solos=len(taken),
        notes=sum(taken),
        rejected=len(outcomes) - len(taken),
    )


def _chunks(path: Path) -> Iterator[bytes]:
    with open_file(path) as file:
        while chunk := file.read(CHUNK):
            yield chunk
