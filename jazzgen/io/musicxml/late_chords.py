"""Chord symbols that are written behind the last note of a measure.

Notation programs and people put the chord of the next bar there. It belongs to the bar line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from jazzgen.io.musicxml.measures import Measure
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["move_late_chords"]


def move_late_chords(measures: Sequence[Measure]) -> Iterator[str]:
    """Move chords behind the end of their measure to the next one, where none stands in the way.

    Args:
        measures: The measures as they are written; they are changed in place.

    Yields:
        A warning for each chord.
    """
    start = Fraction(0)
    for number, measure in enumerate(measures, 1):
        end = measure.bars * measure.meter.bar_ticks
        late = [at for at in sorted(measure.chords) if round(at * TICKS_PER_QUARTER) >= end]
        following = measures[number].chords if number < len(measures) else None
        for at in late:
            chord = measure.chords.pop(at)
            what = f"measure {number}: {chord} is written behind the end of its bar"
            if following is not None and start not in following:
                following[start] = chord
                yield f"{what}; it is read at the next bar line"
            else:
                yield f"{what}; it is left out"
