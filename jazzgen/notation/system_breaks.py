"""Where the lines of a lead sheet begin: with sections and choruses, four bars a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from jazzgen.music.chart import Chart
from jazzgen.notation.notate import WrittenBar

__all__ = ["line_starts"]

BARS = 4
CROWDED = 30
"""More notes and rests than fit on one line of an upright page."""
PICKUP = 2
"""Bars of a first section that share a line with the second."""


def line_starts(chart: Chart, bars: Sequence[WrittenBar]) -> frozenset[int]:
    """Return the indices of the bars that begin a line, the first one's aside.

    Args:
        chart: The chart.
        bars: What is written in its bars.
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
    """Yield where the lines of a section begin; one bar that is left over joins the last."""
    while first < end:
        yield first
        size = BARS + (end - first == BARS + 1)
        held = sum(len(bar.content) for bar in bars[first : min(first + size, end)])
        if held > CROWDED and end - first > BARS // 2:
            yield first + BARS // 2
        first += size
