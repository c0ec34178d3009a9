"""Fold a line into the range of an instrument, by octaves.

A player who reads a line too high or too low takes as much of it as possible in another octave,
and changes octaves where it is heard least: between phrases, at rests, at leaps. The octaves of
all notes are chosen together, at the least cost (Viterbi).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from jazzgen.errors import ConfigError
from jazzgen.music.instrument import Instrument
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["folded"]

OCTAVE = 12
SHIFTS = tuple(OCTAVE * octaves for octaves in (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6))
"""The moves of a note in semitones, the nearest first."""
MOVE_COST = 0.25
"""The cost of moving a note by an octave."""
IN_LINE, AT_LEAP, AT_REST, AT_PHRASE = 6.0, 4.0, 2.0, 1.0
"""The cost of another octave within a line, at a leap, after a rest of an eighth, and at the
beginning of a phrase."""
LEAP = 5
"""The smallest leap, in semitones."""


def folded(solo: Solo, instrument: Instrument) -> tuple[Solo, int]:
    """Return a solo with all notes in an instrument's range, and the number that were moved.

    >>> from jazzgen.music.chart import Chart
    >>> from jazzgen.music.instrument import find_instrument
    >>> high = Solo((Note(0, 24, 90), Note(24, 24, 88)), Chart.of_chords([["C"]]))
    >>> moved, number = folded(high, find_instrument("tenor"))
    >>> [note.pitch for note in moved.notes], number
    ([66, 64], 2)

    Args:
        solo: The solo, at sounding pitch.
        instrument: The instrument.

    Raises:
        ConfigError: Its range is less than an octave, so that it has not every note.
    """
    low, high = instrument.low, instrument.high
    if high - low < OCTAVE - 1:
        raise ConfigError(f"{instrument.name}: a range of less than an octave lacks some notes")
    if all(low <= note.pitch <= high for note in solo.notes):
        return solo, 0
    shifts = _shifts(solo, low, high)
    notes = [
        replace(note, pitch=note.pitch + shift)
        for note, shift in zip(solo.notes, shifts, strict=True)
    ]
    return solo.with_notes(notes), sum(shift != 0 for shift in shifts)


def _shifts(solo: Solo, low: int, high: int) -> list[int]:
    """Return the move of each note in semitones."""
    before = dict.fromkeys(SHIFTS, 0.0)
    table: list[dict[int, int]] = []
    changes = [0.0, *_change_costs(solo)]
    for note, change in zip(solo.notes, changes, strict=True):
        reached: dict[int, float] = {}
        origins: dict[int, int] = {}
        for shift in SHIFTS:
            if not low <= note.pitch + shift <= high:
                continue
            cost, origin = min(
                (cost + change * abs(shift - other) / OCTAVE, SHIFTS.index(other))
                for other, cost in before.items()
            )
            reached[shift] = cost + MOVE_COST * abs(shift) / OCTAVE
            origins[shift] = SHIFTS[origin]
        table.append(origins)
        before = reached
    shift = min(before, key=lambda one: (before[one], SHIFTS.index(one)))
    chosen = []
    for origins in reversed(table):
        chosen.append(shift)
        shift = origins[shift]
    return chosen[::-1]


def _change_costs(solo: Solo) -> list[float]:
    """Return the cost of another octave before each note but the first."""
    phrases = set(solo.phrase_starts)
    return [
        AT_PHRASE if index in phrases else _change_cost(before, note)
        for index, (before, note) in enumerate(pairwise(solo.notes), 1)
    ]


def _change_cost(before: Note, note: Note) -> float:
    silence = note.onset - before.end
    if silence >= TICKS_PER_QUARTER:
        return AT_PHRASE
    if silence >= EIGHTH:
        return AT_REST
    return AT_LEAP if abs(note.pitch - before.pitch) >= LEAP else IN_LINE
