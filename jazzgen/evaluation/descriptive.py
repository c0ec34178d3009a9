"""Descriptive metrics of a solo: what a listener could count.

Source
------
The usual descriptors of jazz-solo research (Pfleiderer et al., *Inside the
Jazzomat*, 2017; Wu and Yang, *The Jazz Transformer on the Front Line*, ISMIR
2020, for H1, H4 and grooving similarity), with the conventions below. Each was
calibrated on the Weimar Jazz Database, so that its value there agrees with the
published row of `human_figures`.

Conventions
-----------
- Every metric takes a `Solo` on its metrical grid (`Note.onset`; deviations are
  performance, not text) and returns a float, NaN where nothing can be counted.
- The chord under a note is the one at the note's onset. Notes over `N.C.` are
  left out of every metric that asks for a chord.
- A *chord tone* is the root, third, fifth, and seventh or sixth: extensions and
  alterations are not. A *scale tone* belongs to the chord's scale.
- A beat is the beat of the meter (a dotted quarter in 12/8). "On the beat" is a
  note whose onset is exactly on one.
- Intervals are taken between successive notes, over rests too.
- Phrases: see `jazzgen.evaluation.phrases`.

Metrics
-------
Harmony: `chord_tone_ratio`, `on_beat_chord_tones`, `off_beat_chord_tones`,
`phrase_end_chord_tones`, `scale_tone_ratio`, `resolved_ratio`.
Melody: `step_ratio`, `repeat_ratio`, `leap_ratio`, `pitch_range`,
`bar_entropy` (H1), `four_bar_entropy` (H4).
Time: `off_beat_ratio`, `notes_a_beat`, `silence`, `phrase_notes`,
`phrase_beats`, `phrase_gap`, `grooving_similarity`.

Every one is two-sided: more chord tones than a human plays is as wrong as fewer.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from math import log2, nan
from typing import NamedTuple

import numpy as np

from jazzgen.evaluation.phrases import gaps, phrases
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = [
    "METRICS",
    "Figure",
    "bar_entropy",
    "chord_tone_ratio",
    "describe",
    "four_bar_entropy",
    "grooving_similarity",
    "human_figures",
    "leap_ratio",
    "notes_a_beat",
    "off_beat_chord_tones",
    "off_beat_ratio",
    "on_beat_chord_tones",
    "phrase_beats",
    "phrase_end_chord_tones",
    "phrase_gap",
    "phrase_notes",
    "pitch_range",
    "repeat_ratio",
    "resolved_ratio",
    "scale_tone_ratio",
    "silence",
    "step_ratio",
]

SILENCE_GAP = TICKS_PER_QUARTER // 2  # a shorter gap is articulation, not a rest
LEAP = 5  # semitones: a fourth
GROOVE_SLOTS = 64  # a bar, as in the Jazz Transformer's evaluation


class Figure(NamedTuple):
    """A mean and a standard deviation over solos."""

    mean: float
    std: float


# --- Harmony ------------------------------------------------------------------------


def chord_tone_ratio(solo: Solo) -> float:
    """Return the share of notes that are chord tones."""
    return _chord_tone_share(solo, solo.notes)


def on_beat_chord_tones(solo: Solo) -> float:
    """Return the share of chord tones among the notes on the beat."""
    return _chord_tone_share(solo, [n for n, on in _with_beats(solo) if on])


def off_beat_chord_tones(solo: Solo) -> float:
    """Return the share of chord tones among the notes off the beat."""
    return _chord_tone_share(solo, [n for n, on in _with_beats(solo) if not on])


def phrase_end_chord_tones(solo: Solo) -> float:
    """Return the share of chord tones among the last notes of phrases."""
    return _chord_tone_share(solo, [phrase[-1] for phrase in phrases(solo)])


def scale_tone_ratio(solo: Solo) -> float:
    """Return the share of notes that belong to the scale of their chord."""
    return _mean(n.pitch % 12 in chord.scale for n, chord in _with_chords(solo, solo.notes))


def resolved_ratio(solo: Solo) -> float:
    """Return the share of non-chord tones that go by step to a chord tone.

    The note that follows has its own chord; only notes that have a successor
    and a chord are counted.
    """
    outside = [n.pitch % 12 not in c.chord_tones if c.root_pc is not None else None
               for n, c in zip(solo.notes, _chords(solo, solo.notes), strict=True)]  # fmt: skip
    return _mean(
        outside[k + 1] is False and 1 <= abs(solo.notes[k + 1].pitch - note.pitch) <= 2
        for k, note in enumerate(solo.notes[:-1])
        if outside[k]
    )


# --- Melody -------------------------------------------------------------------------


def step_ratio(solo: Solo) -> float:
    """Return the share of intervals of one or two semitones."""
    return _mean(1 <= size <= 2 for size in _interval_sizes(solo))


def repeat_ratio(solo: Solo) -> float:
    """Return the share of intervals that repeat the pitch."""
    return _mean(size == 0 for size in _interval_sizes(solo))


def leap_ratio(solo: Solo) -> float:
    """Return the share of intervals of a fourth (five semitones) or more."""
    return _mean(size >= LEAP for size in _interval_sizes(solo))


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


# --- Time ---------------------------------------------------------------------------


def off_beat_ratio(solo: Solo) -> float:
    """Return the share of onsets that are not on a beat."""
    return _mean(not on for _, on in _with_beats(solo))


def notes_a_beat(solo: Solo) -> float:
    """Return the notes a beat, over the bars from the first note's to the last one's."""
    bars = [solo.chart.bars[b] for b in range(*_played_bars(solo))]
    return len(solo.notes) / sum(bar.meter.beats for bar in bars) if bars else nan


def silence(solo: Solo) -> float:
    """Return the share of time, first onset to last end, in gaps of half a beat or more."""
    if not solo.notes:
        return nan
    rests = sum(gap for gap in gaps(solo) if gap >= SILENCE_GAP)
    return rests / (solo.notes[-1].end - solo.notes[0].onset)


def phrase_notes(solo: Solo) -> float:
    """Return the mean length of a phrase in notes."""
    return _mean(len(phrase) for phrase in phrases(solo))


def phrase_beats(solo: Solo) -> float:
    """Return the mean length of a phrase, first onset to last end, in quarter notes."""
    return _mean((p[-1].end - p[0].onset) / TICKS_PER_QUARTER for p in phrases(solo))


def phrase_gap(solo: Solo) -> float:
    """Return the mean silence between phrases, in quarter notes."""
    parts = phrases(solo)
    return _mean(
        (after[0].onset - phrase[-1].end) / TICKS_PER_QUARTER for phrase, after in pairwise(parts)
    )


def grooving_similarity(solo: Solo) -> float:
    """Return how alike the bars' onset patterns are, mean over pairs of bars.

    One minus the share of the 64 slots of a bar in which exactly one of the two
    bars has an onset. It falls with density: compare at like density only.
    """
    first, last = _played_bars(solo)
    grid = np.zeros((last - first, GROOVE_SLOTS))  # (bars, slots)
    for note in solo.notes:
        bar = solo.chart.bar_at(note.onset)
        ticks = solo.chart.bars[bar].meter.bar_ticks
        grid[bar - first, (note.onset - solo.chart.bar_starts[bar]) * GROOVE_SLOTS // ticks] = 1
    if len(grid) < 2:
        return nan
    ones = grid.sum(axis=1)  # (bars,)
    differing = ones[:, None] + ones[None, :] - 2 * grid @ grid.T  # (bars, bars)
    pairs = np.triu_indices(len(grid), 1)
    return float(1 - differing[pairs].mean() / GROOVE_SLOTS)


# --- All of them --------------------------------------------------------------------

METRICS: dict[str, Callable[[Solo], float]] = {
    metric.__name__: metric
    for metric in (
        chord_tone_ratio,
        on_beat_chord_tones,
        off_beat_chord_tones,
        phrase_end_chord_tones,
        scale_tone_ratio,
        resolved_ratio,
        step_ratio,
        repeat_ratio,
        leap_ratio,
        pitch_range,
        bar_entropy,
        four_bar_entropy,
        off_beat_ratio,
        notes_a_beat,
        silence,
        phrase_notes,
        phrase_beats,
        phrase_gap,
        grooving_similarity,
    )
}


def describe(solo: Solo) -> dict[str, float]:
    """Return every metric of a solo by name.

    Args:
        solo: A solo over a chart with chords.

    Returns:
        Name to value, in the order of `METRICS`; NaN where the solo has nothing
        to count (no notes, or no chords).
    """
    return {name: metric(solo) for name, metric in METRICS.items()}


def human_figures() -> dict[str, Figure]:
    """Return mean and standard deviation of each metric over 456 human solos.

    The solos are those of the Weimar Jazz Database. The three figures of phrases
    (`phrase_notes`, `phrase_beats`, `phrase_gap`) are over single phrases, as its
    transcribers marked them; all others are over solos.
    """
    return {
        "chord_tone_ratio": Figure(0.505, 0.074),
        "on_beat_chord_tones": Figure(0.523, 0.091),
        "off_beat_chord_tones": Figure(0.494, 0.078),
        "phrase_end_chord_tones": Figure(0.623, 0.17),
        "scale_tone_ratio": Figure(0.787, 0.072),
        "resolved_ratio": Figure(0.393, 0.092),
        "step_ratio": Figure(0.539, 0.093),
        "repeat_ratio": Figure(0.055, 0.045),
        "leap_ratio": Figure(0.145, 0.051),
        "pitch_range": Figure(28.7, 6.1),
        "bar_entropy": Figure(1.92, 0.38),
        "four_bar_entropy": Figure(2.88, 0.30),
        "off_beat_ratio": Figure(0.670, 0.103),
        "notes_a_beat": Figure(1.67, 0.71),
        "silence": Figure(0.215, 0.078),
        "phrase_notes": Figure(18.1, 15.4),
        "phrase_beats": Figure(9.4, 8.1),
        "phrase_gap": Figure(2.36, 1.92),
        "grooving_similarity": Figure(0.862, 0.063),
    }


# --- Shared steps -------------------------------------------------------------------


def _mean(values: Iterable[float]) -> float:
    counted = list(values)
    return sum(counted) / len(counted) if counted else nan


def _interval_sizes(solo: Solo) -> list[int]:
    return [abs(b.pitch - a.pitch) for a, b in pairwise(solo.notes)]


def _chords(solo: Solo, notes: Iterable[Note]) -> list[ChordSymbol]:
    spans = solo.chart.chord_spans
    starts = [span.start for span in spans]
    return [spans[bisect_right(starts, note.onset) - 1].chord for note in notes]


def _with_chords(solo: Solo, notes: Iterable[Note]) -> list[tuple[Note, ChordSymbol]]:
    """Pair each note that has a chord under it with that chord."""
    notes = list(notes)
    pairs = zip(notes, _chords(solo, notes), strict=True)
    return [(note, chord) for note, chord in pairs if chord.root_pc is not None]


def _chord_tone_share(solo: Solo, notes: Iterable[Note]) -> float:
    return _mean(n.pitch % 12 in chord.chord_tones for n, chord in _with_chords(solo, notes))


def _with_beats(solo: Solo) -> list[tuple[Note, bool]]:
    """Pair each note with whether its onset is exactly on a beat."""
    chart, pairs = solo.chart, []
    for note in solo.notes:
        bar = chart.bar_at(note.onset)
        place = note.onset - chart.bar_starts[bar]
        pairs.append((note, place % chart.bars[bar].meter.beat_ticks == 0))
    return pairs


def _played_bars(solo: Solo) -> tuple[int, int]:
    """Return the first bar with a note and the one after the last with a note."""
    if not solo.notes:
        return 0, 0
    return solo.chart.bar_at(solo.notes[0].onset), solo.chart.bar_at(solo.notes[-1].onset) + 1


def _windowed_entropy(solo: Solo, bars: int) -> float:
    first, last = _played_bars(solo)
    counts: list[Counter[int]] = [Counter() for _ in range(last - first)]
    for note in solo.notes:
        counts[solo.chart.bar_at(note.onset) - first][note.pitch % 12] += 1
    windows = (sum(counts[b : b + bars], Counter()) for b in range(len(counts) - bars + 1))
    return _mean(_entropy(window) for window in windows if window)


def _entropy(counts: Counter[int]) -> float:
    total = sum(counts.values())
    return sum(n / total * log2(total / n) for n in counts.values())
