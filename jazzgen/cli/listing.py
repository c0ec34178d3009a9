"""`jazzgen models`: lists the models that `--model` finds by name."""

from __future__ import annotations

from typing import Annotated

import typer

from jazzgen.cli.output import say, show, show_json

__all__ = ["models"]

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def models(
    performers: Annotated[
        bool,
        typer.Option("--performers", help="List the performers each model can play like."),
    ] = False,
    json: Json = False,
) -> None:
    """List the models that --model finds by name."""
    from jazzgen.improviser import DEFAULT_MODEL, list_performers
    from jazzgen.nn.registry import list_models
    from jazzgen.runtime.folders import archive_note

    rows, broken = list_models()
    if broken and not rows:
        raise broken[0]
    for error in broken:
        say(f"left out: {error}")
    if not rows:
        say(f"no models{archive_note()}")
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
        show(
            f"{row['name']:<16} {row['preset']!s:<11} {row['parameters']!s:>10} parameters  "
            f"{row['bits_per_note']} bits per note  {row['folder']}{default}"
        )
