"""The loop in the inference graph: each value that is drawn is fed back into the next step."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from jazzgen.encoding.chart_table import PLACES, ChartColumn
from jazzgen.encoding.performance import Column
from jazzgen.encoding.place_features import NOWHERE, PlaceColumn
from jazzgen.encoding.plan import (
    BREATH_TICKS,
    DUE,
    LEFT_STEP,
    MOST_LEFT,
    NEAR_END,
    OVERDUE,
    HeardColumn,
)
from jazzgen.encoding.sequence import HISTORY_COLUMNS, HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.nn.keras_engine.cache import expect
from jazzgen.nn.keras_engine.line_state import LINE, Line, advance, kept_columns
from jazzgen.nn.keras_engine.place_features import recall_places
from jazzgen.nn.keras_engine.repeat_features import recall, store
from jazzgen.nn.keras_engine.sampling import Sampler
from jazzgen.nn.keras_engine.shared_layers import SharedLayers, StepInput, StepOutput
from jazzgen.nn.tensor import Tensor

__all__ = ["ImproviserLoop"]


_SILENT = np.array([REST if column == Column.PITCH else 0 for column in Column], np.int32)
"""What is behind a line's end: a rest of no duration."""


class _Carried(NamedTuple):
    """What one turn of the loop passes to the next."""

    line: Tensor
    """The lines, int32, shape (B, LINE)."""
    memory: Tensor
    """The lines' memories (see `repeat_features`), float32, shape (B, `layers.memory`, 2)."""
    states: list[Tensor]
    """The cells' states, float32, each of shape (B, U)."""


@dataclass(frozen=True, kw_only=True)
class _Step:
    """One turn of the loop; its fields are the same in every turn.

    Args:
        shared: The shared layers.
        sampler: How to draw.
        kept: The columns of the history that change.
        chart: The chart tables, shape (B, ticks, CHART_COLUMNS).
        encoded: The encodings of the chart's chords, shape (B, C, E).
        limits: The limits of the sampling rules, shape (B, P).
        plan: What the lines hear of their plans by bars, shape (B, bars,
            `BAR_COLUMNS`).
        breaths: And by phrases, shape (B, N, `BreathColumn`).
    """

    shared: SharedLayers
    sampler: Sampler
    kept: Container[int]
    chart: Tensor
    encoded: Tensor
    limits: Tensor
    plan: Tensor
    breaths: Tensor

    def __call__(
        self, uniforms: Tensor, forced: Tensor, before: _Carried
    ) -> tuple[Tensor, _Carried]:
        """Play one value.

        Args:
            uniforms: Noise, shape (B, DRAWS).
            forced: A value to play whatever the model predicts, or -1, int32, shape (B, FORCED).
            before: The lines, their memories and the cells' states before this turn.

        Returns:
            The value, int32, shape (B, FORCED), and the same after this turn.
        """
        line, memory, cells = before
        # One operation instead of a slice for each column, so that the graph is built sooner.
        columns = ops.unstack(line, LINE, axis=-1)
        clock, end = columns[Line.CLOCK], columns[Line.END]
        now = self._input(line, columns, memory, forced)
        output, stepped = self.shared.play(now, cells, uniforms, self.sampler)
        # All lines of a batch take the same number of steps. The columns of one that has ended
        # stay as they are, and its values are rests of no duration.
        playing = clock < end
        played = _cut(output, playing, end - clock)
        last = columns[HistoryColumn.LAST]
        if self.shared.memory:
            longer = store(memory, played.pitch, played.duration, last)
            memory = ops.where(playing[:, None, None], longer, memory)
        lick = columns[Line.LICK]
        if self.shared.licks:
            lick = self.shared.licks.follow(lick, played.pitch, last)
        repeats = recall(memory) if self.shared.memory else []
        line = advance(line, columns, played, playing, repeats, lick, self.kept)
        value = ops.stack([getattr(played, column.name.lower()) for column in Column], axis=-1)
        return value, _Carried(line, memory, stepped)

    def _input(
        self, line: Tensor, columns: list[Tensor], memory: Tensor, forced: Tensor
    ) -> StepInput:
        """What the model receives, from the lines, their columns and their memories."""
        row = ops.cast(_look_up(self.chart, columns[Line.CLOCK]), "int32")  # (B, CHART_COLUMNS)
        licks = self.shared.licks
        return StepInput(
            history=self._history(line, columns, memory, row),
            value=columns[Line.VALUE],
            row=row,
            start=columns[Line.START],
            forced=forced,
            limits=self.limits,
            encoded=self._encoded_at(row),
            cache=expect(memory) if self.shared.memory else None,
            licks=licks.expect(columns[Line.LICK]) if licks else None,
        )

    def _history(self, line: Tensor, columns: list[Tensor], memory: Tensor, row: Tensor) -> Tensor:
        """The lines' histories, with what depends on the chart: earlier places and the plan."""
        if not self.shared.places:
            return line[:, :HISTORY_COLUMNS]
        places = recall_places(memory, columns[Line.CLOCK], columns[HistoryColumn.LAST], row)
        planned = _look_up(self.plan, row[:, ChartColumn.NUMBER])
        idea = _recalled(places, planned[:, HeardColumn.RECALL])
        return ops.concatenate(
            [line[:, : HistoryColumn.PLACE], places, planned, idea, self._left(columns, row)],
            axis=-1,
        )

    def _left(self, columns: list[Tensor], row: Tensor) -> Tensor:
        """The time that is left of the lines' phrases and silences, (B, 2).

        `nn.player.heard_plan` computes the same.
        """
        number, silent = columns[HistoryColumn.BREATH_NUMBER], columns[HistoryColumn.SILENCE]
        phrase, silence = ops.unstack(
            _look_up(self.breaths, ops.maximum(number - 1, 0)), 2, axis=-1
        )
        resting = silent >= BREATH_TICKS
        begun = ops.logical_and(number > 0, row[:, ChartColumn.TO_END] >= NEAR_END)
        return ops.stack(
            [
                _time_left(
                    phrase,
                    columns[HistoryColumn.BREATH_TIME],
                    ops.logical_and(begun, ops.logical_not(resting)),
                ),
                _time_left(silence, ops.where(resting, silent, 0), begun),
            ],
            axis=-1,
        )

    def _encoded_at(self, row: Tensor) -> Tensor:
        """The encoding of the chord that sounds, (B, E)."""
        if not self.shared.encoded_size:
            return ops.cast(row[:, :0], "float32")
        return _look_up(self.encoded, row[:, ChartColumn.CHORD])


def _recalled(places: Tensor, recall: Tensor) -> Tensor:
    """The columns of the place that is recalled, (B, `PlaceColumn`).

    Args:
        places: The place features, int32, shape (B, `PLACE_COLUMNS`).
        recall: What is recalled, 0 for nothing, int32, shape (B,).
    """
    width = len(PlaceColumn)
    nowhere = ops.zeros_like(places[:, :width]) + np.array(NOWHERE, np.int32)
    both = ops.concatenate([nowhere, places], axis=-1)
    return _look_up(ops.reshape(both, (-1, PLACES + 1, width)), recall)


def _time_left(length: Tensor, passed: Tensor, known: Tensor) -> Tensor:
    """The class of the time that is left, where it is known (see `encoding.plan.left_of`), (B,)."""
    left = ops.clip((length - passed) // LEFT_STEP, -OVERDUE, MOST_LEFT)
    return ops.where(ops.logical_and(known, length > 0), DUE + left, 0)


def _cut(output: StepOutput, playing: Tensor, left: Tensor) -> StepOutput:
    """What is played of an output: nothing beyond a line's end.

    Args:
        output: The model's output.
        playing: Whether a line has not ended yet, bool, shape (B,).
        left: Ticks to the line's end, int32, shape (B,).
    """
    pitch = ops.where(playing, output.pitch, REST)
    sounding = ops.not_equal(pitch, REST)
    return StepOutput(
        pitch=pitch,
        duration=ops.where(playing, ops.minimum(output.duration, left), 0),
        value=output.value,
        # A rest has none of these, though the expression head gives all of them at every step.
        loudness=ops.where(sounding, output.loudness, 0),
        timing=ops.where(sounding, output.timing, 0),
        gate=ops.where(sounding, output.gate, 0),
        spread=ops.where(sounding, output.spread, 0),
    )


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


class ImproviserLoop(keras.layers.Layer):  # type: ignore[misc]
    """Runs `_Step` once for each row of noise, or until every line has ended.

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
        *_tables, line, memory, states = others
        return (
            keras.KerasTensor((*uniforms.shape[:2], len(Column)), dtype="int32"),
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
        plan: Tensor,
        breaths: Tensor,
        line: Tensor,
        memory: Tensor,
        states: list[Tensor],
    ) -> tuple[Tensor, Tensor, Tensor, list[Tensor]]:
        """Play Ty values.

        Args:
            uniforms: Noise, shape (B, Ty, DRAWS).
            forced: Values to play whatever the model predicts, or -1, int32, shape (B, Ty, FORCED).
            chart: The chart tables, int32, shape (B, ticks, CHART_COLUMNS).
            encoded: The encodings of the chart's chords, shape (B, C, E).
            limits: The limits of the sampling rules, shape (B, P).
            plan: What the lines hear of their plans by bars, int32, shape (B, bars,
                `BAR_COLUMNS`).
            breaths: And by phrases, int32, shape (B, N, `BreathColumn`).
            line: The lines so far, int32, shape (B, LINE).
            memory: The lines' memories, shape (B, `layers.memory`, 2).
            states: The cells' states, each of shape (B, U).

        Returns:
            The values, with the columns of `Column` (B, Ty, FORCED), the lines, their
            memories and the cells' states after them.
        """
        step = _Step(
            shared=self.shared,
            sampler=self.sampler,
            kept=self.kept,
            chart=chart,
            encoded=encoded,
            limits=limits,
            plan=plan,
            breaths=breaths,
        )
        noise, given = ops.swapaxes(uniforms, 0, 1), ops.swapaxes(forced, 0, 1)  # time first
        batch, values, _ = ops.shape(uniforms)

        def turn(number: Tensor, played: Tensor, *before: Tensor) -> tuple[Tensor, ...]:
            carried = _Carried(before[0], before[1], list(before[2:]))
            value, after = step(
                ops.take(noise, number, axis=0), ops.take(given, number, axis=0), carried
            )
            played = ops.scatter_update(played, ops.reshape(number, (1, 1)), value[None])
            return (number + 1, played, after.line, after.memory, *after.states)

        def unfinished(number: Tensor, _played: Tensor, line: Tensor, *_: Tensor) -> Tensor:
            playing = ops.any(line[:, Line.CLOCK] < line[:, Line.END])
            return ops.logical_and(number < values, playing)

        begin = (
            ops.convert_to_tensor(0, "int32"),
            ops.zeros((values, batch, len(Column)), "int32") + _SILENT,
            line,
            memory,
            *states,
        )
        _, played, line, memory, *states = ops.while_loop(unfinished, turn, begin)
        return ops.swapaxes(played, 0, 1), line, memory, states
