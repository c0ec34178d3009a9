"""What a network sees, as numbers of the features that are 1: `features` without the zeros.

A dense layer over zeros and ones adds up the rows of its kernel that belong to the ones. So
the light engine keeps lists of row numbers, and looks the rows up.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import ChordColumn, Column
from jazzgen.encoding.expression import LOUDNESS_CLASSES
from jazzgen.encoding.repeat_features import ECHOES, Echo
from jazzgen.encoding.sequence import NO_PITCH, REMEMBERED, Past
from jazzgen.encoding.values import EIGHTH
from jazzgen.nn.sizes import (
    BEATS,
    CHORD_BEATS,
    CHORD_EIGHTHS,
    CHORD_FEATURES,
    COUNTS,
    DURATIONS,
    HYPERMETER,
    INTERVALS,
    LINE_FEATURES,
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
    "LINE_ONES",
    "NO_FEATURE",
    "PLACES",
    "PLACE_SIZES",
    "chord_features",
    "harmony_features",
    "interval",
    "line_ones",
    "line_rows",
    "place_ones",
]

NO_FEATURE = LINE_FEATURES
"""Stands for a feature that is absent: the row behind the last, all zero."""

_SIZES = (
    *[INTERVALS + 1] * 5, *[DURATIONS] * 3, 1, 13, 13, REGISTERS + 1, REACH, REACH,
    *[len(COUNTS)] * 3, *[Echo.NONE, DURATIONS] * ECHOES, LOUDNESS_CLASSES,
)  # fmt: skip
_FIRST = (0, *accumulate(_SIZES))
LINE_ONES = len(_FIRST)
"""How many ones a line has at most."""

PLACE_SIZES = (TICKS_IN_BEAT, BEATS, HYPERMETER, TO_NEXT, TO_END)
"""Classes of a place in the chart: in the beat, the bar, four bars, before chord and end."""
PLACES = sum(PLACE_SIZES)

Ints = NDArray[np.int64]


def interval(pitch: int, before: int) -> int:
    """Return the class of an interval; `NONE` where one of the pitches is `NO_PITCH`."""
    if NO_PITCH in (pitch, before):
        return NONE
    return min(max(pitch - before, -MAX_INTERVAL), MAX_INTERVAL) + MAX_INTERVAL


def _class_of_count() -> tuple[int, ...]:
    """The class of each count up to the last class's beginning; none for 0."""
    classes = (sum(least <= count for least in COUNTS) - 1 for count in range(COUNTS[-1]))
    return tuple(number if number >= 0 else LINE_FEATURES for number in classes)


_COUNT = _class_of_count()


def line_ones(past: Sequence[int], echoes: Sequence[int], root: int, next_root: int) -> list[int]:
    """Return the class of each of `features.line_features` that is 1, `LINE_ONES` of them.

    A feature that is absent has a class too large for all.

    Args:
        past: A history (`Past`), but for its echoes.
        echoes: The echoes.
        root: Pitch class of the chord that sounds.
        next_root: Pitch class of the next one.
    """
    last, second, third, fourth = past[:4]
    first = past[Past.PHRASE_PITCH]
    known = past[:REMEMBERED]
    if NO_PITCH in known or first == NO_PITCH:
        pairs = ((last, second), (second, third), (last, third), (last, fourth), (last, first))
        leaps = [interval(*pair) for pair in pairs]
        known = [pitch for pitch in known if pitch != NO_PITCH] or [last]
    else:
        leaps = [_LEAP[last - second], _LEAP[second - third], _LEAP[last - third],
                 _LEAP[last - fourth], _LEAP[last - first]]  # fmt: skip
    begun = last != NO_PITCH
    ones = [
        *leaps,
        *past[Past.DURATION : Past.RESTED],
        0 if past[Past.RESTED] else _ABSENT,
        (last - root) % 12 if begun else 12,
        (last - next_root) % 12 if begun else 12,
        last // 3 if begun else REGISTERS,
        _REACH[last - min(known)],
        _REACH[max(known) - last],
        _count(past[Past.PHRASE_NOTES]),
        _count(past[Past.PHRASE_TICKS] // EIGHTH),
        _count(past[Past.PHRASE_BEFORE]),
        *echoes,
        past[Past.LOUDNESS],
        past[Past.TIMING],
    ]
    for number in _ECHOED:
        if ones[number] == Echo.NONE:
            ones[number] = _ABSENT
    return ones


def line_rows(ones: Sequence[Sequence[int]]) -> Ints:
    """Return the numbers of features, among all of a line's, (B, `LINE_ONES`).

    Args:
        ones: What `line_ones` says of each line.
    """
    return np.asarray(np.minimum(np.array(ones) + _FIRSTS, NO_FEATURE))


_ABSENT = LINE_FEATURES
_FIRSTS = np.array(_FIRST)
_ECHOED = range(17, 17 + 2 * ECHOES, 2)
_LEAP = {leap: interval(60 + leap, 60) for leap in range(-127, 128)}
_REACH = [min(semitones, REACH - 1) for semitones in range(128)]


def _count(number: int) -> int:
    """The class of a count."""
    return _COUNT[number] if number < COUNTS[-1] else len(COUNTS) - 1


def place_ones(rows: NDArray[np.int32]) -> Ints:
    """Return which features of a place in the chart are 1, (ticks, COLUMNS) → (ticks, 5).

    They are numbered in the order of `PLACE_SIZES`.
    """
    eighths = (rows[:, Column.TO_NEXT] + EIGHTH - 1) // EIGHTH
    ones = np.stack([
        rows[:, Column.IN_BEAT], rows[:, Column.BEAT], rows[:, Column.BAR] % HYPERMETER, eighths,
        (rows[:, Column.TO_END] - 1) // QUARTER,
    ], axis=1).astype(np.int64)  # fmt: skip
    sizes = np.array(PLACE_SIZES)
    return np.asarray(np.minimum(ones, sizes - 1) + np.cumsum(sizes) - sizes)


def harmony_features(rows: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return what sounds and what comes, (…, COLUMNS) → (…, 36): tones, next tones, motion."""
    motion = (rows[..., Column.NEXT_ROOT] - rows[..., Column.ROOT]) % 12
    parts = [_bits(rows[..., Column.TONES]), _bits(rows[..., Column.NEXT_TONES])]
    return np.concatenate([*parts, _one_hot(motion, 12)], axis=-1)


def chord_features(chords: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return what the chart's encoder sees, (C, CHORD_COLUMNS) → (C, `CHORD_FEATURES`)."""
    features = np.concatenate([
        _bits(chords[:, ChordColumn.TONES]),
        _one_hot(chords[:, ChordColumn.COMING], 12),
        _one_hot(chords[:, ChordColumn.GOING], 12),
        _one_hot(chords[:, ChordColumn.EIGHTHS], CHORD_EIGHTHS),
        _one_hot(chords[:, ChordColumn.BAR] % HYPERMETER, HYPERMETER),
        _one_hot(chords[:, ChordColumn.BEAT], CHORD_BEATS),
    ], axis=-1)  # fmt: skip
    return features.reshape(-1, CHORD_FEATURES)


def _bits(mask: NDArray[np.int32]) -> NDArray[np.float32]:
    return (mask[..., None] >> np.arange(12) & 1).astype(np.float32)


def _one_hot(indices: NDArray[np.int32], classes: int) -> NDArray[np.float32]:
    return np.eye(classes, dtype=np.float32)[np.minimum(indices, classes - 1)]
