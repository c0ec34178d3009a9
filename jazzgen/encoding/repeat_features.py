"""Repeat features: the value that followed when the line last played what it has just played.

Soloists return to what they played before: a motif, a lick, a rhythm. For each of `ORDERS` the
last few values are looked up in the earlier line. The value that followed them the last time
is a feature, which the network may repeat or not. Values are compared by their intervals from
the note before, so that the features do not know the key. But where intervals must be the same, the
last time at the same pitch counts, if there was one: players mostly return to a motif where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.values import REST

__all__ = [
    "MEMORY",
    "ORDERS",
    "REPEATS",
    "REPEAT_COLUMNS",
    "REST_TOKEN",
    "WIDEST",
    "Order",
    "RepeatClass",
    "RepeatMemory",
    "interval_class",
    "intervals",
    "repeat_features",
    "rise",
]

MEMORY = 1024
"""The number of values of a line that features look back over."""

REST_TOKEN = 200
"""The number that stands for the interval of a rest."""

WIDEST = 24
"""The widest interval with a class of its own, in semitones; wider ones count as this one."""


class Order(NamedTuple):
    """How many values must be the same, and in what.

    Args:
        length: The number of values.
        intervals: Whether their intervals must be the same.
        durations: Whether their durations must be the same.
    """

    length: int
    intervals: bool
    durations: bool


ORDERS = (
    Order(2, True, True),
    Order(3, True, False),
    Order(4, False, True),
    Order(5, True, False),
)
REPEATS = len(ORDERS)
REPEAT_COLUMNS = 2 * REPEATS
"""The number of columns: the class of an interval and a duration for each order."""


class RepeatClass:
    """Classes of a feature's interval; those of -24 to 24 semitones are 0 to 48."""

    REST = 2 * WIDEST + 1
    """A rest."""
    NONE = 2 * WIDEST + 2
    """Nothing has been repeated; the duration is 0."""


def repeat_features(
    pitch: NDArray[np.int32], duration: NDArray[np.int32], *, memory: int = MEMORY
) -> NDArray[np.int32]:
    """Return the features before each value of a line.

    Args:
        pitch: Pitches or `REST`, shape (T,).
        duration: Durations in ticks, shape (T,).
        memory: The number of values that features look back over.

    Returns:
        For each order the class of an interval (`RepeatClass`) and a duration in ticks, shape
        (T, `REPEAT_COLUMNS`).
    """
    line = RepeatMemory(memory)
    found = np.zeros((len(pitch), REPEAT_COLUMNS), dtype=np.int32)
    for step, token in enumerate(zip(intervals(pitch.tolist()), duration.tolist(), strict=True)):
        found[step] = line.features
        line.add(*token)
    return found


class RepeatMemory:
    """The features of a line that is being played, value by value.

    For each order a dictionary leads from the last few values, packed into an integer, to the
    step after they were played last; where intervals count, also from these at their pitch.

    Args:
        size: The number of values that features look back over.
    """

    def __init__(self, size: int = MEMORY) -> None:
        self._size = size
        self._played: list[tuple[int, int]] = []
        self._intervals = self._durations = 0  # the latest ones, packed into an integer
        self._height = 0  # how far the line has risen from its first note, in semitones
        self._next_steps: list[dict[int, int]] = [{} for _ in ORDERS]
        self.features: list[int] = [RepeatClass.NONE, 0] * REPEATS
        """The class of an interval and a duration for each order."""

    def copy(self) -> RepeatMemory:
        """Return an independent memory of the same line."""
        memory = RepeatMemory(self._size)
        memory._played, memory.features = list(self._played), self.features
        memory._intervals, memory._durations = self._intervals, self._durations
        memory._height = self._height
        memory._next_steps = [dict(steps) for steps in self._next_steps]
        return memory

    def add(self, interval: int, duration: int) -> None:
        """Add the next value of the line.

        Args:
            interval: Its interval (see `intervals`).
            duration: Its duration in ticks.
        """
        self._played.append((interval, duration))
        self._intervals = (self._intervals << _BITS | interval + _ZERO) & _ALL
        self._durations = (self._durations << _BITS | duration) & _ALL
        self._height += rise(interval)
        step = len(self._played)
        found: list[int] = []
        for (length, intervals, durations, shift), next_steps in zip(
            _MASKS, self._next_steps, strict=True
        ):
            if step < length:
                found += _NOTHING
                continue
            key = (self._intervals & intervals) << shift | self._durations & durations
            # The values that were repeated must be in the memory, and not only what followed.
            oldest = max(step - self._size + length, 0)
            then = next_steps.get(key, -1)
            next_steps[key] = step
            if intervals:
                pitched = ~(key << _BITS | self._height + _ZERO)  # below 0, unlike plain keys
                there = next_steps.get(pitched, -1)
                next_steps[pitched] = step
                then = there if there >= oldest else then
            if then >= oldest:
                interval, lasting = self._played[then]
                found += (interval_class(interval), lasting)
            else:
                found += _NOTHING
        self.features = found
        if not step % self._size:
            self._forget()

    def _forget(self) -> None:
        """Drop steps that are too old, so that no order ever has many more than the memory."""
        oldest = len(self._played) - self._size
        self._next_steps = [
            {key: step for key, step in next_steps.items() if step > oldest}
            for next_steps in self._next_steps
        ]


_BITS, _ZERO = 9, 128  # bits of a packed interval or duration; what intervals are counted from
_NOTHING = (RepeatClass.NONE, 0)


def _mask(length: int) -> int:
    """Return the mask of so many packed numbers."""
    return (1 << _BITS * length) - 1


_ALL = _mask(max(order.length for order in ORDERS))
_MASKS = [
    (length, _mask(length) * intervals, _mask(length) * durations, _BITS * length * durations)
    for length, intervals, durations in ORDERS
]
"""For each order its length, the bits of the intervals and of the durations that count, and by
how much the former are shifted, so that both fit into one key."""


def intervals(pitches: Sequence[int]) -> list[int]:
    """Return the interval of each value from the last note before it, in semitones.

    The first note has 0, and a rest has `REST_TOKEN`.
    """
    found, last = [], None
    for pitch in pitches:
        if pitch == REST:
            found.append(REST_TOKEN)
        else:
            found.append(0 if last is None else pitch - last)
            last = pitch
    return found


def rise(interval: int) -> int:
    """Return how far a value takes a line up, in semitones: a rest leaves it where it is.

    Args:
        interval: What `intervals` gave.
    """
    return 0 if interval == REST_TOKEN else interval


def interval_class(interval: int) -> int:
    """Return the class of an interval that `intervals` gave (see `RepeatClass`)."""
    return _CLASSES[interval]


_CLASSES = {
    **{leap: min(max(leap, -WIDEST), WIDEST) + WIDEST for leap in range(-127, 128)},
    REST_TOKEN: RepeatClass.REST,
}
"""A table, as looking an interval up is quicker than clipping it."""
