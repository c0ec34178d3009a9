"""A solo with a gap: some of its bars are taken out, to be filled with new ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.performance import solo_of, values_until
from jazzgen.errors import SoloError
from jazzgen.music.solo import Note, Solo

__all__ = ["Gap"]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """The bars of a solo that are taken out, and the notes around them.

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
    def of_bars(cls, solo: Solo, first: int, last: int) -> Gap:
        """Take bars out of a solo.

        Args:
            solo: The solo.
            first: The first bar of the gap, counted from 1.
            last: The last bar of the gap.

        Raises:
            SoloError: The solo's chart has no such bars.
        """
        starts, count = solo.chart.bar_starts, len(solo.chart.bars)
        if not 1 <= first <= last <= count:
            raise SoloError(
                f"{solo.name}: bars {first}-{last}: expected two bars of its {count}, "
                "the first one first"
            )
        begin, end = starts[first - 1], starts[last]
        return cls(
            solo=solo,
            begin=begin,
            end=end,
            before=tuple(
                replace(note, duration=min(note.duration, begin - note.onset))
                for note in solo.notes
                if note.onset < begin
            ),
            after=tuple(note for note in solo.notes if note.onset >= end),
        )

    @property
    def opening(self) -> NDArray[np.int32]:
        """The values of everything before the gap, which a model reads before it fills the gap."""
        left = replace(self.solo, notes=self.before, phrase_starts=())
        return values_until(left, self.begin)

    def filled(self, values: NDArray[np.int32]) -> Solo:
        """Return the solo with new bars.

        Args:
            values: The values from the solo's beginning to the end of the gap, those of
                `opening` included, shape (T, FORCED).
        """
        played = solo_of(values, self.solo.chart, self.before).notes
        new = played[len(self.before) :]
        return replace(self.solo, notes=(*self.before, *new, *self.after), phrase_starts=())
