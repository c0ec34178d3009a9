"""Preparing a dataset: the solos of sources are read into a journal, which becomes the dataset."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from jazzgen.datasets.dataset import dataset_line
from jazzgen.datasets.journal import Journal
from jazzgen.datasets.outcome import Outcome, Rejected, Summary, SummaryOfSolo
from jazzgen.datasets.reader import read_files
from jazzgen.datasets.source_file import SourceFile
from jazzgen.music.chart import Chart
from jazzgen.runtime.addresses import is_remote
from jazzgen.runtime.pool import Pool

__all__ = ["Preparation", "names_of"]


def names_of(file: str, source: str) -> set[str]:
    """Return the names by which a solo can be selected.

    Args:
        file: The file that it was read from; in a database `FILE#NAME`.
        source: The source that the solo itself names.
    """
    return {Path(file).stem, Path(source).stem, source}


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """What goes into a dataset.

    Args:
        sources: Files and folders, or their names, or addresses such as `s3://bucket/solos`.
        track: Number (from 0) or name of the part to take from each music file; by default the
            solo part is found.
        chart: Changes to use for music files, in place of their own.
        names: The solos to take, by name; by default all.
    """

    sources: tuple[Path | str, ...]
    track: int | str | None = None
    chart: Chart | None = None
    names: frozenset[str] | None = None

    def work(self, version: str) -> str:
        """Return a hash of everything that decides what is in the dataset, for its journal.

        Args:
            version: The version of the program, which decides how files are read.
        """
        relative = any(
            not is_remote(str(source)) and not Path(source).is_absolute() for source in self.sources
        )
        parts = (
            version,
            str(Path.cwd()) if relative else "",
            list(map(str, self.sources)),
            self.track,
            self.chart,
            None if self.names is None else sorted(self.names),
        )
        return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()

    def read(
        self,
        files: Iterable[SourceFile],
        journal: Journal,
        pool: Pool[list[Outcome]],
        on_progress: Callable[[float], None],
    ) -> None:
        """Read files into a journal, or copy the records that it has of them.

        Args:
            files: The files that are not in the journal (see `Journal.resume`).
            journal: The journal of this work.
            pool: Reads music files, with this preparation's track and chart.
            on_progress: Is called with the number of files done, which is no integer while a
                collection is being read.

        Raises:
            OutputError: The journal cannot be written.
        """

        def on_solo(done: int, solos: int) -> None:
            on_progress(journal.done + done / solos)

        for file, outcomes in read_files(
            files, pool, names=self.names, on_solo=on_solo, known=journal.has_record
        ):
            if journal.has_record(file):
                journal.copy_record(file)
            else:
                summaries: list[Summary] = []
                journal.add(file, self._lines(file.path, outcomes, summaries), summaries)
            on_progress(journal.done)

    def _lines(
        self, file: str, outcomes: Iterable[Outcome], summaries: list[Summary]
    ) -> Iterator[bytes]:
        """Yield the dataset's lines of the solos to take, and add each one's summary."""
        for outcome in outcomes:
            if isinstance(outcome, Rejected):
                summaries.append(outcome)
                continue
            solo = replace(outcome.solo, source=outcome.solo.source or Path(file).name)
            if self.names is None or not self.names.isdisjoint(names_of(outcome.file, solo.source)):
                summaries.append(SummaryOfSolo.of(outcome, solo))
                yield dataset_line(solo)
