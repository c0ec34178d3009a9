"""Ideas that return: figures that a solo plays again at the same place of a later bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo

__all__ = ["Idea", "returning_ideas"]

INTERVALS = 4
"""The number of intervals of a figure."""
BARS = (1, 2, 4, 8, 16)
"""The numbers of bars after which figures return, beside a chorus."""


@dataclass(frozen=True, kw_only=True)
class Idea:
    """An idea of a solo, and where it returns.

    Args:
        places: For each time that it is played the index of its first note.
        notes: The number of its notes.
    """

    places: tuple[int, ...]
    notes: int


def returning_ideas(solo: Solo) -> list[Idea]:
    """Return the ideas that a solo plays more than once, the first ones first.

    An idea has at least `INTERVALS` intervals. It returns in any key, at the same place of the
    bar so many bars later (`BARS`), or of the next chorus.

    Args:
        solo: The solo.
    """
    notes = solo.notes
    leaps = [after.pitch - note.pitch for note, after in pairwise(notes)]
    at = {note.onset: number for number, note in enumerate(notes)}
    # For each note the later note that begins the same figure, if there is one.
    follows: dict[int, int] = {}
    for number in range(len(leaps) - INTERVALS + 1):
        figure = leaps[number : number + INTERVALS]
        if not any(figure):
            continue  # a repeated note is no idea
        for tick in _later(solo.chart, notes[number].onset):
            then = at.get(tick)
            if then is not None and leaps[then : then + INTERVALS] == figure:
                follows[number] = then
                break
    return _joined(follows)


def _joined(follows: dict[int, int]) -> list[Idea]:
    """Join figures that follow note by note, and the returns of one idea."""
    ideas: list[Idea] = []
    used: set[int] = set()
    for first in sorted(follows):
        if first in used:
            continue
        length = 1
        while follows.get(first + length) == follows[first] + length:
            length += 1
        places, place = [first], first
        while place in follows:
            place = follows[place]
            places.append(place)
        for begin in places:
            used.update(range(begin, begin + length))
        ideas.append(Idea(places=tuple(places), notes=length + INTERVALS))
    return ideas


def _later(chart: Chart, tick: int) -> list[int]:
    """The same place some bars later and a chorus later, as far as the chart goes."""
    bar, starts = chart.bar_at(tick), chart.bar_starts
    bars: Sequence[int] = [bar + later for later in BARS]
    choruses = [start for start in chart.chorus_starts if start <= bar]
    after = [start for start in chart.chorus_starts if start > bar]
    if choruses and after:
        bars = [*bars, after[0] + bar - choruses[-1]]
    inside = tick - starts[bar]
    return sorted({
        starts[one] + inside
        for one in bars
        if one < len(chart.bars) and inside < chart.bars[one].meter.bar_ticks
    })  # fmt: skip
