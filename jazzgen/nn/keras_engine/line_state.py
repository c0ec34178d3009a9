"""The columns that the inference graph's loop carries of a line, and how a value changes them."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from enum import IntEnum
from functools import partial

import numpy as np
from keras import ops
from numpy.typing import NDArray

from jazzgen.encoding.openings import EMPTY, LONGEST, SIZES
from jazzgen.encoding.plan import BREATH_TICKS
from jazzgen.encoding.sequence import (
    EMPTY_HISTORY,
    HISTORY_COLUMNS,
    HISTORY_PITCHES,
    START_PITCH,
    HistoryColumn,
)
from jazzgen.encoding.values import REST
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.nn.constraint_base import Constraint
from jazzgen.nn.engine import NO_CONDITIONS, Conditions
from jazzgen.nn.keras_engine.shared_layers import SharedLayers, StepOutput
from jazzgen.nn.tensor import Tensor

__all__ = ["LINE", "Line", "advance", "kept_columns", "opening_line"]


class Line(IntEnum):
    """The columns that the loop carries of a line, behind the columns of its history."""

    VALUE = HISTORY_COLUMNS
    """Index of the last joint value, -1 at the beginning."""
    CLOCK = HISTORY_COLUMNS + 1
    """The tick at which the next value begins."""
    END = HISTORY_COLUMNS + 2
    """The tick at which the line ends."""
    START = HISTORY_COLUMNS + 3
    """The pitch from which the line's first interval is counted."""
    LICK = HISTORY_COLUMNS + 4
    """The state of the `LickNgrams`: the longest n-gram that the line has just played."""


LINE = HISTORY_COLUMNS + len(Line)
"""The number of columns of a line."""

_POWERS = 1 << np.arange(TICKS_PER_QUARTER + 1, dtype=np.int32)


def opening_line(
    batch: int,
    end: int,
    start: int | Sequence[int] = START_PITCH,
    conditions: Sequence[Conditions] = (NO_CONDITIONS,),
) -> NDArray[np.int32]:
    """Return lines at their beginning, shape (B, LINE).

    Args:
        batch: B.
        end: The tick at which they end.
        start: The pitch from which the first intervals of all lines are counted, or of each.
        conditions: The conditions of all lines, or of each.
    """
    row = [*EMPTY_HISTORY, -1, 0, end, START_PITCH, 0]
    lines = np.tile(np.array(row, dtype=np.int32), (batch, 1))
    lines[:, HistoryColumn.PERFORMER : HistoryColumn.REPEAT] = conditions
    lines[:, Line.START] = start
    return lines


def kept_columns(layers: SharedLayers, rules: Sequence[Constraint]) -> frozenset[int]:
    """Return the columns of the history that the loop keeps up to date.

    They are those that the model or a sampling rule reads, and those from which these are
    computed. Each column costs time, above all before the first value of a solo sounds.

    Args:
        layers: The model.
        rules: The sampling rules that are on.
    """
    kept = set(layers.needed_columns.union(*(rule.needed_columns for rule in rules)))
    # A step moves each remembered pitch or duration one column on, so an old one needs every
    # newer one.
    for first, behind in (
        (HistoryColumn.LAST, HISTORY_PITCHES),
        (HistoryColumn.DURATION, HistoryColumn.RESTED),
    ):
        oldest = max((column for column in kept if first <= column < behind), default=first - 1)
        kept.update(range(first, oldest + 1))
    if HistoryColumn.PHRASE_BEFORE in kept:
        kept.add(HistoryColumn.PHRASE_NOTES)
    if HistoryColumn.PHRASE_PITCH in kept:
        kept.add(HistoryColumn.RESTED)
    if rules:
        kept.add(HistoryColumn.SILENCE)
    return frozenset(kept)


def advance(
    line: Tensor,
    columns: list[Tensor],
    played: StepOutput,
    playing: Tensor,
    repeats: list[Tensor],
    lick: Tensor,
    kept: Container[int],
) -> Tensor:
    """Return the lines after a value, int32, shape (B, LINE).

    Args:
        line: The lines before it, int32, shape (B, LINE).
        columns: The same, column by column, each of shape (B,).
        played: The value.
        playing: Whether a line has not ended yet, bool, shape (B,).
        repeats: The columns of the repeat features after the value; none if the model has none.
        lick: The states of the lick n-grams after the value, shape (B,).
        kept: The columns of the history that change.
    """
    after = [
        *_remember(columns, played, kept),
        *(repeats or columns[HistoryColumn.REPEAT : HistoryColumn.PLACE]),
        *columns[HistoryColumn.PLACE : HISTORY_COLUMNS],
        played.value,
        columns[Line.CLOCK] + played.duration,
        *columns[Line.END : Line.LICK],
        lick,
    ]
    return ops.where(playing[:, None], ops.stack(after, axis=-1), line)


def _remember(past: list[Tensor], played: StepOutput, kept: Container[int]) -> list[Tensor]:
    """The history after a value, without the repeat features: `sequence.advance` for a batch.

    Args:
        past: The columns before it, each of shape (B,).
        played: The value.
        kept: The columns that change; the others stay as they are.
    """
    rested = ops.equal(played.pitch, REST)
    notes, ticks = past[HistoryColumn.PHRASE_NOTES], past[HistoryColumn.PHRASE_TICKS]

    # Functions, so that the graph computes the columns that are kept and no others.
    def phrase_before() -> Tensor:
        ended = ops.logical_and(rested, notes > 0)
        return ops.where(ended, notes, past[HistoryColumn.PHRASE_BEFORE])

    def phrase_pitch() -> Tensor:
        begun = ops.logical_and(past[HistoryColumn.RESTED] > 0, ops.logical_not(rested))
        return ops.where(begun, played.pitch, past[HistoryColumn.PHRASE_PITCH])

    number, silent = past[HistoryColumn.BREATH_NUMBER], past[HistoryColumn.SILENCE]
    new = ops.logical_or(ops.equal(number, 0), silent >= BREATH_TICKS)
    new = ops.logical_and(new, ops.logical_not(rested))

    def breath_number() -> Tensor:
        return number + ops.cast(new, "int32")

    def breath_time() -> Tensor:
        going = past[HistoryColumn.BREATH_TIME] + played.duration
        return ops.where(new, played.duration, ops.where(number > 0, going, 0))

    def silence() -> Tensor:
        return ops.where(rested, past[HistoryColumn.SILENCE] + played.duration, 0)

    def onsets() -> Tensor:
        ago = ops.minimum(played.duration, TICKS_PER_QUARTER)
        gone = past[HistoryColumn.ONSETS] // ops.take(_POWERS, ago, axis=0)
        new = ops.take(_POWERS, TICKS_PER_QUARTER - ago, axis=0)
        heard = ops.logical_and(ops.logical_not(rested), played.duration <= TICKS_PER_QUARTER)
        return gone + ops.where(heard, new, 0)

    def unless_rested(column: int, new: Tensor) -> Callable[[], Tensor]:
        return lambda: ops.where(rested, past[column], new)

    after: dict[int, Callable[[], Tensor]] = {
        HistoryColumn.DURATION: lambda: played.duration,
        HistoryColumn.RESTED: lambda: ops.cast(rested, "int32"),
        HistoryColumn.PHRASE_NOTES: lambda: ops.where(rested, 0, notes + 1),
        HistoryColumn.PHRASE_TICKS: lambda: ops.where(rested, 0, ticks + played.duration),
        HistoryColumn.PHRASE_BEFORE: phrase_before,
        HistoryColumn.PHRASE_PITCH: phrase_pitch,
        HistoryColumn.LOUDNESS: unless_rested(HistoryColumn.LOUDNESS, played.loudness),
        HistoryColumn.TIMING: unless_rested(HistoryColumn.TIMING, played.timing),
        HistoryColumn.GATE: unless_rested(HistoryColumn.GATE, played.gate),
        HistoryColumn.SILENCE: silence,
        HistoryColumn.BREATH_NUMBER: breath_number,
        HistoryColumn.BREATH_TIME: breath_time,
        HistoryColumn.ONSETS: onsets,
        **_openings(past, played, rested, new),
    }
    pitches = [played.pitch, *past[HistoryColumn.LAST : HISTORY_PITCHES - 1]]
    for column, newer in enumerate(pitches, HistoryColumn.LAST):
        after[column] = unless_rested(column, newer)
    for column in range(HistoryColumn.DURATION + 1, HistoryColumn.RESTED):
        after[column] = partial(past.__getitem__, column - 1)
    return [
        after[column]() if column in after and column in kept else past[column]
        for column in range(HistoryColumn.REPEAT)
    ]


def _openings(
    past: list[Tensor], played: StepOutput, rested: Tensor, new: Tensor
) -> dict[int, Callable[[], Tensor]]:
    """How the columns of openings are computed.

    Args:
        past: The columns before the value, each of shape (B,).
        played: The value.
        rested: Whether it is a rest, shape (B,).
        new: Whether it begins a phrase, shape (B,).
    """

    def latest(column: int, number: Tensor) -> Tensor:
        begun = ops.where(new, EMPTY, past[column])
        return ops.where(rested, past[column], _longer(begun, number))

    def before(column: int, latest: int) -> Tensor:
        return ops.where(new, past[latest], past[column])

    ticks = partial(ops.minimum, played.duration, LONGEST)
    pitches, times = HistoryColumn.OPENING, HistoryColumn.OPENING_TIMES
    return {
        pitches: lambda: latest(pitches, played.pitch),
        times: lambda: latest(times, ticks()),
        HistoryColumn.BEFORE: lambda: before(HistoryColumn.BEFORE, pitches),
        HistoryColumn.BEFORE_TIMES: lambda: before(HistoryColumn.BEFORE_TIMES, times),
    }


def _longer(opening: Tensor, number: Tensor) -> Tensor:
    """`openings.longer` for a batch, int32, shape (B,).

    Args:
        opening: The packed openings.
        number: The number of a further note of each.
    """
    notes = sum(ops.cast(opening >= size, "int32") for size in SIZES[1:])
    # A full opening gains nothing.
    size = ops.take(np.array([*SIZES[:-1], 0], np.int32), notes, axis=0)
    return opening + size * (number + LONGEST)
