"""From integers to what a network sees: nothing here knows the key.

Every function takes a history and rows of a chart table with any leading axes, so
that the training graph (B, T, …) and the inference graph (B, …) share them. Comparisons
are `ops.equal`, never `==`: on a symbolic tensor `==` asks whether the objects are
the same, and answers no.
"""

from __future__ import annotations

from typing import Any

from keras import ops

from jazzgen.encoding.chart_table import ChordColumn, Column
from jazzgen.encoding.expression import LOUDNESS_CLASSES, TIMING_CLASSES
from jazzgen.encoding.repeat_features import ECHOES, Echo
from jazzgen.encoding.sequence import NO_PITCH, REMEMBERED, START_PITCH, Past
from jazzgen.encoding.values import EIGHTH
from jazzgen.nn.sizes import (
    BEATS,
    CHORD_BEATS,
    CHORD_EIGHTHS,
    CONDITION_FEATURES,
    COUNTS,
    DURATIONS,
    HYPERMETER,
    INTERVALS,
    MAX_INTERVAL,
    NONE,
    QUARTER,
    REACH,
    REGISTERS,
    TICKS_IN_BEAT,
    TO_END,
    TO_NEXT,
)

__all__ = [
    "chord_features",
    "condition_features",
    "context_features",
    "counting_pitch",
    "degree_one_hot",
    "interval_one_hot",
    "line_features",
]


def context_features(rows: Any) -> Any:
    """Return what the chart says: place in beat, bar and form, this chord, the next, the end.

    Args:
        rows: Rows of a chart table, int32, shape (…, `COLUMNS`).

    Returns:
        Zeros and ones, shape (…, `CONTEXT_FEATURES`).
    """
    motion = ops.mod(rows[..., Column.NEXT_ROOT] - rows[..., Column.ROOT], 12)
    eighths = (rows[..., Column.TO_NEXT] + EIGHTH - 1) // EIGHTH
    return ops.concatenate([
        _one_hot(rows[..., Column.IN_BEAT], TICKS_IN_BEAT),
        _one_hot(rows[..., Column.BEAT], BEATS),
        _one_hot(ops.mod(rows[..., Column.BAR], HYPERMETER), HYPERMETER),
        _pitch_classes(rows[..., Column.TONES]),
        _pitch_classes(rows[..., Column.NEXT_TONES]),
        _one_hot(motion, 12),
        _one_hot(eighths, TO_NEXT),
        _one_hot((rows[..., Column.TO_END] - 1) // QUARTER, TO_END),
    ], axis=-1)  # fmt: skip


def condition_features(rows: Any) -> Any:
    """Return the tempo, shape (…, `CONDITION_FEATURES`)."""
    return _one_hot(rows[..., Column.TEMPO], CONDITION_FEATURES)


def chord_features(chords: Any) -> Any:
    """Return what the chart's encoder sees of each chord.

    Args:
        chords: Rows of a chord table, int32, shape (…, `CHORD_COLUMNS`).

    Returns:
        Zeros and ones, shape (…, `CHORD_FEATURES`).
    """
    return ops.concatenate([
        _pitch_classes(chords[..., ChordColumn.TONES]),
        _one_hot(chords[..., ChordColumn.COMING], 12),
        _one_hot(chords[..., ChordColumn.GOING], 12),
        _one_hot(chords[..., ChordColumn.EIGHTHS], CHORD_EIGHTHS),
        _one_hot(ops.mod(chords[..., ChordColumn.BAR], HYPERMETER), HYPERMETER),
        _one_hot(chords[..., ChordColumn.BEAT], CHORD_BEATS),
    ], axis=-1)  # fmt: skip


def line_features(history: Any, rows: Any) -> Any:
    """Return what the line says: its last steps, their place in the harmony, the phrase so far.

    Args:
        history: Histories, int32, shape (…, `HISTORY`).
        rows: Rows of a chart table, int32, shape (…, `COLUMNS`).

    Returns:
        Zeros and ones, shape (…, `LINE_FEATURES`).
    """
    last, second, third, fourth = (history[..., Past.LAST + age] for age in range(4))
    return ops.concatenate([
        interval_one_hot(last, second),
        interval_one_hot(second, third),
        interval_one_hot(last, third),
        interval_one_hot(last, fourth),
        interval_one_hot(last, history[..., Past.PHRASE_PITCH]),
        *(_one_hot(history[..., Past.DURATION + age], DURATIONS) for age in range(3)),
        ops.cast(history[..., Past.RESTED, None], "float32"),
        degree_one_hot(last, rows[..., Column.ROOT]),
        degree_one_hot(last, rows[..., Column.NEXT_ROOT]),
        _one_hot(ops.where(ops.equal(last, NO_PITCH), REGISTERS, last // 3), REGISTERS + 1),
        *_reach(history[..., Past.LAST : Past.LAST + REMEMBERED]),
        _count(history[..., Past.PHRASE_NOTES]),
        _count(history[..., Past.PHRASE_TICKS] // EIGHTH),
        _count(history[..., Past.PHRASE_BEFORE]),
        *_echoes(history[..., Past.ECHO :]),
        ops.one_hot(history[..., Past.LOUDNESS], LOUDNESS_CLASSES),
        ops.one_hot(history[..., Past.TIMING], TIMING_CLASSES),
    ], axis=-1)  # fmt: skip


def _reach(pitches: Any) -> list[Any]:
    """How far below and above the last note the remembered ones lie, two of shape (…, `REACH`)."""
    last = pitches[..., :1]
    leap = ops.where(ops.equal(pitches, NO_PITCH), 0, pitches - last)
    return [
        _one_hot(-ops.min(leap, axis=-1), REACH),
        _one_hot(ops.max(leap, axis=-1), REACH),
    ]


def _echoes(columns: Any) -> list[Any]:
    """Each echo's interval, of shape (…, `Echo.NONE`), and duration; no class for no echo."""
    features = []
    for number in range(ECHOES):
        interval, duration = columns[..., 2 * number], columns[..., 2 * number + 1]
        features += [ops.one_hot(interval, Echo.NONE), _one_hot(duration, DURATIONS)]
    return features


def _count(number: Any) -> Any:
    """The class of a count, shape (…, len(`COUNTS`)); no class for 0."""
    least = ops.convert_to_tensor(COUNTS, "int32")
    reached = ops.cast(number[..., None] >= least, "float32")
    return reached - ops.concatenate([reached[..., 1:], ops.zeros_like(reached[..., :1])], axis=-1)


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
