"""A solo made ready for the networks: its values, what came before each, and the chart there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from jazzgen.data.chart_table import chart_table
from jazzgen.data.encoding import REST, Value, encode
from jazzgen.music.solo import Solo

__all__ = ["HISTORY", "NO_PITCH", "START_PITCH", "Past", "ValueSequence", "value_sequence"]

NO_PITCH = -1
"""Stands in a history where no note has sounded yet."""

START_PITCH = 65
"""The pitch that a first note is counted from: F4, the middle of a horn's range."""


class Past(IntEnum):
    """The columns of a history: what is known of the line before a value."""

    LAST = 0
    """Last pitch that sounded, or `NO_PITCH`."""
    SECOND_LAST = 1
    """The pitch that sounded before it."""
    THIRD_LAST = 2
    """And the one before that."""
    DURATION = 3
    """Duration of the last value, 0 at the beginning."""
    RESTED = 4
    """1 if the last value was a rest."""


HISTORY = len(Past)


@dataclass(frozen=True)
class ValueSequence:
    """A value sequence with everything that the networks see of it.

    Args:
        pitch: Pitch or `REST` of each value, shape (T,).
        duration: Duration of each value in ticks, shape (T,).
        clock: The tick at which each value begins, shape (T,).
        history: What came before each value (`Past`), shape (T, `HISTORY`).
        rows: The chart at each value's beginning, shape (T, `COLUMNS`).
        tune: Title, by which solos are kept together in a split.
        name: What to call the solo in a message.
    """

    pitch: NDArray[np.int32]
    duration: NDArray[np.int32]
    clock: NDArray[np.int32]
    history: NDArray[np.int32]
    rows: NDArray[np.int32]
    tune: str = ""
    name: str = ""

    def __len__(self) -> int:
        return len(self.pitch)

    @property
    def notes(self) -> int:
        """How many of the values are notes."""
        return int(np.count_nonzero(self.pitch != REST))

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Which values a measure counts: those after the first note, shape (T,)."""
        notes = (self.pitch != REST).astype(np.int64)
        return np.asarray(np.cumsum(notes) > notes)


def value_sequence(solo: Solo) -> ValueSequence:
    """Encode a solo and look up, for each value, its past and its place in the chart."""
    values = encode(solo)
    pitch = np.array([value.pitch for value in values], dtype=np.int32)
    duration = np.array([value.duration for value in values], dtype=np.int32)
    clock = np.concatenate([[0], np.cumsum(duration)[:-1]])[: len(values)].astype(np.int32)
    rows = chart_table(solo.chart)[clock]
    return ValueSequence(
        pitch, duration, clock, _history(values), rows, solo.title or solo.name, solo.name
    )


def _history(values: tuple[Value, ...]) -> NDArray[np.int32]:
    history = np.zeros((len(values), HISTORY), dtype=np.int32)
    past = (NO_PITCH, NO_PITCH, NO_PITCH, 0, 1)
    for step, (pitch, duration) in enumerate(values):
        history[step] = past
        past = (*past[:3], duration, 1) if pitch == REST else (pitch, past[0], past[1], duration, 0)
    return history
