"""Between solos and the values that a soloist plays: pitch, duration, loudness, timing."""

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

__all__ = ["mechanical", "primer_values", "solo_of", "values_until"]


def mechanical(solo: Solo) -> Solo:
    """Return the solo with every note on its place and equally loud."""
    return solo.with_notes([
        replace(note, velocity=velocity_of(0), deviation=0.0) for note in solo.notes
    ])  # fmt: skip


def solo_of(values: NDArray[np.int32], chart: Chart, begun: Sequence[Note]) -> Solo:
    """Return the solo that values (T, 4) say; the notes it began with stay as they were."""
    rows = values[values[:, 1] > 0]
    solo = shape_dynamics(decode(rows[:, :2].tolist(), chart))
    classes = rows[rows[:, 0] != REST, 2:].tolist()
    notes = [
        _expressed(note, *how) for note, how in zip(solo.notes, classes, strict=False)
    ]  # not strict: what lies behind the chart's end has no note
    for number, given in enumerate(begun[: len(notes)]):
        notes[number] = replace(notes[number], velocity=given.velocity, deviation=given.deviation)
    return solo.with_notes(notes)


def _expressed(note: Note, loudness: int, timing: int) -> Note:
    """A note as loud and as late as its classes say, where they say something."""
    velocity = velocity_of(loudness) if loudness else note.velocity
    return replace(note, velocity=velocity, deviation=deviation_of(timing))


def primer_values(primer: Solo | None, chart: Chart) -> NDArray[np.int32]:
    """Return the values of a phrase to begin with, shape (T, 4).

    Args:
        primer: The phrase; without one there are none.
        chart: The chart that it begins.

    Raises:
        SoloError: The primer has no notes, or reaches past the chart's end.
    """
    if primer is None:
        return np.zeros((0, 4), np.int32)
    if not primer.notes:
        raise SoloError(f"{primer.name}: a primer without notes")
    if primer.notes[-1].onset >= chart.ticks:
        raise SoloError(f"{primer.name}: the primer reaches past the chart's "
                        f"{len(chart.bars)} bars")  # fmt: skip
    return _said(primer, encode(primer))


def values_until(solo: Solo, end: int) -> NDArray[np.int32]:
    """Return a solo's values and the rests that follow until a tick, shape (T, 4)."""
    values = list(encode(solo))
    rest = end - sum(duration for _, duration in values)
    while rest > 0:
        values.append(Value(REST, min(rest, MAX_DURATION)))
        rest -= MAX_DURATION
    return _said(solo, values)


def _said(solo: Solo, values: Sequence[Value]) -> NDArray[np.int32]:
    """A solo's values with how they are played, (T, 4)."""
    said = np.zeros((len(values), 4), np.int32)
    said[:, :2] = np.array(values, np.int32).reshape(-1, 2)
    said[said[:, 0] != REST, 2:] = np.stack(expression_classes(solo), axis=-1)
    return said
