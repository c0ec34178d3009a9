"""Texts above the staff of an iReal Pro song: `<D.C. al Coda>`, `<Fine>`, `<3x>`, `<*64Intro>`.

A text may begin with its height above the chords, a star and two digits, which is no part of what
it says. Most texts are remarks to the players, and mean nothing here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jazzgen.music.jump_words import Jump

__all__ = ["NO_TEXT", "StaffText", "read_staff_text"]

HEIGHT = re.compile(r"\s*\*\d\d")


@dataclass(frozen=True, kw_only=True)
class StaffText:
    """What the texts of a bar say about the order in which bars are played.

    Args:
        jump: The jump that they stand for, if any.
        fine: Whether they mark the last bar, after a jump.
        to_coda: Whether they say where to leave for the coda.
        coda: Whether they mark the beginning of the coda.
        segno: Whether they mark the bar to which a dal segno leads.
        times: How often the repeat around them is played; 0 if they do not say it.
    """

    jump: Jump | None = None
    fine: bool = False
    to_coda: bool = False
    coda: bool = False
    segno: bool = False
    times: int = 0

    def joined(self, other: StaffText) -> StaffText:
        """Return what two texts say together; the first jump counts, and the last number."""
        return StaffText(
            jump=self.jump or other.jump,
            fine=self.fine or other.fine,
            to_coda=self.to_coda or other.to_coda,
            coda=self.coda or other.coda,
            segno=self.segno or other.segno,
            times=other.times or self.times,
        )

    def without_times(self) -> StaffText:
        """Return the same without a number of times."""
        return replace(self, times=0)

    def of_end(self) -> StaffText:
        """Return what concerns the end of a bar: a jump, the fine, where to leave for the coda."""
        return replace(self, coda=False, segno=False, times=0)

    def of_beginning(self) -> StaffText:
        """Return what concerns the beginning of a bar: the coda and the segno."""
        return StaffText(coda=self.coda, segno=self.segno)


NO_TEXT = StaffText()


def read_staff_text(text: str) -> StaffText:
    """Return what a text says.

    Args:
        text: The text between the angle brackets.
    """
    # Most charts have no such text.
    from jazzgen.music.jump_words import (
        is_coda,
        is_fine,
        is_segno,
        is_to_coda,
        read_jump,
        read_times,
    )

    words = " ".join(HEIGHT.sub("", text, count=1).split())
    if jump := read_jump(words):
        return StaffText(jump=jump)
    times = read_times(words) or 0
    return StaffText(
        fine=is_fine(words),
        to_coda=is_to_coda(words),
        coda=is_coda(words),
        segno=is_segno(words),
        times=times if times > 1 else 0,
    )
