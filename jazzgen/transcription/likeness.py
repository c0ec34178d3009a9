"""How much a part plays like a soloist, whatever its instrument, judged by its notes alone.

Soloists use many pitches, go by steps, and vary their rhythm. Patterns of percussion and ostinatos
have a few pitches only; broken chords go back and forth in one rhythm; chords that accompany move
together and slowly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["chord_likeness", "line_likeness"]

Ints = NDArray[np.int64]

MANY = 32
"""The number of notes of which the pitches can be counted."""
PITCHES = 8
"""The number of pitches of a line of so many notes, at least; soloists use 16 and more."""
LONG = 64
"""The number of notes after which one rhythm only is no accident."""
UNIFORM, BACK_AND_FORTH, STEPS = 0.95, 0.8, 0.3
"""The shares of equal times between onsets, of changes of direction, and of steps in broken chords:
at least, at least, at most."""
BROKEN = 0.6
"""The likeness of broken chords: doubtful, as some tunes are made like that."""
COMPANY = 0.8
"""The least share of notes with two others that begin with them, in a part of chords only."""
QUICK, ENOUGH = 0.75, 0.4
"""Quarter notes to the next chord if chords follow a tune, and the share of such chords there."""


def line_likeness(rows: Ints) -> float:
    """Return how much a line is like that of a soloist, 0 to 1.

    Args:
        rows: Its notes as rows of start, end, pitch and velocity, one at a time, shape (N, 4).
    """
    pitches = rows[:, 2]
    likeness = 1.0
    if len(rows) >= MANY:
        likeness = min(likeness, len(np.unique(pitches)) / PITCHES)
    steps = np.diff(pitches)
    if len(rows) >= LONG:
        waits = np.diff(rows[:, 0])
        uniform = float((np.abs(waits - np.median(waits)) <= np.median(waits) / 8).mean())
        turns = float((steps[1:] * steps[:-1] < 0).mean())
        small = float(((steps != 0) & (np.abs(steps) <= 2)).mean())
        if uniform >= UNIFORM and turns >= BACK_AND_FORTH and small <= STEPS:
            likeness = min(likeness, BROKEN)
    return round(likeness, 3)


def chord_likeness(line: Ints, notes: Ints, ppq: int, together: float) -> float:
    """Return how much the highest notes of chords are like a line, 0 to 1.

    Args:
        line: The highest notes, shape (M, 4).
        notes: All notes of the part by start, shape (N, 4).
        ppq: File ticks per quarter note.
        together: Ticks within which notes begin together.
    """
    first = np.searchsorted(notes[:, 0], line[:, 0] - together)
    last = np.searchsorted(notes[:, 0], line[:, 0] + together, "right")
    if len(line) < 2 or (last - first >= 3).mean() < COMPANY:
        return 1.0
    quick = float((np.diff(line[:, 0]) < QUICK * ppq).mean())
    return round(min(1.0, quick / ENOUGH), 3)
