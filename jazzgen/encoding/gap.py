"""A solo with a gap: a part of it is taken out, to be filled with new notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.performance import Column, given_values, rests, solo_of, values_until
from jazzgen.encoding.values import MAX_DURATION, REST
from jazzgen.errors import SoloError
from jazzgen.music.bar_range import BarRange
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["Gap"]

Rows = NDArray[np.int32]

LEAD = 2 * TICKS_PER_QUARTER
"""The ticks for which a note or a rest before a gap may at most last into it."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """The part of a solo that is taken out, and the notes around it.

    Args:
        solo: The solo as it was.
        begin: The tick at which the gap begins.
        end: The tick at which the gap ends.
        before: The notes before the gap; one that sounded into it is cut at its beginning.
        after: The notes after the gap.
    """

    solo: Solo
    begin: int
    end: int
    before: tuple[Note, ...]
    after: tuple[Note, ...]

    @classmethod
    def of_bars(
        cls, solo: Solo, bars: BarRange | str | tuple[int, int], *, seamless: bool = False
    ) -> Gap:
        """Take bars out of a solo.

        Args:
            solo: The solo.
            bars: The bars or beats (see `BarRange`).
            seamless: Whether the note or the rest that lasts into these bars is left as long as
                it was, if that is not too far: then the gap begins where it ends. If not, the
                gap begins with the bars.

        Raises:
            SoloError: The solo's chart has no such bars.
        """
        chosen = BarRange.of(bars)
        try:
            begin, end = chosen.ticks(solo.chart)
        except SoloError as error:
            raise SoloError(f"{solo.name}: bars {chosen}: {error}") from error
        before = [note for note in solo.notes if note.onset < begin]
        taken = [note for note in solo.notes if begin <= note.onset < end]
        start = _start(begin, end, before, taken) if seamless else begin
        return cls(
            solo=solo,
            begin=start,
            end=end,
            before=tuple(
                replace(note, duration=min(note.duration, start - note.onset)) for note in before
            ),
            after=tuple(note for note in solo.notes if note.onset >= end),
        )

    @property
    def opening(self) -> Rows:
        """The values of everything before the gap, which a model reads before it fills the gap."""
        left = replace(self.solo, notes=self.before, phrase_starts=())
        return values_until(left, self.begin)

    @property
    def limit(self) -> int:
        """The tick up to which new notes may sound: the first note that stays, or the end."""
        return self.after[0].onset if self.after else self.solo.chart.ticks

    def following(self, count: int) -> Rows:
        """Return the first values after the gap, from the first note that stays.

        Args:
            count: The largest number of values.

        Returns:
            Shape (T, FORCED). They end with a note.
        """
        values = given_values(self.solo, 0, self.solo.chart.ticks)
        clock = np.cumsum(values[:, Column.DURATION]) - values[:, Column.DURATION]
        kept = values[clock >= self.limit][:count]
        sounding = np.flatnonzero(kept[:, Column.PITCH] != REST)
        return kept[: sounding[-1] + 1 if len(sounding) else 0]

    def new_values(self, values: Rows) -> Rows:
        """Return new values as they lead to the first note that stays.

        What sounds on beyond that note's onset is cut there. As between any two notes, less than
        an eighth of silence before it is no rest: the last new note is lengthened. How long it
        sounds is told by the gate of the note that stays, as that of the note before it was.

        Args:
            values: The values from the gap's beginning on, to the gap's end or beyond it, shape
                (T, FORCED).

        Returns:
            The values up to the first note that stays, shape (T, FORCED).
        """
        ends = self.begin + np.cumsum(values[:, Column.DURATION])
        values = values[ends - values[:, Column.DURATION] < self.end]
        sounding = np.flatnonzero(values[:, Column.PITCH] != REST)
        new = values[: sounding[-1] + 1 if len(sounding) else 0].copy()
        left = self.limit - self.begin - int(new[:, Column.DURATION].sum())
        if len(new) and left < EIGHTH:
            last = int(new[-1, Column.DURATION])
            new[-1, Column.DURATION] = min(last + left, MAX_DURATION)
            left -= int(new[-1, Column.DURATION]) - last
        return np.concatenate([new, rests(left)])

    def heard_after(self, new: Rows, following: Rows) -> Rows:
        """Return the values after the gap as they are behind new values.

        Args:
            new: What `new_values` returned.
            following: What `following` returned.
        """
        following = following.copy()
        if len(new) and new[-1, Column.PITCH] == REST:
            following[:1, Column.GATE] = 0  # behind a rest there is no note whose gate it tells
        return following

    def replaced(self, new: Rows) -> Solo:
        """Return the solo with new values that lead to the first note that stays.

        Args:
            new: What `new_values` returned.
        """
        values = np.concatenate([self.opening, new, self.heard_after(new, self.following(1))])
        played = solo_of(values, self.solo.chart, self.before).notes
        end = len(self.before) + int(np.count_nonzero(new[:, Column.PITCH] != REST))
        return self._with(played[len(self.before) : end])

    def filled(self, values: Rows) -> Solo:
        """Return the solo with new notes that end with the gap, whatever follows it.

        Args:
            values: The values from the solo's beginning to the end of the gap, those of
                `opening` included, shape (T, FORCED).
        """
        played = solo_of(values, self.solo.chart, self.before).notes
        return self._with(played[len(self.before) :])

    def _with(self, new: tuple[Note, ...]) -> Solo:
        return replace(self.solo, notes=(*self.before, *new, *self.after), phrase_starts=())


def _start(begin: int, end: int, before: Sequence[Note], taken: Sequence[Note]) -> int:
    """The tick at which new notes can begin as the old ones did, soon after the gap's beginning.

    Args:
        begin: The tick at which the gap begins.
        end: The tick at which it ends.
        before: The notes before it.
        taken: The notes in it.
    """
    latest = begin + min(LEAD, (end - begin) // 2)
    sounding = before[-1].end if before else begin
    for start in (taken[0].onset if taken else end, sounding):
        if begin <= start <= latest:
            return start
    return begin
