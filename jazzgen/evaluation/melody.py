"""Melody: intervals, range, and how many pitch classes a few bars hold.

Source: *Inside the Jazzomat* (Pfleiderer et al., 2017); H1 and H4 from Wu and Yang,
*The Jazz Transformer on the Front Line*, ISMIR 2020: the entropy, in bits, of the
histogram of pitch classes in every window of so many bars, mean over the windows that
hold a note.

Conventions: intervals are taken between successive notes, over rests too. Windows begin
at every bar from the first with a note, and end by the last with one. NaN where nothing
can be counted.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import log2, nan

from jazzgen.evaluation.positions import mean, played_bars
from jazzgen.music.solo import Solo

__all__ = [
    "LEAP",
    "bar_entropy",
    "four_bar_entropy",
    "leap_ratio",
    "pitch_range",
    "repeat_ratio",
    "step_ratio",
]

LEAP = 5  # semitones: a fourth


def step_ratio(solo: Solo) -> float:
    """Return the share of intervals of one or two semitones."""
    return mean(1 <= size <= 2 for size in _interval_sizes(solo))


def repeat_ratio(solo: Solo) -> float:
    """Return the share of intervals that repeat the pitch."""
    return mean(size == 0 for size in _interval_sizes(solo))


def leap_ratio(solo: Solo) -> float:
    """Return the share of intervals of a fourth (five semitones) or more."""
    return mean(size >= LEAP for size in _interval_sizes(solo))


def pitch_range(solo: Solo) -> float:
    """Return the distance from the lowest to the highest note, in semitones."""
    pitches = [note.pitch for note in solo.notes]
    return float(max(pitches) - min(pitches)) if pitches else nan


def bar_entropy(solo: Solo) -> float:
    """Return H1: entropy of the pitch classes of a bar, in bits, mean over bars with notes."""
    return _windowed_entropy(solo, bars=1)


def four_bar_entropy(solo: Solo) -> float:
    """Return H4: entropy of the pitch classes in every window of four bars with notes, in bits."""
    return _windowed_entropy(solo, bars=4)


def _interval_sizes(solo: Solo) -> list[int]:
    return [abs(after.pitch - note.pitch) for note, after in pairwise(solo.notes)]


def _windowed_entropy(solo: Solo, bars: int) -> float:
    first, last = played_bars(solo)
    counts: list[Counter[int]] = [Counter() for _ in range(last - first)]
    for note in solo.notes:
        counts[solo.chart.bar_at(note.onset) - first][note.pitch % 12] += 1
    windows = (sum(counts[b : b + bars], Counter()) for b in range(len(counts) - bars + 1))
    return mean(_entropy(window) for window in windows if window)


def _entropy(counts: Counter[int]) -> float:
    total = sum(counts.values())
    return sum(n / total * log2(total / n) for n in counts.values())
