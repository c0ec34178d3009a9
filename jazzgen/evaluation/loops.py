"""Loops: bars that repeat literally, one after the other.

Convention: a bar repeats literally if it has the onsets and pitches of the bar `period` bars
before it, for a period of one to four bars. What is counted is the longest run of bars with notes
that do so: a two-bar riff played three times counts four. A human riff may do that; a generated
solo with more than `LIMIT` is caught in a loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from jazzgen.evaluation.metrics import SoloMetric
from jazzgen.music.solo import Solo

__all__ = ["LIMIT", "METRICS", "Loop", "LoopReport", "evaluate", "longest_loop", "repeated_bars"]

LIMIT = 3
"""Bars in a row that a solo may repeat before it counts as caught in a loop."""
PERIODS = (1, 2, 3, 4)
"""Bars between a bar and the one that it repeats."""

Bar = tuple[tuple[int, int], ...]


class Loop(NamedTuple):
    """Bars in a row that repeat literally.

    Args:
        bars: How many bars repeat; 0 where none does.
        period: How many bars earlier the repeated bar stands.
        bar: Number, from 1, of the first bar that repeats.
    """

    bars: int
    period: int
    bar: int


@dataclass(frozen=True, kw_only=True)
class LoopReport:
    """The longest loop of many solos, and how many solos loop.

    Args:
        bars: Bars in a row that repeat, in the longest loop.
        period: How many bars earlier the repeated bar stands.
        bar: Number, from 1, of the first bar that repeats.
        solo: Name of the solo.
        limit: Bars in a row that a solo may repeat.
        over: How many solos repeat more.
    """

    bars: int
    period: int
    bar: int
    solo: str
    limit: int
    over: int

    def to_json(self) -> dict[str, Any]:
        """Return it as `jazzgen evaluate --json` prints it."""
        return asdict(self)


def longest_loop(solo: Solo) -> Loop:
    """Return the longest run of literally repeated bars; of equally long ones the shortest period.

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
    """Return the length of the longest run of bars that repeat literally."""
    return float(longest_loop(solo).bars)


def evaluate(solos: Iterable[Solo], limit: int = LIMIT) -> LoopReport:
    """Return the longest loop of many solos, and how many solos loop.

    Args:
        solos: The solos.
        limit: Bars in a row that a solo may repeat.
    """
    found = [(longest_loop(solo), solo.name) for solo in solos]
    loop, name = max(found, key=lambda one: one[0].bars, default=(Loop(0, 0, 0), ""))
    return LoopReport(
        **loop._asdict(), solo=name, limit=limit, over=sum(one.bars > limit for one, _ in found)
    )


def _bars(solo: Solo) -> list[Bar]:
    """The onsets (in ticks from the bar line) and pitches of each bar."""
    held: list[list[tuple[int, int]]] = [[] for _ in solo.chart.bars]
    for note in solo.notes:
        bar = solo.chart.bar_at(note.onset)
        held[bar].append((note.onset - solo.chart.bar_starts[bar], note.pitch))
    return [tuple(bar) for bar in held]


def _runs(bars: list[Bar], period: int) -> list[Loop]:
    """Every run of bars that repeat at one period, at each of its lengths."""
    runs, start, count = [], 0, 0
    for number in range(period, len(bars)):
        # Bars of silence repeat nothing: a repeat needs a note within its period.
        if bars[number] != bars[number - period] or not any(bars[number - period : number]):
            count = 0
            continue
        if bars[number]:  # a silent bar within a riff neither counts nor ends the run
            start = start if count else number + 1
            count += 1
            runs.append(Loop(count, period, start))
    return runs


METRICS = (
    SoloMetric(
        name="repeated_bars",
        group="loops",
        label="bars repeated in a row",
        text="longest run of bars that repeat literally the bar one to four bars before them",
        measure=repeated_bars,
    ),
)
"""The metrics of loops, in the order of the tables."""
