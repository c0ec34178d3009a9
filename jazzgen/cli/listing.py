"""`jazzgen models`: lists the models that `--model` finds by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jazzgen.cli.options import configured
from jazzgen.cli.output import say, show, show_json
from jazzgen.runtime.settings import setting

if TYPE_CHECKING:
    from jazzgen.nn.registry import ModelEntry

__all__ = ["models"]


@dataclass(frozen=True, kw_only=True)
class ModelsRequest:
    """What is listed, and how.

    Args:
        performers: Whether each model's performers are listed instead of its figures.
        json: Whether the list is printed as JSON.
    """

    performers: bool = setting(False, text="List the performers each model can play like.")
    json: bool = setting(False, text="Print JSON.")


@configured
def models(request: ModelsRequest) -> None:
    """List the models that --model finds by name."""
    entries = _readable_models()
    if request.performers:
        _show_performers(entries, json=request.json)
    elif request.json:
        show_json([entry.to_json() for entry in entries])
    else:
        _show_figures(entries)


def _readable_models() -> list[ModelEntry]:
    """Return the models that can be read; a message names each of the others.

    Raises:
        ModelError: There are models, but none of them can be read.
    """
    from jazzgen.nn.registry import list_models
    from jazzgen.runtime.folders import archive_note

    entries, broken = list_models()
    if broken and not entries:
        raise broken[0]
    for error in broken:
        say(f"left out: {error}")
    if not entries:
        say(f"no models{archive_note()}")
    return entries


def _show_performers(entries: Sequence[ModelEntry], *, json: bool) -> None:
    from jazzgen.improviser import list_performers

    performers = {entry.name: list_performers(entry.folder) for entry in entries}
    if json:
        show_json([{"name": name, "performers": names} for name, names in performers.items()])
        return
    for model, names in performers.items():
        for name in names:
            show(f"{model:<16} {name}")


def _show_figures(entries: Sequence[ModelEntry]) -> None:
    from jazzgen.improviser import DEFAULT_MODEL

    for entry in entries:
        default = "  (default)" if entry.name == DEFAULT_MODEL else ""
        parameters = _number(entry.parameters, ",")
        show(
            f"{entry.name:<16} {entry.preset!s:<11} {parameters:>10} parameters  "
            f"{_cost(entry)}  {entry.folder}{default}"
        )


def _cost(entry: ModelEntry) -> str:
    """Return a model's bits per note, and on which solos: those of others are other bits."""
    if entry.bits_per_note is None:
        return "not measured"
    solos = f"{entry.held_out_solos or 'some'} solos held out of {entry.data or 'its data'}"
    bits = _number(entry.bits_per_note, ".2f")
    return f"{bits} bits per note on {solos}"


def _number(value: object, form: str) -> str:
    """Return a number in a form, and whatever else a manifest has in its place as it is."""
    return format(value, form) if isinstance(value, (int, float)) else str(value)
