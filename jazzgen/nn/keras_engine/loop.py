"""The loop in the inference graph: each value that is drawn is fed back into the next step."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.sequence import (
    EMPTY_HISTORY,
    HISTORY_COLUMNS,
    HISTORY_PITCHES,
    START_PITCH,
    HistoryColumn,
)
from jazzgen.encoding.values import REST
from jazzgen.nn.constraint_base import Constraint
from jazzgen.nn.keras_engine.cache import expect
from jazzgen.nn.keras_engine.repeat_features import recall, store
from jazzgen.nn.keras_engine.sampling import Sampler
from jazzgen.nn.keras_engine.shared_layers import SharedLayers, StepInput, StepOutput
from jazzgen.nn.tensor import Tensor

__all__ = ["LINE", "ImproviserLoop", "Line", "kept_columns", "opening_line"]


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
    SILENCE = HISTORY_COLUMNS + 5
    """Ticks since the line's last note ended."""


LINE = HISTORY_COLUMNS + len(Line)
"""The number of columns of a line."""


def opening_line(
    batch: int, end: int, start: int = START_PITCH, performer: int | list[int] = 0
) -> NDArray[np.int32]:
    """Return lines at their beginning, shape (B, LINE).

    Args:
        batch: B.
        end: The tick at which they end.
        start: The pitch from which their first intervals are counted.
        performer: The number of the performer of all lines, or of each; 0 for nobody in
            particular.
    """
    row = [*EMPTY_HISTORY, -1, 0, end, start, 0, 0]
    lines = np.tile(np.array(row, dtype=np.int32), (batch, 1))
    lines[:, HistoryColumn.PERFORMER] = performer
    return lines


class _Carried(NamedTuple):
    """What one turn of the loop hands to the next."""

    line: Tensor
    """The lines, int32, shape (B, LINE)."""
    memory: Tensor
    """What the lines remember of themselves, float32, shape (B, `layers.memory`, 2)."""
    states: list[Tensor]
    """The cells' states, float32, each of shape (B, U)."""


@dataclass(frozen=True, kw_only=True)
class _Step:
    """One turn of the loop: what it needs that stays the same from turn to turn.

    Args:
        shared: The shared layers.
        sampler: How to draw.
        kept: The columns of the history that change.
        chart: The chart tables, shape (B, ticks, CHART_COLUMNS).
        encoded: What the chart's encoder says of each chord, shape (B, C, E).
        limits: The limits of the sampling rules, shape (B, P).
    """

    shared: SharedLayers
    sampler: Sampler
    kept: Container[int]
    chart: Tensor
    encoded: Tensor
    limits: Tensor

    def __call__(
        self, uniforms: Tensor, forced: Tensor, before: _Carried
    ) -> tuple[Tensor, _Carried]:
        """Play one value.

        Args:
            uniforms: Noise, shape (B, DRAWS).
            forced: A value to play whatever the model says, or -1, int32, shape (B, FORCED).
            before: What the turn before handed on.

        Returns:
            The value, int32, shape (B, 4), and what is handed on.
        """
        line, memory, cells = before
        # One operation instead of a slice for each column, so that the graph is built sooner.
        columns = ops.unstack(line, LINE, axis=-1)
        clock, end = columns[Line.CLOCK], columns[Line.END]
        row = ops.cast(_look_up(self.chart, clock), "int32")  # (B, CHART_COLUMNS)
        now = StepInput(
            line[:, :HISTORY_COLUMNS], columns[Line.VALUE], row, columns[Line.START], forced,
            columns[Line.SILENCE], self.limits, self._encoded_at(row),
            expect(memory) if self.shared.memory else None,
            self.shared.licks.expect(columns[Line.LICK]) if self.shared.licks else None,
        )  # fmt: skip
        output, stepped = self.shared.play(now, cells, uniforms, self.sampler)
        # All lines of a batch take the same number of steps. The columns of one that has ended
        # stay as they are, and its values are rests of no duration.
        playing = clock < end
        duration = ops.where(playing, ops.minimum(output.duration, end - clock), 0)
        pitch = ops.where(playing, output.pitch, REST)
        sounding = ops.not_equal(pitch, REST)
        loudness = ops.where(sounding, output.loudness, 0)
        timing = ops.where(sounding, output.timing, 0)
        if self.shared.memory:
            longer = store(memory, pitch, duration, columns[HistoryColumn.LAST])
            memory = ops.where(playing[:, None, None], longer, memory)
        lick = columns[Line.LICK]
        if self.shared.licks:
            lick = self.shared.licks.follow(lick, pitch, columns[HistoryColumn.LAST])
        line = _advance(
            line, columns, StepOutput(pitch, duration, output.value, loudness, timing), playing,
            recall(memory) if self.shared.memory else [], lick, self.kept,
        )  # fmt: skip
        value = ops.stack([pitch, duration, loudness, timing], axis=-1)
        return value, _Carried(line, memory, stepped)

    def _encoded_at(self, row: Tensor) -> Tensor:
        """The encoding of the chord that sounds, (B, E)."""
        if not self.shared.encoded_size:
            return ops.cast(row[:, :0], "float32")
        return _look_up(self.encoded, row[:, ChartColumn.CHORD])


def _look_up(tables: Tensor, index: Tensor) -> Tensor:
    """One row of each line's table; its last row where the index lies behind the end.

    The tables are taken as one long table, which no backend copies.

    Args:
        tables: The tables, shape (B, N, F).
        index: The row of each, int32, shape (B,).

    Returns:
        The rows, shape (B, F).
    """
    batch, size, _ = ops.shape(tables)
    first = ops.arange(batch, dtype="int32") * size
    index = first + ops.minimum(index, size - 1)
    return ops.take(ops.reshape(tables, (-1, tables.shape[-1])), index, axis=0)


def _advance(
    line: Tensor,
    columns: list[Tensor],
    played: StepOutput,
    playing: Tensor,
    repeats: list[Tensor],
    lick: Tensor,
    kept: Container[int],
) -> Tensor:
    """The lines after a value, (B, LINE).

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
        *(repeats or columns[HistoryColumn.REPEAT : HISTORY_COLUMNS]),
        played.value,
        columns[Line.CLOCK] + played.duration,
        *columns[Line.END : Line.LICK],
        lick,
        ops.where(ops.equal(played.pitch, REST), columns[Line.SILENCE] + played.duration, 0),
    ]
    return ops.where(playing[:, None], ops.stack(after, axis=-1), line)


def kept_columns(layers: SharedLayers, rules: Iterable[Constraint]) -> frozenset[int]:
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
    return frozenset(kept)


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


class ImproviserLoop(keras.layers.Layer):  # type: ignore[misc]
    """Runs `_Step` once for each row of noise.

    `keras.layers.RNN` would do the same, but it builds the step twice, the first time only to
    learn the shape of its output, which is known here, and it carries floats only.

    Args:
        layers: The shared layers.
        sampler: How to draw.
        kwargs: A layer's usual arguments, such as `name`.
    """

    def __init__(self, layers: SharedLayers, sampler: Sampler, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parts = [*layers.layers, *layers.tables]  # so that Keras finds the shared variables
        self.shared = layers
        self.sampler = sampler
        self.kept = kept_columns(layers, sampler.constraints)

    def build(self, *_shapes: tuple[int | None, ...]) -> None:
        """Nothing to make: every variable belongs to the shared layers."""

    def compute_output_spec(
        self, uniforms: Tensor, *others: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, list[Tensor]]:
        """Return shapes and types of what `call` returns, so that Keras need not trace the loop.

        Args:
            uniforms: The symbolic noise.
            others: The other arguments of `call`, symbolic, in their order.
        """
        _forced, _chart, _encoded, _limits, line, memory, states = others
        return (
            keras.KerasTensor((*uniforms.shape[:2], 4), dtype="int32"),
            keras.KerasTensor(line.shape, dtype="int32"),
            keras.KerasTensor(memory.shape, dtype="float32"),
            [keras.KerasTensor(state.shape, dtype="float32") for state in states],
        )

    def call(
        self,
        uniforms: Tensor,
        forced: Tensor,
        chart: Tensor,
        encoded: Tensor,
        limits: Tensor,
        line: Tensor,
        memory: Tensor,
        states: list[Tensor],
    ) -> tuple[Tensor, Tensor, Tensor, list[Tensor]]:
        """Play Ty values.

        Args:
            uniforms: Noise, shape (B, Ty, DRAWS).
            forced: Values to play whatever the model says, or -1, int32, shape (B, Ty, FORCED).
            chart: The chart tables, int32, shape (B, ticks, CHART_COLUMNS).
            encoded: What the chart's encoder says of each chord, shape (B, C, E).
            limits: The limits of the sampling rules, shape (B, P).
            line: The lines so far, int32, shape (B, LINE).
            memory: What the lines remember of themselves, shape (B, `layers.memory`, 2).
            states: The cells' states, each of shape (B, U).

        Returns:
            Pitches, durations, loudness and timing classes (B, Ty, 4), the lines, their
            memories and the cells' states after them.
        """
        step = _Step(
            shared=self.shared,
            sampler=self.sampler,
            kept=self.kept,
            chart=chart,
            encoded=encoded,
            limits=limits,
        )
        noise, given = ops.swapaxes(uniforms, 0, 1), ops.swapaxes(forced, 0, 1)  # time first
        batch, values, _ = ops.shape(uniforms)

        def turn(number: Tensor, played: Tensor, *before: Any) -> tuple[Any, ...]:
            carried = _Carried(before[0], before[1], list(before[2:]))
            value, after = step(
                ops.take(noise, number, axis=0), ops.take(given, number, axis=0), carried
            )
            played = ops.scatter_update(played, ops.reshape(number, (1, 1)), value[None])
            return (number + 1, played, after.line, after.memory, *after.states)

        begin = (
            ops.convert_to_tensor(0, "int32"),
            ops.zeros((values, batch, 4), "int32"),
            line, memory, *states,
        )  # fmt: skip
        _, played, line, memory, *states = ops.while_loop(
            lambda number, *_: number < values, turn, begin
        )
        return ops.swapaxes(played, 0, 1), line, memory, states
