"""Line breaks of a lead sheet: four bars per line, and a new line for each section and chorus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from jazzgen.music.chart import Chart
from jazzgen.notation.notate import WrittenBar

__all__ = ["line_starts"]

BARS = 4
"""The number of bars in a line."""
CROWDED = 30
"""The largest number of notes and rests that fit on one line of an upright page."""
PICKUP = 2
"""The largest number of bars of a first section that shares a line with the second."""


def line_starts(chart: Chart, bars: Sequence[WrittenBar]) -> frozenset[int]:
    """Return the indices of the bars that begin a line, except for the first bar.

    Args:
        chart: The chart, for its sections and choruses.
        bars: Its bars as they are written.
    """
    borders = sorted(
        {number for number, bar in enumerate(chart.bars) if bar.section}
        | set(chart.chorus_starts)
        | {0, len(bars)}
    )
    found = {start for border in pairwise(borders) for start in _lines(*border, bars)}
    pickup = {borders[1]} if borders[1] <= PICKUP else set()
    return frozenset(found - pickup - {0})


def _lines(first: int, end: int, bars: Sequence[WrittenBar]) -> Iterator[int]:
    """Yield the indices of the bars that begin the lines of a section.

    A single bar that would be left over joins the last line.
    """
    while first < end:
        yield first
        size = BARS + (end - first == BARS + 1)
        held = sum(len(bar.content) for bar in bars[first : min(first + size, end)])
        if held > CROWDED and end - first > BARS // 2:
            yield first + BARS // 2
        first += size
