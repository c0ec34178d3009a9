"""A solo made ready for the networks: its values, what came before each, and the chart there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import chart_tables
from jazzgen.encoding.expression import expression_classes
from jazzgen.encoding.repeat_features import REPEAT_COLUMNS, REPEATS, RepeatClass, repeat_features
from jazzgen.encoding.values import REST, encode
from jazzgen.music.solo import Solo

__all__ = [
    "EMPTY_HISTORY",
    "HISTORY_COLUMNS",
    "HISTORY_PITCHES",
    "NO_PITCH",
    "START_PITCH",
    "HistoryColumn",
    "ValueSequence",
    "advance",
    "history_of",
    "value_sequence",
]

NO_PITCH = -1
"""Stands in a history where no note has sounded yet."""

START_PITCH = 65
"""The pitch that a first note is counted from: F4, the middle of a horn's range."""


HISTORY_PITCHES = 8
"""Pitches that a history remembers."""


class HistoryColumn(IntEnum):
    """The columns of a history: what is known of the line before a value."""

    LAST = 0
    """Last pitch that sounded, or `NO_PITCH`; the `HISTORY_PITCHES` - 1 before it follow."""
    DURATION = 8
    """Duration of the last value, 0 at the beginning; the two before it follow."""
    RESTED = 11
    """1 if the last value was a rest, and at the beginning."""
    PHRASE_NOTES = 12
    """Notes since the last rest."""
    PHRASE_TICKS = 13
    """Ticks since the last rest ended."""
    PHRASE_BEFORE = 14
    """Notes of the phrase before the last rest."""
    PHRASE_PITCH = 15
    """Pitch that the latest phrase began with, or `NO_PITCH`."""
    LOUDNESS = 16
    """Loudness class of the last note, 0 where nobody knows (see `expression`)."""
    TIMING = 17
    """Timing class of the last note, 0 where nobody knows."""
    PERFORMER = 18
    """Who plays: 0 for anybody, else a number that the model knows."""
    REPEAT = 19
    """The first of the `REPEAT_COLUMNS` columns of repeat features (see `repeat_features`)."""


HISTORY_COLUMNS = HistoryColumn.REPEAT + REPEAT_COLUMNS
EMPTY_HISTORY = (
    *[NO_PITCH] * HISTORY_PITCHES, 0, 0, 0, 1, 0, 0, 0, NO_PITCH, 0, 0, 0,
    *[RepeatClass.NONE, 0] * REPEATS,
)  # fmt: skip
"""The history before anything was played, by nobody in particular."""


@dataclass(frozen=True)
class ValueSequence:
    """A value sequence with everything that the networks see of it.

    Args:
        pitch: Pitch or `REST` of each value, shape (T,).
        duration: Duration of each value in ticks, shape (T,).
        clock: The tick at which each value begins, shape (T,).
        history: What came before each value (`HistoryColumn`), shape (T, `HISTORY_COLUMNS`).
        rows: The chart at each value's beginning, shape (T, `CHART_COLUMNS`).
        chords: The chart's changes (`chord_table`), shape (C, `CHORD_COLUMNS`).
        loudness: Loudness class of each note; 0 for a rest, and where no loudness was
            played, shape (T,).
        timing: Timing class of each note; 0 likewise, shape (T,).
        tune: Title, by which solos are kept together in a split.
        name: What to call the solo in a message.
        performer: Who played it.
    """

    pitch: NDArray[np.int32]
    duration: NDArray[np.int32]
    clock: NDArray[np.int32]
    history: NDArray[np.int32]
    rows: NDArray[np.int32]
    chords: NDArray[np.int32]
    loudness: NDArray[np.int32]
    timing: NDArray[np.int32]
    tune: str = ""
    name: str = ""
    performer: str = ""

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
    loudness, timing = np.zeros((2, len(values)), dtype=np.int32)
    rows, chords = chart_tables(solo.chart)
    loudness[pitch != REST], timing[pitch != REST] = expression_classes(solo)
    return ValueSequence(
        pitch, duration, clock, history_of(pitch, duration, loudness, timing),
        rows[clock], chords, loudness, timing,
        solo.tune, solo.name, solo.performer,
    )  # fmt: skip


def history_of(*values: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return what came before each value, shape (T, `HISTORY_COLUMNS`).

    Args:
        values: Pitches, durations, loudness and timing classes, each of shape (T,).
    """
    history = np.zeros((len(values[0]), HISTORY_COLUMNS), dtype=np.int32)
    past = EMPTY_HISTORY
    for step, value in enumerate(zip(*(column.tolist() for column in values), strict=True)):
        history[step] = past
        past = advance(past, *value)
    history[:, HistoryColumn.REPEAT :] = repeat_features(*values[:2])
    return history


def advance(
    past: tuple[int, ...], pitch: int, duration: int, loudness: int = 0, timing: int = 0
) -> tuple[int, ...]:
    """Return the history after one more value; the repeat features are left out."""
    pitches, durations = past[:HISTORY_PITCHES], past[HistoryColumn.DURATION : HistoryColumn.RESTED]
    rested, notes, ticks, before, first = past[HistoryColumn.RESTED : HistoryColumn.LOUDNESS]
    durations = (duration, *durations[:-1])
    if pitch == REST:
        phrase = (1, 0, 0, notes or before, first)
        return (*pitches, *durations, *phrase, *past[HistoryColumn.LOUDNESS :])
    phrase = (0, notes + 1, ticks + duration, before, pitch if rested else first)
    after = (loudness, timing, *past[HistoryColumn.PERFORMER :])
    return (pitch, *pitches[:-1], *durations, *phrase, *after)
