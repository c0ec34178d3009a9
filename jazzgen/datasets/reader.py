"""Read files of every kind; their outcomes come in the order of the files."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from jazzgen.datasets.outcome import Accepted, Outcome, Rejected
from jazzgen.datasets.solo_files import check_length
from jazzgen.datasets.source_file import SourceFile
from jazzgen.datasets.staging import Staging
from jazzgen.errors import DatasetError
from jazzgen.io.registry import FORMATS
from jazzgen.music.solo import Solo
from jazzgen.runtime.pool import Pool

__all__ = ["read_files"]

OnSolo = Callable[[int, int], None]
"""Is called with the number of solos done, and of all."""


def read_files(
    files: Iterable[SourceFile],
    pool: Pool[list[Outcome]],
    *,
    names: Collection[str] | None = None,
    on_solo: OnSolo | None = None,
    known: Callable[[SourceFile], bool] = lambda _: False,
) -> Iterator[tuple[SourceFile, Iterable[Outcome]]]:
    """Read the solos of files.

    Args:
        files: The files. They are taken from the iterable a limited number ahead.
        pool: Reads music files, ahead of the outcomes that have been yielded. Other files are
            read in this process, when their turn comes.
        names: The solos to read from collections whose solos have names; by default all.
        on_solo: Is called after each solo of a collection, if the collection knows the number
            of its solos.
        known: Returns whether a file need not be read.

    Yields:
        Each file in the order given, with the outcomes of its solos: at least one, but none
        for known files. They must be consumed before the next file is asked for.
    """
    line: deque[tuple[SourceFile, Iterator[Outcome] | None]] = deque()  # None: the pool reads it
    staging = Staging()

    def paths() -> Iterator[str]:
        for file in staging.ready(files, known):
            if known(file):
                line.append((file, iter(())))
            elif file.kind == "music":
                line.append((file, None))
                yield staging.path(file)
            else:
                outcomes = _read_here(file, staging.path(file), names, on_solo)
                line.append((file, staging.told(file, outcomes)))

    def others() -> Iterator[tuple[SourceFile, Iterable[Outcome]]]:
        while line and (outcomes := line[0][1]) is not None:
            yield line.popleft()[0], outcomes

    with staging:
        for _, result in pool.outcomes(paths()):
            yield from others()
            file, _ = line.popleft()
            yield file, staging.told(file, [result] if isinstance(result, Rejected) else result)
        yield from others()


def _read_here(
    file: SourceFile, path: str, names: Collection[str] | None, on_solo: OnSolo | None
) -> Iterator[Outcome]:
    """Read a file in this process.

    Args:
        file: The file.
        path: The path at which it can be read.
        names: The solos to read.
        on_solo: Is called after each solo.
    """
    if file.kind == "nothing":
        yield Rejected(file.path, file.problem)
        return
    try:
        yield from _of_collection(path, names, on_solo)
    except DatasetError as error:
        yield Rejected(path, str(error))


def _of_collection(
    path: str, names: Collection[str] | None, on_solo: OnSolo | None
) -> Iterator[Outcome]:
    found = FORMATS.of_collection(Path(path))
    if found is None:
        raise DatasetError(f"{path}: has changed while it was read")
    for name, solo in found.read_collection(path, names, on_solo):
        if not isinstance(solo, Solo):
            yield Rejected(f"{path}#{name}", str(solo))
        elif name:
            yield check_length(Accepted(f"{path}#{name}", solo), f"{path}: {name}")
        else:  # solos of datasets have no names, and were long enough when they were written
            yield Accepted(path, solo)
