"""Lay out a piano roll: bars in rows, and texts that do not overlap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo

__all__ = [
    "BARS_PER_ROW",
    "CHORD_POINTS",
    "LEFT",
    "RIGHT",
    "WIDTH",
    "Row",
    "bar_labels",
    "chord_size",
    "pitch_range",
    "pretty",
    "rows_of",
    "shortened",
]

BARS_PER_ROW = (1, 16)
"""The smallest and the largest number of bars in a row of the picture."""

WIDTH, LEFT, RIGHT = 12.0, 0.045, 0.985
"""Width of the picture in inches, and the left and right ends of rows as fractions of it."""
ROOM = WIDTH * (RIGHT - LEFT)
CHORD_POINTS, SMALLEST_CHORD = 10.0, 5.0
CHORD_CHARACTER, CHORD_GAP = 0.102, 0.05
"""Inches per letter of a chord symbol at `CHORD_POINTS`, and after the last letter."""
LABEL_CHARACTER = 0.066
"""Inches per letter of the text below a bar line."""


@dataclass(frozen=True)
class Row:
    """The bars of a chart in one row of the picture: `first` up to, but not including, `last`."""

    chart: Chart
    first: int
    last: int

    @property
    def start(self) -> int:
        """The tick of its first bar line."""
        return self.chart.bar_starts[self.first]

    @property
    def end(self) -> int:
        """The tick of its last bar line."""
        return self.chart.bar_starts[self.last]


def rows_of(chart: Chart, bars_per_row: int) -> list[Row]:
    """Return the rows of a chart. A chorus begins a row, unless it is shorter than a row.

    Args:
        chart: The chart.
        bars_per_row: The largest number of bars in a row.
    """
    ends = (*chart.chorus_starts[1:], len(chart.bars))
    breaks = {
        start
        for start, end in zip(chart.chorus_starts, ends, strict=True)
        if end - start >= bars_per_row
    }
    firsts = [0]
    for number in range(1, len(chart.bars)):
        if number in breaks or number - firsts[-1] == bars_per_row:
            firsts.append(number)
    return [Row(chart, *limits) for limits in pairwise([*firsts, len(chart.bars)])]


def pitch_range(solo: Solo) -> tuple[int, int]:
    """Return the lowest and the highest pitch to show, which are at least an octave apart."""
    pitches = [note.pitch for note in solo.notes] or [60, 72]
    low, high = min(pitches), max(pitches)
    missing = max(0, 12 - (high - low))
    return low - missing // 2 - 1, high + (missing + 1) // 2 + 1


def bar_labels(row: Row, longest: int) -> Iterator[tuple[int, str]]:
    """Yield the labels below the bars of a row: the index of the bar, and the text.

    A label has the number of the bar, from 1, and the section, chorus or meter that begins in it.
    A long label replaces plain numbers of the bars after it, and is shortened if it would reach
    the next label that is more than a number.

    Args:
        row: The row.
        longest: Ticks of the longest row.
    """
    chart, taken = row.chart, 0.0
    news = {number: _news(chart, number) for number in range(row.first, row.last)}
    for number, said in news.items():
        start = chart.bar_starts[number]
        if not said and start < taken:
            continue
        following = (chart.bar_starts[n] for n in news if n > number and news[n])
        room = next(following, row.start + longest) - start
        letter = longest * LABEL_CHARACTER / ROOM
        label = shortened(" · ".join([str(number + 1), *said]), int(room / letter))
        taken = start + (len(label) + 1) * letter
        yield number, label


def _news(chart: Chart, number: int) -> list[str]:
    """Return the names of the section, the chorus and the meter that begin in a bar."""
    bar, news = chart.bars[number], []
    if bar.section:
        news.append(bar.section)
    if chart.choruses > 1 and number in chart.chorus_starts:
        news.append(f"chorus {chart.chorus_starts.index(number) + 1}")
    if number == 0 or bar.meter != chart.bars[number - 1].meter:
        news.append(str(bar.meter))
    return news


def chord_size(symbols: dict[int, str], row: Row, longest: int) -> float:
    """Return the size at which the chord symbols of a row do not overlap, in points.

    Args:
        symbols: The symbols by tick.
        row: The row.
        longest: Ticks of the longest row.
    """
    ticks = sorted(symbols)
    inches = [(b - a) * ROOM / longest for a, b in pairwise([*ticks, row.end])]
    room = min(
        gap / (len(symbols[tick]) * CHORD_CHARACTER + CHORD_GAP)
        for gap, tick in zip(inches, ticks, strict=True)
    )
    return min(CHORD_POINTS, max(CHORD_POINTS * room, SMALLEST_CHORD))


def pretty(symbol: str) -> str:
    """Return a chord symbol or a key with printed accidentals; each "b" in it is a flat.

    >>> pretty("Bbm7b5")
    'B♭m7♭5'
    """
    return symbol.replace("b", "♭").replace("#", "♯")


def shortened(text: str, most: int) -> str:
    """Return a text, cut with an ellipsis if it is too long.

    >>> shortened("Blue in Green", 8)
    'Blue in…'

    Args:
        text: The text.
        most: The largest number of characters.
    """
    if len(text) <= most:
        return text
    return text[: max(most - 1, 1)].rstrip(" ·") + "…"
