"""`jazzgen prepare`: solos into one dataset file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jazzgen.cli.output import say, show, show_json

if TYPE_CHECKING:
    from jazzgen.data.corpus import Rejected
    from jazzgen.music.chart import Chart
    from jazzgen.music.solo import Solo

__all__ = ["prepare"]

NAME_SUFFIX = "_FINAL.sv"


def prepare(
    sources: Annotated[
        list[Path],
        typer.Argument(
            help="MIDI files, folders of them, datasets, or the Weimar Jazz Database (wjazzd.db).",
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
        int, typer.Option(help="Processes that read side by side.", min=1, max=256)
    ] = 1,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Exit with 2 if any file was rejected or name not found."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read solos and write them to one dataset file, saying of every file what became of it."""
    from jazzgen.atomic import check_writable
    from jazzgen.data.dataset import write_dataset
    from jazzgen.errors import DatasetError
    from jazzgen.formats.chart_files import pick_chart

    check_writable(out)
    changes = pick_chart(chart) if chart else None
    track = int(melody_track) if melody_track and melody_track.isdigit() else melody_track
    wanted = _read_names(names) if names else None
    found, rejected = _collect(sources, track, changes, jobs, wanted)
    if wanted is not None:
        found = [(file, solo) for file, solo in found if not wanted.isdisjoint(_names(file, solo))]
        rejected += _not_found(names, wanted, found, rejected)
    if not found:
        reason = rejected[0].reason if rejected else f"no names in {names}"
        raise DatasetError(f"no solo in {', '.join(map(str, sources))}: {reason}")
    write_dataset(out, (solo for _, solo in found))
    _report(out, found, rejected, json)
    if strict and rejected:
        raise typer.Exit(2)


def _report(out: Path, found: list[tuple[str, Solo]], rejected: list[Rejected], json: bool) -> None:
    """Say of every file what became of it."""
    for one in rejected:
        say(f"rejected: {one.reason}")
    notes = sum(len(solo.notes) for _, solo in found)
    if not json:
        show(f"{out}: {len(found)} solos, {notes:,} notes; {len(rejected)} files rejected")
        return
    show_json({
        "solos": len(found),
        "notes": notes,
        "accepted": [{"file": file, "notes": len(solo.notes), "title": solo.title,
                      "bars": len(solo.chart.bars)} for file, solo in found],
        "rejected": [{"file": one.file, "reason": one.reason} for one in rejected],
    })  # fmt: skip


def _collect(
    sources: list[Path], track: int | str | None, changes: Chart | None, jobs: int,
    names: Collection[str] | None,
) -> tuple[list[tuple[str, Solo]], list[Rejected]]:  # fmt: skip
    """Return the solos of all sources with their files, and what was rejected."""
    from jazzgen.data.corpus import Rejected, load_corpus
    from jazzgen.errors import DatasetError

    found: list[tuple[str, Solo]] = []
    rejected: list[Rejected] = []
    for source in sources:
        try:
            with _progress_bar(source) as on_solo:
                corpus = load_corpus(source, melody_track=track, chart=changes, jobs=jobs,
                                     names=names, on_solo=on_solo)  # fmt: skip
                solos = list(corpus.solos)
        except DatasetError as error:
            rejected.append(Rejected(str(source), str(error)))
            continue
        for file, solo in zip(corpus.files, solos, strict=True):
            found.append((file, replace(solo, source=solo.source or Path(file).name)))
        rejected += corpus.rejected
    return found, rejected


@contextmanager
def _progress_bar(source: Path) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("reading {task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(source.name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _names(file: str, solo: Solo) -> set[str]:
    """The names by which a solo can be asked for."""
    return {Path(file).stem, Path(solo.source).stem, solo.source}


def _not_found(
    names: Path | None, wanted: set[str], found: list[tuple[str, Solo]], rejected: list[Rejected]
) -> list[Rejected]:
    """Return a line for every name that belongs to no solo, read or rejected."""
    from jazzgen.data.corpus import Rejected

    known = {name for file, solo in found for name in _names(file, solo)}
    known |= {Path(one.file).stem for one in rejected}
    known |= {one.file.rpartition("#")[2] for one in rejected}
    return [
        Rejected(name, f"{names}: {name}: no solo of this name") for name in sorted(wanted - known)
    ]


def _read_names(path: Path) -> set[str]:
    from jazzgen.errors import DatasetError

    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: {getattr(error, 'strerror', None) or 'not text'}") from error
    return {line.strip().removesuffix(NAME_SUFFIX) for line in lines} - {""}
