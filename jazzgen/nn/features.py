"""From integers to what a network sees: nothing here knows the key.

Every function takes a history and rows of a chart table with any leading axes, so
that the training graph (B, T, …) and the inference graph (B, …) share them. Comparisons
are `ops.equal`, never `==`: on a symbolic tensor `==` asks whether the objects are
the same, and answers no.
"""

from __future__ import annotations

from typing import Any

from keras import ops

from jazzgen.data.chart_table import Column
from jazzgen.data.sequence import NO_PITCH, START_PITCH, Past

__all__ = [
    "CONTEXT_FEATURES",
    "INTERVALS",
    "LINE_FEATURES",
    "MAX_INTERVAL",
    "context_features",
    "counting_pitch",
    "degree_one_hot",
    "interval_one_hot",
    "line_features",
]

MAX_INTERVAL = 24
"""Wider intervals, in semitones, are seen as this one."""

INTERVALS = 2 * MAX_INTERVAL + 1
NONE = INTERVALS  # class of an interval with no note to count from

DURATIONS = 97  # 0 at the beginning, 1 to 96 ticks
REGISTERS = 43  # three semitones each
TICKS_IN_BEAT = 48  # up to a half note
BEATS = 8
TO_NEXT_UNIT = 12  # distances to the next chord in eighths
TO_NEXT = 17
HYPERMETER = 4  # jazz forms go by four bars

CONTEXT_FEATURES = TICKS_IN_BEAT + BEATS + HYPERMETER + 12 + 12 + 12 + TO_NEXT
LINE_FEATURES = 2 * (INTERVALS + 1) + DURATIONS + 1 + 13 + 13 + REGISTERS + 1


def context_features(rows: Any) -> Any:
    """Return what the chart says: place in beat, bar and form, this chord and the next.

    Args:
        rows: Rows of a chart table, int32, shape (…, `COLUMNS`).

    Returns:
        Zeros and ones, shape (…, `CONTEXT_FEATURES`).
    """
    motion = ops.mod(rows[..., Column.NEXT_ROOT] - rows[..., Column.ROOT], 12)
    eighths = (rows[..., Column.TO_NEXT] + TO_NEXT_UNIT - 1) // TO_NEXT_UNIT
    return ops.concatenate([
        _one_hot(rows[..., Column.IN_BEAT], TICKS_IN_BEAT),
        _one_hot(rows[..., Column.BEAT], BEATS),
        _one_hot(ops.mod(rows[..., Column.BAR], HYPERMETER), HYPERMETER),
        _pitch_classes(rows[..., Column.TONES]),
        _pitch_classes(rows[..., Column.NEXT_TONES]),
        _one_hot(motion, 12),
        _one_hot(eighths, TO_NEXT),
    ], axis=-1)  # fmt: skip


def line_features(history: Any, rows: Any) -> Any:
    """Return what the line says: last intervals and duration, the last note in the harmony.

    Args:
        history: Histories, int32, shape (…, `HISTORY`).
        rows: Rows of a chart table, int32, shape (…, `COLUMNS`).

    Returns:
        Zeros and ones, shape (…, `LINE_FEATURES`).
    """
    last, second, third = (history[..., Past(column)] for column in range(3))
    return ops.concatenate([
        interval_one_hot(last, second),
        interval_one_hot(second, third),
        _one_hot(history[..., Past.DURATION], DURATIONS),
        ops.cast(history[..., Past.RESTED, None], "float32"),
        degree_one_hot(last, rows[..., Column.ROOT]),
        degree_one_hot(last, rows[..., Column.NEXT_ROOT]),
        _one_hot(ops.where(ops.equal(last, NO_PITCH), REGISTERS, last // 3), REGISTERS + 1),
    ], axis=-1)  # fmt: skip


def counting_pitch(history: Any) -> Any:
    """Return the pitch that the next interval is counted from, shape (…)."""
    last = history[..., Past.LAST]
    return ops.where(ops.equal(last, NO_PITCH), START_PITCH, last)


def interval_one_hot(pitch: Any, before: Any) -> Any:
    """Return the class of an interval, shape (…, `INTERVALS` + 1); the last says "none"."""
    interval = ops.clip(pitch - before, -MAX_INTERVAL, MAX_INTERVAL) + MAX_INTERVAL
    nothing = ops.logical_or(ops.equal(pitch, NO_PITCH), ops.equal(before, NO_PITCH))
    return _one_hot(ops.where(nothing, NONE, interval), INTERVALS + 1)


def degree_one_hot(pitch: Any, root: Any) -> Any:
    """Return semitones above a root, shape (…, 13); the last says "no note"."""
    return _one_hot(ops.where(ops.equal(pitch, NO_PITCH), 12, ops.mod(pitch - root, 12)), 13)


def _one_hot(indices: Any, classes: int) -> Any:
    return ops.one_hot(ops.minimum(indices, classes - 1), classes)


def _pitch_classes(mask: Any) -> Any:
    """A 12-bit mask as zeros and ones, shape (…, 12)."""
    powers = ops.convert_to_tensor([2**bit for bit in range(12)], "int32")
    return ops.cast(ops.mod(mask[..., None] // powers, 2), "float32")
