"""Endings: how the band strikes the final chord, all together.

Most styles let it ring. Others end with a figure: a mambo with three hits, funk with a stab after
the first, gypsy swing with one more stroke of the guitar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jazzgen.band.bar_plan import BarPlan
from jazzgen.band.rhythm_cells import tick_of
from jazzgen.music.part import Part
from jazzgen.music.solo import Note
from jazzgen.music.timing import EIGHTH

__all__ = ["with_ending"]

SHORT = EIGHTH - 2
"""The longest length in ticks of a hit that another one follows."""
EARLIER = 0.85
"""How loud such a hit is beside the last one, as a share of its MIDI velocity."""


def with_ending(part: Part, plan: Sequence[BarPlan], ending: tuple[float, ...]) -> Part:
    """Return a part in which the final chord is struck in the rhythm of a style.

    Args:
        part: The part; its final chord is struck at the beginning of the last bar.
        plan: The bars. If the last one has no final chord, the part stays as it is.
        ending: When it is struck, in pulses after the beginning of that bar; the last strike
            rings.
    """
    bar = plan[-1]
    hits = [
        bar.start + tick_of(bar.pulses, position)
        for position in ending
        if position < len(bar.pulses)
    ]
    if not bar.is_final or len(hits) < 2:
        return part
    before = [note for note in part.notes if note.onset < bar.start]
    chord = [note for note in part.notes if note.onset == bar.start]
    struck = [
        _struck(note, tick, following)
        for tick, following in zip(hits, [*hits[1:], None], strict=True)
        for note in chord
    ]
    return replace(part, notes=(*before, *struck))


def _struck(note: Note, tick: int, following: int | None) -> Note:
    """Return a note of the final chord at another tick: short, or ringing if nothing follows."""
    if following is None:
        return replace(note, onset=tick, duration=max(note.end - tick, 1))
    length, softer = min(SHORT, following - tick), round(EARLIER * note.velocity)
    return replace(note, onset=tick, duration=max(length, 1), velocity=max(softer, 1))
