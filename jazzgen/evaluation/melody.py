"""Melody: intervals, range, and how varied the pitch classes of a few bars are.

Source: *Inside the Jazzomat* (Pfleiderer et al., 2017); H1 and H4 from Wu and Yang,
*The Jazz Transformer on the Front Line*, ISMIR 2020: the entropy, in bits, of the
histogram of pitch classes in every window of one or four bars, mean over the windows
that have a note.

Conventions: intervals are taken between successive notes, over rests too. A window begins
at each bar between the first and the last that have a note, and ends within them. NaN where
nothing can be counted.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import log2, nan

from jazzgen.evaluation.metrics import SoloMetric
from jazzgen.evaluation.positions import chords_under, mean, played_bars
from jazzgen.music.solo import Solo

__all__ = [
    "LEAP",
    "METRICS",
    "bar_entropy",
    "enclosures",
    "four_bar_entropy",
    "leap_ratio",
    "octave_leaps",
    "pitch_range",
    "repeat_ratio",
    "step_ratio",
]

LEAP = 5
"""Semitones of the smallest leap, a fourth."""
OCTAVE = 12
"""Semitones of an octave."""
STEP = 2
"""Semitones of the largest step."""


def step_ratio(solo: Solo) -> float:
    """Return the share of intervals of one or two semitones."""
    return mean(1 <= size <= 2 for size in _interval_sizes(solo))


def repeat_ratio(solo: Solo) -> float:
    """Return the share of intervals that repeat the pitch."""
    return mean(size == 0 for size in _interval_sizes(solo))


def leap_ratio(solo: Solo) -> float:
    """Return the share of intervals of at least a fourth (five semitones)."""
    return mean(size >= LEAP for size in _interval_sizes(solo))


def octave_leaps(solo: Solo) -> float:
    """Return the intervals of at least an octave, per 100 notes."""
    sizes = _interval_sizes(solo)
    return 100 * sum(size >= OCTAVE for size in sizes) / len(solo.notes) if sizes else nan


def enclosures(solo: Solo) -> float:
    """Return the enclosures per 100 notes.

    An enclosure is two notes on either side of a chord tone, each one or two semitones
    from it, and then the chord tone itself.
    """
    if len(solo.notes) < 3:
        return nan
    tones = [
        chord.root_pc is not None and note.pitch % 12 in chord.chord_tones
        for note, chord in zip(solo.notes, chords_under(solo, solo.notes), strict=True)
    ]
    found = sum(
        is_tone and _encloses(first.pitch - target.pitch, second.pitch - target.pitch)
        for first, second, target, is_tone in zip(
            solo.notes, solo.notes[1:], solo.notes[2:], tones[2:], strict=False
        )
    )
    return 100 * found / len(solo.notes)


def _encloses(first: int, second: int) -> bool:
    """Whether two notes lie within a step of a third one, on either side, in semitones from it."""
    return first * second < 0 and abs(first) <= STEP and abs(second) <= STEP


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


METRICS = (
    SoloMetric(
        name="step_ratio",
        group="melody",
        label="steps",
        text="share of intervals of one or two semitones",
        measure=step_ratio,
    ),
    SoloMetric(
        name="repeat_ratio",
        group="melody",
        label="repeats",
        text="share of intervals that repeat the pitch",
        measure=repeat_ratio,
    ),
    SoloMetric(
        name="leap_ratio",
        group="melody",
        label="leaps",
        text="share of intervals of at least a fourth",
        measure=leap_ratio,
    ),
    SoloMetric(
        name="pitch_range",
        group="melody",
        label="range",
        unit="semitones",
        text="distance from the lowest to the highest note",
        measure=pitch_range,
    ),
    SoloMetric(
        name="bar_entropy",
        group="melody",
        label="H1",
        unit="bits",
        text="entropy of the pitch classes of a bar, mean over bars with notes",
        measure=bar_entropy,
    ),
    SoloMetric(
        name="four_bar_entropy",
        group="melody",
        label="H4",
        unit="bits",
        text="entropy of the pitch classes of four successive bars, mean over all such windows",
        measure=four_bar_entropy,
    ),
    SoloMetric(
        name="octave_leaps",
        group="melody",
        label="octave leaps per 100 notes",
        text="intervals of at least an octave, per 100 notes",
        measure=octave_leaps,
    ),
    SoloMetric(
        name="enclosures",
        group="melody",
        label="enclosures per 100 notes",
        text="chord tones that are approached from both sides by step, per 100 notes",
        measure=enclosures,
    ),
)
"""The metrics of melody, in the order of the tables."""
