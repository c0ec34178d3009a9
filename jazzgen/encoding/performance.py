"""From solos to values with expression (pitch, duration, loudness, timing), and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.dynamics import shape_dynamics
from jazzgen.encoding.expression import deviation_of, expression_classes, velocity_of
from jazzgen.encoding.values import MAX_DURATION, REST, Value, decode, encode
from jazzgen.errors import SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

__all__ = [
    "given_values",
    "mechanical",
    "played_notes",
    "primer_values",
    "solo_of",
    "values_until",
]


def mechanical(solo: Solo) -> Solo:
    """Return the solo with every note exactly on its tick and all equally loud."""
    return solo.with_notes(
        [replace(note, velocity=velocity_of(0), deviation=0.0) for note in solo.notes]
    )


def solo_of(values: NDArray[np.int32], chart: Chart, begun: Sequence[Note]) -> Solo:
    """Return values as a solo.

    Args:
        values: Pitch, duration, loudness class and timing class of each, shape (T, 4).
            Durations of 0 are padding.
        chart: The chart, with its choruses unfolded.
        begun: The notes that the solo begins with, whose velocity and deviation are kept.
    """
    rows = values[values[:, 1] > 0]
    solo = shape_dynamics(decode(rows[:, :2].tolist(), chart))
    classes = rows[rows[:, 0] != REST, 2:].tolist()
    notes = [
        _expressed(note, *how) for note, how in zip(solo.notes, classes, strict=False)
    ]  # not strict: values after the end of the chart have no notes
    for number, given in enumerate(begun[: len(notes)]):
        notes[number] = replace(notes[number], velocity=given.velocity, deviation=given.deviation)
    return solo.with_notes(notes)


def _expressed(note: Note, loudness: int, timing: int) -> Note:
    """Return a note with the velocity and the deviation of its classes, where they are known."""
    velocity = velocity_of(loudness) if loudness else note.velocity
    return replace(note, velocity=velocity, deviation=deviation_of(timing))


def primer_values(primer: Solo | None, chart: Chart) -> NDArray[np.int32]:
    """Return the values of a phrase that a solo begins with.

    Args:
        primer: The phrase, if there is one.
        chart: The chart of the solo.

    Returns:
        Pitch, duration, loudness class and timing class of each value, shape (T, 4).

    Raises:
        SoloError: The primer has no notes, or reaches past the chart's end.
    """
    if primer is None:
        return np.zeros((0, 4), np.int32)
    if not primer.notes:
        raise SoloError(f"{primer.name}: a primer without notes")
    if primer.notes[-1].onset >= chart.ticks:
        raise SoloError(
            f"{primer.name}: the primer reaches past the chart's {len(chart.bars)} bars"
        )
    return _with_expression(primer, encode(primer))


def values_until(solo: Solo, end: int) -> NDArray[np.int32]:
    """Return the values of a solo and the rests after it, shape (T, 4).

    Args:
        solo: The solo.
        end: The tick at which the rests end.
    """
    return given_values(solo, 0, end)


def given_values(solo: Solo, begin: int, end: int) -> NDArray[np.int32]:
    """Return the values of a part of a solo and the rests after it, shape (T, 4).

    Args:
        solo: A solo with the notes of that part only.
        begin: The tick at which the part begins; no note begins earlier.
        end: The tick at which the part ends; the last note may end later.
    """
    values = list(encode(solo, begin))
    rest = end - begin - sum(duration for _, duration in values)
    while rest > 0:
        values.append(Value(REST, min(rest, MAX_DURATION)))
        rest -= MAX_DURATION
    return _with_expression(solo, values)


def played_notes(
    values: NDArray[np.int32], chart: Chart, begin: int, before: Sequence[Note]
) -> tuple[Note, ...]:
    """Return the notes of a part of a solo, the same as `solo_of` gives for the full solo.

    Args:
        values: The values of the part, shape (T, 4).
        chart: The chart, with its choruses unfolded.
        begin: The tick at which the values begin.
        before: The last notes before the part, two if there are as many: the loudness of a
            note depends on its neighbours.

    Returns:
        The notes before the part, with the loudness that they have beside the notes of the
        part, and then these.
    """
    rows = values[values[:, 1] > 0]
    silence = [(REST, begin)] if begin else []
    part = decode([*silence, *rows[:, :2].tolist()], chart)
    shaped = shape_dynamics(part.with_notes([*before, *part.notes])).notes
    classes = rows[rows[:, 0] != REST, 2:].tolist()
    played = zip(shaped[len(before) :], classes, strict=True)
    return (*shaped[: len(before)], *(_expressed(note, *how) for note, how in played))


def _with_expression(solo: Solo, values: Sequence[Value]) -> NDArray[np.int32]:
    """Return a solo's values with the loudness and timing classes of its notes, (T, 4)."""
    rows = np.zeros((len(values), 4), np.int32)
    rows[:, :2] = np.array(values, np.int32).reshape(-1, 2)
    rows[rows[:, 0] != REST, 2:] = np.stack(expression_classes(solo), axis=-1)
    return rows
