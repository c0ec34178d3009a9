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

from jazzgen.data.encoding import REST

__all__ = [
    "ECHOES",
    "ECHO_COLUMNS",
    "MEMORY",
    "ORDERS",
    "REST_TOKEN",
    "WIDEST",
    "Echo",
    "Order",
    "echoes",
    "interval_class",
    "intervals",
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
ECHOES = len(ORDERS)


class Echo:
    """Classes of an echo's interval; those from -24 to 24 semitones are 0 to 48."""

    REST = 2 * WIDEST + 1
    """A rest."""
    NONE = 2 * WIDEST + 2
    """There is no echo; its duration is 0."""


ECHO_COLUMNS = 2 * ECHOES


def echoes(pitch: NDArray[np.int32], duration: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the echoes before each value.

    Args:
        pitch: Pitches or `REST`, shape (T,).
        duration: Durations in ticks, shape (T,).

    Returns:
        For each order the class of an interval (`Echo`) and a duration, shape
        (T, `ECHO_COLUMNS`).
    """
    tokens = list(zip(intervals(pitch.tolist()), duration.tolist(), strict=True))
    found = np.zeros((len(tokens), ECHO_COLUMNS), dtype=np.int32)
    for number, order in enumerate(ORDERS):
        column = found[:, 2 * number : 2 * number + 2]
        column[:, 0] = Echo.NONE
        places: dict[tuple[int, ...], int] = {}
        for step in range(order.length, len(tokens)):
            key = _key(tokens[step - order.length : step], order)
            place = places.get(key, -1)
            if place >= step - MEMORY + order.length and place >= 0:
                interval, lasting = tokens[place]
                column[step] = interval_class(interval), lasting
            places[key] = step
    return found


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


def _key(tokens: Sequence[tuple[int, int]], order: Order) -> tuple[int, ...]:
    intervals = [interval for interval, _ in tokens if order.intervals]
    durations = [duration for _, duration in tokens if order.durations]
    return (*intervals, *durations)


def interval_class(interval: int) -> int:
    """Return the class of one of `intervals` (see `Echo`)."""
    if interval == REST_TOKEN:
        return Echo.REST
    return min(max(interval, -WIDEST), WIDEST) + WIDEST
