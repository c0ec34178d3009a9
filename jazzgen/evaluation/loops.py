"""Loops: bars that come back literally, one after the other.

Convention: a bar repeats literally if it has the onsets and pitches of the bar `period`
bars before it, for a period of one to four bars. What is counted is the longest run of
bars with notes that do so, so that a two-bar riff played three times counts four. A
human riff may do that; a generated solo with more than `LIMIT` is caught in a loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from jazzgen.music.solo import Solo

__all__ = ["LIMIT", "Loop", "evaluate", "longest_loop", "repeated_bars"]

LIMIT = 3
PERIODS = (1, 2, 3, 4)  # bars

Bar = tuple[tuple[int, int], ...]


class Loop(NamedTuple):
    """Bars in a row that repeat literally.

    Args:
        bars: How many; 0 where none does.
        period: How many bars before each stands the one that it repeats.
        bar: Number, from 1, of the first that repeats.
    """

    bars: int
    period: int
    bar: int


def longest_loop(solo: Solo) -> Loop:
    """Return the longest run of literally repeated bars; the shortest period of equals.

    >>> from jazzgen.music.chart import Chart
    >>> from jazzgen.music.solo import Note
    >>> chart = Chart.of_chords([["C6"]] * 4)
    >>> longest_loop(Solo(tuple(Note(96 * bar, 24, 60) for bar in range(4)), chart))
    Loop(bars=3, period=1, bar=2)
    """
    bars = _bars(solo)
    found = [run for period in PERIODS for run in _runs(bars, period)]
    return max(found, key=lambda loop: (loop.bars, -loop.period), default=Loop(0, 0, 0))


def repeated_bars(solo: Solo) -> float:
    """Return how many bars in a row repeat literally, at most."""
    return float(longest_loop(solo).bars)


def evaluate(solos: Iterable[Solo]) -> dict[str, Any]:
    """Return the longest loop of many solos, and how many solos loop.

    Returns:
        `bars`, `period`, `solo` (its name) and `bar` (from 1) of the longest, `limit`,
        and `over`: how many solos repeat more bars in a row than that.
    """
    found = [(longest_loop(solo), solo.name) for solo in solos]
    loop, name = max(found, key=lambda one: one[0].bars, default=(Loop(0, 0, 0), ""))
    return {
        **loop._asdict(),
        "solo": name,
        "limit": LIMIT,
        "over": sum(one.bars > LIMIT for one, _ in found),
    }


def _bars(solo: Solo) -> list[Bar]:
    held: list[list[tuple[int, int]]] = [[] for _ in solo.chart.bars]
    for note in solo.notes:
        bar = solo.chart.bar_at(note.onset)
        held[bar].append((note.onset - solo.chart.bar_starts[bar], note.pitch))
    return [tuple(bar) for bar in held]


def _runs(bars: list[Bar], period: int) -> list[Loop]:
    runs, start, count = [], 0, 0
    for number in range(period, len(bars)):
        if bars[number] != bars[number - period] or not any(bars[number - period : number]):
            count = 0
            continue
        if bars[number]:
            start = start if count else number + 1
            count += 1
            runs.append(Loop(count, period, start))
    return runs
