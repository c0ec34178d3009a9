"""`jazzgen charts`: lists charts of the library and of files, and writes one in another format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgen.cli.chart_files import chart_file, file_named_for, kinds_named, suffixes_named
from jazzgen.cli.chart_option import KEY, STRICT, ChartKey, find_accepted
from jazzgen.cli.options import configured
from jazzgen.cli.output import printable, say, show, show_json
from jazzgen.errors import ChartError, ConfigError
from jazzgen.io.registry import charts_named
from jazzgen.runtime.files import is_folder, is_there
from jazzgen.runtime.settings import setting
from jazzgen.runtime.wording import counted, plural

if TYPE_CHECKING:
    from jazzgen.io.chart_reading import ChartReading
    from jazzgen.music.chart import Chart

__all__ = ["charts"]


@dataclass(frozen=True, kw_only=True)
class ChartsRequest:
    """Which charts are listed, or which one is written, and how.

    Args:
        names: Names of charts, files, folders or iReal Pro links; None for the whole library.
        show: Whether one chart is printed as chart text.
        out: The file to which one chart is written.
        to: What one chart is written as; None for what the name of `out` says.
        key: The key to which that chart is transposed, or which it is in if it names none.
        transpose: The semitones by which it is transposed, or the key to which it is.
        overwrite: Whether a file that jazzgen has not written may be replaced.
        strict: Whether a chart in which something had to be repaired is refused.
        json: Whether the list is printed as JSON.
    """

    names: list[str] | None = setting(
        None,
        argument=True,
        metavar="[NAME|FILE|FOLDER]...",
        text=lambda: (
            f"Charts of the library, files ({charts_named('or')}), folders with such files, or "
            "iReal Pro links; by default the whole library."
        ),
    )
    show: bool = setting(False, text="Print one chart as chart text.")
    out: Path | None = setting(
        None,
        metavar="FILE",
        text=lambda: f"Write one chart to a file that ends in {suffixes_named()}.",
    )
    to: str | None = setting(
        None,
        metavar="KIND",
        text=lambda: (
            f"Write one chart as {kinds_named()}: pdf, svg and png are a lead sheet of four bars a "
            "line, ireal is a page with a link that iReal Pro opens. By default --out says it."
        ),
    )
    key: str | None = setting(None, text=f"With --show or --out: {KEY[0].lower()}{KEY[1:]}")
    transpose: str | None = setting(
        None, metavar="N|KEY", text="With --show or --out: transpose it by semitones or to a key."
    )
    overwrite: bool = setting(
        False, text="With --out or --to: replace a file even if jazzgen did not write it."
    )
    strict: bool = setting(False, text=STRICT)
    json: bool = setting(False, text="Print JSON.")


@configured
def charts(request: ChartsRequest) -> None:
    """List chord charts, or write one in another format."""
    if request.show or request.out is not None or request.to is not None:
        _write(request)
        return
    for option, value in (("--key", request.key), ("--transpose", request.transpose)):
        if value is not None:
            raise ConfigError(f"{option} needs --show, --out or --to")
    listed = [(name, _checked(one, request.strict)) for name, one in _listed(request.names)]
    if not any(reading.chart for _, reading in listed):
        for _, reading in listed:
            reading.required()
    _tell(listed)
    if request.json:
        show_json([_entry(name, reading) for name, reading in listed])
        return
    rows = [_row(name, reading.chart) for name, reading in listed if reading.chart]
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        show(
            f"{row['name']:<{width}} {row['bars']:>4} {plural(row['bars'], 'bar'):<4}  "
            f"{row['meter']:<5} {row['key']:<4} "
            f"{row['tempo']:>4.0f} bpm  {row['feel']:<13} {row['title']}"
        )


def _listed(names: list[str] | None) -> Iterator[tuple[str, ChartReading]]:
    """Yield each chart with the name by which `--chart` finds it, also where it has a fault."""
    from jazzgen.io.chart_reading import ChartReading
    from jazzgen.library import library_chart, library_names

    if not names:
        yield from ((name, ChartReading.of(library_chart(name))) for name in library_names())
    for name in names or []:
        try:
            yield from _named(name)
        except ChartError as error:
            yield name, ChartReading(title="", error=error)


def _named(name: str) -> Iterator[tuple[str, ChartReading]]:
    """Yield the charts that one argument of the command names."""
    from jazzgen.io.charts import read_readings
    from jazzgen.io.registry import FORMATS
    from jazzgen.library import find_reading, library_names

    if is_folder(name):
        yield from _in_folder(Path(name))
        return
    music = FORMATS.recognised_music(Path(name)) if is_there(name) else None
    if name in library_names() or not is_there(name) or (music and not music.charts):
        yield name[:40], find_reading(name, "chart")
        return
    found = read_readings(name)
    for number, reading in enumerate(found, 1):
        yield (f"{name}#{number}" if len(found) > 1 else name), reading


def _in_folder(folder: Path) -> Iterator[tuple[str, ChartReading]]:
    """Yield the charts of all files of a folder that hold some, also those with a fault."""
    from jazzgen.io.chart_folder import chart_files
    from jazzgen.io.chart_reading import ChartReading

    files, others = chart_files(folder)
    if not files:
        raise ChartError(f"{folder}: no file in it holds a chart")
    for file in files:
        try:
            yield from _named(str(file))
        except ChartError as error:
            yield str(file), ChartReading(title="", error=error)
    if others:
        what = f"{counted(len(others), 'file')} without a chart, such as {others[0].name}"
        say(printable(f"{folder}: passed over {what}"))


def _checked(reading: ChartReading, strict: bool) -> ChartReading:
    """Return a reading; with `--strict` one in which something was repaired is an error.

    Args:
        reading: The reading.
        strict: Whether `--strict` was given.
    """
    if not strict or not reading.warnings:
        return reading
    return replace(reading, chart=None, error=ChartError(reading.warnings[0]), warnings=())


def _tell(listed: Sequence[tuple[str, ChartReading]]) -> None:
    """Say which charts cannot be read, and what was repaired or guessed in the others."""
    for name, reading in listed:
        if reading.error:
            source = Path(name.rpartition("#")[0] or name).name
            reason = str(reading.error).removeprefix(f"{source}: ")
            say(printable(f"{name}: not read: {reason}"))
        for warning in reading.warnings:
            say(printable(f"{name}: {warning}"))


def _entry(name: str, reading: ChartReading) -> dict[str, Any]:
    """Return the JSON of a chart; without one, all values but its name, title and error are null.

    Args:
        name: The name by which `--chart` finds it.
        reading: The chart, or why it cannot be read.
    """
    if reading.chart:
        return {**_row(name, reading.chart), "warnings": list(reading.warnings), "error": None}
    empty = dict.fromkeys(("key", "bars", "meter", "tempo", "feel"))
    known = {"name": name, "title": reading.title, **empty}
    return {**known, "warnings": [], "error": str(reading.error)}


def _row(name: str, chart: Chart) -> dict[str, Any]:
    return {
        "name": name,
        "title": chart.title,
        "key": str(chart.key),
        "bars": len(chart.bars),
        "meter": str(chart.bars[0].meter),
        "tempo": chart.tempo,
        "feel": chart.feel,
    }


def _write(request: ChartsRequest) -> None:
    """Print or write the one chart that is named."""
    from jazzgen.io.chart_text.text import format_chart
    from jazzgen.runtime.atomic import check_writable, write_bytes
    from jazzgen.runtime.ownership import check_replaceable

    names, out = request.names or [], request.out
    if len(names) != 1:
        raise ConfigError(f"--show, --out and --to: expected one chart, not {len(names)}")
    if request.to is not None:
        out = file_named_for(request.to, names[0], out)
    kind = None if out is None else chart_file(out.name, f"--out {out}")
    asked = ChartKey(key=request.key, transpose=request.transpose, strict=request.strict)
    if out is not None:
        check_writable(out)
        check_replaceable(out, overwrite=request.overwrite)
    chart = find_accepted(names[0], "chart", asked)
    told: dict[str, object] = {"title": chart.title, "bars": len(chart.bars), "key": str(chart.key)}
    if request.show:
        told["text"] = format_chart(chart).rstrip("\n")
    if out is not None and kind is not None:
        write_bytes(out, kind.content(chart))
        told["file"] = str(out)
        say(f"{out}: {counted(len(chart.bars), 'bar')} in {chart.key}")
    if request.json:
        show_json(told)
    elif request.show:
        show(str(told["text"]))
