"""`jazzgen prepare`: solos into one dataset file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from jazzgen.cli.output import say, show, show_json

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
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 2 if any file was rejected.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read solos and write them to one dataset file, saying of every file what became of it."""
    from jazzgen.data.corpus import Rejected, load_corpus
    from jazzgen.data.dataset import write_dataset
    from jazzgen.errors import DatasetError
    from jazzgen.formats.chart_text import read_chart

    changes = read_chart(chart) if chart else None
    track = int(melody_track) if melody_track and melody_track.isdigit() else melody_track
    wanted = _read_names(names) if names else None
    solos, rejected = [], []
    for source in sources:
        try:
            corpus = load_corpus(source, melody_track=track, chart=changes)
        except DatasetError as error:
            rejected.append(Rejected(str(source), str(error)))
            continue
        solos += [replace(solo, source=solo.source or str(source)) for solo in corpus.solos]
        rejected += corpus.rejected
    if wanted is not None:
        solos = [solo for solo in solos if Path(solo.source).stem in wanted]
    if not solos:
        reason = rejected[0].reason if rejected else "none of the names"
        raise DatasetError(f"no solo in {', '.join(map(str, sources))}: {reason}")
    write_dataset(out, solos)
    if json:
        show_json({
            "solos": len(solos),
            "notes": sum(len(solo.notes) for solo in solos),
            "accepted": [{"file": solo.source, "notes": len(solo.notes), "title": solo.title,
                          "bars": len(solo.chart.bars)} for solo in solos],
            "rejected": [{"file": one.file, "reason": one.reason} for one in rejected],
        })  # fmt: skip
    for one in rejected:
        say(f"rejected: {one.reason}")
    if not json:
        show(f"{out}: {len(solos)} solos, {sum(len(solo.notes) for solo in solos):,} notes; "
             f"{len(rejected)} files rejected")  # fmt: skip
    if strict and rejected:
        raise typer.Exit(2)


def _read_names(path: Path) -> set[str]:
    from jazzgen.errors import DatasetError

    try:
        return {line.strip() for line in path.read_text(encoding="utf-8").splitlines()} - {""}
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: {getattr(error, 'strerror', None) or 'not text'}") from error
