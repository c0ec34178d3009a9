"""Expression: the loudness, the timing and the gate of notes, as classes.

Loudness is the MIDI velocity relative to the solo's own median, so that a quiet recording is
not taken for a quiet player. Timing is the deviation from the metrical position, in ticks.
The gate is the share of the time up to the next onset for which a note sounds; only notes that
no rest follows have one. Class 0 is for what is unknown: the class of rests, and of solos
without loudness, timing or gaps.

A class is a range of values. A *spread* from 0 to 1, drawn evenly and independently of the
model, chooses a value within it, so that velocities and lengths do not come in a few sizes.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.values import MAX_DURATION
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = [
    "GATE_CLASSES",
    "LOUDNESS_CLASSES",
    "LOUDNESS_REACH",
    "TIMING_CLASSES",
    "TOUCH_CLASSES",
    "deviation_of",
    "expression_classes",
    "gate_classes",
    "gated",
    "touch_classes",
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

GATE_STEPS = 8  # steps of the sounding share below legato
LEGATO = GATE_STEPS + 1

GATE_CLASSES = GATE_STEPS + 2
"""The number of classes: 0, sounding shares below 1 in steps of an eighth, and legato."""

TOUCH_BOUNDS = (
    (14.5, 16.5, 18.5, 20.4, 22.2),
    (0.09, 0.26, 0.37, 0.48, 0.58),
    (0.759, 0.778, 0.799, 0.82, 0.843),
    (0.217, 0.262, 0.309, 0.353, 0.423),
)
"""The bounds between the classes of each figure of a player's touch (see `touch_classes`): the
sixths of the solos in the Weimar Jazz Database."""

TOUCH_CLASSES = len(TOUCH_BOUNDS[0]) + 2
"""The number of classes of each figure: 0 for what is unknown, and the sixths."""

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


def gate_classes(solo: Solo) -> NDArray[np.int32]:
    """Return for each note the gate class of the note before it, shape (N,).

    It is 0 after a rest, and in a solo that has no gaps at all, such as one that was written
    with a mouse.
    """
    found = np.zeros(len(solo.notes), dtype=np.int32)
    for number, (note, after) in enumerate(pairwise(solo.notes), 1):
        interval = after.onset - note.onset
        if after.onset - note.end < EIGHTH and interval <= MAX_DURATION:
            found[number] = 1 + note.duration * GATE_STEPS // interval
    known = found[found > 0]
    return found if (known < LEGATO).any() else np.zeros_like(found)


def touch_classes(solo: Solo) -> tuple[int, ...]:
    """Return how a solo is played as a whole: players differ in it more than their notes do.

    Returns:
        The classes of four figures, 0 for what is unknown: the standard deviation of velocities;
        their correlation with pitch; the sounding share of notes up to a quarter note apart; and
        the share of notes without any gap among those that no rest follows.
    """
    velocity = np.array([note.velocity for note in solo.notes], dtype=np.float64)
    figures: list[float | None] = [None] * len(TOUCH_BOUNDS)
    if len(velocity) and velocity.min() < velocity.max():
        pitch = np.array([note.pitch for note in solo.notes], dtype=np.float64)
        both = velocity.std() * pitch.std()
        covariance = float(((velocity - velocity.mean()) * (pitch - pitch.mean())).mean())
        figures[:2] = float(velocity.std()), covariance / both if both else 0.0
    gates = gate_classes(solo)
    if gates.any():
        near = [
            note.duration / (after.onset - note.onset)
            for note, after in pairwise(solo.notes)
            if after.onset - note.onset <= TICKS_PER_QUARTER
        ]
        figures[2] = float(np.mean(near)) if near else None
        figures[3] = float(np.mean(gates[gates > 0] == LEGATO))
    return tuple(
        0 if figure is None else 1 + bisect_right(bounds, figure)
        for figure, bounds in zip(figures, TOUCH_BOUNDS, strict=True)
    )


def velocity_of(loudness: int, spread: float = 0.5) -> int:
    """Return the MIDI velocity of a loudness class; class 0 has the median.

    Args:
        loudness: The class.
        spread: The place within the class, 0 to 1.
    """
    if not loudness:
        return MEDIAN
    steps = loudness - 1 - LOUDNESS_REACH + spread - 0.5
    return min(max(round(MEDIAN + LOUDNESS_STEP * steps), SOFTEST), LOUDEST)


def deviation_of(timing: int, spread: float = 0.5) -> float:
    """Return the deviation of a timing class in ticks; class 0 has none.

    Args:
        timing: The class.
        spread: The place within the class, 0 to 1.
    """
    return round(TIMING_STEP * (timing - 1.5 - TIMING_REACH + spread), 2) if timing else 0.0


def gated(note: Note, gate: int, spread: float = 0.5) -> Note:
    """Return a note with the length of a gate class.

    Args:
        note: A note that lasts until the next one begins.
        gate: The class; 0 leaves it as it is.
        spread: The place within the class, 0 to 1.

    Returns:
        The note. The gap behind it is shorter than an eighth, so its value stays the same.
    """
    if gate in (0, LEGATO):
        return note
    sounding = round(note.duration * (gate - 1 + spread) / GATE_STEPS)
    shortest = max(1, note.duration - EIGHTH + 1)
    return replace(note, duration=min(max(sounding, shortest), max(note.duration - 1, 1)))


def _classes(values: NDArray[np.float64], step: float, reach: int) -> NDArray[np.int32]:
    return (np.clip(np.rint(values / step), -reach, reach) + reach + 1).astype(np.int32)
