"""A first measure that is a pickup, though neither its number nor its attributes say so."""

from __future__ import annotations

from collections.abc import Sequence

from jazzgen.io.musicxml.measures import Measure
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["mark_pickup"]


def mark_pickup(measures: Sequence[Measure]) -> None:
    """Find out whether the first measure is a pickup though nothing says so.

    It is one if it is too short, and the last measure is what it lacks, or no chord stands in it.

    Args:
        measures: All measures; the first one is changed.
    """
    first, *others = measures
    bar = first.meter.bar_ticks / TICKS_PER_QUARTER
    if first.is_pickup or not others or not 0 < first.length < bar or first.navigation.times:
        return
    is_full = others[0].length == bar and others[0].meter == first.meter
    completed = first.length + others[-1].length == bar
    first.is_pickup = is_full and (
        completed or (not first.chords and any(measure.chords for measure in others))
    )
