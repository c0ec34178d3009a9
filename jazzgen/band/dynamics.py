"""Loudness of a line from its shape: how a player leans on some notes and ghosts others.

Accents follow what is measured of jazz soloists and taught by teachers: the top of
a line and the note after a leap up are stronger, off-beat eighths a little stronger
than those on the beat, passing sixteenths and triplets weaker, the first and the
last note of a phrase set off.
"""

from __future__ import annotations

from dataclasses import replace

from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH

__all__ = ["shape_dynamics"]

LEVEL = 82
PEAK, LEAP_UP, OFF_BEAT, QUICK, PHRASE_END, LONG = 12, 8, 5, -8, -10, 4
SOFTEST, LOUDEST = 45, 116
LEAP = 5  # semitones
BREATH = 12  # ticks of silence that end a phrase


def shape_dynamics(solo: Solo) -> Solo:
    """Return the solo with velocities shaped by contour, place in the beat and phrase."""
    notes = solo.notes
    # Not strict: a solo without notes has nobody around.
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
