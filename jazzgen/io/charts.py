"""Read charts from any file that holds some: by what is in it, not by its name.

The formats are those of the registry that give charts: chart text, MusicXML, iReal Pro links
and pages with such links, JSON, and whatever a plug-in adds.
"""

from __future__ import annotations

import re
from pathlib import Path

from jazzgen.errors import ChartError
from jazzgen.io.bounded import read_content
from jazzgen.io.registry import FORMATS
from jazzgen.music.chart import Chart

__all__ = ["pick_chart", "read_charts"]

LISTED = 5


def read_charts(path: str | Path) -> tuple[Chart, ...]:
    """Read all charts of a file.

    Args:
        path: A file of any kind (see the module's description).

    Returns:
        Its charts, one at least, repeats unfolded.

    Raises:
        ChartError: The file cannot be read, or holds no chart.
    """
    source = Path(path).name or str(path)
    content = read_content(path, "a chart", ChartError)
    return FORMATS.of_chart(content, Path(path).name).read_charts(content, source)


def pick_chart(path: str | Path, which: str = "") -> Chart:
    """Read one chart of a file.

    Args:
        path: The file.
        which: Its number, from 1, or its title; nothing, if it is the only one.

    Raises:
        ChartError: The file cannot be read, or has no such chart, or several.
    """
    charts = read_charts(path)
    source = Path(path).name
    if not which:
        if len(charts) == 1:
            return charts[0]
        raise ChartError(
            f"{source}: holds {len(charts)} charts: name one, such as {source}#1 ({_list(charts)})"
        )
    if re.fullmatch(r"\d{1,6}", which) and 1 <= int(which) <= len(charts):
        return charts[int(which) - 1]
    wanted = which.strip().casefold()
    titled = [chart for chart in charts if chart.title.casefold() == wanted]
    found = titled or [chart for chart in charts if wanted in chart.title.casefold()]
    if not found:
        known = "its only chart is" if len(charts) == 1 else "its charts are"
        raise ChartError(f"{source}: has no chart {which!r}; {known} {_list(charts)}")
    return found[0]


def _list(charts: tuple[Chart, ...]) -> str:
    named = [f"#{number} {chart.title}".strip() for number, chart in enumerate(charts, 1)]
    rest = len(named) - LISTED
    return ", ".join(named[:LISTED]) + (f" and {rest} more" if rest > 0 else "")
