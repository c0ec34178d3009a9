"""The metrical grid of a transcribed solo: its bars in ticks, and the real time of its beats.

A beat is the note that the signature's denominator names, a quarter wherever it is
4. A bar at either end of the transcription of which only some beats were annotated
is filled out to a whole one, so that an upbeat on 3 stands on 3; a bar in between
is as long as its beats are many. Bars in which there are notes but no beats are
there too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import SoloError
from jazzgen.io.wjazzd.rows import BeatRow, NoteRow
from jazzgen.music.timing import FOUR_FOUR, Meter

__all__ = ["MAX_BARS", "Grid"]

MAX_BARS = 10_000
TICKS_PER_WHOLE = 96
SHORTEST_BEAT = 1e-3  # seconds


class Grid:
    """Places of bars and beats in ticks, and the real times of the beats.

    Args:
        beats: The annotated beats, in order.
        notes: The notes: bars are made for those outside the beats as well.
        signature: The signature that holds where the beats name none.
        tempo: Beats per minute, for a grid of one beat only.

    Raises:
        SoloError: Beats out of order in place or in time, more than `MAX_BARS`
            bars, or a bar that no meter names.
    """

    def __init__(
        self, beats: Sequence[BeatRow], notes: Sequence[NoteRow], signature: str, tempo: float
    ) -> None:
        _check_order(beats)
        bars = [row.bar for rows in (beats, notes) for row in rows]
        self.first, last = min(bars), max(bars)
        if last - self.first >= MAX_BARS:
            raise SoloError(f"bars {self.first} to {last}; expected {MAX_BARS} bars at most")
        nominal = _signatures(beats, range(self.first, last + 1), signature)
        self.meters = _meters(beats, notes, self.first, nominal)
        self._starts = [0]
        for meter in self.meters:
            self._starts.append(self._starts[-1] + meter.bar_ticks)
        self._seconds = np.array([beat.onset for beat in beats])
        self._ticks = np.array([float(self.beat(b.bar, b.beat)) for b in beats])
        self._single = 60 / tempo / (TICKS_PER_WHOLE // self.meters[0].denominator)

    def beat(self, bar: int, beat: int) -> int:
        """Return the tick of a beat, given the database's numbers of bar and beat."""
        index = bar - self.first
        return self._starts[index] + self.in_bar(bar, beat)

    def in_bar(self, bar: int, beat: int) -> int:
        """Return the tick of a beat after its bar line."""
        return (beat - 1) * TICKS_PER_WHOLE // self.meters[bar - self.first].denominator

    def place(self, note: NoteRow) -> Fraction:
        """Return the exact metrical place of a note in ticks."""
        unit = TICKS_PER_WHOLE // self.meters[note.bar - self.first].denominator
        return self.beat(note.bar, note.beat) + Fraction(unit * (note.tatum - 1), note.division)

    def real(self, seconds: Iterable[float]) -> NDArray[np.float64]:
        """Return where times lie on the grid.

        Between two beats time runs evenly; before the first and after the last
        it goes on as between their neighbours.

        Args:
            seconds: Times of the recording.

        Returns:
            Their places in ticks.
        """
        times = np.fromiter(seconds, dtype=np.float64)
        places: NDArray[np.float64]
        if len(self._seconds) == 1:
            places = self._ticks[0] + (times - self._seconds[0]) / self._single
            return places
        left = np.clip(np.searchsorted(self._seconds, times, "right") - 1, 0,
                       len(self._seconds) - 2)  # fmt: skip
        speed = np.diff(self._ticks) / np.diff(self._seconds)
        places = self._ticks[left] + (times - self._seconds[left]) * speed[left]
        return places

    def extend(self, tick: int) -> None:
        """Add bars at the end until the grid covers a tick.

        Raises:
            SoloError: That would be more than `MAX_BARS` bars.
        """
        while self._starts[-1] < tick:
            if len(self.meters) >= MAX_BARS:
                raise SoloError(f"a note ends at tick {tick}, more than {MAX_BARS} bars on")
            self.meters.append(self.meters[-1])
            self._starts.append(self._starts[-1] + self.meters[-1].bar_ticks)


def _check_order(beats: Sequence[BeatRow]) -> None:
    for a, b in pairwise(beats):
        if (a.bar, a.beat) >= (b.bar, b.beat):
            raise SoloError(
                f"beat {b.beat} of bar {b.bar} comes after beat {a.beat} of bar {a.bar}"
            )
        if b.onset - a.onset < SHORTEST_BEAT:
            raise SoloError(f"beat {b.beat} of bar {b.bar} sounds at {b.onset:g} s, not after the "
                            f"one before it at {a.onset:g} s")  # fmt: skip


def _signatures(beats: Sequence[BeatRow], bars: range, default: str) -> list[Meter]:
    """Return the meter that the signatures give each bar."""
    changes = [(beat.bar, Meter.parse(beat.signature)) for beat in beats if beat.signature]
    if not changes:
        changes = [(bars[0], Meter.parse(default) if default else FOUR_FOUR)]
    since = [bar for bar, _ in changes]
    # What stands before the first signature is in it too.
    return [changes[max(bisect_right(since, bar) - 1, 0)][1] for bar in bars]


def _meters(
    beats: Sequence[BeatRow], notes: Sequence[NoteRow], first: int, nominal: Sequence[Meter]
) -> list[Meter]:
    """Return the meter of each bar as it is: see the module's text."""
    lengths = [0] * len(nominal)
    for beat in beats:
        lengths[beat.bar - first] = max(lengths[beat.bar - first], beat.beat)
    for index, meter in enumerate(nominal):
        if not lengths[index] or index in (0, len(nominal) - 1):
            lengths[index] = max(lengths[index], meter.numerator)
    for note in notes:
        lengths[note.bar - first] = max(lengths[note.bar - first], note.beat)
    return [
        meter if length == meter.numerator else Meter(length, meter.denominator)
        for length, meter in zip(lengths, nominal, strict=True)
    ]
