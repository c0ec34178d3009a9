"""Expression: the loudness and the timing of notes, as classes.

Loudness is the MIDI velocity relative to the solo's own median, so that a quiet recording is
not taken for a quiet player. Timing is the deviation from the metrical position, in ticks.
Class 0 is for what is unknown: the class of rests, and of solos without loudness or timing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.solo import Solo

__all__ = [
    "LOUDNESS_CLASSES",
    "TIMING_CLASSES",
    "deviation_of",
    "expression_classes",
    "velocity_of",
]

LOUDNESS_STEP = 8  # units of MIDI velocity
LOUDNESS_REACH = 5  # steps above and below the median
TIMING_STEP = 0.75  # ticks: 16 ms at 120 beats per minute
TIMING_REACH = 7  # steps early and late

LOUDNESS_CLASSES = 2 * LOUDNESS_REACH + 2
"""The number of classes: 0, and velocities from 40 below the median to 40 above it."""

TIMING_CLASSES = 2 * TIMING_REACH + 2
"""The number of classes: 0, and deviations from 5.25 ticks early to 5.25 ticks late."""

MEDIAN = 80
"""The velocity that stands for the median when a solo is rendered."""
SOFTEST, LOUDEST = 20, 127


def expression_classes(solo: Solo) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the loudness classes and the timing classes of a solo's notes, each of shape (N,)."""
    velocity = np.array([note.velocity for note in solo.notes], dtype=np.float64)
    deviation = np.array([note.deviation for note in solo.notes], dtype=np.float64)
    unknown = np.zeros(len(solo.notes), dtype=np.int32)
    level = np.median(velocity) if len(velocity) else MEDIAN
    loud = bool(len(velocity)) and velocity.min() < velocity.max()
    return (
        _classes(velocity - level, LOUDNESS_STEP, LOUDNESS_REACH) if loud else unknown,
        _classes(deviation, TIMING_STEP, TIMING_REACH) if deviation.any() else unknown,
    )


def velocity_of(loudness: int) -> int:
    """Return the MIDI velocity of a loudness class; class 0 has the median."""
    steps = loudness - 1 - LOUDNESS_REACH if loudness else 0
    return min(max(MEDIAN + LOUDNESS_STEP * steps, SOFTEST), LOUDEST)


def deviation_of(timing: int) -> float:
    """Return the deviation of a timing class in ticks; class 0 has none."""
    return TIMING_STEP * (timing - 1 - TIMING_REACH) if timing else 0.0


def _classes(values: NDArray[np.float64], step: float, reach: int) -> NDArray[np.int32]:
    return (np.clip(np.rint(values / step), -reach, reach) + reach + 1).astype(np.int32)
