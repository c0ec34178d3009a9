"""Arcs: how pitch and loudness rise and fall in the course of a solo.

Source: own descriptors of what *Inside the Jazzomat* (Pfleiderer et al., 2017) discusses as
dramaturgy: many soloists end higher and louder than they begin, and keep their top note for
later.

Conventions: a solo lasts from its first onset to its last; its thirds are equally long. Pitches
are MIDI's, in semitones, velocities MIDI's, 1 to 127. Windows are those of `structure`. NaN where
nothing can be counted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise
from math import nan
from statistics import median

import numpy as np

from jazzgen.evaluation.metrics import SoloMetric
from jazzgen.evaluation.positions import mean
from jazzgen.evaluation.structure import FEWEST, correlation, windows
from jazzgen.music.solo import Note, Solo

__all__ = [
    "LOUDNESS_METRICS",
    "METRICS",
    "chorus_loudness",
    "loudness_rise",
    "neighbouring_loudness",
    "peak_position",
    "pitch_rise",
]

CHORUSES = 3
"""Choruses that a correlation with their number needs."""
PLAYED = 0.25
"""The share of the median chorus's notes which a chorus needs to count: a solo often ends with a
note or two in a chorus that it does not play."""


def pitch_rise(solo: Solo) -> float:
    """Return the mean pitch of the last third minus that of the first, in semitones."""
    return _rise(solo, lambda note: note.pitch)


def loudness_rise(solo: Solo) -> float:
    """Return the mean velocity of the last third minus that of the first."""
    return _rise(solo, lambda note: note.velocity)


def peak_position(solo: Solo) -> float:
    """Return where the (first) highest note lies: 0 at the first onset, 1 at the last."""
    if len(solo.notes) < 2:
        return nan
    top = max(solo.notes, key=lambda note: note.pitch)
    return _place(solo, top)


def chorus_loudness(solo: Solo) -> float:
    """Return the correlation of mean velocity with the chorus's number; NaN below three choruses.

    A pickup belongs to the first chorus; choruses that are hardly played are left out (`PLAYED`).
    """
    starts = [solo.chart.bar_starts[bar] for bar in solo.chart.chorus_starts[1:]]
    held: dict[int, list[int]] = {}
    for note in solo.notes:
        held.setdefault(bisect_right(starts, note.onset), []).append(note.velocity)
    if not held:
        return nan
    fewest = PLAYED * median(len(loud) for loud in held.values())
    played = {number: mean(loud) for number, loud in held.items() if len(loud) >= fewest}
    if len(played) < CHORUSES:
        return nan
    return correlation(np.array(list(played)), np.array(list(played.values())))


def neighbouring_loudness(solo: Solo) -> float:
    """Return the correlation of mean velocity in neighbouring windows (at lag one)."""
    loud = [mean(note.velocity for note in window) for window in windows(solo)]
    pairs = np.array(list(pairwise(loud))).reshape(-1, 2)
    pairs = pairs[~np.isnan(pairs).any(axis=1)]  # windows without notes have no loudness
    return correlation(pairs[:, 0], pairs[:, 1]) if len(pairs) >= FEWEST else nan


def _rise(solo: Solo, height: Callable[[Note], float]) -> float:
    if len(solo.notes) < 2:
        return nan
    first = mean(height(note) for note in solo.notes if _place(solo, note) < 1 / 3)
    return mean(height(note) for note in solo.notes if _place(solo, note) >= 2 / 3) - first


def _place(solo: Solo, note: Note) -> float:
    begin, end = solo.notes[0].onset, solo.notes[-1].onset
    return (note.onset - begin) / (end - begin)


METRICS = (
    SoloMetric(
        name="pitch_rise",
        group="structure",
        label="last third above the first",
        unit="semitones",
        text="mean pitch of the last third minus that of the first",
        measure=pitch_rise,
    ),
    SoloMetric(
        name="peak_position",
        group="structure",
        label="position of the peak",
        text="where the highest note lies between the first onset (0) and the last (1)",
        measure=peak_position,
    ),
)
"""The metrics of arcs in pitch, in the order of the tables."""

LOUDNESS_METRICS = (
    SoloMetric(
        name="loudness_rise",
        group="dynamics",
        label="last third louder than the first",
        text="mean velocity of the last third minus that of the first, in MIDI steps",
        measure=loudness_rise,
    ),
    SoloMetric(
        name="chorus_loudness",
        group="dynamics",
        label="velocity with the chorus, correlation",
        text="correlation of mean velocity with the number of the chorus, in solos of three and "
        "more",
        measure=chorus_loudness,
    ),
    SoloMetric(
        name="neighbouring_loudness",
        group="dynamics",
        label="velocity of neighbours, correlation",
        text="correlation of mean velocity in neighbouring windows of four bars",
        measure=neighbouring_loudness,
    ),
)
"""The metrics of arcs in loudness, in the order of the tables."""
