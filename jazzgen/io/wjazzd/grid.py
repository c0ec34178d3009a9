"""The metrical grid of a transcribed solo: its bars in ticks, and the real times of its beats.

A beat is the note value of the signature's denominator, a quarter note for 4. If only some beats
of the first or the last bar were annotated, the bar is completed, so that an upbeat on 3 stays on
3. Every other bar has as many beats as were annotated. Bars with notes but without beats are
included.
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
"""The largest number of bars in a solo."""
TICKS_PER_WHOLE = 96
"""Ticks of a whole note."""
SHORTEST_BEAT = 1e-3
"""The shortest beat, in seconds."""


class Grid:
    """Bars and beats in ticks, and the real times of the beats.

    Args:
        beats: The annotated beats, in order.
        notes: The notes, which may lie in bars without beats.
        signature: The signature of beats that name none.
        tempo: Beats per minute, for a grid with a single beat.

    Raises:
        SoloError: Beats are out of order, in the bar or in time; there are more than `MAX_BARS`
            bars; or there is no meter for a bar.
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
        """Return the tick of a beat.

        Args:
            bar: The number of the bar in the database.
            beat: The number of the beat in the bar, from 1.
        """
        index = bar - self.first
        return self._starts[index] + self.in_bar(bar, beat)

    def in_bar(self, bar: int, beat: int) -> int:
        """Return the tick of a beat, counted from its bar line.

        Args:
            bar: See `beat`.
            beat: See `beat`.
        """
        return (beat - 1) * TICKS_PER_WHOLE // self.meters[bar - self.first].denominator

    def onset(self, note: NoteRow) -> Fraction:
        """Return the exact metrical onset of a note in ticks."""
        unit = TICKS_PER_WHOLE // self.meters[note.bar - self.first].denominator
        return self.beat(note.bar, note.beat) + Fraction(unit * (note.tatum - 1), note.division)

    def real(self, seconds: Iterable[float]) -> NDArray[np.float64]:
        """Return times of the recording in ticks.

        Ticks are interpolated between the beats, and extrapolated before the first and after the
        last one.

        Args:
            seconds: Times of the recording, N of them.

        Returns:
            Ticks, shape (N,).
        """
        times = np.fromiter(seconds, dtype=np.float64)
        ticks: NDArray[np.float64]
        if len(self._seconds) == 1:
            ticks = self._ticks[0] + (times - self._seconds[0]) / self._single
            return ticks
        before = np.searchsorted(self._seconds, times, "right") - 1
        left = np.clip(before, 0, len(self._seconds) - 2)
        speed = np.diff(self._ticks) / np.diff(self._seconds)
        ticks = self._ticks[left] + (times - self._seconds[left]) * speed[left]
        return ticks

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
            raise SoloError(
                f"beat {b.beat} of bar {b.bar} sounds at {b.onset:g} s, not after the one before "
                f"it at {a.onset:g} s"
            )


def _signatures(beats: Sequence[BeatRow], bars: range, default: str) -> list[Meter]:
    """Return the meter of each bar according to the signatures."""
    changes = [(beat.bar, Meter.parse(beat.signature)) for beat in beats if beat.signature]
    if not changes:
        changes = [(bars[0], Meter.parse(default) if default else FOUR_FOUR)]
    since = [bar for bar, _ in changes]
    # Bars before the first signature have its meter too.
    return [changes[max(bisect_right(since, bar) - 1, 0)][1] for bar in bars]


def _meters(
    beats: Sequence[BeatRow], notes: Sequence[NoteRow], first: int, nominal: Sequence[Meter]
) -> list[Meter]:
    """Return the actual meter of each bar (see the description of this module)."""
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
