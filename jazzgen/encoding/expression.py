"""How a note is played, as classes: how loud, and how far off its metrical place.

Class 0 says that nobody knows: a rest, or a solo without loudness or without timing.
Loudness is the MIDI velocity relative to the solo's own median, so that a quiet recording
is not a quiet player; timing is the deviation in ticks.
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

LOUDNESS_STEP = 8  # of velocity
LOUDNESS_REACH = 5  # steps up and down
TIMING_STEP = 0.75  # ticks: 16 ms at 120 beats a minute
TIMING_REACH = 7

LOUDNESS_CLASSES = 2 * LOUDNESS_REACH + 2
"""Class 0, and velocities from 40 below the median to 40 above it in steps of 8."""

TIMING_CLASSES = 2 * TIMING_REACH + 2
"""Class 0, and deviations from 5.25 ticks early to 5.25 late in steps of 0.75."""

MEDIAN = 80
SOFTEST, LOUDEST = 20, 127


def expression_classes(solo: Solo) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return loudness and timing class of each note, each of shape (notes,)."""
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
    """Return the MIDI velocity of a loudness class; that of class 0 is the median."""
    steps = loudness - 1 - LOUDNESS_REACH if loudness else 0
    return min(max(MEDIAN + LOUDNESS_STEP * steps, SOFTEST), LOUDEST)


def deviation_of(timing: int) -> float:
    """Return the deviation of a timing class in ticks; that of class 0 is none."""
    return TIMING_STEP * (timing - 1 - TIMING_REACH) if timing else 0.0


def _classes(values: NDArray[np.float64], step: float, reach: int) -> NDArray[np.int32]:
    return (np.clip(np.rint(values / step), -reach, reach) + reach + 1).astype(np.int32)
