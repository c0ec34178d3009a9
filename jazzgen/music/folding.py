"""Fold a line into the range of an instrument, by octaves.

A player who reads a line too high or too low moves it by phrases: a phrase that fits in another
octave goes there as a whole, and only if none holds it, single notes change their octave. The
octaves of all phrases are chosen together (Viterbi), so that they change seldom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from jazzgen.errors import ConfigError
from jazzgen.music.instrument import Instrument
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["folded"]

OCTAVE = 12
SHIFTS = (0, -12, 12, -24, 24, -36, 36, -48, 48)
"""The moves of a phrase in semitones, the nearest first."""
BREAK_COST, MOVE_COST = 3.0, 0.5
"""The cost of a note that leaves its phrase, and of an octave by which a note is moved."""
CHANGE_COST = 2.0
"""The cost of an octave between the moves of two phrases."""


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
    phrases = _phrases(solo)
    notes: list[Note] = []
    for phrase, shift in zip(phrases, _shifts(phrases, low, high), strict=True):
        notes += [replace(note, pitch=_into(note.pitch + shift, low, high)) for note in phrase]
    moved = sum(a.pitch != b.pitch for a, b in zip(solo.notes, notes, strict=True))
    return solo.with_notes(notes), moved


def _phrases(solo: Solo) -> list[Sequence[Note]]:
    """Return the phrases of a solo: as they are marked, or else between rests of a quarter."""
    starts = set(solo.phrase_starts) or {
        index
        for index, (before, note) in enumerate(pairwise(solo.notes), 1)
        if note.onset - before.end >= TICKS_PER_QUARTER
    }
    borders = sorted(starts | {0, len(solo.notes)})
    return [solo.notes[first:end] for first, end in pairwise(borders)]


def _shifts(phrases: Sequence[Sequence[Note]], low: int, high: int) -> list[int]:
    """Return the move of each phrase in semitones."""
    table: list[dict[int, tuple[float, int]]] = []
    before = dict.fromkeys(SHIFTS, 0.0)
    for phrase in phrases:
        step: dict[int, tuple[float, int]] = {}
        for shift in SHIFTS:
            reached, origin = min(
                (cost + CHANGE_COST * abs(shift - other) / OCTAVE, other)
                for other, cost in before.items()
            )
            step[shift] = (reached + _cost(phrase, shift, low, high), origin)
        table.append(step)
        before = {shift: cost for shift, (cost, _) in step.items()}
    shift = min(before, key=lambda one: (before[one], SHIFTS.index(one)))
    chosen = []
    for step in reversed(table):
        chosen.append(shift)
        shift = step[shift][1]
    return chosen[::-1]


def _cost(phrase: Sequence[Note], shift: int, low: int, high: int) -> float:
    outside = sum(not low <= note.pitch + shift <= high for note in phrase)
    return BREAK_COST * outside + MOVE_COST * len(phrase) * abs(shift) / OCTAVE


def _into(pitch: int, low: int, high: int) -> int:
    """Return the nearest pitch in the range that is some octaves away."""
    while pitch > high:
        pitch -= OCTAVE
    while pitch < low:
        pitch += OCTAVE
    return pitch
