"""Silent bars with many chords: a rest for each of them, so that they have room above the bar."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from jazzgen.music.chart import Bar
from jazzgen.music.timing import Meter

__all__ = ["crowded_chords", "rests_under"]

CROWDED = 8
"""The largest number of characters of two chords above a rest of a whole bar."""


def crowded_chords(bar: Bar) -> tuple[int, ...]:
    """Return the onsets of a bar's chords if they are too many or too long for a narrow bar.

    Args:
        bar: The bar.

    Returns:
        The onsets in ticks after the bar line; none if the chords have room.
    """
    width = sum(len(str(placed.chord)) for placed in bar.chords)
    crowded = len(bar.chords) > 2 or (len(bar.chords) == 2 and width > CROWDED)
    return tuple(placed.onset for placed in bar.chords) if crowded else ()


def rests_under(chords: Sequence[int], meter: Meter) -> list[tuple[int, int]]:
    """Return where the rests of a silent bar begin and end, one for each chord on a beat.

    Args:
        chords: The onsets of its chords, in ticks after the bar line.
        meter: Its meter.
    """
    beats = {onset for onset in chords if onset % meter.beat_ticks == 0}
    return list(pairwise(sorted({0, *beats, meter.bar_ticks})))
