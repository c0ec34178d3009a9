"""`jazzgen prepare`: reads solos into one dataset file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

import jazzgen
from jazzgen.cli.options import configured
from jazzgen.cli.output import printable, say
from jazzgen.cli.prepare_report import Totals, names_not_found, say_problems, show_report, why_none
from jazzgen.cli.reading_progress import reading_progress
from jazzgen.datasets.formats import sources_named
from jazzgen.errors import ConfigError, OutputError
from jazzgen.io.wjazzd.names import read_names
from jazzgen.runtime.addresses import is_remote, local_path
from jazzgen.runtime.interrupts import Interrupted
from jazzgen.runtime.settings import check_settings, setting
from jazzgen.runtime.wording import counted, whole_number

if TYPE_CHECKING:
    from jazzgen.datasets.journal import Journal
    from jazzgen.datasets.preparation import Preparation
    from jazzgen.music.chart import Chart

__all__ = ["prepare"]


@dataclass(frozen=True, kw_only=True)
class PrepareRequest:
    """What goes into a dataset, and how it is read.

    Args:
        sources: Files of solos, and folders of them.
        out: The dataset to write.
        names: A text file with the names of the solos to take.
        melody_track: The track of the solo in each file.
        chart: A chart file with the changes of all solos.
        jobs: The number of processes that read files.
        strict: Whether any rejected file makes the command fail.
        overwrite: Whether a file that jazzgen has not written may be replaced.
        json: Whether the result is printed as JSON.
        cluster: The address of a cluster that reads the files.
        shard: Which part of a dataset in shards to read: "K/N".
        files_per_shard: The number of files in a shard, on average.

    Raises:
        ConfigError: A value is out of range.
    """

    sources: list[str] = setting(
        argument=True,
        metavar="SRC…",
        text=lambda: f"{sources_named()}; paths, or addresses such as s3://BUCKET/SOLOS.",
    )
    out: str = setting(
        metavar="DATASET",
        text="The dataset file to write; with --cluster or --shard a folder of shards, "
        "or its address.",
    )
    names: Path | None = setting(
        None, text="A text file of solo names, one per line: only these are taken."
    )
    melody_track: str | None = setting(
        None, text="Number (from 0) or name of the track with the solo."
    )
    chart: Path | None = setting(None, text="A chart file with the changes of all the solos.")
    jobs: int | None = setting(
        None,
        1,
        256,
        usual="one per core, at most 8",
        text="Processes that read files side by side; the result does not depend on them.",
    )
    strict: bool = setting(
        False, text="Exit with 2 if any file was rejected or any name was not found."
    )
    overwrite: bool = setting(False, text="Replace a file even if jazzgen did not write it.")
    json: bool = setting(False, text="Print JSON.")
    cluster: str | None = setting(
        None,
        metavar="ADDRESS|local:N",
        text="Read on a cluster of Dask: the address of its scheduler, or N workers here. "
        "DATASET is a folder of shards that all workers share.",
    )
    shard: str | None = setting(
        None,
        metavar="K/N",
        text="Read part K of N only: one job of an array. DATASET is a folder that all jobs share.",
    )
    files_per_shard: int = setting(
        1000,
        1,
        10**6,
        text="With --cluster or --shard: files in a shard, on average; the same for all jobs.",
    )

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def track(self) -> int | str | None:
        """The track of the solo: its number, if the text is one, or its name."""
        text = self.melody_track
        number = whole_number(text or "")
        return text if number is None else number


@configured
def prepare(request: PrepareRequest) -> None:
    """Read solos and write them to one dataset file, with a line on each rejected file.

    If it is stopped, the same command resumes where it stopped.
    """
    from jazzgen.cli.prepare_shards import Part, prepare_on_cluster, prepare_part
    from jazzgen.datasets.preparation import Preparation
    from jazzgen.runtime.atomic import check_writable
    from jazzgen.runtime.ownership import check_replaceable

    if request.shard is not None and request.cluster is not None:
        raise ConfigError("--shard and --cluster: expected one of them")
    part = None if request.shard is None else Part.parse(request.shard)
    whole = part is None and request.cluster is None
    if whole and is_remote(request.out):
        raise ConfigError(
            f"--out {request.out}: expected a path; an address takes shards, with --shard 1/1 or "
            "--cluster"
        )
    if not is_remote(request.out):
        check_writable(local_path(request.out), folder=not whole)
    if whole:
        own = [local_path(source) for source in request.sources if not is_remote(source)]
        read = [*own, *filter(None, (request.names, request.chart))]
        check_replaceable(Path(local_path(request.out)), overwrite=request.overwrite, read=read)
    preparation = Preparation(
        sources=tuple(
            source if is_remote(source) else local_path(source) for source in request.sources
        ),
        track=request.track,
        chart=_chart(request.chart) if request.chart else None,
        names=read_names(request.names) if request.names else None,
    )
    if part:
        failed = prepare_part(request, preparation, part)
    elif request.cluster is not None:
        failed = prepare_on_cluster(request, preparation, request.cluster)
    else:
        failed = _prepare_file(request, preparation)
    if request.strict and failed:
        raise typer.Exit(2)


def _prepare_file(request: PrepareRequest, preparation: Preparation) -> bool:
    """Make one dataset file.

    Returns:
        Whether any file was rejected, or any name not found.
    """
    from jazzgen.datasets.journal import Journal

    work = preparation.work(jazzgen.__version__)
    with Journal(local_path(request.out), work) as journal, _saying_what_is_kept(journal):
        _read(preparation, journal, request.jobs)
        return _finish(request, preparation, journal)


def _chart(path: Path) -> Chart:
    """Return the one chart of a file, and say what its reader has to say about it."""
    from jazzgen.io.charts import pick_reading

    reading = pick_reading(path)
    for warning in reading.warnings:
        say(printable(f"--chart {path.name}: {warning}"))
    return reading.required()


def _read(preparation: Preparation, journal: Journal, jobs: int | None) -> None:
    """Read all files that are not in the journal yet, and add them to it."""
    from jazzgen.datasets.solo_files import file_reader
    from jazzgen.datasets.sources import find_files
    from jazzgen.runtime.cores import usable_cores
    from jazzgen.runtime.pool import Pool

    total = sum(1 for _ in find_files(preparation.sources))
    files = journal.resume(find_files(preparation.sources))
    _say_where_it_resumes(journal, total)
    reader = file_reader(preparation.track, preparation.chart)
    with (
        Pool(reader, jobs or usable_cores()) as pool,
        reading_progress(journal.done, total) as show_done,
    ):
        preparation.read(files, journal, pool, show_done)


def _say_where_it_resumes(journal: Journal, total: int) -> None:
    if journal.replaced:
        say(printable(f"{journal.folder}: was begun with other options or sources; starting over"))
    if journal.done_before:
        done = min(journal.done_before, total)
        say(f"resuming: {done:,} of {counted(total, 'file')} already done")


def _finish(request: PrepareRequest, preparation: Preparation, journal: Journal) -> bool:
    """Make the journal a dataset, and report on it.

    Returns:
        Whether any file was rejected, or any name not found.

    Raises:
        DatasetError: There are no solos.
    """
    from jazzgen.errors import DatasetError

    totals = Totals(missing=set(preparation.names or ()))
    for record in journal.records():
        totals.add(record)
    missing = names_not_found(request.names, totals)
    if not totals.solos:
        journal.discard()
        raise DatasetError(why_none(request.sources, totals, missing))
    journal.finish()
    say_problems(journal.records, missing)
    show_report(request.out, totals, journal.records, missing, json=request.json)
    return bool(totals.rejected or missing)


@contextmanager
def _saying_what_is_kept(journal: Journal) -> Iterator[None]:
    """Add to an interrupt or a failure to write how much is kept, and how to resume.

    An interrupt behind the last file is told that the dataset is complete instead.
    """
    try:
        yield
    except (Interrupted, OutputError) as end:
        if journal.finished and isinstance(end, Interrupted):
            end.add_note(f"{journal.out} is complete")
        if journal.kept:
            kept = (
                f"{counted(journal.done, 'file')} done and kept in {journal.folder}; the same "
                "command resumes from there"
            )
            if isinstance(end, Interrupted):
                end.add_note(kept)
                raise
            raise OutputError(f"{end}; {kept}") from end
        raise
