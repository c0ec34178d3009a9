"""`jazzgen charts`: the charts of the library and of files; one in another format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jazzgen.cli.output import naming, say, show, show_json
from jazzgen.errors import ConfigError
from jazzgen.io.registry import FORMATS, charts_named, listed
from jazzgen.runtime.files import is_there

if TYPE_CHECKING:
    from jazzgen.music.chart import Chart

__all__ = ["charts"]


def charts(
    names: Annotated[list[str] | None, typer.Argument(help="Charts of the library, files "
                     f"({charts_named('or')}), or iReal Pro links; by default the whole library.",
                     metavar="[NAME|FILE]...", show_default=False)] = None,
    show_: Annotated[bool, typer.Option("--show", help="Print one chart as chart text.")] = False,
    out: Annotated[Path | None, typer.Option(help=f"Write one chart: {_written_as()}.",
                   metavar="FILE")] = None,
    key: Annotated[str | None, typer.Option(help="With --show or --out: move it to this key.")
                   ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """List chord charts, or write one in another format."""
    if show_ or out is not None:
        _write(names or [], show_, out, key)
        return
    if key is not None:
        raise ConfigError("--key goes with --show or --out")
    rows = [_row(name, chart) for name, chart in _listed(names)]
    if json:
        show_json(rows)
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        show(f"{row['name']:<{width}} {row['bars']:>4} bars  {row['meter']:<5} {row['key']:<4} "
             f"{row['tempo']:>4.0f} bpm  {row['feel']:<9} {row['title']}")  # fmt: skip


def _listed(names: list[str] | None) -> Iterator[tuple[str, Chart]]:
    """Yield each chart with the name by which `--chart` finds it."""
    from jazzgen.io.charts import read_charts
    from jazzgen.library import find_chart, library_chart, library_names

    if not names:
        yield from ((name, library_chart(name)) for name in library_names())
    for name in names or []:
        if name in library_names() or not is_there(name):
            yield name[:40], find_chart(name, "chart")
            continue
        found = read_charts(name)
        for number, chart in enumerate(found, 1):
            yield (f"{name}#{number}" if len(found) > 1 else name), chart


def _written_as() -> str:
    kinds = (f"{one.name} ({one.written[0]})" for one in FORMATS.writing)
    return listed(kinds, "or")


def _row(name: str, chart: Chart) -> dict[str, Any]:
    return {
        "name": name, "title": chart.title, "key": str(chart.key), "bars": len(chart.bars),
        "meter": str(chart.bars[0].meter), "tempo": chart.tempo, "feel": chart.feel,
    }  # fmt: skip


def _write(names: list[str], shown: bool, out: Path | None, key: str | None) -> None:
    """Print or write the one chart that is named."""
    from jazzgen.io.chart_text.text import format_chart
    from jazzgen.library import find_chart
    from jazzgen.music.pitch import Key
    from jazzgen.runtime.atomic import write_bytes

    if len(names) != 1:
        raise ConfigError(f"--show and --out: expected one chart, not {len(names)}")
    kind = None if out is None else FORMATS.for_writing(out.name)
    if out is not None and kind is None:
        suffixes = listed((one.written[0] for one in FORMATS.writing), "or")
        raise ConfigError(f"--out {out}: expected a name that ends in {suffixes}")
    chart = find_chart(names[0], "chart")
    if key is not None:
        with naming("--key"):
            chart = chart.in_key(Key.parse(key))
    if shown:
        show(format_chart(chart).rstrip("\n"))
    if out is not None and kind is not None:
        write_bytes(out, kind.chart_bytes(chart))
        say(f"{out}: {len(chart.bars)} bars in {chart.key}")
