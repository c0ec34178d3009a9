"""Slurs: which notes of a line are played in one breath or bow, as their lengths tell."""

from __future__ import annotations

from itertools import groupby, pairwise

from jazzgen.music.solo import Solo
from jazzgen.music.timing import EIGHTH

__all__ = ["slurs_of"]

FEWEST = 3
"""The smallest number of notes under a slur: pairs would crowd the page."""
ALL_JOINED = 0.9
"""The share of notes that last up to the next one from which nobody has said how long they are.
Notes before a rest do not count, and repeated ones, which cannot be slurred."""


def slurs_of(solo: Solo) -> list[tuple[int, int]]:
    """Return the indices of the first and the last note under each slur.

    Notes of different pitch that last until the next one begins are slurred. Where nearly all
    of a solo's notes do, their lengths are those of a program or a page, and there are none.

    Args:
        solo: The solo.
    """
    joined = [
        before.end >= note.onset and before.pitch != note.pitch
        for before, note in pairwise(solo.notes)
    ]
    near = sum(
        note.onset - before.end < EIGHTH and before.pitch != note.pitch
        for before, note in pairwise(solo.notes)
    )
    if sum(joined) > ALL_JOINED * near:
        return []
    found, index = [], 0
    for is_joined, group in groupby(joined):
        length = len(list(group))
        if is_joined and length + 1 >= FEWEST:
            found.append((index, index + length))
        index += length
    return found
