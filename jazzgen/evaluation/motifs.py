"""Motifs: which figures and bars of a solo come back, and after how long.

Source: own descriptors of motivic work, after *Inside the Jazzomat* (Pfleiderer et al., 2017).
A soloist takes an idea up a bar, four bars or a chorus later, at the same place in the bar.

Conventions: a *figure* is `INTERVALS` intervals in a row, whatever their rhythm and key. It comes
back if the solo has it more than once. It has the same place in the bar if it begins within the
same eighth of the bar. NaN where nothing can be counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import nan
from typing import NamedTuple

from jazzgen.evaluation.metrics import SoloMetric
from jazzgen.evaluation.positions import mean
from jazzgen.music.solo import Solo
from jazzgen.music.timing import EIGHTH

__all__ = [
    "METRICS",
    "chorus_later",
    "exact_bars",
    "figure_recurrence",
    "figures_later",
]

INTERVALS = 4
"""Intervals of a figure."""
DISTANCES = (1, 4, 16)
"""Bars after which a figure may come back that have a row of their own."""


class Figure(NamedTuple):
    """A figure of a solo: what it is, and where it begins."""

    intervals: tuple[int, ...]
    bar: int
    eighth: int


def figure_recurrence(solo: Solo) -> float:
    """Return the share of figures that the solo has more than once."""
    counts = Counter(figure.intervals for figure in _figures(solo))
    return sum(count for count in counts.values() if count > 1) / counts.total() if counts else nan


def figures_later(solo: Solo, bars: int) -> float:
    """Return the share of figures that were played some bars before, of those that come back.

    Args:
        solo: The solo.
        bars: How many bars before, at the same place in the bar.
    """
    figures = _figures(solo)
    return _share(figures, [figure.bar - bars for figure in figures])


def chorus_later(solo: Solo) -> float:
    """Return the share of figures that were played a chorus before, of those that come back.

    NaN for a solo of one chorus. What is played in the first chorus counts too, as with every
    other distance.
    """
    starts = solo.chart.chorus_starts
    if len(starts) < 2:
        return nan
    # The bar at the same place of the chorus before; -1 where there is none.
    before = [-1] * len(solo.chart.bars)
    for (former, start), end in zip(
        pairwise(starts), [*starts[2:], len(solo.chart.bars)], strict=True
    ):
        for bar in range(start, end):
            before[bar] = former + bar - start if former + bar - start < start else -1
    figures = _figures(solo)
    return _share(figures, [before[figure.bar] for figure in figures])


def exact_bars(solo: Solo) -> float:
    """Return the share of bars with notes that have the onsets and pitches of a former bar."""
    held: dict[int, list[tuple[int, int]]] = {}
    for note in solo.notes:
        bar = solo.chart.bar_at(note.onset)
        held.setdefault(bar, []).append((note.onset - solo.chart.bar_starts[bar], note.pitch))
    return 1 - len({tuple(bar) for bar in held.values()}) / len(held) if held else nan


def _figures(solo: Solo) -> list[Figure]:
    chart, notes = solo.chart, solo.notes
    steps = [after.pitch - note.pitch for note, after in pairwise(notes)]
    found = []
    for k in range(len(steps) - INTERVALS + 1):
        bar = chart.bar_at(notes[k].onset)
        eighth = (notes[k].onset - chart.bar_starts[bar]) // EIGHTH
        found.append(Figure(tuple(steps[k : k + INTERVALS]), bar, eighth))
    return found


def _share(figures: Sequence[Figure], before: Sequence[int]) -> float:
    """The share of figures which the bar named for each has too, of those that come back."""
    counts, there = Counter(figure.intervals for figure in figures), set(figures)
    return mean(
        figure._replace(bar=bar) in there
        for figure, bar in zip(figures, before, strict=True)
        if counts[figure.intervals] > 1
    )


def _later(bars: int) -> Callable[[Solo], float]:
    return lambda solo: figures_later(solo, bars)


METRICS = (
    SoloMetric(
        name="figure_recurrence",
        group="structure",
        label="figures that come back",
        text="share of figures of four intervals that the solo has more than once",
        measure=figure_recurrence,
    ),
    *(
        SoloMetric(
            name=f"figures_{bars}_later",
            group="structure",
            label=f"figures after {bars} bar{'s' * (bars > 1)}",
            text="share of the figures that come back which the solo had "
            f"{bars} bar{'s' * (bars > 1)} before, at the same place in the bar",
            measure=_later(bars),
        )
        for bars in DISTANCES
    ),
    SoloMetric(
        name="figures_chorus_later",
        group="structure",
        label="figures after a chorus",
        text="share of the figures that come back which the solo had a chorus before, at the same "
        "place in the bar",
        measure=chorus_later,
    ),
    SoloMetric(
        name="exact_bars",
        group="loops",
        label="bars played before",
        text="share of bars with notes that repeat a former bar literally",
        measure=exact_bars,
    ),
)
"""The metrics of motifs, in the order of the tables."""
