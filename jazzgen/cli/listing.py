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

    entries, broken = list_models()
    if broken and not entries:
        raise broken[0]
    for error in broken:
        say(f"left out: {error}")
    if not entries:
        say(f"no models{archive_note()}")
    if performers:
        known = {entry.name: list_performers(entry.folder) for entry in entries}
        if json:
            show_json([{"name": name, "performers": names} for name, names in known.items()])
            return
        for model, names in known.items():
            for name in names:
                show(f"{model:<16} {name}")
        return
    if json:
        show_json([entry.to_json() for entry in entries])
        return
    for entry in entries:
        default = "  (default)" if entry.name == DEFAULT_MODEL else ""
        show(
            f"{entry.name:<16} {entry.preset!s:<11} {entry.parameters!s:>10} parameters  "
            f"{entry.bits_per_note} bits per note  {entry.folder}{default}"
        )
