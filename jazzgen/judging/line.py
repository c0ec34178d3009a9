"""A solo as the judge looks at it: its notes as arrays, its phrases and windows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.solo import Solo

__all__ = ["PHRASE_GAP", "WINDOW", "MeasuredLine"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PHRASE_GAP = 20
"""Ticks of silence that end a phrase."""
WINDOW = 2
"""Bars of a window."""


@dataclass(frozen=True, eq=False)
class MeasuredLine:
    """The notes of a solo as arrays, each of shape (notes,).

    Args:
        solo: The solo, of at least two notes.
    """

    solo: Solo

    @cached_property
    def onset(self) -> Integers:
        """Onsets in ticks."""
        return np.array([note.onset for note in self.solo.notes])

    @cached_property
    def length(self) -> Integers:
        """Written lengths in ticks."""
        return np.array([note.duration for note in self.solo.notes])

    @cached_property
    def pitch(self) -> Integers:
        """MIDI pitches."""
        return np.array([note.pitch for note in self.solo.notes])

    @cached_property
    def velocity(self) -> Integers:
        """MIDI velocities."""
        return np.array([note.velocity for note in self.solo.notes])

    @cached_property
    def bar(self) -> Integers:
        """Indices of the notes' bars."""
        starts = np.array(self.solo.chart.bar_starts[1:-1])
        return np.searchsorted(starts, self.onset, side="right").astype(np.int64)

    @cached_property
    def place(self) -> Integers:
        """Ticks from the bar line."""
        starts: Integers = np.array(self.solo.chart.bar_starts)
        return self.onset - starts[self.bar]

    @cached_property
    def time(self) -> Floats:
        """Times in the course of the solo, 0 to 1."""
        return np.asarray((self.onset - self.onset[0]) / (self.onset[-1] - self.onset[0]))

    @cached_property
    def steps(self) -> Integers:
        """Intervals between neighbours in semitones, shape (notes - 1,)."""
        return np.diff(self.pitch)

    @cached_property
    def waits(self) -> Integers:
        """Ticks from onset to onset, shape (notes - 1,)."""
        return np.diff(self.onset)

    @cached_property
    def gaps(self) -> Integers:
        """Silence after each note but the last, in ticks."""
        return self.waits - self.length[:-1]

    @cached_property
    def phrases(self) -> list[slice]:
        """The notes of each phrase."""
        breaks = (np.flatnonzero(self.gaps >= PHRASE_GAP) + 1).tolist()
        return [
            slice(begin, end)
            for begin, end in zip([0, *breaks], [*breaks, len(self.onset)], strict=True)
        ]

    @cached_property
    def bars(self) -> int:
        """Bars from the first with a note to the last."""
        return int(self.bar[-1] - self.bar[0]) + 1

    def by_window(self, values: NDArray[np.generic], bars: int = WINDOW) -> Floats:
        """Return the mean of values in each window, NaN in one without notes.

        Args:
            values: One for each note.
            bars: Bars of a window.
        """
        window = (self.bar - self.bar[0]) // bars
        counts = np.bincount(window)
        sums = np.bincount(window, weights=np.asarray(values, np.float64))
        return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)

    def counts(self, bars: int = WINDOW) -> Floats:
        """Return the number of notes in each window that the solo fills."""
        found = np.bincount((self.bar - self.bar[0]) // bars).astype(np.float64)
        return found[: max(self.bars // bars, 1)]
