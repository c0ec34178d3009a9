"""What lines that adapt expect of their next values, and what they learn from these.

Axes: B lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.performance import Column
from jazzgen.encoding.sequence import HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.nn.adaptation import PLAYING, Expected, adapt, duration_slots, learn, pitch_slots
from jazzgen.nn.player import Played

__all__ = ["Expectations"]

Array = NDArray[Any]
Rows = Sequence[Sequence[int]]


class Expectations:
    """What lines expect of one value: first of its pitch, then of its duration.

    Args:
        biases: The lines' biases (see `nn.adaptation`), shape (B, BIASES).
        histories: Their histories.
        rows: The rows of the chart table at their clocks.
    """

    def __init__(self, biases: Array, histories: Rows, rows: Rows) -> None:
        self._biases, self._rows = biases, rows
        self._last = [history[HistoryColumn.LAST] for history in histories]
        self._rested = [history[HistoryColumn.RESTED] > 0 for history in histories]
        self._pitch: Expected
        self._duration: Expected

    def pitches(self, shares: Array) -> Array:
        """Return what the lines' biases make of the network's probabilities of pitches.

        Args:
            shares: The network's, shape (B, PITCH_CLASSES).

        Returns:
            An array of the same shape, which must not be changed.
        """
        root = [row[ChartColumn.ROOT] for row in self._rows]
        slots = pitch_slots(self._last, root, self._rested)
        self._pitch = adapt(shares, self._biases, slots)
        return self._pitch.shares

    def durations(self, shares: Array, pitch: Sequence[int]) -> Array:
        """Return what they make of the network's probabilities of durations.

        Args:
            shares: The network's, shape (B, DURATION_CLASSES).
            pitch: The new pitches, or `REST`.

        Returns:
            An array of the same shape, which may be changed.
        """
        in_beat = [row[ChartColumn.IN_BEAT] for row in self._rows]
        resting = [one == REST for one in pitch]
        slots = duration_slots(self._last, in_beat, resting)
        self._duration = adapt(shares, self._biases, slots)
        return self._duration.shares.copy()

    def learn(self, played: Sequence[Played]) -> Array:
        """Return the lines' biases after they have played a value, shape (B, BIASES).

        Args:
            played: The value of each line, of which both outputs have been expected.
        """
        pitch = [value[Column.PITCH] for value in played]
        classes = [value[Column.DURATION] - 1 for value in played]
        outputs = (self._pitch, pitch), (self._duration, classes)
        return learn(self._biases, *outputs, part=PLAYING)
