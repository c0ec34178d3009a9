"""Place features: what the line played at the same place of the form before.

An idea comes back where it was: a bar later, after four bars, in the next chorus. For each of
the earlier places that the chart table tells (`ChartColumn.BACK`), the features are the value
that began there and how far the line has followed what it played then. Whether it goes on like
that is up to the network.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import PLACES, ChartColumn
from jazzgen.encoding.repeat_features import MEMORY, RepeatClass, interval_class
from jazzgen.encoding.repeat_features import intervals as intervals_of
from jazzgen.encoding.values import NO_PITCH, REST

__all__ = [
    "FOLLOWED",
    "NOWHERE",
    "NO_PLACES",
    "PLACE_COLUMNS",
    "PlaceColumn",
    "PlaceMemory",
    "place_features",
]

FOLLOWED = 4
"""The largest number of values by which the line is said to have followed an earlier place."""


class PlaceColumn(IntEnum):
    """The columns of each earlier place: of the first value that began there or after it."""

    INTERVAL = 0
    """The class of its interval (`RepeatClass`), `RepeatClass.NONE` without a value."""
    DURATION = 1
    """Its duration in ticks, 0 without a value."""
    WAIT = 2
    """The ticks from the place to its beginning."""
    PITCH = 3
    """Its pitch, `NO_PITCH` for a rest or without a value."""
    FOLLOWED = 4
    """How many of the line's last values were those before it, at most `FOLLOWED`, if it began
    right at the place; else 0."""


PLACE_COLUMNS = PLACES * len(PlaceColumn)
"""The number of columns of all places."""
NOWHERE = (RepeatClass.NONE, 0, 0, NO_PITCH, 0)
"""The columns of a place where nothing was played."""
NO_PLACES = NOWHERE * PLACES
"""The columns before a line has begun."""


class PlaceMemory:
    """The values of a line that is being played, and where each began.

    Args:
        size: The number of values that features look back over.
    """

    def __init__(self, size: int = MEMORY) -> None:
        self._size = size
        self._onsets: list[int] = []
        self._values: list[tuple[int, int]] = []  # interval and duration
        self._pitches: list[int] = []
        self._clock = 0

    def copy(self) -> PlaceMemory:
        """Return an independent memory of the same line."""
        memory = PlaceMemory(self._size)
        memory._onsets, memory._values = list(self._onsets), list(self._values)
        memory._pitches, memory._clock = list(self._pitches), self._clock
        return memory

    def add(self, pitch: int, interval: int, duration: int) -> None:
        """Add a value.

        Args:
            pitch: Its pitch or `REST`.
            interval: Its interval, as `repeat_features.intervals` gives it.
            duration: Its duration in ticks.
        """
        self._onsets.append(self._clock)
        self._values.append((interval, duration))
        self._pitches.append(NO_PITCH if pitch == REST else pitch)
        self._clock += duration

    def cut(self, length: int) -> None:
        """Forget all values but the first ones.

        Args:
            length: The number of first values.
        """
        if length < len(self._onsets):
            self._clock = self._onsets[length]
            del self._onsets[length:], self._values[length:], self._pitches[length:]

    def recall(self, back: Sequence[int]) -> list[int]:
        """Return the columns of all places.

        Args:
            back: For each place the ticks from it to the line's end; 0 for no such place.
        """
        found: list[int] = []
        onsets, oldest = self._onsets, len(self._onsets) - self._size
        for ticks in back:
            place = self._clock - ticks
            index = bisect_left(onsets, place) if ticks and place >= 0 else len(onsets)
            if index == len(onsets) or index < oldest:
                found += NOWHERE
                continue
            interval, duration = self._values[index]
            wait = onsets[index] - place
            followed = 0 if wait else self._followed(index, max(oldest, 0))
            found += (interval_class(interval), duration, wait, self._pitches[index], followed)
        return found

    def _followed(self, index: int, oldest: int) -> int:
        """How many values before an earlier one are the same as the line's last values."""
        values, newest = self._values, len(self._values)
        reach = min(FOLLOWED, index - oldest)
        for age in range(1, reach + 1):
            if values[index - age] != values[newest - age]:
                return age - 1
        return reach


def place_features(
    pitch: NDArray[np.int32], duration: NDArray[np.int32], rows: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return the features before each value of a line.

    Args:
        pitch: Pitches or `REST`, shape (T,).
        duration: Durations in ticks, shape (T,).
        rows: The row of the chart table at each value's beginning, shape (T, `CHART_COLUMNS`).

    Returns:
        For each place the columns of `PlaceColumn`, shape (T, `PLACE_COLUMNS`).
    """
    line, found = PlaceMemory(), np.zeros((len(pitch), PLACE_COLUMNS), dtype=np.int32)
    pitches, back = pitch.tolist(), rows[:, ChartColumn.BACK : ChartColumn.GROUP].tolist()
    for step, value in enumerate(
        zip(pitches, intervals_of(pitches), duration.tolist(), strict=True)
    ):
        found[step] = line.recall(back[step])
        line.add(*value)
    return found
