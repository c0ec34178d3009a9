"""A dataset that is being written, and what became of each file so far.

Beside `DATASET` lies a folder `DATASET.partial` until the work is done:

- `solos.jsonl`: the dataset's first lines, to the byte as they will be;
- `files.jsonl`: first what the work is, then a record a file, in the files' order:
  path, size and time of change, what became of its solos, where its lines end in
  `solos.jsonl`, and the checksum of all that stands before.

A file's record is written after its lines. So the work may end at any moment, by a kill
or by a power failure: a record counts if it is whole and its checksum holds, what stands
after the last good one is cut off, and the work goes on with the next file.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, NamedTuple
from zlib import crc32

from jazzgen.atomic import fsync_folder
from jazzgen.data.dataset import dataset_head, json_line
from jazzgen.data.sources import SourceFile
from jazzgen.errors import OutputError

__all__ = ["Journal", "Record"]

VERSION = 1
CHUNK = 2**20

SECONDS_A_FLUSH = 5.0
"""How much work a power failure may cost, beside the last file."""


class Record(NamedTuple):
    """What became of a file.

    Args:
        path: The file.
        kind: What it is (see `SourceFile`).
        size: Its length in bytes when it was read.
        changed: When it had been changed last, in nanoseconds.
        outcomes: What became of its solos: objects of JSON.
        end: Where its solos end in the dataset.
        checksum: CRC-32 of the dataset up to there.
    """

    path: str
    kind: str
    size: int
    changed: int
    outcomes: list[dict[str, Any]]
    end: int
    checksum: int


class Journal:
    """The dataset under way (see the module).

    Used as a context, which ends without a trace if nothing was done, and else keeps
    what was done. Two of one dataset cannot be open at a time.

    Args:
        out: The dataset that it will be.
        work: A word that tells this work from others. The journal of another one is
            thrown away.

    Raises:
        OutputError: It cannot be written, or another process is writing it.
    """

    def __init__(self, out: Path, work: str) -> None:
        self.out = out
        self.folder = out.with_name(f"{out.name}.partial")
        self.done = 0  # files
        self.replaced = False  # whether the journal of other work stood here
        self._kept = False  # whether there is anything to keep
        self._head = json_line({"format": "jazzgen-journal", "version": VERSION, "work": work})
        self._flushed = monotonic()
        with self._writing():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._solos = (self.folder / "solos.jsonl").open("ab+", buffering=0)
            self._files = (self.folder / "files.jsonl").open("ab+", buffering=0)
            self._lock()
            self._begin()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._solos.close()
        self._files.close()
        if not self._kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def go_on(self, files: Iterable[SourceFile]) -> Iterator[SourceFile]:
        """Keep what was done for the first of the files, as far as they are as they were.

        Args:
            files: All files, in their order.

        Returns:
            The files that are left to be read.
        """
        left = iter(files)
        place = len(self._head)
        with self._writing():
            for line, record, checksum in self._good_records():
                file = next(left, None)
                if file is None or (file.kind, *file.stamp) != (
                    record.kind, record.path, record.size, record.changed
                ):  # fmt: skip
                    left = chain([file] if file else [], left)
                    break
                self.done += 1
                place += len(line)
                self._end, self._checksum = record.end, checksum
            self._files.truncate(place)
            self._solos.truncate(self._end)
        self._kept = self.done > 0
        return left

    def add(self, file: SourceFile, lines: Iterable[bytes], outcomes: list[dict[str, Any]]) -> None:
        """Add a file.

        Args:
            file: The file, as it was before it was read.
            lines: The lines of its solos. They are written one by one.
            outcomes: What became of its solos. They may be added while `lines` are
                asked for.

        Raises:
            OutputError: It cannot be written.
        """
        for line in lines:
            with self._writing():
                _write(self._solos, line)
            self._end += len(line)
            self._checksum = crc32(line, self._checksum)
        record = Record(
            file.path, file.kind, file.size, file.changed, outcomes, self._end, self._checksum
        )
        with self._writing():
            _write(self._files, json_line(record))
            self._flush_now_and_then()
        self.done += 1
        self._kept = True

    def records(self) -> Iterator[Record]:
        """Read again what became of the files, one by one."""
        with open(self.folder / "files.jsonl", "rb") as lines:
            next(lines)
            for line in lines:
                yield Record(*json.loads(line))

    def finish(self) -> None:
        """Put the dataset in its place. The records stay until `drop`.

        Raises:
            OutputError: It cannot be written.
        """
        with self._writing():
            self._flush()
            self._solos.close()
            os.replace(self.folder / "solos.jsonl", self.out)
            fsync_folder(self.out.parent)

    def drop(self) -> None:
        """Keep nothing, whatever was done."""
        self._kept = False

    def _begin(self) -> None:
        """Go on with the journal found where it is of this work, or begin anew."""
        self._files.seek(0)
        found = self._files.readline()
        if found == self._head:
            self._kept = bool(self._files.read(1))
        else:
            self.replaced = found.endswith(b"\n")
            self._files.truncate(0)
            _write(self._files, self._head)
        self._end, self._checksum = len(dataset_head()), crc32(dataset_head())
        self._solos.seek(0)
        if self._solos.read(self._end) != dataset_head():
            self._solos.truncate(0)
            _write(self._solos, dataset_head())

    def _good_records(self) -> Iterator[tuple[bytes, Record, int]]:
        """Yield records that are whole and whose solos are, with their lines and checksums."""
        checksum = self._checksum
        with (
            open(self.folder / "files.jsonl", "rb") as lines,
            open(self.folder / "solos.jsonl", "rb") as solos,
        ):
            lines.seek(len(self._head))
            solos.seek(self._end)
            for line in lines:
                record = _record(line)
                if record is None:
                    return
                checksum = _checksum(solos, record.end, checksum)
                if checksum != record.checksum or solos.tell() != record.end:
                    return
                yield line, record, checksum

    def _flush_now_and_then(self) -> None:
        if monotonic() - self._flushed > SECONDS_A_FLUSH:
            self._flush()
            self._flushed = monotonic()

    def _flush(self) -> None:
        os.fsync(self._solos.fileno())  # first, as records speak of it
        os.fsync(self._files.fileno())

    def _lock(self) -> None:
        if sys.platform == "win32":
            return
        import fcntl

        try:
            fcntl.flock(self._files, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._kept = True
            self.__exit__()
            raise OutputError(f"{self.out}: cannot be written: another run is at it") from None
        except OSError:  # a file system without locks
            return

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            with suppress(AttributeError):  # it may have failed before there was anything
                self.__exit__()
            raise OutputError(
                f"{self.out}: cannot be written: {error.strerror or error}"
            ) from error


def _write(file: BinaryIO, content: bytes) -> None:
    """Write all of `content`: a disk that is nearly full takes a part, then complains."""
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]


def _checksum(file: BinaryIO, end: int, checksum: int) -> int:
    """Read a file on to a place in it, or to its end; return the checksum of all before."""
    while part := file.read(max(min(end - file.tell(), CHUNK), 0)):
        checksum = crc32(part, checksum)
    return checksum


def _record(line: bytes) -> Record | None:
    """Return the record that a line holds, if it is whole."""
    try:
        record = Record(*json.loads(line))
    except (ValueError, TypeError):
        return None
    whole = line.endswith(b"\n") and isinstance(record.end, int)
    return record if whole and isinstance(record.outcomes, list) else None
