"""Charts that a page sends: changes, links and files, read by the readers of the program."""

from __future__ import annotations

import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from jazzgen.cli.chart_option import ChartKey, accepted
from jazzgen.errors import ChartError, InputError
from jazzgen.io.chart_text.text import format_chart
from jazzgen.library import find_reading, library_chart, library_names, library_text, read_changes
from jazzgen.studio.performed import chord_json

if TYPE_CHECKING:
    from jazzgen.io.chart_reading import ChartReading
    from jazzgen.music.chart import Chart

__all__ = [
    "MOST_BARS",
    "bounded",
    "chart_json",
    "library_json",
    "read_file",
    "read_text",
    "written",
]

MOST_BARS = 512
"""The largest number of bars of a chart that a page edits."""
LONGEST_NAME = 80
"""The largest number of characters of a file's name."""
BAR = re.compile(r"\bbar (\d{1,6})\b")
"""How messages name a bar."""


def library_json() -> list[dict[str, Any]]:
    """Return the charts of the library, without their bars."""
    return [_summary(name, library_chart(name)) for name in library_names()]


def _summary(name: str, chart: Chart) -> dict[str, Any]:
    return {
        "name": name,
        "title": chart.title,
        "key": str(chart.key),
        "bars": len(chart.bars),
        "tempo": chart.tempo,
        "feel": chart.feel,
        "meter": str(chart.bars[0].meter),
    }


def read_text(text: str, song: int | None = None) -> list[ChartReading]:
    """Return the charts of a text: changes, a link of iReal Pro, or a name of the library.

    Args:
        text: The text; never the name of a file.
        song: Which one of a playlist is wanted, from 1; None for all.

    Raises:
        ChartError: It is none of these.
    """
    return _picked(read_changes(text, "chart"), song)


def written(text: str) -> str | None:
    """Return the text of the chart of the library that a text names; None where it names none."""
    name = text.strip().lower()
    return library_text(name) if name in map(str.lower, library_names()) else None


def read_file(content: bytes, name: str, song: int | None = None) -> list[ChartReading]:
    """Return the charts of a file that was dropped on the page.

    Args:
        content: Its bytes.
        name: Its name, whose suffix and messages matter; it is no path.
        song: Which one of a playlist is wanted, from 1; None for all.

    Raises:
        InputError: It holds no chart, and none can be found in its music.
    """
    from jazzgen.io.charts import read_readings

    with TemporaryDirectory(prefix="jazzgen-") as folder:
        file = Path(folder) / _harmless(name)
        file.write_bytes(content)
        try:
            try:
                readings = list(read_readings(file))
            except InputError:
                readings = [find_reading(str(file), file.name)]  # the chords of a solo
        except InputError as error:  # which names the file as the page does
            raise ChartError(str(error).replace(f"{folder}{os.sep}", "")) from error
    return _picked(readings, song)


def _harmless(name: str) -> str:
    """Return a name of a file without anything that could lead elsewhere."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[^\w.\- ]", "_", last).strip(". ")[-LONGEST_NAME:] or "chart"


def _picked(readings: list[ChartReading], song: int | None) -> list[ChartReading]:
    if song is None:
        return readings
    if not 1 <= song <= len(readings):
        raise ChartError(f"song {song}: expected 1 to {len(readings)}")
    return [readings[song - 1]]


def chart_json(readings: list[ChartReading], transpose: str | None = None) -> dict[str, Any]:
    """Return what a page shows of charts: one with its bars, or the songs of a playlist.

    Args:
        readings: The charts as they were read.
        transpose: What `--transpose` takes: semitones or a key; None for as it is.

    Raises:
        InputError: It cannot be transposed so.
    """
    if len(readings) > 1:
        return {
            "songs": [
                {"number": number, "title": one.title, "error": str(one.error or "") or None}
                for number, one in enumerate(readings, 1)
            ]
        }
    [reading] = readings
    if reading.chart is None:
        return {"errors": [bar_error(str(reading.error))], "warnings": list(reading.warnings)}
    chart = accepted(reading, "chart", ChartKey(transpose=transpose))
    return {
        **_summary("", bounded(chart)),
        "text": format_chart(chart),
        "bars": _bars_json(chart),
        "warnings": list(reading.warnings),
        "errors": [],
    }


def bounded(chart: Chart) -> Chart:
    """Return a chart.

    Args:
        chart: The chart.

    Raises:
        ChartError: It has too many bars.
    """
    if len(chart.bars) > MOST_BARS:
        raise ChartError(f"chart: {len(chart.bars):,} bars; expected at most {MOST_BARS}")
    return chart


def bar_error(message: str) -> dict[str, Any]:
    """Return what is wrong with a chart, with the number of the bar if the message names one."""
    found = BAR.search(message)
    return {"bar": int(found[1]) if found else None, "message": message}


def _bars_json(chart: Chart) -> list[dict[str, Any]]:
    return [
        {
            "chords": [
                {"beat": round(onset / bar.meter.beat_ticks, 3), **chord_json(chord)}
                for onset, chord in bar.chords
            ],
            "section": bar.section,
            "meter": str(bar.meter),
        }
        for bar in chart.bars
    ]
