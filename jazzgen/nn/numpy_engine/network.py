"""The improviser's layers in NumPy, with the cells of `cells`: no network library is loaded.

What the chart says of a tick is the same for every line and take. So what it adds to the sum of
every hidden layer is computed once for each chart and looked up at each step (see `ChartContext`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig
from jazzgen.encoding.chart_table import ChartColumn, chart_table, chord_table
from jazzgen.encoding.lick_ngrams import LickNgrams
from jazzgen.encoding.sequence import ValueSequence
from jazzgen.music.chart import Chart
from jazzgen.nn.feature_table import CHORD, CONDITION, CONTEXT, LINE, FeatureTable
from jazzgen.nn.numpy_engine.heads import (
    Caches,
    LightDurationHead,
    LightExpressionHead,
    LightPitchHead,
)
from jazzgen.nn.numpy_engine.rows import row_products, step_rows
from jazzgen.nn.sizes import (
    DURATION_UNITS,
    EXPRESSION_UNITS,
    PITCH_UNITS,
)
from jazzgen.rnn.cell import Cell, States
from jazzgen.rnn.cells import GRUCell, cell_of
from jazzgen.rnn.sequences import Run, run_both, run_stack

__all__ = ["ChartContext", "HeadInputs", "LightNetwork"]

Array = NDArray[Any]

_EPSILON = np.float32(1e-3)  # Keras's, of a layer normalisation

_HARMONY = {
    ChartColumn.ROOT,
    ChartColumn.TONES,
    ChartColumn.NEXT_ROOT,
    ChartColumn.NEXT_TONES,
    ChartColumn.TEMPO,
}
"""Columns that stay as they are until the chord changes."""


def _part(harmony: bool) -> tuple[FeatureTable, Array]:
    """The features of the context that depend on the harmony alone, or the others.

    Returns:
        Their table, and where their rows lie among all of the context's.
    """
    chosen = [one for one in CONTEXT.features if (set(one.columns) <= _HARMONY) == harmony]
    rows = [row for one in chosen for row in CONTEXT.positions(one)]
    return FeatureTable(chosen, CONTEXT.widths), np.array(rows)


HARMONY, _HARMONY_ROWS = _part(harmony=True)
POSITION, _POSITION_ROWS = _part(harmony=False)


class ChartContext(NamedTuple):
    """A chart as the network reads it."""

    rows: NDArray[np.int32]
    """The chart table, shape (ticks, CHART_COLUMNS)."""
    table_rows: Array
    """The rows of `table` that are added up at a tick: one for each positional feature and one
    for the harmony, shape (ticks, 1 + positional features)."""
    table: Array
    """What they add to each hidden layer, shape (R, W)."""

    def terms(self, ticks: Array) -> Array:
        """Return what the chart adds to each hidden layer at ticks, (B,) → (B, W)."""
        added = self.table.take(
            self.table_rows.take(ticks, axis=0), axis=0
        )  # (B, 1 + positional features, W)
        return np.asarray(np.add.reduce(added, 1))


class HeadInputs(NamedTuple):
    """The sums of the heads' hidden layers before their activation."""

    pitch: Array
    """Shape (B, PITCH_UNITS)."""
    duration: Array
    """Shape (B, DURATION_UNITS)."""
    weighed: Array
    """Shape (B, 2)."""
    expression: Array
    """Shape (B, EXPRESSION_UNITS) for the first member, (B, 0) for others."""


@dataclass(frozen=True)
class _Widths:
    """The widths of a member's part of the chart context's table."""

    embedding: int
    expression: int

    @property
    def heads(self) -> int:
        return PITCH_UNITS + DURATION_UNITS + 2 + self.expression

    @property
    def all(self) -> int:
        return self.embedding + self.heads


class Member:
    """One player of the ensemble.

    Args:
        config: The architecture.
        tensors: The model's weights.
        number: Which member, from 0.
        expectations: What the states of the lick n-grams predict.
        expression: The expression head, which listens to the first member alone.
    """

    def __init__(
        self,
        config: ModelConfig,
        tensors: Mapping[str, Array],
        number: int,
        expectations: Array,
        expression: LightExpressionHead | None,
    ) -> None:
        def layer(name: str) -> dict[str, Array]:
            return _layer(tensors, name)

        self.encoder: tuple[Cell, Cell] | None = None
        if config.encoder:
            self.encoder = (
                GRUCell(*_weights(layer(f"encoder_{number}/forward_gru/gru_cell"))),
                GRUCell(*_weights(layer(f"encoder_{number}/backward_gru/gru_cell"))),
            )
        self.cells = [
            cell_of(config.cell, layer(f"cell_{number}_{below}")) for below in range(config.layers)
        ]
        self.cells[0] = _scaled(self.cells[0], **layer(f"norm_{number}"))
        self.pitch_head = LightPitchHead(layer(f"pitch_head_{number}"), expectations)
        self.duration_head = LightDurationHead(layer(f"duration_head_{number}"))
        # A mean that is taken from every row is taken from every sum of rows.
        embed = layer(f"embed_{number}")["kernel"]
        embed = embed - embed.mean(axis=1, keepdims=True)
        self._share = np.float32(1 / config.embedding)
        self.widths = _Widths(config.embedding, EXPRESSION_UNITS if expression else 0)
        hidden = [self.pitch_head.hidden, self.duration_head.hidden, self.pitch_head.weigh]
        bias = [self.pitch_head.bias, self.duration_head.bias, self.pitch_head.weigh_bias]
        if expression:
            hidden.append(expression.hidden)
            bias.append(expression.bias)
        heads = np.concatenate(hidden, axis=1)
        self.heads = np.ascontiguousarray(heads[: config.units])  # (U, heads)
        ends = np.cumsum([LINE.size, CONTEXT.size, CONDITION.size])
        line, context, condition, rest = np.split(embed, ends)
        performer, encoded = np.split(rest, [len(rest) - 2 * config.encoder])
        self.line = np.concatenate([line, np.zeros_like(line[:1])])
        self.condition, self.performer = condition, performer
        of_chart = heads[config.units :]
        self.context = np.concatenate([context, of_chart[: CONTEXT.size]], axis=1)
        self.encoded = np.concatenate([encoded, of_chart[CONTEXT.size :]], axis=1)
        self.bias = np.concatenate([np.zeros(config.embedding, np.float32), *bias])

    def of_positions(self) -> Array:
        """What positional features add to each hidden layer; an absent one nothing, (P, W)."""
        rows = self.context[_POSITION_ROWS]
        return np.concatenate([rows, np.zeros_like(rows[:1])])

    def of_harmony(self, rows: NDArray[np.int32], chords: Array) -> Array:
        """What the harmony and the tempo add, (N, CHART_COLUMNS) → (N, W)."""
        added = HARMONY.array(rows) @ self.context[_HARMONY_ROWS] + self.bias
        if self.encoder is not None:
            added += (run_both(*self.encoder, chords[None]).outputs[0] @ self.encoded)[
                rows[:, ChartColumn.CHORD]
            ]
        added[:, : self.widths.embedding] += self.condition[rows[:, ChartColumn.TEMPO]]
        return np.asarray(added)

    def cell_input(self, embedded: Array, chart_terms: Array) -> Array:
        """Return what the first cell is told, (…, E).

        Args:
            embedded: What the line says, embedded, shape (…, E).
            chart_terms: What the chart adds, shape (…, W).
        """
        x = embedded + chart_terms[..., : self.widths.embedding]
        variance = np.add.reduce(x * x, axis=-1, keepdims=True) * self._share
        x /= np.sqrt(variance + _EPSILON)
        return np.asarray(x)

    def step(self, x: Array, states: States) -> tuple[Array, States]:
        """Take the cells one step on: what they say, and the states after it."""
        return step_rows(self.cells, x, states)

    def head_inputs(self, x: Array, chart_terms: Array) -> HeadInputs:
        """Return the heads' inputs, from the cells' outputs, (B, U), and the chart, (B, W)."""
        heads = row_products(x, self.heads)
        heads += chart_terms[:, self.widths.embedding :]
        ends = (PITCH_UNITS, PITCH_UNITS + DURATION_UNITS, PITCH_UNITS + DURATION_UNITS + 2)
        return HeadInputs(
            heads[:, : ends[0]], heads[:, ends[0] : ends[1]], heads[:, ends[1] : ends[2]],
            heads[:, ends[2] :],
        )  # fmt: skip


class LightNetwork:
    """The improviser's members and their expression head.

    Args:
        config: The architecture.
        tensors: The weights by their names on disk, float32.
        licks: The licks that players share.
    """

    def __init__(
        self, config: ModelConfig, tensors: Mapping[str, Array], licks: LickNgrams
    ) -> None:
        self.licks = licks
        self.expression_head = LightExpressionHead(_layer(tensors, "expression_head"))
        self.members = [
            Member(
                config, tensors, number, licks.expectations,
                None if number else self.expression_head,
            )
            for number in range(config.members)
        ]  # fmt: skip
        self._lines = np.concatenate([member.line for member in self.members], axis=1)
        self._performers = np.concatenate([member.performer for member in self.members], axis=1)
        self._positions = np.concatenate([member.of_positions() for member in self.members], axis=1)

    def zero_states(self, batch: int) -> list[States]:
        """Return each member's states before the first step."""
        return [
            tuple(state for cell in member.cells for state in cell.zero_states(batch))
            for member in self.members
        ]

    def read_chart(self, chart: Chart) -> ChartContext:
        """Read a chart, tick by tick."""
        return self._chart_context(chart_table(chart), chord_table(chart))

    def _chart_context(self, rows: NDArray[np.int32], chords: NDArray[np.int32]) -> ChartContext:
        features = CHORD.array(chords)
        columns = [
            ChartColumn.CHORD,
            ChartColumn.TONES,
            ChartColumn.NEXT_ROOT,
            ChartColumn.NEXT_TONES,
        ]
        changes = np.flatnonzero(np.any(np.diff(rows[:, columns], axis=0, prepend=-1), axis=1))
        span = np.cumsum(np.bincount(changes, minlength=len(rows))) - 1  # (ticks,)
        harmony = [member.of_harmony(rows[changes], features) for member in self.members]
        table = np.concatenate([self._positions, np.concatenate(harmony, axis=1)])
        table_rows = POSITION.numbers(POSITION.array_classes(rows))
        table_rows = np.concatenate([table_rows, len(self._positions) + span[:, None]], axis=1)
        return ChartContext(rows, table_rows, table)

    def embed_lines(self, ones: Sequence[Sequence[int]], performers: Sequence[int]) -> Array:
        """Return what lines say, embedded for every member, (B, M·E).

        Args:
            ones: What is known of each line (see `FeatureTable.classes`), one class a feature.
            performers: Who plays each line, shape (B,).
        """
        embedded = np.add.reduce(self._lines.take(LINE.numbers(ones), axis=0), 1)
        embedded += self._performers.take(performers, axis=0)
        return np.asarray(embedded)

    def step(
        self, embedded: Array, chart_terms: Array, states: list[States]
    ) -> tuple[list[HeadInputs], list[States]]:
        """Take every member one step on.

        Args:
            embedded: What the lines say, shape (B, M·E).
            chart_terms: What the chart adds, shape (B, M·W).
            states: Each member's states.
        """
        head_inputs, after = [], []
        for member, mine, added, here in zip(
            self.members, *self._shared_out(embedded, chart_terms), states, strict=True
        ):
            hidden, stepped = member.step(member.cell_input(mine, added), here)
            head_inputs.append(member.head_inputs(hidden, added))
            after.append(stepped)
        return head_inputs, after

    def run_solo(self, sequence: ValueSequence, performer: int) -> list[HeadInputs]:
        """Return what every member's heads receive at each step of a solo."""
        head_inputs = []
        for member, mine, added in zip(
            self.members, *self._solo_inputs(sequence, performer), strict=True
        ):
            x = member.cell_input(mine, added)  # (T, E)
            ran = run_stack(member.cells, x[None])[-1]
            head_inputs.append(member.head_inputs(ran.outputs[0], added))
        return head_inputs

    def run_prefix(
        self, sequence: ValueSequence, length: int
    ) -> tuple[Run, Callable[[Array], HeadInputs]]:
        """Run the first member through a solo's beginning, played by nobody in particular.

        Returns:
            Its last cell's run, and a function from other hidden states (B, U) after the
            last step to what its heads would receive.
        """
        embedded, chart_terms = self._solo_inputs(sequence, 0)
        member, mine, added = self.members[0], embedded[0][:length], chart_terms[0][:length]
        ran = run_stack(member.cells, member.cell_input(mine, added)[None])[-1]
        return ran, lambda hidden: member.head_inputs(hidden, added[-1:])

    def _solo_inputs(
        self, sequence: ValueSequence, performer: int
    ) -> tuple[list[Array], list[Array]]:
        """Each member's embedded steps of a solo, and what the chart adds."""
        histories = sequence.history.tolist()
        ones = [
            LINE.classes((*past, *row))
            for past, row in zip(histories, sequence.rows.tolist(), strict=True)
        ]
        embedded = self.embed_lines(ones, [performer] * len(ones))
        chart_terms = self._chart_context(sequence.rows, sequence.chords).terms(
            np.arange(len(ones))
        )
        return self._shared_out(embedded, chart_terms)

    def pitch_shares(
        self,
        head_inputs: list[HeadInputs],
        last: Array,
        root: Array,
        cache: Caches,
        lick: Array,
        licks: Array,
    ) -> Array:
        """Return shares of pitches and of a rest, (B, 129): see `LightPitchHead.shares`."""
        return _mean([
            member.pitch_head.shares(one.pitch, one.weighed, last, root, cache, lick, licks)
            for member, one in zip(self.members, head_inputs, strict=True)
        ])  # fmt: skip

    def duration_shares(self, head_inputs: list[HeadInputs], note: Array, in_bar: Array) -> Array:
        """Return shares of durations, (B, 96), given each note's interval and degree, (B, 2)."""
        return _mean([
            member.duration_head.shares(one.duration, note[:, 0], note[:, 1], in_bar)
            for member, one in zip(self.members, head_inputs, strict=True)
        ])  # fmt: skip

    def _shared_out(self, embedded: Array, chart_terms: Array) -> tuple[list[Array], list[Array]]:
        """Each member's part of what all see, and of what the chart adds."""
        size, width = self.members[0].widths.embedding, self.members[-1].widths.all
        first = self.members[0].widths.all
        ends = [first + number * width for number in range(len(self.members))]
        return (
            [embedded[:, n * size : (n + 1) * size] for n in range(len(self.members))],
            np.split(chart_terms, ends[:-1], axis=1) if len(ends) > 1 else [chart_terms],
        )


def _mean(votes: list[Array]) -> Array:
    """The mean of the members' shares."""
    return votes[0] if len(votes) == 1 else np.asarray(sum(votes) / np.float32(len(votes)))


def _scaled(cell: Cell, gamma: Array, beta: Array) -> Cell:
    """The cell that makes of x what a cell makes of gamma x + beta."""
    bias = cell.bias.copy()
    row = bias[0] if cell.biases == 2 else bias
    row += beta @ cell.kernel
    return type(cell)(gamma[:, None] * cell.kernel, cell.recurrent_kernel, bias)


def _layer(tensors: Mapping[str, Array], name: str) -> dict[str, Array]:
    """A layer's weights by their names within it."""
    return {
        key.removeprefix(name + "/"): value
        for key, value in tensors.items()
        if key.startswith(name + "/")
    }


def _weights(weights: Mapping[str, Array]) -> tuple[Array, Array, Array]:
    return weights["kernel"], weights["recurrent_kernel"], weights["bias"]
