"""The records of a journal: what became of each file, and whether that still holds.

A folder holds two files. `solos.jsonl` are the lines of a dataset; `files.jsonl` says
first what the work is, then of each file, in their order, what became of it and where
its lines stand. A record counts if it is whole and its lines are as they were written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import astuple
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from zlib import crc32

from jazzgen.datasets.dataset import json_line
from jazzgen.datasets.sources import SourceFile

__all__ = ["FILES", "SOLOS", "KeptRecords", "Record", "good_records"]

FILES, SOLOS = "files.jsonl", "solos.jsonl"
CHUNK = 2**20


class Record(NamedTuple):
    """What became of a file.

    Args:
        file: The file, as it was before it was read.
        outcomes: What became of its solos: objects of JSON.
        begin: Where its lines begin in `solos.jsonl`.
        end: Where they end.
        checksum: CRC-32 of its lines and of all that stands above.
    """

    file: SourceFile
    outcomes: list[dict[str, Any]]
    begin: int
    end: int
    checksum: int

    @classmethod
    def of(
        cls, file: SourceFile, outcomes: list[dict[str, Any]], begin: int, end: int, lines: int
    ) -> Record:
        """Return a record; `lines` is the CRC-32 of the file's lines."""
        record = cls(file, outcomes, begin, end, 0)
        return record._replace(checksum=crc32(record._body(), lines))

    @classmethod
    def of_line(cls, line: bytes) -> Record | None:
        """Return the record that a line holds, if it is whole."""
        try:
            (path, kind, size, changed, problem), outcomes, begin, end, checksum = json.loads(line)
        except (ValueError, TypeError):
            return None
        whole = line.endswith(b"\n") and isinstance(outcomes, list)
        if not whole or not isinstance(begin, int) or not isinstance(end, int):
            return None
        return cls(SourceFile(path, kind, size, changed, problem), outcomes, begin, end, checksum)

    def line(self) -> bytes:
        """Return the record as a line."""
        return json_line((astuple(self.file), *self[1:]))

    def _body(self) -> bytes:
        return json_line((astuple(self.file), *self[1:-1]))

    def lines_of(self, solos: BinaryIO) -> Iterator[bytes]:
        """Yield the file's lines of solos, in pieces."""
        solos.seek(self.begin)
        left = self.end - self.begin
        while left > 0 and (piece := solos.read(min(left, CHUNK))):
            left -= len(piece)
            yield piece

    def holds(self, solos: BinaryIO) -> bool:
        """Return whether its lines are as they were written."""
        checksum = 0
        for piece in self.lines_of(solos):
            checksum = crc32(piece, checksum)
        return crc32(self._body(), checksum) == self.checksum and solos.tell() == self.end


def good_records(folder: Path, head: bytes, begin: int) -> Iterator[tuple[range, Record]]:
    """Read the records of a folder up to the first that does not hold.

    Args:
        folder: Where they lie.
        head: The first line, by which they are of the same work.
        begin: Where the first file's lines begin in `solos.jsonl`.

    Yields:
        Each record, and where its line stands in `files.jsonl`. Without the two
        files there are none.
    """
    if not (folder / FILES).is_file() or not (folder / SOLOS).is_file():
        return
    with open(folder / FILES, "rb") as lines, open(folder / SOLOS, "rb") as solos:
        place = len(head)
        if lines.readline() != head:
            return
        for line in lines:
            record = Record.of_line(line)
            if record is None or record.begin != begin or not record.holds(solos):
                return
            yield range(place, place + len(line)), record
            place += len(line)
            begin = record.end


class KeptRecords:
    """The records of a journal that was left, found by their files.

    In memory there are but two numbers a file.

    Args:
        folder: Where they lie.
        head: The first line (see `good_records`).
        begin: Likewise.
    """

    def __init__(self, folder: Path, head: bytes, begin: int) -> None:
        self._places = {
            hash(record.file): place.start for place, record in good_records(folder, head, begin)
        }
        self._open = ExitStack()
        if self._places:
            self._files = self._open.enter_context((folder / FILES).open("rb"))
            self.solos = self._open.enter_context((folder / SOLOS).open("rb"))

    def __len__(self) -> int:
        return len(self._places)

    def find(self, file: SourceFile) -> Record | None:
        """Return the record of a file that is as it was; None without one."""
        place = self._places.get(hash(file))
        if place is None:
            return None
        self._files.seek(place)
        record = Record.of_line(self._files.readline())
        return record if record and record.file == file else None

    def close(self) -> None:
        """Forget them."""
        self._places.clear()
        self._open.close()
