"""A dataset that is being written, and what became of each file so far.

Until the work is done a folder `DATASET.partial` lies beside `DATASET`, with the lines
of the dataset as they will be, to the byte, and records of the files (see
`journal_records`). A file's record is written after its lines. So the work may end at
any moment, by a kill or by a power failure: what stands after the last good record is
cut off, and the work goes on with the next file. Where files have come, gone or
changed meanwhile, what was left moves to the folder `before` in it, and lines of files
that are as they were are taken from there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO
from zlib import crc32

from jazzgen.datasets.dataset import dataset_head, json_line
from jazzgen.datasets.journal_records import FILES, SOLOS, KeptRecords, Record, good_records
from jazzgen.datasets.sources import SourceFile
from jazzgen.errors import OutputError
from jazzgen.runtime.atomic import fsync_folder

__all__ = ["Journal"]

VERSION = 1
BEFORE = "before"

SECONDS_A_FLUSH = 5.0
"""How much work a power failure may cost, beside the last file."""


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
        self._kept = True  # whether there is anything to keep
        self._end = 0  # of the dataset so far
        self._head = json_line({"format": "jazzgen-journal", "version": VERSION, "work": work})
        self._flushed = monotonic()
        self._open, self._locked = ExitStack(), ExitStack()
        with self._writing():
            self._kept = self.folder.exists()
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock()
            self._begin()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        if not self._kept:
            self._clear()
        self._locked.close()

    def _clear(self) -> None:
        """Remove what is ours."""
        for folder in (self.folder / BEFORE, self.folder):
            with suppress(OSError):
                for name in (FILES, SOLOS):
                    (folder / name).unlink(missing_ok=True)
                folder.rmdir()

    def go_on(self, files: Iterable[SourceFile]) -> Iterator[SourceFile]:
        """Keep what was done for the first of the files, as far as they are as they were.

        Args:
            files: All files, in their order.

        Returns:
            The files that are left. Some of them may be known (see `knows`).
        """
        left = iter(files)
        with self._writing():
            place = len(self._head)
            for where, record in good_records(self.folder, self._head, self._end):
                file = next(left, None)
                if file != record.file:
                    left = chain([file] if file else [], left)
                    self._move_aside()
                    break
                self.done += 1
                self._end, place = record.end, where.stop
            else:
                self._files.truncate(place)
                self._solos.truncate(self._end)
            self._before = KeptRecords(self.folder / BEFORE, self._head, len(dataset_head()))
            self._open.callback(self._before.close)
        self._kept = self.done_before > 0
        return left

    @property
    def done_before(self) -> int:
        """How many files were done before, about: some may have changed or gone since."""
        return max(self.done, len(self._before))

    @property
    def kept(self) -> bool:
        """Whether there are files done that the journal keeps for the next run."""
        return self._kept and self.done > 0

    def knows(self, file: SourceFile) -> bool:
        """Return whether a file was done before, and is as it was."""
        return self._before.find(file) is not None

    def add_known(self, file: SourceFile) -> None:
        """Add a file as it was done before.

        Args:
            file: A file that is known.

        Raises:
            OutputError: It cannot be written.
        """
        record = self._before.find(file)
        if record is not None:
            self.add(file, record.lines_of(self._before.solos), record.outcomes)

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
        begin, checksum = self._end, 0
        for line in lines:
            with self._writing():
                _write(self._solos, line)
            self._end += len(line)
            checksum = crc32(line, checksum)
        with self._writing():
            _write(self._files, Record.of(file, outcomes, begin, self._end, checksum).line())
            self._flush_now_and_then()
        self.done += 1
        self._kept = True

    def records(self) -> Iterator[Record]:
        """Read again what became of the files, one by one."""
        with open(self.folder / FILES, "rb") as lines:
            next(lines)
            for line in lines:
                if record := Record.of_line(line):
                    yield record

    def finish(self) -> None:
        """Put the dataset in its place. The records stay until the context ends.

        Raises:
            OutputError: It cannot be written.
        """
        with self._writing():
            self._flush()
            self._solos.close()
            os.replace(self.folder / SOLOS, self.out)
            fsync_folder(self.out.parent)
        self.drop()

    def drop(self) -> None:
        """Keep nothing, whatever was done."""
        self._kept = False

    def _begin(self) -> None:
        """Go on with the journal found where it is of this work, or begin anew."""
        self._files, self._solos = self._opened(FILES), self._opened(SOLOS)
        found = self._files.readline()
        if found != self._head:
            self.replaced = found.endswith(b"\n")  # else it is new
            self._files.truncate(0)
            _write(self._files, self._head)
        self._end = len(dataset_head())
        if self._solos.read(self._end) != dataset_head():
            self._solos.truncate(0)
            _write(self._solos, dataset_head())

    def _opened(self, name: str) -> BinaryIO:
        file = (self.folder / name).open("ab+", buffering=0)
        file.seek(0)
        return self._open.enter_context(file)

    def _move_aside(self) -> None:
        """Begin with what holds of the journal found; leave all of it for later."""
        self._files.close()
        self._solos.close()
        before = self.folder / BEFORE
        before.mkdir(exist_ok=True)
        for name in (FILES, SOLOS):
            os.replace(self.folder / name, before / name)
        self._begin()
        done, self.done = self.done, 0
        for _, record in good_records(before, self._head, self._end):
            if self.done == done:
                break
            with open(before / SOLOS, "rb") as solos:
                self.add(record.file, record.lines_of(solos), record.outcomes)

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

        handle = os.open(self.folder, os.O_RDONLY)
        self._locked.callback(os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._locked.close()
            raise OutputError(f"{self.out}: cannot be written: another run is at it") from None
        except OSError:  # a file system without locks
            return

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
    """Write all of `content`: a disk that is nearly full takes a part, then complains."""
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]
