"""From solos to values with expression, and back.

The rows of such values have the columns of `Column`. The gate in a row is that of the note
before: the length of a note is known only with the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.dynamics import shape_dynamics
from jazzgen.encoding.expression import (
    deviation_of,
    expression_classes,
    gate_classes,
    gated,
    velocity_of,
)
from jazzgen.encoding.values import (
    MAX_DURATION,
    REST,
    Value,
    decode,
    encode,
    rest_values,
    sounding_on,
)
from jazzgen.errors import SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH

__all__ = [
    "SPREADS",
    "Column",
    "given_values",
    "mechanical",
    "played_notes",
    "primer_values",
    "rests",
    "solo_of",
    "values_until",
]


class Column(IntEnum):
    """The columns of a value with expression."""

    PITCH = 0
    """The pitch or `REST`."""
    DURATION = 1
    """Ticks to the next value; 0 for padding."""
    LOUDNESS = 2
    """The note's loudness class."""
    TIMING = 3
    """The note's timing class."""
    GATE = 4
    """The gate class of the note before, 0 after a rest."""
    SPREAD = 5
    """The place of velocity, deviation and gate within their classes: 0 for the middle, or one
    of `SPREADS` numbers from 1."""


SPREAD_BITS = 5
SPREADS = 2 ** (3 * SPREAD_BITS)
"""The number of places within the classes: `SPREAD_BITS` bits each for velocity, deviation and
gate."""


def mechanical(solo: Solo) -> Solo:
    """Return the solo with every note exactly on its tick and all equally loud."""
    return solo.with_notes(
        [replace(note, velocity=velocity_of(0), deviation=0.0) for note in solo.notes]
    )


def solo_of(values: NDArray[np.int32], chart: Chart, begun: Sequence[Note]) -> Solo:
    """Return values as a solo.

    Args:
        values: The values, shape (T, FORCED). Durations of 0 are padding.
        chart: The chart, with its choruses unfolded.
        begun: The notes that the solo begins with. They are kept as they are, but for one that
            is longer than any value: it ends with its value.
    """
    rows = values[values[:, Column.DURATION] > 0]
    solo = shape_dynamics(decode(rows[:, : Column.LOUDNESS].tolist(), chart))
    notes = _expressed(solo.notes, rows)
    for number, given in enumerate(begun[: len(notes)]):
        # Not what the model said of its gate with the next note: it was played already.
        length = min(given.duration, solo.notes[number].duration)
        notes[number] = replace(given, duration=length)
    return solo.with_notes(notes)


def _expressed(notes: Sequence[Note], rows: NDArray[np.int32]) -> list[Note]:
    """Return notes with the velocities, deviations and lengths of their classes, where known.

    Args:
        notes: The notes, each up to the next one.
        rows: The values, rests among them; those behind the chart's end have no notes.
    """
    how = rows[rows[:, Column.PITCH] != REST][:, Column.LOUDNESS :].tolist()
    played = []
    for number, (note, (loudness, timing, _, spread)) in enumerate(zip(notes, how, strict=False)):
        loud, late, _ = _places(spread)
        velocity = velocity_of(loudness, loud) if loudness else note.velocity
        note = replace(note, velocity=velocity, deviation=deviation_of(timing, late))
        if number + 1 < len(how):
            # A gate is told with the next note.
            *_, gate, spread = how[number + 1]
            note = gated(note, gate, _places(spread)[2])
        played.append(note)
    return played


def _places(spread: int) -> tuple[float, float, float]:
    """Return the places within the classes of velocity, deviation and gate, 0 to 1."""
    if not spread:
        return (0.5, 0.5, 0.5)
    parts = (spread - 1, (spread - 1) >> SPREAD_BITS, (spread - 1) >> 2 * SPREAD_BITS)
    loud, late, gate = ((part % 2**SPREAD_BITS + 0.5) / 2**SPREAD_BITS for part in parts)
    return loud, late, gate


def primer_values(primer: Solo | None, chart: Chart) -> NDArray[np.int32]:
    """Return the values of a phrase that a solo begins with.

    Args:
        primer: The phrase, if there is one.
        chart: The chart of the solo.

    Returns:
        The values, shape (T, FORCED).

    Raises:
        SoloError: The primer has no notes, or reaches past the chart's end.
    """
    if primer is None:
        return np.zeros((0, len(Column)), np.int32)
    if not primer.notes:
        raise SoloError(f"{primer.name}: a primer without notes")
    if primer.notes[-1].onset >= chart.ticks:
        raise SoloError(
            f"{primer.name}: the primer reaches past the chart's {len(chart.bars)} bars"
        )
    return _with_expression(primer, encode(primer))


def values_until(solo: Solo, end: int) -> NDArray[np.int32]:
    """Return the values of a solo and the rests after it, shape (T, FORCED).

    Args:
        solo: The solo.
        end: The tick at which the rests end.
    """
    return given_values(solo, 0, end)


def given_values(solo: Solo, begin: int, end: int) -> NDArray[np.int32]:
    """Return the values of a part of a solo and the rests after it, shape (T, FORCED).

    Args:
        solo: A solo with the notes of that part only.
        begin: The tick at which the part begins; no note begins earlier.
        end: The tick at which the part ends; the last note may end later.
    """
    values = list(encode(solo, begin))
    rest = end - begin - sum(duration for _, duration in values)
    if values and 0 < rest < EIGHTH:  # a gap that is no rest, as between any two notes
        pitch, duration = values[-1]
        values[-1] = Value(pitch, min(duration + rest, MAX_DURATION))
        rest = end - begin - sum(duration for _, duration in values)
    values.extend(rest_values(rest))
    return _with_expression(solo, values)


def rests(ticks: int) -> NDArray[np.int32]:
    """Return the values of a silence of some ticks, shape (T, FORCED)."""
    rows = np.zeros((0, len(Column)), np.int32)
    for pitch, duration in rest_values(ticks):
        rows = np.concatenate([rows, [[pitch, duration, 0, 0, 0, 0]]], dtype=np.int32)
    return rows


def played_notes(
    values: NDArray[np.int32], chart: Chart, begin: int, before: Sequence[Note]
) -> tuple[Note, ...]:
    """Return the notes of a part of a solo, the same as `solo_of` gives for the full solo.

    Args:
        values: The values of the part, shape (T, FORCED).
        chart: The chart, with its choruses unfolded.
        begin: The tick at which the values begin.
        before: The last notes before the part, two if there are as many: the loudness of a
            note depends on its neighbours.

    Returns:
        The notes before the part, with the loudness that they have beside the notes of the
        part, and then these.
    """
    rows = values[values[:, Column.DURATION] > 0]
    silence = [(REST, begin)] if begin else []
    part = decode([*silence, *rows[:, : Column.LOUDNESS].tolist()], chart)
    shaped = shape_dynamics(part.with_notes([*before, *part.notes])).notes
    heard = list(shaped[: len(before)])
    if heard and len(rows) and rows[0, Column.PITCH] == REST and _is_held(heard[-1], begin):
        heard[-1] = sounding_on(heard[-1], int(rows[0, Column.DURATION]))
    if heard and len(rows) and rows[0, Column.GATE]:
        *_, gate, spread = rows[0].tolist()
        heard[-1] = gated(heard[-1], gate, _places(spread)[2])
    return (*heard, *_expressed(shaped[len(before) :], rows))


def _is_held(note: Note, end: int) -> bool:
    """Whether a note is as long as values can be and sounds until a tick."""
    return note.duration == MAX_DURATION and note.end == end


def _with_expression(solo: Solo, values: Sequence[Value]) -> NDArray[np.int32]:
    """Return a solo's values with the expression of its notes, (T, FORCED)."""
    rows = np.zeros((len(values), len(Column)), np.int32)
    rows[:, : Column.LOUDNESS] = np.array(values, np.int32).reshape(-1, 2)
    how = (*expression_classes(solo), gate_classes(solo))
    rows[rows[:, Column.PITCH] != REST, Column.LOUDNESS : Column.SPREAD] = np.stack(how, axis=-1)
    return rows
