"""`jazzgen models` and `jazzgen charts`: what there is."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from jazzgen.cli.output import show, show_json

__all__ = ["charts", "models"]

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def models(
    performers: Annotated[
        bool, typer.Option("--performers", help="List whom each model can play like instead.")
    ] = False,
    json: Json = False,
) -> None:
    """List the models that can be named."""
    from jazzgen.improviser import DEFAULT_MODEL, list_performers
    from jazzgen.shelf import list_models

    rows = list_models()
    if performers:
        rows = [{"name": row["name"], "performers": list_performers(row["folder"])} for row in rows]
    if json:
        show_json(rows)
        return
    if performers:
        for row in rows:
            for name in row["performers"]:
                show(f"{row['name']:<16} {name}")
        return
    for row in rows:
        default = "  (default)" if row["name"] == DEFAULT_MODEL else ""
        show(f"{row['name']:<16} {row['preset']!s:<11} {row['parameters']!s:>10} parameters  "
             f"{row['bits_per_note']} bits a note  {row['folder']}{default}")  # fmt: skip


def charts(json: Json = False) -> None:
    """List the chord charts that can be named."""
    from jazzgen.formats.chart_library import library_chart, library_names

    rows: list[dict[str, Any]] = []
    for name in library_names():
        chart = library_chart(name)
        rows.append({
            "name": name, "title": chart.title, "key": str(chart.key), "bars": len(chart.bars),
            "meter": str(chart.bars[0].meter), "tempo": chart.tempo, "feel": chart.feel,
        })  # fmt: skip
    if json:
        show_json(rows)
        return
    for row in rows:
        show(f"{row['name']:<16} {row['bars']:>3} bars  {row['meter']:<5} {row['key']:<4} "
             f"{row['tempo']:>4.0f} bpm  {row['feel']:<9} {row['title']}")  # fmt: skip
