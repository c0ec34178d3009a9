"""Where choruses begin, where nothing says so: the form repeats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.chart import Chart

__all__ = ["chorus_starts"]

LENGTHS = (12, 16, 24, 32, 8, 20, 36, 40, 44, 48, 56, 64)
"""Bars in a form, the usual ones first."""
SILENCE = -1
ALIKE = 0.8
"""The share of half bars with the same root from which on two choruses are one form."""


def chorus_starts(chart: Chart) -> tuple[int, ...]:
    """Return the bars (from 0) where choruses begin; the first one, where nothing repeats.

    Of the lengths at which the roots repeat, that at which they do best; a multiple of it
    does as well, and is not taken unless it does better.

    Args:
        chart: A chart with chords, unfolded.
    """
    borders = np.array(chart.bar_starts)
    halves = np.stack([borders[:-1], borders[:-1] + np.diff(borders) // 2], 1).ravel()
    spans = chart.chord_spans
    heard = np.searchsorted([span.start for span in spans], halves, "right") - 1
    pitches = [span.chord.root_pc for span in spans]
    roots = np.array([SILENCE if pitch is None else pitch for pitch in pitches])[heard]
    first = int((roots != SILENCE).argmax()) // 2
    best, length = ALIKE, 0
    for bars in LENGTHS:
        same = _likeness(roots[2 * first :], 2 * bars)
        if same > best + 0.03 * (length > 0):
            best, length = same, bars
    if not length:
        return (0,)
    starts = range(first, len(chart.bars) - length // 4, length)
    return tuple(starts) if first == 0 else (0, *starts)


def _likeness(roots: NDArray[np.int64], period: int) -> float:
    """Return the share of places that are as they were a period ago; 0 for less than half one."""
    before, now = roots[:-period], roots[period:]
    both = (before != SILENCE) & (now != SILENCE)
    before, now = before[both], now[both]
    if len(now) < period // 2 or (before == before[:1]).all():
        return 0.0
    return float((before == now).mean())
