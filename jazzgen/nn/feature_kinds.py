"""Kinds of features: how one or more columns become a class, and classes become a one-hot row.

Each kind has two forms, side by side: one for tensors (the graphs, and NumPy's arrays), one for
plain integers (the light engine: for a few lines at a time, Python's integers take a fraction of
the time that arrays take). Nothing here loads Keras.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jazzgen.encoding.sequence import NO_PITCH
from jazzgen.nn.feature_kind_base import ABSENT, Kind, OneOf
from jazzgen.nn.sizes import INTERVALS, MAX_INTERVAL, NONE, PITCHES
from jazzgen.nn.tensor import Ops, Tensor

__all__ = [
    "Class",
    "Count",
    "Degree",
    "Interval",
    "Motion",
    "PitchClasses",
    "Reach",
    "Timespan",
]


_NEVER = 2**30
"""A number that no column holds."""
_PITCHES = range(NO_PITCH, PITCHES)
_PITCH_CLASSES = range(12)


@dataclass(frozen=True, kw_only=True)
class Class(OneOf):
    """A column's value as a class: (column + shift) // unit, modulo `cycle`.

    Args:
        size: The number of classes; larger values count as the last one.
        shift: The number that is added first.
        unit: The divisor.
        cycle: The period after which the classes repeat; 0 for never.
        none: A value that stands for "none" and has the last class to itself.
        closed: Whether the feature is absent where the value lies outside the classes.
    """

    combines = True

    size: int
    shift: int = 0
    unit: int = 1
    cycle: int = 0
    none: int | None = None
    closed: bool = False

    @classmethod
    def combined(cls, kinds: Sequence[Class]) -> Callable[..., Tensor]:
        """See `OneOf.combined`."""
        shift, unit, cycle, size = (
            np.array([getattr(one, name) for one in kinds], np.int32)
            for name in ("shift", "unit", "cycle", "size")
        )
        none = np.array([_NEVER if one.none is None else one.none for one in kinds], np.int32)
        largest = np.array([_NEVER if one.closed else one.size - 1 for one in kinds], np.int32)

        def tensor(ops: Ops, columns: Tensor) -> Tensor:
            found = columns + shift if shift.any() else columns
            found = found // unit if (unit > 1).any() else found
            if cycle.any():
                found = ops.where(cycle > 0, ops.mod(found, np.maximum(cycle, 1)), found)
            if (none != _NEVER).any():
                found = ops.where(ops.equal(columns, none), size - 1, found)
            return ops.minimum(found, largest)

        return tensor

    @property
    def spans(self) -> tuple[range, ...] | None:
        """See `OneOf.spans`."""
        if self.cycle:
            return None
        # One below the least class, and one beyond the last.
        ends = [-self.shift - 1, self.size * self.unit - self.shift]
        if self.none is not None:
            ends += [self.none - 1, self.none + 1]
        return (range(min(ends), max(ends) + 1),)

    @cached_property
    def _scaled(self) -> bool:
        return (self.shift, self.unit, self.cycle) != (0, 1, 0)

    def tensor(self, ops: Ops, column: Tensor) -> Tensor:
        """See `OneOf.tensor`.

        Args:
            ops: `keras.ops` or `numpy`.
            column: The column, integers, shape (…).
        """
        found = column + self.shift if self.shift else column
        found = found // self.unit if self.unit > 1 else found
        found = ops.mod(found, self.cycle) if self.cycle else found
        if self.none is not None:
            found = ops.where(ops.equal(column, self.none), self.size - 1, found)
        return found if self.closed else ops.minimum(found, self.size - 1)

    def integer(self, column: int) -> int:
        """See `OneOf.integer`."""
        if column == self.none:
            return self.size - 1
        found = column
        if self._scaled:
            found = (column + self.shift) // self.unit
            found = found % self.cycle if self.cycle else found
        if 0 <= found < self.size:
            return found
        return ABSENT if self.closed or found < 0 else self.size - 1


@dataclass(frozen=True)
class Interval(OneOf):
    """Semitones from one pitch to another, the widest clipped; the last class is "no note"."""

    combines = True
    size = INTERVALS + 1
    spans = (_PITCHES, _PITCHES)

    @classmethod
    def combined(cls, kinds: Sequence[OneOf]) -> Callable[..., Tensor]:
        """See `OneOf.combined`: without parameters, one does for all."""
        return kinds[0].tensor

    def tensor(self, ops: Ops, pitch: Tensor, before: Tensor) -> Tensor:
        """See `OneOf.tensor`.

        Args:
            ops: `keras.ops` or `numpy`.
            pitch: The later pitches or `NO_PITCH`, shape (…).
            before: The earlier pitches or `NO_PITCH`, shape (…).
        """
        interval = ops.clip(pitch - before, -MAX_INTERVAL, MAX_INTERVAL) + MAX_INTERVAL
        nothing = ops.logical_or(ops.equal(pitch, NO_PITCH), ops.equal(before, NO_PITCH))
        return ops.where(nothing, NONE, interval)

    def integer(self, pitch: int, before: int) -> int:
        """See `OneOf.integer`.

        Args:
            pitch: The later pitch or `NO_PITCH`.
            before: The earlier pitch or `NO_PITCH`.
        """
        if pitch == NO_PITCH or before == NO_PITCH:
            return NONE
        interval = pitch - before + MAX_INTERVAL
        return 0 if interval < 0 else min(interval, INTERVALS - 1)


@dataclass(frozen=True)
class Degree(OneOf):
    """Semitones of a pitch above a root; the last class is "no note"."""

    combines = True
    size = 13
    spans = (_PITCHES, _PITCH_CLASSES)

    @classmethod
    def combined(cls, kinds: Sequence[OneOf]) -> Callable[..., Tensor]:
        """See `OneOf.combined`: without parameters, one does for all."""
        return kinds[0].tensor

    def tensor(self, ops: Ops, pitch: Tensor, root: Tensor) -> Tensor:
        """See `OneOf.tensor`.

        Args:
            ops: `keras.ops` or `numpy`.
            pitch: The pitches or `NO_PITCH`, shape (…).
            root: The pitch classes of the roots, shape (…).
        """
        return ops.where(ops.equal(pitch, NO_PITCH), 12, ops.mod(pitch - root, 12))

    def integer(self, pitch: int, root: int) -> int:
        """See `OneOf.integer`.

        Args:
            pitch: The pitch or `NO_PITCH`.
            root: The pitch class of the root.
        """
        return 12 if pitch == NO_PITCH else (pitch - root) % 12


@dataclass(frozen=True)
class Motion(OneOf):
    """Semitones from one root up to another."""

    combines = True
    size = 12
    spans = (_PITCH_CLASSES, _PITCH_CLASSES)

    @classmethod
    def combined(cls, kinds: Sequence[OneOf]) -> Callable[..., Tensor]:
        """See `OneOf.combined`: without parameters, one does for all."""
        return kinds[0].tensor

    def tensor(self, ops: Ops, after: Tensor, before: Tensor) -> Tensor:
        """See `OneOf.tensor`.

        Args:
            ops: `keras.ops` or `numpy`.
            after: The pitch classes of the later roots, shape (…).
            before: The pitch classes of the earlier roots, shape (…).
        """
        return ops.mod(after - before, 12)

    def integer(self, after: int, before: int) -> int:
        """See `OneOf.integer`.

        Args:
            after: The pitch class of the later root.
            before: The pitch class of the earlier root.
        """
        return (after - before) % 12


@dataclass(frozen=True, kw_only=True)
class Count(OneOf):
    """A number, in classes that grow wider; absent below the first of them.

    Args:
        begins: The least number of each class.
        unit: The number is divided by this first.
    """

    combines = True

    begins: tuple[int, ...]
    unit: int = 1

    @property
    def size(self) -> int:  # type: ignore[override]
        """The number of classes."""
        return len(self.begins)

    @property
    def spans(self) -> tuple[range, ...]:
        """See `OneOf.spans`."""
        return (self._span(1, 1),)

    def _span(self, shortest: int, longest: int) -> range:
        """From below the first class to the beginning of the last, in units of these lengths."""
        first, last = self.begins[0] * self.unit, self.begins[-1] * self.unit
        return range(first * shortest - 1, last * longest + 1)

    @classmethod
    def combined(cls, kinds: Sequence[Count]) -> Callable[..., Tensor]:
        """See `OneOf.combined`."""
        widest = max(one.size for one in kinds)
        begins = np.full((len(kinds), widest), _NEVER, np.int32)
        for row, one in zip(begins, kinds, strict=True):
            row[: one.size] = one.begins
        unit = np.array([one.unit for one in kinds], np.int32)

        def tensor(ops: Ops, numbers: Tensor) -> Tensor:
            reached = ops.expand_dims(numbers // unit, -1) >= begins  # (…, N, widest)
            return ops.sum(ops.where(reached, 1, 0), axis=-1) - 1

        return tensor

    def tensor(self, ops: Ops, number: Tensor) -> Tensor:
        """See `OneOf.tensor`.

        Args:
            ops: `keras.ops` or `numpy`.
            number: The numbers, shape (…).
        """
        number = number // self.unit if self.unit > 1 else number
        reached = ops.expand_dims(number, -1) >= np.array(self.begins, np.int32)  # (…, size)
        return ops.sum(ops.where(reached, 1, 0), axis=-1) - 1

    def integer(self, number: int) -> int:
        """See `OneOf.integer`."""
        found = bisect_right(self.begins, number // self.unit) - 1
        return ABSENT if found < 0 else found


@dataclass(frozen=True, kw_only=True)
class Timespan(Count):
    """A number of ticks as a count of units of time; how long a tick lasts depends on the tempo.

    Args:
        ticks: The length of the unit in ticks for each tempo class (see `ChartColumn.TEMPO`).
    """

    combines = False  # a unit for each tempo and feature

    ticks: tuple[int, ...]

    @property
    def spans(self) -> tuple[range, ...]:
        """See `OneOf.spans`."""
        return self._span(min(self.ticks), max(self.ticks)), range(len(self.ticks))

    def tensor(self, ops: Ops, number: Tensor, tempo: Tensor) -> Tensor:  # type: ignore[override]
        """See `OneOf.tensor`.

        Args:
            ops: `keras.ops` or `numpy`.
            number: The numbers of ticks, shape (…).
            tempo: The tempo classes, shape (…).
        """
        unit = ops.take(np.array(self.ticks, np.int32), tempo, axis=0)
        return super().tensor(ops, number // unit)

    def integer(self, number: int, tempo: int) -> int:  # type: ignore[override]
        """See `OneOf.integer`.

        Args:
            number: The number of ticks.
            tempo: The tempo class.
        """
        return super().integer(number // self.ticks[tempo])


@dataclass(frozen=True, kw_only=True)
class Reach(OneOf):
    """Semitones from the first of a run of pitches to the highest, or the lowest, of all.

    Args:
        size: The number of classes; larger distances count as the last one.
        up: Whether the distance to the highest pitch is meant, not to the lowest.
    """

    size: int
    up: bool

    def tensor(self, ops: Ops, pitches: Tensor) -> Tensor:
        """See `OneOf.tensor`.

        Args:
            ops: `keras.ops` or `numpy`.
            pitches: Runs of n pitches or `NO_PITCH`, the newest first, shape (…, n).
        """
        leap = ops.where(ops.equal(pitches, NO_PITCH), 0, pitches - pitches[..., :1])
        farthest = ops.max(leap, axis=-1) if self.up else -ops.min(leap, axis=-1)
        return ops.minimum(farthest, self.size - 1)

    def integer(self, pitches: Sequence[int]) -> int:
        """See `OneOf.integer`."""
        last = pitches[0]
        if NO_PITCH in pitches:
            pitches = [pitch for pitch in pitches if pitch != NO_PITCH] or [last]
        farthest = max(pitches) - last if self.up else last - min(pitches)
        return min(farthest, self.size - 1)


@dataclass(frozen=True)
class PitchClasses(Kind):
    """A set of pitch classes, given as twelve bits: a 1 for each pitch class in it."""

    size = 12

    def numbers(self, ops: Ops, *columns: Tensor) -> Tensor:
        """See `Kind.numbers`.

        Args:
            ops: `keras.ops` or `numpy`.
            columns: One column: the sets, bit k for pitch class k, shape (…).
        """
        powers = np.array([2**bit for bit in range(self.size)], np.int32)
        return ops.mod(ops.expand_dims(columns[0], -1) // powers, 2)  # (…, 12)
