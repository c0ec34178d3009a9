"""The records of a journal: the outcomes of each file, and whether they are still valid.

A journal folder holds two files. `solos.jsonl` has the lines of a dataset. The first line of
`files.jsonl` identifies the work; each other line is the record of a file, in the files' order,
with its outcomes and the position of its lines in `solos.jsonl`. A record is valid if it is
complete and its lines are as they were written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import astuple
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from zlib import crc32

from jazzgen.datasets.dataset import json_line
from jazzgen.datasets.outcome import Rejected, Summary, SummaryOfSolo
from jazzgen.datasets.source_file import SourceFile
from jazzgen.runtime.files import is_file, open_file

__all__ = ["FILES", "SOLOS", "KeptRecords", "Record", "valid_records"]

FILES, SOLOS = "files.jsonl", "solos.jsonl"
CHUNK = 2**20
"""Bytes of `solos.jsonl` that are read at a time."""


class Record(NamedTuple):
    """The record of a file.

    Args:
        file: The file, in the state before it was read.
        outcomes: The outcomes of its solos.
        begin: The byte at which its lines begin in `solos.jsonl`.
        end: The byte at which they end.
        checksum: CRC-32 of its lines and of the fields above.
    """

    file: SourceFile
    outcomes: Sequence[Summary]
    begin: int
    end: int
    checksum: int

    @classmethod
    def of(
        cls, file: SourceFile, outcomes: Sequence[Summary], begin: int, end: int, lines: int
    ) -> Record:
        """Return a record with its checksum.

        Args:
            file: The file, in the state before it was read.
            outcomes: The outcomes of its solos.
            begin: The byte at which its lines begin in `solos.jsonl`.
            end: The byte at which they end.
            lines: CRC-32 of its lines.
        """
        record = cls(file, outcomes, begin, end, 0)
        return record._replace(checksum=crc32(json_line(record._fields_above()), lines))

    @classmethod
    def of_line(cls, line: bytes) -> Record | None:
        """Return the record of a line, or None if the line is incomplete or damaged."""
        if not line.endswith(b"\n"):
            return None
        try:
            state, rows, begin, end, checksum = json.loads(line)
            path, kind, size, changed, problem, beside = state
            file = SourceFile(path, kind, size, changed, problem, tuple(beside))
            outcomes = [_outcome_of_row(row) for row in rows]
        except (ValueError, TypeError, KeyError, AttributeError):
            return None
        if not isinstance(begin, int) or not isinstance(end, int):
            return None
        return cls(file, outcomes, begin, end, checksum)

    def line(self) -> bytes:
        """Return the record as a line."""
        return json_line([*self._fields_above(), self.checksum])

    def _fields_above(self) -> list[Any]:
        """Return all fields but the checksum, as JSON data."""
        rows = [_row_of_outcome(one) for one in self.outcomes]
        return [astuple(self.file), rows, self.begin, self.end]

    def lines_of(self, solos: BinaryIO) -> Iterator[bytes]:
        """Yield the file's lines from `solos.jsonl`, in chunks."""
        solos.seek(self.begin)
        left = self.end - self.begin
        while left > 0 and (chunk := solos.read(min(left, CHUNK))):
            left -= len(chunk)
            yield chunk

    def is_valid(self, solos: BinaryIO) -> bool:
        """Return whether the record and its lines in `solos.jsonl` are as they were written."""
        checksum = 0
        for chunk in self.lines_of(solos):
            checksum = crc32(chunk, checksum)
        checksum = crc32(json_line(self._fields_above()), checksum)
        return checksum == self.checksum and solos.tell() == self.end


def _row_of_outcome(outcome: Summary) -> dict[str, Any]:
    if isinstance(outcome, Rejected):
        return {"rejected": vars(outcome)}
    return {"accepted": outcome.to_json(), "source": outcome.source}


def _outcome_of_row(row: dict[str, Any]) -> Summary:
    if "rejected" in row:
        return Rejected(**row["rejected"])
    return SummaryOfSolo.from_json(row["accepted"], row["source"])


def valid_records(folder: Path, head: bytes, begin: int) -> Iterator[tuple[range, Record]]:
    """Read the records of a folder up to the first that is not valid.

    Args:
        folder: The folder. If one of the two files is missing, it has no records.
        head: The first line of `files.jsonl`, if the records are of the same work.
        begin: The byte at which the first file's lines begin in `solos.jsonl`.

    Yields:
        The bytes of a record's line in `files.jsonl`, and the record.
    """
    if not is_file(folder / FILES) or not is_file(folder / SOLOS):
        return
    with open_file(folder / FILES) as lines, open_file(folder / SOLOS) as solos:
        position = len(head)
        if lines.readline() != head:
            return
        for line in lines:
            record = Record.of_line(line)
            if record is None or record.begin != begin or not record.is_valid(solos):
                return
            yield range(position, position + len(line)), record
            position += len(line)
            begin = record.end


class KeptRecords:
    """The valid records of an earlier journal, found by their files.

    Memory holds two numbers for each file, no more.

    Args:
        folder: The folder of the journal.
        head: The first line of `files.jsonl`, if the records are of the same work.
        begin: The byte at which the first file's lines begin in `solos.jsonl`.
    """

    def __init__(self, folder: Path, head: bytes, begin: int) -> None:
        self._positions = {
            hash(record.file): line.start for line, record in valid_records(folder, head, begin)
        }
        self._open = ExitStack()
        if self._positions:
            self._files = self._open.enter_context(open_file(folder / FILES))
            self.solos = self._open.enter_context(open_file(folder / SOLOS))

    def __len__(self) -> int:
        return len(self._positions)

    def find(self, file: SourceFile) -> Record | None:
        """Return the record of a file that has not changed since, or None if there is none."""
        position = self._positions.get(hash(file))
        if position is None:
            return None
        self._files.seek(position)
        record = Record.of_line(self._files.readline())
        return record if record and record.file == file else None  # hashes may collide

    def close(self) -> None:
        """Close the files; afterwards no record is found."""
        self._positions.clear()
        self._open.close()
