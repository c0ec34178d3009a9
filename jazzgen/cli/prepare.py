"""`jazzgen prepare`: solos into one dataset file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import jazzgen
from jazzgen.cli.output import printable, say
from jazzgen.cli.prepare_report import Totals, names_of, row_of, say_problems, show_report
from jazzgen.cli.reading_progress import intake_bar
from jazzgen.datasets.formats import sources_named
from jazzgen.errors import OutputError
from jazzgen.runtime.interrupts import Interrupted

if TYPE_CHECKING:
    from jazzgen.datasets.journal import Journal
    from jazzgen.datasets.outcome import Outcome
    from jazzgen.music.chart import Chart

__all__ = ["prepare"]

NAME_SUFFIX = "_FINAL.sv"


def prepare(
    sources: Annotated[
        list[Path],
        typer.Argument(
            help=f"{sources_named()}.",
            metavar="SRC…",
        ),
    ],
    out: Annotated[Path, typer.Option(help="The dataset file to write.", metavar="DATASET")],
    names: Annotated[
        Path | None,
        typer.Option(help="A text file of solo names, one a line: only these are taken."),
    ] = None,
    melody_track: Annotated[
        str | None, typer.Option(help="Number (from 0) or name of the track with the solo.")
    ] = None,
    chart: Annotated[
        Path | None, typer.Option(help="A chart file with the changes of all the solos.")
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            help="Processes that read side by side; the outcome does not depend on them.",
            min=1,
            max=256,
            show_default="the cores, 8 at most",
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Exit with 2 if any file was rejected or name not found."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read solos and write them to one dataset file, saying of every file what became of it.

    If it is stopped, the same command goes on where it was.
    """
    from jazzgen.datasets.journal import Journal
    from jazzgen.errors import DatasetError
    from jazzgen.io.charts import pick_chart
    from jazzgen.runtime.atomic import check_writable

    check_writable(out)
    changes = pick_chart(chart) if chart else None
    track = int(melody_track) if melody_track and melody_track.isdigit() else melody_track
    wanted = _read_names(names) if names else None
    work = _work(sources, track, changes, wanted)
    with Journal(out, work) as journal, _saying_what_is_kept(journal):
        _read(journal, sources, track, changes, jobs, wanted)
        totals = Totals(set(wanted or ()))
        for record in journal.records():
            totals.add(record)
        missing = _not_found(names, totals)
        if not totals.solos:
            journal.drop()
            raise DatasetError(_why_none(sources, totals, missing))
        journal.finish()
        say_problems(journal.records, missing)
        show_report(out, totals, journal.records, missing, json)
    if strict and (totals.rejected or missing):
        raise typer.Exit(2)


def _work(
    sources: list[Path], track: int | str | None, changes: Chart | None, names: set[str] | None
) -> str:
    """Return a word for what decides the dataset, so that no other work is gone on with."""
    parts = (jazzgen.__version__, str(Path.cwd()), list(map(str, sources)), track, changes,
             None if names is None else sorted(names))  # fmt: skip
    return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()


def _read(
    journal: Journal, sources: list[Path], track: int | str | None, changes: Chart | None,
    jobs: int | None, wanted: set[str] | None,
) -> None:  # fmt: skip
    """Read all that is not yet in the journal, and add it there."""
    from jazzgen.datasets.reader import read_files
    from jazzgen.datasets.solo_files import file_reader
    from jazzgen.datasets.sources import find_files
    from jazzgen.runtime.pool import Pool, usable_cores

    total = sum(1 for _ in find_files(sources))
    files = journal.go_on(find_files(sources))
    _say_where_it_begins(journal, total)
    with (
        Pool(file_reader(track, changes), jobs or usable_cores()) as pool,
        intake_bar(journal.done, total) as show_done,
    ):

        def on_solo(done: int, solos: int) -> None:
            show_done(journal.done + done / solos)

        for file, outcomes in read_files(
            files, pool, names=wanted, on_solo=on_solo, known=journal.knows
        ):
            if journal.knows(file):
                journal.add_known(file)
            else:
                rows: list[dict[str, Any]] = []
                journal.add(file, _lines(file.path, outcomes, wanted, rows), rows)
            show_done(journal.done)


def _say_where_it_begins(journal: Journal, total: int) -> None:
    if journal.replaced:
        say(printable(f"{journal.folder}: begun with other options or sources; begins anew"))
    if journal.done_before:
        done = min(journal.done_before, total)
        say(f"goes on: {done:,} of {total:,} files were done before")


def _lines(
    file: str, outcomes: Iterable[Outcome], wanted: set[str] | None, rows: list[dict[str, Any]]
) -> Iterator[bytes]:
    """Yield the lines of the solos that are wanted, and note in `rows` what became of each."""
    from jazzgen.datasets.dataset import dataset_line
    from jazzgen.datasets.outcome import Rejected

    for outcome in outcomes:
        if isinstance(outcome, Rejected):
            rows.append(row_of(outcome, None))
            continue
        solo = replace(outcome.solo, source=outcome.solo.source or Path(file).name)
        if wanted is None or not wanted.isdisjoint(names_of(outcome.file, solo.source)):
            rows.append(row_of(outcome, solo))
            yield dataset_line(solo)


@contextmanager
def _saying_what_is_kept(journal: Journal) -> Iterator[None]:
    """Add to whatever ends the work early what of it is kept, and how to go on."""
    try:
        yield
    except (Interrupted, OutputError) as end:
        if journal.kept:
            kept = (f"{journal.done:,} files are done and kept in {journal.folder}, and the same "
                    "command goes on from there")  # fmt: skip
            if isinstance(end, Interrupted):
                end.add_note(kept)
                raise
            raise OutputError(f"{end}; {kept}") from end
        raise


def _not_found(names: Path | None, totals: Totals) -> list[dict[str, str]]:
    """Return a row for every name that belongs to no solo, read or rejected."""
    return [
        {"file": name, "reason": f"{names}: {name}: no solo of this name"}
        for name in sorted(totals.missing)
    ]


def _why_none(sources: list[Path], totals: Totals, missing: list[dict[str, str]]) -> str:
    reason = totals.first or missing[0]["reason"]
    if totals.files > 1 or any(source.is_dir() for source in sources):
        reason = f"without solos ({totals.files:,} files, none usable; {reason})"
    return f"no solo in {', '.join(map(str, sources))}: {reason}"


def _read_names(path: Path) -> set[str]:
    from jazzgen.errors import DatasetError

    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: {getattr(error, 'strerror', None) or 'not text'}") from error
    return {line.strip().removesuffix(NAME_SUFFIX) for line in lines} - {""}
