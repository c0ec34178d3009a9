"""The tumbao: the bass of son and mambo, which is ahead of the chords.

It plays on the second off-beat and on the fourth beat of a bar. The note on four belongs to the
chord of the next bar and is tied over the bar line, so that the one is hardly ever struck; where
two chords share a bar, the second one too comes half a beat early (Rebeca Mauleón, "Salsa
Guidebook", 1993). At the beginning of a chorus, and after a bar that leads nowhere, the bass
plays on the one.
"""

from __future__ import annotations

import numpy as np

from jazzgen.band.bar_plan import COUNT_IN, BarPlan
from jazzgen.band.bass_readings import Line, Rhythm, fifth_of, nearest
from jazzgen.band.bass_steps import HIGH
from jazzgen.band.rhythm_cells import tick_of

__all__ = ["held_until", "read_tumbao"]

PLACES = {2: (0.75, 1.5), 4: (1.5, 3.0)}
"""The two notes of a bar of two and of four pulses, in pulses after the bar line."""
ON_ONE = 0.07
"""The chance that the one is struck again although its note has come early."""
BETWEEN, AFTER = {2: 1.25, 4: 2.5}, {2: 1.75, 4: 3.5}
"""Where a third note may come: before the second one, or after it, which is then struck again."""
FILLED = {"": 0.72, "between": 0.14, "after": 0.14}
"""How often it does."""
ROOM_FOR_FIFTH = 7
"""The semitones above a root in which its fifth lies."""


def read_tumbao(
    before: BarPlan | None,
    bar: BarPlan,
    after: BarPlan | None,
    line: Line,
    generator: np.random.Generator,
) -> Rhythm:
    """Return the notes of a bar; none if it is not one that a tumbao can be played in.

    Args:
        before: The bar before it.
        bar: The bar.
        after: The bar after it.
        line: The walking line: MIDI pitches by tick, roots where chords begin.
        generator: The source of chance.
    """
    if not _fits(bar):
        return []
    size = len(bar.pulses)
    early, last = (bar.start + tick_of(bar.pulses, place) for place in PLACES[size])
    first, second = bar.chords[0].chord, bar.chords[-1].chord
    root = nearest(first.bass_pc or 0, min(line[bar.start], HIGH - ROOM_FOR_FIFTH))
    filled = str(generator.choice(list(FILLED), p=list(FILLED.values())))
    again = generator.random() < ON_ONE
    fifth = fifth_of(first, root, generator)
    rhythm: Rhythm = []
    if again or bar.opens or not _leads_into(before, bar):
        rhythm.append((bar.start, root))
    if len(bar.chords) > 1:
        fifth = nearest(second.bass_pc or 0, root)
    rhythm.append((early, fifth))
    if filled == "between":
        rhythm.append((bar.start + tick_of(bar.pulses, BETWEEN[size]), fifth))
    final = fifth
    if after is not None and _leads_into(bar, after):
        final = nearest(after.chords[0].chord.bass_pc or 0, line.get(after.start, root))
    rhythm.append((last, final))
    if filled == "after":
        rhythm.append((bar.start + tick_of(bar.pulses, AFTER[size]), final))
    return rhythm


def held_until(bar: BarPlan, after: BarPlan | None) -> int:
    """Return the tick at which the last note of a bar ends at the latest.

    Args:
        bar: The bar.
        after: The bar after it.
    """
    if after is None or not _leads_into(bar, after):
        return bar.end
    return after.start + tick_of(after.pulses, PLACES[len(after.pulses)][0])


def _fits(bar: BarPlan) -> bool:
    """Whether a tumbao can be played: one chord, or two that share the bar."""
    middle = bar.start + (bar.end - bar.start) // 2
    return (
        len(bar.pulses) in PLACES
        and not bar.is_final
        and bar.role != COUNT_IN
        and bool(bar.chords)
        and bar.chords[0].start == bar.start
        and [span.start for span in bar.chords[1:]] in ([], [middle])
        and all(span.chord.root is not None for span in bar.chords)
    )


def _leads_into(before: BarPlan | None, bar: BarPlan) -> bool:
    """Whether the last note of a bar is tied into the next one."""
    return before is not None and _fits(before) and _fits(bar)
