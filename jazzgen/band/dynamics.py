"""The dynamics of a line: which notes a player accents, and which ones are ghosted.

Accents follow what has been measured in jazz solos, and what teachers teach: the top of a line
and the note after an upward leap are louder; off-beat eighths are a little louder than those on
the beat; passing sixteenths and triplets are softer, and so is the short last note of a phrase.
"""

from __future__ import annotations

from dataclasses import replace

from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH

__all__ = ["shape_dynamics"]

LEVEL = 82
"""The MIDI velocity of a note without accent."""
PEAK, LEAP_UP, OFF_BEAT, QUICK, PHRASE_END, LONG = 12, 8, 5, -8, -10, 4
"""Accents, in MIDI velocities."""
SOFTEST, LOUDEST = 45, 116
"""The bounds of MIDI velocities."""
LEAP = 5
"""The smallest interval that is a leap, in semitones."""
BREATH = EIGHTH
"""The shortest silence that ends a phrase, in ticks."""


def shape_dynamics(solo: Solo) -> Solo:
    """Return the solo with velocities that follow its contour, rhythm and phrases."""
    notes = solo.notes
    # Not strict: without notes there are no neighbors, and the lists differ in length.
    around = zip([None, *notes[:-1]], notes, [*notes[1:], None], strict=False)
    return solo.with_notes(
        [
            replace(note, velocity=_velocity(solo, before, note, after))
            for before, note, after in around
        ]
    )


def _velocity(solo: Solo, before: Note | None, note: Note, after: Note | None) -> int:
    level = LEVEL
    opens = before is None or note.onset - before.end >= BREATH
    closes = after is None or after.onset - note.end >= BREATH
    rise = 0 if before is None or opens else note.pitch - before.pitch
    fall = 0 if after is None or closes else note.pitch - after.pitch
    if rise > 0 and fall > 0:
        level += PEAK
    if rise >= LEAP:
        level += LEAP_UP
    if _in_beat(solo, note.onset) == EIGHTH:
        level += OFF_BEAT
    if note.duration < EIGHTH:
        level += QUICK
    elif note.duration > 2 * EIGHTH:
        level += LONG
    if closes and not opens and note.duration <= EIGHTH:
        level += PHRASE_END
    return max(SOFTEST, min(LOUDEST, level))


def _in_beat(solo: Solo, tick: int) -> int:
    bar = solo.chart.bar_at(tick)
    return (tick - solo.chart.bar_starts[bar]) % solo.chart.bars[bar].meter.beat_ticks
