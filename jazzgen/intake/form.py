"""Where choruses begin, where nothing says so: the form repeats."""

from __future__ import annotations

from jazzgen.music.chart import Chart

__all__ = ["chorus_starts"]

LENGTHS = (12, 16, 24, 32, 8, 20, 36, 40, 44, 48, 56, 64)
"""Bars in a form, the usual ones first."""
ALIKE = 0.8
"""The share of half bars with the same root from which on two choruses are one form."""


def chorus_starts(chart: Chart) -> tuple[int, ...]:
    """Return the bars (from 0) where choruses begin; the first one, where nothing repeats.

    Of the lengths at which the roots repeat, that at which they do best; a multiple of it
    does as well, and is not taken unless it does better.

    Args:
        chart: A chart with chords, unfolded.
    """
    roots = [
        chart.chord_at(tick).root_pc
        for start, bar in zip(chart.bar_starts, chart.bars, strict=False)
        for tick in (start, start + bar.meter.bar_ticks // 2)
    ]
    first = next((n // 2 for n, root in enumerate(roots) if root is not None), 0)
    best, length = ALIKE, 0
    for bars in LENGTHS:
        same = _likeness(roots[2 * first :], 2 * bars)
        if same > best + 0.03 * (length > 0):
            best, length = same, bars
    if not length:
        return (0,)
    starts = range(first, len(chart.bars) - length // 4, length)
    return tuple(starts) if first == 0 else (0, *starts)


def _likeness(roots: list[int | None], period: int) -> float:
    """Return the share of places that are as they were a period ago; 0 for less than half one."""
    pairs = [(a, b) for a, b in zip(roots, roots[period:], strict=False) if None not in (a, b)]
    if len(pairs) < period // 2 or len({a for a, _ in pairs}) < 2:
        return 0.0
    return sum(a == b for a, b in pairs) / len(pairs)
