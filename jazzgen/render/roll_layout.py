"""Lay out a piano roll: bars on rows, and words that keep out of each other's way."""

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
"""Width of the picture in inches, and where in it rows begin and end."""
ROOM = WIDTH * (RIGHT - LEFT)
CHORD_POINTS, SMALLEST_CHORD = 10.0, 5.0
CHORD_CHARACTER, CHORD_GAP = 0.102, 0.05
"""Inches for each letter of a chord symbol at `CHORD_POINTS`, and after the last."""
LABEL_CHARACTER = 0.066
"""Inches for each letter of what stands below a bar line."""


@dataclass(frozen=True)
class Row:
    """Bars `first` to `last` (without it) of a chart, on one line of the picture."""

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
    """Return the rows of a chart; a chorus begins a row, unless it is shorter than one."""
    ends = (*chart.chorus_starts[1:], len(chart.bars))
    breaks = {start for start, end in zip(chart.chorus_starts, ends, strict=True)
              if end - start >= bars_per_row}  # fmt: skip
    firsts = [0]
    for number in range(1, len(chart.bars)):
        if number in breaks or number - firsts[-1] == bars_per_row:
            firsts.append(number)
    return [Row(chart, *limits) for limits in pairwise([*firsts, len(chart.bars)])]


def pitch_range(solo: Solo) -> tuple[int, int]:
    """Return the lowest and highest pitch to show, at least an octave apart."""
    pitches = [note.pitch for note in solo.notes] or [60, 72]
    low, high = min(pitches), max(pitches)
    missing = max(0, 12 - (high - low))
    return low - missing // 2 - 1, high + (missing + 1) // 2 + 1


def bar_labels(row: Row, longest: int) -> Iterator[tuple[int, str]]:
    """Yield what stands below a row's bars: bars from 0, and their numbers from 1.

    What begins in a bar stands beside its number, if need be in place of the plain numbers
    of the bars after it; where there is no room up to the next that says something, it is
    cut short.

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
    """Return what begins in a bar: a section, a chorus, a meter."""
    bar, news = chart.bars[number], []
    if bar.section:
        news.append(bar.section)
    if chart.choruses > 1 and number in chart.chorus_starts:
        news.append(f"chorus {chart.chorus_starts.index(number) + 1}")
    if number == 0 or bar.meter != chart.bars[number - 1].meter:
        news.append(str(bar.meter))
    return news


def chord_size(symbols: dict[int, str], row: Row, longest: int) -> float:
    """Return the size, in points, at which a row's chord symbols keep apart, by tick."""
    ticks = sorted(symbols)
    inches = [(b - a) * ROOM / longest for a, b in pairwise([*ticks, row.end])]
    room = min(gap / (len(symbols[tick]) * CHORD_CHARACTER + CHORD_GAP)
               for gap, tick in zip(inches, ticks, strict=True))  # fmt: skip
    return min(CHORD_POINTS, max(CHORD_POINTS * room, SMALLEST_CHORD))


def pretty(symbol: str) -> str:
    """Return a chord symbol or key with the signs of print; every "b" in one is a flat.

    >>> pretty("Bbm7b5")
    'B♭m7♭5'
    """
    return symbol.replace("b", "♭").replace("#", "♯")


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters, with an ellipsis where it is cut.

    >>> shortened("Blue in Green", 8)
    'Blue in…'
    """
    if len(text) <= most:
        return text
    return text[: max(most - 1, 1)].rstrip(" ·") + "…"
