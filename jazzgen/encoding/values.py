"""Solos as value sequences.

A *value* is one step of a line: a pitch or a rest, and a duration in ticks. Each
value starts where the one before it ended, so that the sequence alone gives the
rhythm:

    onset    0     12    24          60        the solo's notes
             D4 12 F4 10 (gap 2) ...  A4 20
    values   (D4, 12) (F4, 12) (REST, 24) (A4, 20)

- A note reaches to the next onset, unless the gap is an eighth or more.
- A note is at most a 4/4 bar long (96 ticks); the remainder is a rest. So a note of that length
  sounds on through a rest that follows it, though not through the next one, if there are several:
  three in four notes of people that last longer than a bar last until the next one.
- A longer rest is several rests of 96 ticks and the remainder.

A solo whose notes obey the first two rules is *quantized*: `decode` gives back exactly what
`encode` was given. `quantize` makes any solo obey them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise, zip_longest
from typing import NamedTuple

from jazzgen.errors import SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = [
    "MAX_DURATION",
    "REST",
    "Value",
    "decode",
    "encode",
    "quantize",
    "rest_values",
    "sounding_on",
]

NO_PITCH = -1
"""The pitch in a history for a note that has not sounded yet."""
REST = 128
"""The pitch of a rest: the index after MIDI's 0 to 127."""

MAX_DURATION = 4 * TICKS_PER_QUARTER
"""The duration of the longest value, in ticks."""


class Value(NamedTuple):
    """One step of a value sequence.

    Args:
        pitch: MIDI pitch 0 to 127, or `REST`.
        duration: Ticks, 1 to `MAX_DURATION`.
    """

    pitch: int
    duration: int


def encode(solo: Solo, begin: int = 0, *, to_end: bool = False) -> tuple[Value, ...]:
    """Return the value sequence of a solo, from the beginning of the chart to the last note.

    Velocities, deviations and gaps shorter than an eighth are not part of it.

    Args:
        solo: The solo.
        begin: The tick at which the first value begins, by default the chart's beginning.
        to_end: Whether the rests between the last note and the chart's end are values too.
    """
    values: list[Value] = []
    clock = begin
    for note, duration in zip(solo.notes, _lengths(solo), strict=True):
        values.extend(rest_values(note.onset - clock))
        values.append(Value(note.pitch, duration))
        clock = note.onset + duration
    if to_end and solo.notes:
        values.extend(rest_values(solo.chart.ticks - clock))
    return tuple(values)


def decode(
    values: Iterable[tuple[int, int]], chart: Chart, *, title: str = "", performer: str = ""
) -> Solo:
    """Return a value sequence as a solo over a chart.

    A value that reaches past the chart's end is shortened; later values are left out.

    Args:
        values: Pairs of pitch (or `REST`) and duration in ticks.
        chart: The chart, with its choruses unfolded.
        title: The solo's title, by default the chart's.
        performer: The name of the performer.

    Raises:
        SoloError: A pitch or a duration out of range.
    """
    notes: list[Note] = []
    clock, held = 0, False
    for pitch, duration in values:
        if duration < 1 or not 0 <= pitch <= REST:
            raise SoloError(
                f"value ({pitch}, {duration}): expected a pitch of 0 to 127 or "
                f"{REST} for a rest, and a duration of at least 1 tick"
            )
        longest = duration == MAX_DURATION
        duration = min(duration, chart.ticks - clock)
        if duration < 1:
            break
        if pitch != REST:
            notes.append(Note(clock, duration, pitch))
        elif held:
            notes[-1] = sounding_on(notes[-1], duration)
        clock += duration
        held = longest and pitch != REST
    return Solo(tuple(notes), chart, title or chart.title, performer)


def sounding_on(note: Note, ticks: int) -> Note:
    """Return a note that sounds for so many ticks more."""
    return replace(note, duration=note.duration + ticks)


def quantize(solo: Solo) -> Solo:
    """Return the solo with the note lengths that its value sequence has."""
    lengths = list(_lengths(solo))
    for number, (note, following) in enumerate(pairwise(solo.notes)):
        if lengths[number] == MAX_DURATION:
            lengths[number] += min(following.onset - note.onset - MAX_DURATION, MAX_DURATION)
    return solo.with_notes(
        [
            replace(note, duration=duration)
            for note, duration in zip(solo.notes, lengths, strict=True)
        ]
    )


def _lengths(solo: Solo) -> Iterator[int]:
    """Yield the notes' lengths in ticks, joined to a near next onset and cut at a bar of 4/4."""
    for note, following in zip_longest(solo.notes, solo.notes[1:]):
        near = following is not None and following.onset - note.end < EIGHTH
        yield min(following.onset - note.onset if near else note.duration, MAX_DURATION)


def rest_values(ticks: int) -> Iterator[Value]:
    """Yield the values of a silence of some ticks."""
    while ticks > 0:
        yield Value(REST, min(ticks, MAX_DURATION))
        ticks -= MAX_DURATION
