"""The joint vocabulary of the classic preset.

A *joint value* describes a note as the course's grammar symbols do, by its relation to the
chord and to the last note, so that a sequence of them fits any chart:

- the degree: semitones above the current chord's root (0 to 11), or a rest;
- the octave displacement: 0 for the pitch nearest to the last note, 1 for the octave above
  that, and so on. Of two pitches a tritone away the lower one counts as nearest;
- the duration in ticks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.sequence import NO_PITCH, START_PITCH, HistoryColumn, ValueSequence
from jazzgen.encoding.values import MAX_DURATION, REST
from jazzgen.errors import DatasetError, ModelError

__all__ = ["REST_DEGREE", "JointValue", "JointVocabulary", "joint_values", "nearest_pitch"]

REST_DEGREE = 12
"""The degree of a rest."""

MAX_OCTAVES = 4
"""The largest octave displacement, up or down."""


class JointValue(NamedTuple):
    """Degree (0 to 11, or `REST_DEGREE`), octave displacement, duration in ticks."""

    degree: int
    octaves: int
    duration: int


def nearest_pitch(pitch_class: int, last: int) -> int:
    """Return the pitch of a class nearest to the last one, from a tritone below to a fourth above.

    Args:
        pitch_class: The pitch class, 0 to 11.
        last: The MIDI pitch of the last note.

    >>> nearest_pitch(0, 65), nearest_pitch(11, 65), nearest_pitch(10, 65)
    (60, 59, 70)
    """
    return last + (pitch_class - last + 6) % 12 - 6


def joint_values(sequence: ValueSequence) -> list[JointValue]:
    """Return the joint values of a value sequence, up to its last note."""
    sequence = sequence.to_last_note()
    values = []
    for pitch, duration, past, row in zip(
        sequence.pitch.tolist(),
        sequence.duration.tolist(),
        sequence.history.tolist(),
        sequence.rows.tolist(),
        strict=True,
    ):
        if pitch == REST:
            values.append(JointValue(REST_DEGREE, 0, duration))
            continue
        last = START_PITCH if past[HistoryColumn.LAST] == NO_PITCH else past[HistoryColumn.LAST]
        octaves = (pitch - nearest_pitch(pitch % 12, last)) // 12
        octaves = max(-MAX_OCTAVES, min(MAX_OCTAVES, octaves))
        values.append(JointValue((pitch - row[ChartColumn.ROOT]) % 12, octaves, duration))
    return values


@dataclass(frozen=True)
class JointVocabulary:
    """A sorted set of joint values, with counts of the values that phrases begin with.

    Args:
        values: The values, sorted and without repetition.
        openings: How often each value was the first note of a solo, or of a phrase after at
            least a half note's rest.

    Raises:
        ModelError: The values are out of order or out of range, or the openings don't match.
    """

    values: tuple[JointValue, ...]
    openings: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.values or list(self.values) != sorted(set(self.values)):
            raise ModelError("vocabulary: expected sorted values without repetition")
        if len(self.openings) != len(self.values) or min(self.openings) < 0:
            raise ModelError("vocabulary: expected a count of openings, at least 0, for each value")
        for degree, octaves, duration in self.values:
            if not (
                0 <= degree <= REST_DEGREE
                and abs(octaves) <= MAX_OCTAVES
                and 1 <= duration <= MAX_DURATION
            ):
                raise ModelError(f"vocabulary: value {(degree, octaves, duration)} out of range")
        if not any(self.openings):
            raise ModelError("vocabulary: no value that a solo can open with")

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def fit(cls, sequences: Iterable[ValueSequence], size: int) -> JointVocabulary:
        """Return the commonest joint values of a corpus.

        Args:
            sequences: The corpus.
            size: The largest number of values. Of equally common values the smaller is kept.

        Raises:
            DatasetError: The corpus has no notes, or the size is below 2.
        """
        if size < 2:
            raise DatasetError(f"a vocabulary of {size} values: expected at least 2")
        counts: Counter[JointValue] = Counter()
        openings: Counter[JointValue] = Counter()
        for sequence in sequences:
            joint = joint_values(sequence)
            counts.update(joint)
            openings.update(_openings(joint))
        if not openings:
            raise DatasetError("a vocabulary cannot be made of solos without notes")
        common = sorted(counts, key=lambda value: (-counts[value], value))[:size]
        values = tuple(sorted(common))
        found = tuple(openings[value] for value in values)
        # A tiny vocabulary may hold no opening at all: then a solo may begin with any value.
        return cls(values, found if any(found) else tuple(1 for _ in values))

    def encode(self, sequence: ValueSequence) -> NDArray[np.int32]:
        """Return the indices of a sequence's values, shape (T,).

        A value that the vocabulary lacks is replaced by the nearest: rests by rests, then by
        the nearest degree, the nearest octave and the nearest duration, in this order.
        """
        index = self._index
        found = [index.get(value) for value in joint_values(sequence)]
        if None in found:
            for step, value in enumerate(joint_values(sequence)):
                if found[step] is None:
                    found[step] = self._nearest(value)
        return np.array(found, dtype=np.int32)

    @cached_property
    def table(self) -> NDArray[np.int32]:
        """Degree, octave displacement and duration of each value, shape (V, 3)."""
        return np.array(self.values, dtype=np.int32)

    @cached_property
    def _index(self) -> dict[JointValue, int]:
        return {value: number for number, value in enumerate(self.values)}

    def _nearest(self, value: JointValue) -> int:
        def distance(other: JointValue) -> tuple[bool, int, int, int]:
            turn = abs(other.degree - value.degree)
            return (
                (other.degree == REST_DEGREE) != (value.degree == REST_DEGREE),
                min(turn, 12 - turn),
                abs(other.octaves - value.octaves),
                abs(other.duration - value.duration),
            )

        nearest = min(self.values, key=distance)
        self._index[value] = self._index[nearest]
        return self._index[nearest]

    @property
    def rows(self) -> list[list[int]]:
        """The vocabulary as JSON data: rows of degree, octaves, duration and openings."""
        return [[*value, count] for value, count in zip(self.values, self.openings, strict=True)]

    @classmethod
    def from_rows(cls, rows: Sequence[object]) -> JointVocabulary:
        """Return the vocabulary of which `rows` are the JSON data.

        Raises:
            ModelError: The rows are malformed.
        """
        values, openings = [], []
        for row in rows:
            if not (isinstance(row, list) and len(row) == 4 and all(type(n) is int for n in row)):
                raise ModelError("vocabulary: expected rows of four integers")
            values.append(JointValue(*row[:3]))
            openings.append(row[3])
        return cls(tuple(values), tuple(openings))


def _openings(joint: list[JointValue]) -> Iterable[JointValue]:
    """Yield the first notes of a solo and of phrases after at least a half note's rest."""
    silence = MAX_DURATION
    for value in joint:
        if value.degree == REST_DEGREE:
            silence += value.duration
            continue
        if silence >= MAX_DURATION // 2:
            yield value
        silence = 0
