"""Line breaks of a lead sheet: four bars per line, and a new line for each section and chorus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from jazzgen.music.chart import Chart
from jazzgen.notation.notate import WrittenBar

__all__ = ["line_starts"]

BARS = 4
"""The number of bars in a line."""
CROWDED = 36
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
        size = BARS + (end - first == BARS + 1)
        yield from _parted(first, min(first + size, end), bars)
        first += size


def _parted(first: int, end: int, bars: Sequence[WrittenBar]) -> Iterator[int]:
    """Yield the indices of the bars that begin the lines of bars for one line.

    If they are crowded, either half of them gets a line, or several.
    """
    held = sum(len(bar.content) + _graces(bar) for bar in bars[first:end])
    half = first + min(BARS // 2, (end - first) // 2)
    if held <= CROWDED or half == first:
        yield first
        return
    yield from _parted(first, half, bars)
    yield from _parted(half, end, bars)


def _graces(bar: WrittenBar) -> int:
    """Return the room that the grace notes of a bar take, in notes."""
    return sum(len(item.graces) for item in bar.content) // 2
