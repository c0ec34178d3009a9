"""A dataset that is being written, with a record of each file that is done.

Until the work is finished there is a folder `DATASET.partial` beside `DATASET`. It holds the
lines of the dataset, as they will be in the end to the byte, and the records of files (see
`journal_records`). The record of a file is written after its lines. So the work may be stopped
at any moment, even by a power failure: whatever follows the last valid record is cut off, and
the work resumes with the next file. If files were added, removed or changed meanwhile, the old
journal is moved to the subfolder `before`, and the lines of unchanged files are copied from it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import BinaryIO
from zlib import crc32

from jazzgen.datasets.dataset import dataset_head, json_line
from jazzgen.datasets.journal_records import FILES, SOLOS, KeptRecords, Record, valid_records
from jazzgen.datasets.outcome import Summary
from jazzgen.datasets.source_file import SourceFile
from jazzgen.errors import OutputError
from jazzgen.runtime.atomic import fsync_folder
from jazzgen.runtime.files import is_there, open_file
from jazzgen.runtime.interrupts import held, unbroken
from jazzgen.runtime.locks import lock_of

__all__ = ["Journal"]

VERSION = 1
BEFORE = "before"

SECONDS_PER_FLUSH = 5.0
"""Seconds of work that a power failure may cost, beside that on the last file."""


class Journal:
    """A dataset that is being written (see the module).

    Use it in a `with` block, which opens it. At the end of the block the journal is kept, or
    removed if no file was done. A dataset has one open journal at a time.

    Args:
        out: The path of the dataset.
        work: A word that identifies the work. A journal of other work is discarded.

    Raises:
        OutputError: The journal cannot be written, or another process has it open.
    """

    def __init__(self, out: Path, work: str) -> None:
        self.out = out
        self.folder = out.with_name(f"{out.name}.partial")
        self.done = 0  # files
        self.finished = False  # whether the dataset is at its path
        self.replaced = False  # whether a journal of other work was discarded
        self._kept = True  # whether the folder is kept at the end of the block
        self._end = 0  # bytes of the dataset so far
        self._head = json_line({"format": "jazzgen-journal", "version": VERSION, "work": work})
        self._flushed = monotonic()
        self._open, self._locked = ExitStack(), ExitStack()

    @unbroken  # a folder that nobody enters would be left behind
    def __enter__(self) -> Journal:
        with self._writing():
            self._kept = is_there(self.folder)
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock()
            self._begin()
        return self

    @unbroken
    def __exit__(self, *_: object) -> None:
        self._open.close()
        if not self._kept:
            self._clear()
        self._locked.close()

    def _clear(self) -> None:
        """Remove the journal's files, and its folders if nothing else is in them."""
        for folder in (self.folder / BEFORE, self.folder):
            with suppress(OSError):
                for name in (FILES, SOLOS):
                    (folder / name).unlink(missing_ok=True)
                folder.rmdir()

    def resume(self, files: Iterable[SourceFile]) -> Iterator[SourceFile]:
        """Keep the records of the first files, up to the first file that is new or changed.

        Args:
            files: All files, in their order.

        Returns:
            The other files. Some of them may have a record too (see `has_record`).
        """
        left = iter(files)
        with self._writing():
            end_of_records = len(self._head)
            for line, record in valid_records(self.folder, self._head, self._end):
                file = next(left, None)
                if file != record.file:
                    left = chain([file] if file else [], left)
                    self._move_aside()
                    break
                self.done += 1
                self._end, end_of_records = record.end, line.stop
            else:
                self._files.truncate(end_of_records)
                self._solos.truncate(self._end)
            self._before = KeptRecords(self.folder / BEFORE, self._head, len(dataset_head()))
            self._open.callback(self._before.close)
        self._kept = self.done_before > 0
        return left

    @property
    def done_before(self) -> int:
        """The number of files in the journal found; some may have been changed or removed since."""
        return max(self.done, len(self._before))

    @property
    def kept(self) -> bool:
        """Whether the journal keeps files that are done, for the next run."""
        return self._kept and self.done > 0

    def has_record(self, file: SourceFile) -> bool:
        """Return whether the earlier journal has a record of a file that has not changed."""
        return self._before.find(file) is not None

    def copy_record(self, file: SourceFile) -> None:
        """Add a file from the earlier journal.

        Args:
            file: A file of which it has a record.

        Raises:
            OutputError: The journal cannot be written.
        """
        record = self._before.find(file)
        if record is not None:
            self.add(file, record.lines_of(self._before.solos), record.outcomes)

    def add(self, file: SourceFile, lines: Iterable[bytes], outcomes: Sequence[Summary]) -> None:
        """Add a file.

        Args:
            file: The file, in the state before it was read.
            lines: The lines of its solos. They are written one by one.
            outcomes: The outcomes of its solos. The list may grow while `lines` is iterated
                over.

        Raises:
            OutputError: The journal cannot be written.
        """
        begin, checksum = self._end, 0
        for line in lines:
            with self._writing():
                _write(self._solos, line)
            self._end += len(line)
            checksum = crc32(line, checksum)
        with self._writing():
            _write(self._files, Record.of(file, outcomes, begin, self._end, checksum).line())
            self._flush_if_due()
        self.done += 1
        self._kept = True

    def records(self) -> Iterator[Record]:
        """Read the records of the files done, one by one."""
        with open_file(self.folder / FILES) as lines:
            next(lines)
            for line in lines:
                if record := Record.of_line(line):
                    yield record

    def finish(self) -> None:
        """Move the dataset to its path. The records can be read until the block ends.

        Raises:
            OutputError: The dataset cannot be written.
        """
        with self._writing():
            self._flush()
            self._solos.close()
            with held():  # the journal is worth nothing without its solos
                os.replace(self.folder / SOLOS, self.out)
                self.finished = True
                self.discard()
            fsync_folder(self.out.parent)

    def discard(self) -> None:
        """Remove the journal at the end of the block, whatever was done."""
        self._kept = False

    def _begin(self) -> None:
        """Open the journal found, or begin an empty one if there is none of this work."""
        self._files, self._solos = self._opened(FILES), self._opened(SOLOS)
        found = self._files.readline()
        if found != self._head:
            self.replaced = found.endswith(b"\n")  # without a whole first line it is new
            self._files.truncate(0)
            _write(self._files, self._head)
        self._end = len(dataset_head())
        if self._solos.read(self._end) != dataset_head():
            self._solos.truncate(0)
            _write(self._solos, dataset_head())

    def _opened(self, name: str) -> BinaryIO:
        if is_there(self.folder / name):
            open_file(self.folder / name).close()  # to open a pipe would wait for its reader
        file = (self.folder / name).open("ab+", buffering=0)
        file.seek(0)
        return self._open.enter_context(file)

    def _move_aside(self) -> None:
        """Move the journal found to `before`, and copy the records of the files done from it."""
        self._files.close()
        self._solos.close()
        before = self.folder / BEFORE
        before.mkdir(exist_ok=True)
        for name in (FILES, SOLOS):
            os.replace(self.folder / name, before / name)
        self._begin()
        done, self.done = self.done, 0
        for _, record in valid_records(before, self._head, self._end):
            if self.done == done:
                break
            with open_file(before / SOLOS) as solos:
                self.add(record.file, record.lines_of(solos), record.outcomes)

    def _flush_if_due(self) -> None:
        if monotonic() - self._flushed > SECONDS_PER_FLUSH:
            self._flush()
            self._flushed = monotonic()

    def _flush(self) -> None:
        os.fsync(self._solos.fileno())  # first, as records point into it
        os.fsync(self._files.fileno())

    def _lock(self) -> None:
        handle = lock_of(self.folder, self.out)
        if handle is not None:
            self._locked.callback(os.close, handle)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            with suppress(OSError):
                self.__exit__()
            raise OutputError(
                f"{self.out}: cannot be written: {error.strerror or error}"
            ) from error


def _write(file: BinaryIO, content: bytes) -> None:
    """Write all of `content`; on a disk that is nearly full a write may write only a part."""
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]
