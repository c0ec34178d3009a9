"""`jazzgen prepare`: solos into one dataset file."""

from __future__ import annotations

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


def prepare(
    sources: Annotated[
        list[Path], typer.Argument(help="MIDI files, folders of them, or datasets.", metavar="SRC…")
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
        bool, typer.Option("--strict", help="Exit with 2 if any file was rejected.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read solos and write them to one dataset file, saying of every file what became of it."""
    from jazzgen.atomic import check_writable
    from jazzgen.data.dataset import write_dataset
    from jazzgen.errors import DatasetError
    from jazzgen.formats.chart_text import read_chart

    check_writable(out)
    changes = read_chart(chart) if chart else None
    track = int(melody_track) if melody_track and melody_track.isdigit() else melody_track
    wanted = _read_names(names) if names else None
    found, rejected = _collect(sources, track, changes, jobs)
    if wanted is not None:
        found = [(file, solo) for file, solo in found if wanted & _names(file, solo)]
    if not found:
        reason = rejected[0].reason if rejected else f"none of the names in {names}"
        raise DatasetError(f"no solo in {', '.join(map(str, sources))}: {reason}")
    write_dataset(out, (solo for _, solo in found))
    for one in rejected:
        say(f"rejected: {one.reason}")
    notes = sum(len(solo.notes) for _, solo in found)
    if json:
        show_json({
            "solos": len(found),
            "notes": notes,
            "accepted": [{"file": file, "notes": len(solo.notes), "title": solo.title,
                          "bars": len(solo.chart.bars)} for file, solo in found],
            "rejected": [{"file": one.file, "reason": one.reason} for one in rejected],
        })  # fmt: skip
    else:
        show(f"{out}: {len(found)} solos, {notes:,} notes; {len(rejected)} files rejected")
    if strict and rejected:
        raise typer.Exit(2)


def _collect(
    sources: list[Path], track: int | str | None, changes: Chart | None, jobs: int
) -> tuple[list[tuple[str, Solo]], list[Rejected]]:
    """Return the solos of all sources with their files, and what was rejected."""
    from jazzgen.data.corpus import Rejected, load_corpus
    from jazzgen.errors import DatasetError

    found: list[tuple[str, Solo]] = []
    rejected: list[Rejected] = []
    for source in sources:
        try:
            corpus = load_corpus(source, melody_track=track, chart=changes, jobs=jobs)
        except DatasetError as error:
            rejected.append(Rejected(str(source), str(error)))
            continue
        for file, solo in zip(corpus.files, corpus.solos, strict=True):
            found.append((file, replace(solo, source=solo.source or Path(file).name)))
        rejected += corpus.rejected
    return found, rejected


def _names(file: str, solo: Solo) -> set[str]:
    """The names by which a solo can be asked for."""
    return {Path(file).stem, Path(solo.source).stem}


def _read_names(path: Path) -> set[str]:
    from jazzgen.errors import DatasetError

    try:
        return {line.strip() for line in path.read_text(encoding="utf-8").splitlines()} - {""}
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: {getattr(error, 'strerror', None) or 'not text'}") from error
