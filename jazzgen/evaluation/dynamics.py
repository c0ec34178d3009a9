"""Dynamics: how many velocities a solo has, and how they go with pitch and phrases.

Source: own descriptors; that loudness follows the contour is a rule of the KTH system
(Friberg, Bresin and Sundberg, *Overview of the KTH rule system for musical performance*,
Advances in Cognitive Psychology 2, 2006, "high loud").

Conventions: velocities are MIDI's, 1 to 127. NaN where nothing can be counted.
"""

from __future__ import annotations

from math import nan

import numpy as np

from jazzgen.evaluation.metrics import SoloMetric
from jazzgen.evaluation.phrases import phrases
from jazzgen.evaluation.positions import mean
from jazzgen.music.solo import Solo

__all__ = ["METRICS", "phrase_accent", "velocities", "velocity_follows_pitch"]


def velocities(solo: Solo) -> float:
    """Return the number of different velocities."""
    return float(len({note.velocity for note in solo.notes})) if solo.notes else nan


def velocity_follows_pitch(solo: Solo) -> float:
    """Return Pearson's correlation of velocity with pitch; NaN where either never changes."""
    loud = np.array([note.velocity for note in solo.notes])
    high = np.array([note.pitch for note in solo.notes])
    if len(loud) < 3 or np.ptp(loud) == 0 or np.ptp(high) == 0:
        return nan
    return float(np.corrcoef(loud, high)[0, 1])


def phrase_accent(solo: Solo) -> float:
    """Return how much louder phrases begin than the solo is on average, in velocity steps."""
    begins = mean(phrase[0].velocity for phrase in phrases(solo))
    return begins - mean(note.velocity for note in solo.notes)


METRICS = (
    SoloMetric(
        name="velocities",
        group="dynamics",
        label="velocities used",
        text="number of different velocities",
        measure=velocities,
    ),
    SoloMetric(
        name="velocity_follows_pitch",
        group="dynamics",
        label="velocity with pitch, correlation",
        text="correlation of velocity with pitch",
        measure=velocity_follows_pitch,
    ),
    SoloMetric(
        name="phrase_accent",
        group="dynamics",
        label="accent on a phrase's first note",
        text="velocity of the phrases' first notes above the mean velocity, in MIDI steps",
        measure=phrase_accent,
    ),
)
"""The metrics of dynamics, in the order of the tables."""
