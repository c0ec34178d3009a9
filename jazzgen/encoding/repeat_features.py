"""Echoes: what followed when the line last did what it has just done.

A soloist comes back to what was played before: a motif, a lick, a rhythm. For each
of `ORDERS`, the last few values are looked for in the line's own past, and the value
that followed them the last time is an *echo*, which a network may follow or not. Values
are compared by interval from the note before, so that an echo does not know the key.
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
]

MEMORY = 1024
"""Values that a line looks back over."""

REST_TOKEN = 200
"""Stands for the interval of a rest."""

WIDEST = 24
"""Wider intervals, in semitones, count as this one."""


class Order(NamedTuple):
    """What has to be the same.

    Args:
        length: How many values.
        intervals: Whether their intervals count.
        durations: Whether their durations count.
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


class RepeatClass:
    """Classes of an echo's interval; those from -24 to 24 semitones are 0 to 48."""

    REST = 2 * WIDEST + 1
    """A rest."""
    NONE = 2 * WIDEST + 2
    """There is no echo; its duration is 0."""


REPEAT_COLUMNS = 2 * REPEATS


def repeat_features(pitch: NDArray[np.int32], duration: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the echoes before each value.

    Args:
        pitch: Pitches or `REST`, shape (T,).
        duration: Durations in ticks, shape (T,).

    Returns:
        For each order the class of an interval (`RepeatClass`) and a duration, shape
        (T, `REPEAT_COLUMNS`).
    """
    memory = RepeatMemory()
    found = np.zeros((len(pitch), REPEAT_COLUMNS), dtype=np.int32)
    for step, token in enumerate(zip(intervals(pitch.tolist()), duration.tolist(), strict=True)):
        found[step] = memory.features
        memory.add(*token)
    return found


class RepeatMemory:
    """What a line has played, and the echoes of its end."""

    def __init__(self) -> None:
        self._played: list[tuple[int, int]] = []
        self._intervals = self._durations = 0  # the latest ones, packed into an integer
        self._places: list[dict[int, int]] = [{} for _ in ORDERS]
        self.features: list[int] = [RepeatClass.NONE, 0] * REPEATS
        """For each order the class of an interval and a duration."""

    def copy(self) -> RepeatMemory:
        """Return a memory of the same line, which goes on by itself."""
        memory = RepeatMemory()
        memory._played, memory.features = list(self._played), self.features
        memory._intervals, memory._durations = self._intervals, self._durations
        memory._places = [dict(places) for places in self._places]
        return memory

    def add(self, interval: int, duration: int) -> None:
        """Remember one more value: its interval (see `intervals`) and its duration."""
        self._played.append((interval, duration))
        self._intervals = (self._intervals << _BITS | interval + _ZERO) & _ALL
        self._durations = (self._durations << _BITS | duration) & _ALL
        step = len(self._played)
        found: list[int] = []
        for (length, intervals, durations, shift), places in zip(_MASKS, self._places, strict=True):
            if step < length:
                found += _NOTHING
                continue
            key = (self._intervals & intervals) << shift | self._durations & durations
            place = places.get(key, -1)
            places[key] = step
            if place >= 0 and place >= step - MEMORY + length:
                interval, lasting = self._played[place]
                found += (interval_class(interval), lasting)
            else:
                found += _NOTHING
        self.features = found
        if not step % MEMORY:
            self._forget()

    def _forget(self) -> None:
        """Let go of places that are too long ago, so that there are never 2 MEMORY of an order."""
        oldest = len(self._played) - MEMORY
        self._places = [
            {key: place for key, place in places.items() if place > oldest}
            for places in self._places
        ]


_BITS, _ZERO = 9, 128  # an interval, or REST_TOKEN, counted from -128, or a duration
_NOTHING = (RepeatClass.NONE, 0)


def _packed(length: int) -> int:
    """The bits of so many packed numbers."""
    return (1 << _BITS * length) - 1


_ALL = _packed(max(order.length for order in ORDERS))
_MASKS = [  # length, the bits that count, and how far the intervals' lie above the durations'
    (length, _packed(length) * intervals, _packed(length) * durations, _BITS * length * durations)
    for length, intervals, durations in ORDERS
]


def intervals(pitches: Sequence[int]) -> list[int]:
    """Return semitones from the note before; 0 for the first note, `REST_TOKEN` for a rest."""
    found, last = [], None
    for pitch in pitches:
        if pitch == REST:
            found.append(REST_TOKEN)
        else:
            found.append(0 if last is None else pitch - last)
            last = pitch
    return found


def interval_class(interval: int) -> int:
    """Return the class of one of `intervals` (see `RepeatClass`)."""
    return _CLASSES[interval]


_CLASSES = {
    **{leap: min(max(leap, -WIDEST), WIDEST) + WIDEST for leap in range(-127, 128)},
    REST_TOKEN: RepeatClass.REST,
}
