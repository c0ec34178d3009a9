"""Finding the choruses of a chart: the length at which its chords repeat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.chart import Chart

__all__ = ["chorus_starts"]

LENGTHS = (12, 16, 24, 32, 8, 20, 36, 40, 44, 48, 56, 64)
"""Lengths of a form in bars, the usual ones first."""
SILENCE = -1
"""The number that stands for the root of N.C."""
ALIKE = 0.8
"""The least share of half bars with the same root in two choruses of one form."""
BETTER = 0.03
"""How much larger the share must be for a length that is tried later."""


def chorus_starts(chart: Chart, earliest: int = 0) -> tuple[int, ...]:
    """Return the bars, from 0, in which choruses begin; the first one if nothing repeats.

    The form is the length at which the roots repeat best. At multiples of it they repeat as
    well, so that a length that is tried later must be clearly better.

    Args:
        chart: A chart with chords, with its choruses unfolded.
        earliest: The bar, from 0, before which no chorus begins; the bar of a pickup is before it.
    """
    borders = np.array(chart.bar_starts)
    halves = np.stack([borders[:-1], borders[:-1] + np.diff(borders) // 2], 1).ravel()
    spans = chart.chord_spans
    span_of_half = np.searchsorted([span.start for span in spans], halves, "right") - 1
    pitches = [span.chord.root_pc for span in spans]
    roots = np.array([SILENCE if pitch is None else pitch for pitch in pitches])[span_of_half]
    first = max(int((roots != SILENCE).argmax()) // 2, earliest)
    best, length = ALIKE, 0
    for bars in LENGTHS:
        same = _likeness(roots[2 * first :], 2 * bars)
        if same > best + BETTER * (length > 0):
            best, length = same, bars
    if not length:
        return (earliest,)
    starts = range(first, len(chart.bars) - length // 4, length)
    return tuple(starts) if first == earliest else (earliest, *starts)


def _likeness(roots: NDArray[np.int64], period: int) -> float:
    """Return the share of roots that are the same a period earlier; 0 if there are too few."""
    before, now = roots[:-period], roots[period:]
    both = (before != SILENCE) & (now != SILENCE)
    before, now = before[both], now[both]
    if len(now) < period // 2 or (before == before[:1]).all():
        return 0.0
    return float((before == now).mean())
