"""Read charts from any file that holds some: by what is in it, not by its name.

The formats are those of the registry that give charts: chart text, MusicXML, iReal Pro links
and pages with such links, JSON, and whatever a plug-in adds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from jazzgen.errors import ChartError
from jazzgen.io.bounded import read_content
from jazzgen.io.chart_reading import ChartReading, required_charts
from jazzgen.io.other_kinds import other_kind
from jazzgen.io.registry import FORMATS
from jazzgen.music.chart import Chart

__all__ = ["pick_chart", "pick_reading", "read_charts", "read_readings"]

LISTED = 5
ARTICLE = re.compile(r"^(.*),\s*(the|a|an|le|la|les|el|il|o)\s*$", re.IGNORECASE)
"""A title that is sorted by its first word, with the article behind it."""


def read_readings(path: str | Path) -> tuple[ChartReading, ...]:
    """Read all charts of a file, one by one.

    Args:
        path: A file of any kind (see the module's description).

    Returns:
        A reading for each chart, in the order of the file: the chart, or why it cannot be read.

    Raises:
        ChartError: The file cannot be read, or holds no chart.
    """
    source = Path(path).name or str(path)
    content = read_content(path, "a chart", ChartError)
    if kind := other_kind(content):
        raise ChartError(f"{source}: it is {kind}, which jazzgen does not read; expected a chart")
    return FORMATS.of_chart(content, Path(path).name).read_charts(content, source)


def read_charts(path: str | Path) -> tuple[Chart, ...]:
    """Read the charts of a file that can be read.

    Args:
        path: A file of any kind (see the module's description).

    Returns:
        Its charts, one at least, repeats unfolded.

    Raises:
        ChartError: The file cannot be read, or holds no chart that can be.
    """
    readings = read_readings(path)
    charts = tuple(reading.chart for reading in readings if reading.chart)
    return charts or required_charts(readings)


def pick_chart(path: str | Path, which: str = "") -> Chart:
    """Read one chart of a file (see `pick_reading`)."""
    return pick_reading(path, which).required()


def pick_reading(path: str | Path, which: str = "") -> ChartReading:
    """Read one chart of a file.

    Args:
        path: The file.
        which: Its number, from 1, or its title; nothing, if it is the only one.

    Returns:
        The chart, with what the reader has to say about it.

    Raises:
        ChartError: The file cannot be read, or has no such chart, or several; or the chart
            cannot be read.
    """
    reading = _picked(read_readings(path), Path(path).name, which)
    reading.required()
    return reading


def _picked(readings: Sequence[ChartReading], source: str, which: str) -> ChartReading:
    if not which:
        if len(readings) == 1:
            return readings[0]
        raise ChartError(
            f"{source}: holds {len(readings)} charts: name one, such as {source}#1 "
            f"({_list(readings)})"
        )
    if re.fullmatch(r"\d{1,6}", which) and 1 <= int(which) <= len(readings):
        return readings[int(which) - 1]
    alike = [_likeness(which, reading.title) for reading in readings]
    best = max(alike)
    found = [reading for reading, one in zip(readings, alike, strict=True) if one == best > 0]
    if not found:
        known = "its only chart is" if len(readings) == 1 else "its charts are"
        raise ChartError(f"{source}: has no chart {which!r}; {known} {_list(readings)}")
    return next((reading for reading in found if reading.chart), found[0])


def _likeness(wanted: str, title: str) -> int:
    """Return how well a title fits what was asked for: 3 if it is that, 0 if it is not.

    Args:
        wanted: The title that was asked for, or a part of it.
        title: The title of a chart.
    """
    if wanted.strip().casefold() == title.casefold():
        return 3
    plain, whole = _plain(wanted), _plain(title)
    if not plain:
        return int(wanted.strip().casefold() in title.casefold())
    return 2 if plain == whole else int(plain in whole)


def _plain(title: str) -> str:
    """Return a title without its article, accents and signs, in small letters.

    >>> _plain("Café Tune, The") == _plain("The Cafe Tune")
    True
    """
    letters = unicodedata.normalize("NFKD", ARTICLE.sub(r"\2 \1", title).casefold())
    plain = re.sub(r"[^\w\s]", "", "".join(sign for sign in letters if sign.isprintable()))
    return " ".join(re.sub(r"^(?:the|a|an)\s", "", " ".join(plain.split())).split())


def _list(readings: Sequence[ChartReading]) -> str:
    named = [f"#{number} {reading.title}".strip() for number, reading in enumerate(readings, 1)]
    rest = len(named) - LISTED
    return ", ".join(named[:LISTED]) + (f" and {rest} more" if rest > 0 else "")
