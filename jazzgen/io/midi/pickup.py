"""Pickups: bar 1 of a piece is its first full bar.

Notation programs write a pickup as a first bar of a shorter meter, such as 1/4 before 4/4. Here it
becomes a full bar that begins with rests, as in a score, so that whoever lays a chart over the
piece can tell where the chart begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from jazzgen.io.midi.part import MidiNote, MidiPart
from jazzgen.io.midi.score import MidiScore, Timed
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["later", "with_full_pickup"]

T = TypeVar("T")


def with_full_pickup(score: MidiScore) -> MidiScore:
    """Return a piece whose pickup, if it has one, is the end of a full bar.

    A pickup is a first bar, alone in its meter, that is shorter than the bar after it.

    Args:
        score: The piece.
    """
    if len(score.meters) < 2:
        return score
    (start, first), (change, second) = score.meters[:2]
    pickup = first.bar_ticks * score.ppq // TICKS_PER_QUARTER
    if start != 0 or change != pickup or first.bar_ticks >= second.bar_ticks:
        return score
    full = second.bar_ticks * score.ppq // TICKS_PER_QUARTER
    whole = replace(score, meters=(Timed(0, second), *score.meters[2:]))
    return later(whole, full - pickup, full)


def later(score: MidiScore, late: int, lead_in: int) -> MidiScore:
    """Return a piece after some more rests, with which a bar begins that ends with a pickup.

    Args:
        score: The piece.
        late: Ticks of the file by which all is later.
        lead_in: The tick of the file at which bar 1 then begins.
    """

    def moved(things: Iterable[Timed[T]]) -> tuple[Timed[T], ...]:
        # What is said at the beginning holds from the new beginning on.
        return tuple(Timed(tick + late if tick else 0, value) for tick, value in things)

    return replace(
        score,
        end=score.end + late,
        lead_in=lead_in,
        parts=tuple(_later(part, late) for part in score.parts),
        tempos=moved(score.tempos),
        meters=moved(score.meters),
        chords=tuple(Timed(tick + late, chord) for tick, chord in score.chords),
        sections=tuple(Timed(max(tick + late, lead_in), label) for tick, label in score.sections),
        others=moved(score.others),
        choruses=tuple(max(tick + late, lead_in) for tick in score.choruses),
    )


def _later(part: MidiPart, ticks: int) -> MidiPart:
    notes = tuple(
        MidiNote(note.start + ticks, note.end + ticks, note.pitch, note.velocity)
        for note in part.notes
    )
    return replace(part, notes=notes)
