"""The improviser's layers in NumPy, with the cells of `rnn.cells`: no network library is loaded.

The chart's features at a tick are the same for every line and take. So their product with the
kernel of every layer that reads them is computed once for each chart and looked up at each step
(see `ChartContext`).

Axes: B lines, T steps, F features, E units of the embedding, U units of a cell, M members,
H inputs of a member's heads (`_Widths.heads`), W = E + H columns of a member's chart terms, ΣW
those of all members side by side.
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

_EPSILON = np.float32(1e-3)  # Keras's default in a layer normalisation

_HARMONY = {
    ChartColumn.ROOT,
    ChartColumn.TONES,
    ChartColumn.NEXT_ROOT,
    ChartColumn.NEXT_TONES,
    ChartColumn.TEMPO,
}
"""The columns of a chart table that change only with the chord (the tempo never does)."""


def _split_context(*, harmony: bool) -> tuple[FeatureTable, Array]:
    """Select the context features that depend on the harmony alone, or all the others.

    Args:
        harmony: Whether to select those of the harmony.

    Returns:
        The table of the selected features, and the positions of their rows in a kernel that
        has one row for each 0 or 1 of `CONTEXT`.
    """
    chosen = [one for one in CONTEXT.features if (set(one.columns) <= _HARMONY) == harmony]
    rows = [row for one in chosen for row in CONTEXT.positions(one)]
    return FeatureTable(chosen, CONTEXT.widths), np.array(rows)


# Chord tones are sets, so harmony takes a matrix product, but only once a chord. Each positional
# feature has one class at a tick, so that a look-up of its row replaces the product.
HARMONY, _HARMONY_ROWS = _split_context(harmony=True)
POSITION, _POSITION_ROWS = _split_context(harmony=False)


class ChartContext(NamedTuple):
    """A chart, with its products with the kernels of all layers that read it."""

    rows: NDArray[np.int32]
    """The chart table, shape (ticks, CHART_COLUMNS)."""
    table_rows: Array
    """The indices of the rows of `table` to add up at each tick: one for each positional feature
    and one for the harmony, shape (ticks, positional features + 1)."""
    table: Array
    """The precomputed products, one row for each class of a positional feature and one for each
    span of ticks with the same harmony, shape (R, ΣW)."""

    def terms(self, ticks: Array) -> Array:
        """Return the chart's terms in the pre-activations of all members at ticks.

        Args:
            ticks: Ticks from the chart's beginning, shape (B,).

        Returns:
            Shape (B, ΣW).
        """
        added = self.table.take(
            self.table_rows.take(ticks, axis=0), axis=0
        )  # (B, positional features + 1, ΣW)
        return np.asarray(np.add.reduce(added, 1))


class HeadInputs(NamedTuple):
    """The pre-activations of a member's heads, without the terms of what is drawn in the step."""

    pitch: Array
    """Those of the pitch head's hidden layer, shape (B, PITCH_UNITS)."""
    duration: Array
    """Those of the duration head's hidden layer, shape (B, DURATION_UNITS)."""
    mixing: Array
    """The logits of the weights of cache and lick n-grams, shape (B, 2)."""
    expression: Array
    """Those of the expression head's hidden layer: shape (B, EXPRESSION_UNITS) for the first
    member, (B, 0) for the others."""


@dataclass(frozen=True)
class _Widths:
    """The numbers of columns of a member's chart terms."""

    embedding: int
    """E."""
    expression: int
    """`EXPRESSION_UNITS` for the first member, 0 for the others."""

    @property
    def heads(self) -> int:
        """H: hidden units of both heads, the two mixing logits, hidden units of expression."""
        return PITCH_UNITS + DURATION_UNITS + 2 + self.expression

    @property
    def all(self) -> int:
        """W."""
        return self.embedding + self.heads


class Member:
    """One network of the ensemble.

    Args:
        config: The architecture.
        tensors: The model's weights by their names on disk.
        number: Index of the member, from 0.
        expectations: What each state of the lick n-grams predicts, shape (S, LICK_COLUMNS).
        expression: The expression head for the first member, which alone feeds it; None for
            the others.
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
        self.cells[0] = _fold_norm(self.cells[0], **layer(f"norm_{number}"))
        self.pitch_head = LightPitchHead(layer(f"pitch_head_{number}"), expectations)
        self.duration_head = LightDurationHead(layer(f"duration_head_{number}"))
        # A layer normalisation subtracts the mean over the units. The embedding is a sum of rows of
        # this kernel, and the mean of a sum is the sum of the means: so each row's mean is
        # subtracted here, once, and none remains to be subtracted at a step.
        embed = layer(f"embed_{number}")["kernel"]
        embed = embed - embed.mean(axis=1, keepdims=True)
        self._share = np.float32(1 / config.embedding)
        self.widths = _Widths(config.embedding, EXPRESSION_UNITS if expression else 0)
        hidden = [self.pitch_head.hidden, self.duration_head.hidden, self.pitch_head.weigh]
        bias = [self.pitch_head.bias, self.duration_head.bias, self.pitch_head.weigh_bias]
        if expression:
            hidden.append(expression.hidden)
            bias.append(expression.bias)
        # All heads read the same input, so their kernels lie side by side: one product for all.
        heads = np.concatenate(hidden, axis=1)  # (U + features of the chart, H)
        self.heads = np.ascontiguousarray(heads[: config.units])  # (U, H)
        # The product of a kernel and concatenated features is the sum of the products of the
        # kernel's parts: each part is kept by itself, to be multiplied as seldom as it changes.
        ends = np.cumsum([LINE.size, CONTEXT.size, CONDITION.size])
        line, context, condition, rest = np.split(embed, ends)
        performer, encoded = np.split(rest, [len(rest) - 2 * config.encoder])
        # `FeatureTable.numbers` gives an absent feature the index behind the last row: a row of 0.
        self.line = np.concatenate([line, np.zeros_like(line[:1])])
        self.condition, self.performer = condition, performer
        # The embedding and the heads read the same features of the chart: one row serves both.
        chart_heads = heads[config.units :]
        self.context = np.concatenate([context, chart_heads[: CONTEXT.size]], axis=1)
        self.encoded = np.concatenate([encoded, chart_heads[CONTEXT.size :]], axis=1)
        self.bias = np.concatenate([np.zeros(config.embedding, np.float32), *bias])

    def position_terms(self) -> Array:
        """Return the terms of each class of the positional features, and of an absent one, 0.

        Returns:
            Shape (P + 1, W).
        """
        rows = self.context[_POSITION_ROWS]
        return np.concatenate([rows, np.zeros_like(rows[:1])])

    def harmony_terms(self, rows: NDArray[np.int32], chords: Array) -> Array:
        """Return the terms of all that stays the same while a chord lasts, with the biases.

        These are the harmony, the encoded changes, the tempo and the biases of the heads.

        Args:
            rows: The rows of the chart table at the first ticks of N spans of one harmony,
                shape (N, CHART_COLUMNS).
            chords: The features of the chart's chords, in their order, shape (C, CHORD.size).

        Returns:
            Shape (N, W).
        """
        added = HARMONY.array(rows) @ self.context[_HARMONY_ROWS] + self.bias
        if self.encoder is not None:
            added += (run_both(*self.encoder, chords[None]).outputs[0] @ self.encoded)[
                rows[:, ChartColumn.CHORD]
            ]
        # The tempo is a condition of the embedding: the heads have no weights for it.
        added[:, : self.widths.embedding] += self.condition[rows[:, ChartColumn.TEMPO]]
        return np.asarray(added)

    def cell_input(self, embedded: Array, chart_terms: Array) -> Array:
        """Return the input of the first cell: the embedding, normalised.

        Args:
            embedded: The terms of line and performer in the embedding, shape (…, E).
            chart_terms: The member's chart terms, shape (…, W).

        Returns:
            Shape (…, E).
        """
        x = embedded + chart_terms[..., : self.widths.embedding]
        # Its mean is 0 already (see `__init__`), so that the variance is the mean of squares.
        # Scale and offset of the normalisation are in the cell's weights (see `_fold_norm`).
        variance = np.add.reduce(x * x, axis=-1, keepdims=True) * self._share
        x /= np.sqrt(variance + _EPSILON)
        return np.asarray(x)

    def step(self, x: Array, states: States) -> tuple[Array, States]:
        """Run all cells for one step.

        Args:
            x: The input of the first cell, shape (B, E).
            states: The states before the step, each of shape (B, U).

        Returns:
            The output of the last cell, shape (B, U), and the states after the step.
        """
        return step_rows(self.cells, x, states)

    def head_inputs(self, x: Array, chart_terms: Array) -> HeadInputs:
        """Return the pre-activations of the heads.

        Args:
            x: The output of the last cell, shape (B, U).
            chart_terms: The member's chart terms, shape (B, W).
        """
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
        licks: The lick n-grams of the training corpus.
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
        # The members' rows lie side by side, so that one look-up serves all of them.
        self._lines = np.concatenate([member.line for member in self.members], axis=1)
        self._performers = np.concatenate([member.performer for member in self.members], axis=1)
        self._positions = np.concatenate(
            [member.position_terms() for member in self.members], axis=1
        )

    def zero_states(self, batch: int) -> list[States]:
        """Return each member's states before the first step, each of shape (batch, U)."""
        return [
            tuple(state for cell in member.cells for state in cell.zero_states(batch))
            for member in self.members
        ]

    def read_chart(self, chart: Chart) -> ChartContext:
        """Return a chart with its terms in the pre-activations of all layers."""
        return self._chart_context(chart_table(chart), chord_table(chart))

    def _chart_context(self, rows: NDArray[np.int32], chords: NDArray[np.int32]) -> ChartContext:
        features = CHORD.array(chords)
        # Of the columns that the harmony's terms depend on, only these need to be compared: a root
        # changes with its chord, and the tempo is one for the whole chart.
        columns = [
            ChartColumn.CHORD,
            ChartColumn.TONES,
            ChartColumn.NEXT_ROOT,
            ChartColumn.NEXT_TONES,
        ]
        changes = np.flatnonzero(np.any(np.diff(rows[:, columns], axis=0, prepend=-1), axis=1))
        # The index of the span of equal harmony that each tick belongs to.
        span = np.cumsum(np.bincount(changes, minlength=len(rows))) - 1  # (ticks,)
        harmony = [member.harmony_terms(rows[changes], features) for member in self.members]
        table = np.concatenate([self._positions, np.concatenate(harmony, axis=1)])
        table_rows = POSITION.numbers(POSITION.array_classes(rows))
        # The rows of the spans lie behind those of the positions.
        table_rows = np.concatenate([table_rows, len(self._positions) + span[:, None]], axis=1)
        return ChartContext(rows, table_rows, table)

    def embed_lines(self, classes: Sequence[Sequence[int]], performers: Sequence[int]) -> Array:
        """Return the terms of lines and their performers in the embedding of every member.

        Args:
            classes: The class of each feature of `LINE`, shape (B, features).
            performers: The number of each line's performer, shape (B,).

        Returns:
            Shape (B, M·E).
        """
        # A product with zeros and ones is the sum of the kernel's rows where the ones are.
        embedded = np.add.reduce(self._lines.take(LINE.numbers(classes), axis=0), 1)
        embedded += self._performers.take(performers, axis=0)
        return np.asarray(embedded)

    def step(
        self, embedded: Array, chart_terms: Array, states: list[States]
    ) -> tuple[list[HeadInputs], list[States]]:
        """Run every member for one step.

        Args:
            embedded: The terms of the lines in the embedding, shape (B, M·E).
            chart_terms: The chart's terms, shape (B, ΣW).
            states: Each member's states before the step.

        Returns:
            Each member's head inputs, and its states after the step.
        """
        head_inputs, after = [], []
        for member, line_part, chart_part, before in zip(
            self.members, *self._split_by_member(embedded, chart_terms), states, strict=True
        ):
            hidden, stepped = member.step(member.cell_input(line_part, chart_part), before)
            head_inputs.append(member.head_inputs(hidden, chart_part))
            after.append(stepped)
        return head_inputs, after

    def run_solo(self, sequence: ValueSequence, performer: int) -> list[HeadInputs]:
        """Return every member's head inputs at the steps of a solo, teacher-forced.

        Args:
            sequence: The solo, of T values.
            performer: Number of its performer, 0 for nobody in particular.

        Returns:
            For each member its head inputs, with T for B.
        """
        head_inputs = []
        for member, line_part, chart_part in zip(
            self.members, *self._solo_inputs(sequence, performer), strict=True
        ):
            x = member.cell_input(line_part, chart_part)  # (T, E)
            ran = run_stack(member.cells, x[None])[-1]
            head_inputs.append(member.head_inputs(ran.outputs[0], chart_part))
        return head_inputs

    def run_prefix(
        self, sequence: ValueSequence, length: int
    ) -> tuple[Run, Callable[[Array], HeadInputs]]:
        """Run the first member over a solo's first steps, played by nobody in particular.

        Args:
            sequence: The solo.
            length: The number of steps.

        Returns:
            The run of the last cell, and a function that returns the head inputs of the last
            step for any hidden states after it, (B, U).
        """
        embedded, chart_terms = self._solo_inputs(sequence, 0)
        member, chart_part = self.members[0], chart_terms[0][:length]
        x = member.cell_input(embedded[0][:length], chart_part)
        ran = run_stack(member.cells, x[None])[-1]
        return ran, lambda hidden: member.head_inputs(hidden, chart_part[-1:])

    def _solo_inputs(
        self, sequence: ValueSequence, performer: int
    ) -> tuple[list[Array], list[Array]]:
        """For each member the terms of a solo's steps, (T, E), and of its chart, (T, W)."""
        histories = sequence.history.tolist()
        classes = [
            LINE.classes((*history, *row))
            for history, row in zip(histories, sequence.rows.tolist(), strict=True)
        ]
        embedded = self.embed_lines(classes, [performer] * len(classes))
        # The rows of a sequence are those of its steps, so that a step takes the place of a tick.
        chart_terms = self._chart_context(sequence.rows, sequence.chords).terms(
            np.arange(len(classes))
        )
        return self._split_by_member(embedded, chart_terms)

    def pitch_shares(
        self,
        head_inputs: list[HeadInputs],
        last: Array,
        root: Array,
        cache: Caches,
        lick: Array,
        licks: Array,
    ) -> Array:
        """Return the probabilities of pitches and of a rest, the members' mean.

        Args:
            head_inputs: Each member's.
            last: The pitch that each line's interval is counted from, shape (B,).
            root: The root's pitch class, from which degrees are counted, shape (B,).
            cache: The predictions of each line's cache.
            lick: Each line's state in the lick n-grams, shape (B,).
            licks: What these states predict, shape (B, LICK_COLUMNS).

        Returns:
            Shape (B, PITCH_CLASSES).
        """
        return _mean([
            member.pitch_head.shares(own.pitch, own.mixing, last, root, cache, lick, licks)
            for member, own in zip(self.members, head_inputs, strict=True)
        ])  # fmt: skip

    def duration_shares(self, head_inputs: list[HeadInputs], note: Array, in_bar: Array) -> Array:
        """Return the probabilities of durations, the members' mean.

        Args:
            head_inputs: Each member's.
            note: The classes of each new note's interval and degree, shape (B, 2).
            in_bar: Ticks since the bar line, shape (B,).

        Returns:
            Shape (B, DURATION_CLASSES).
        """
        return _mean([
            member.duration_head.shares(own.duration, note[:, 0], note[:, 1], in_bar)
            for member, own in zip(self.members, head_inputs, strict=True)
        ])  # fmt: skip

    def _split_by_member(
        self, embedded: Array, chart_terms: Array
    ) -> tuple[list[Array], list[Array]]:
        """Each member's columns of the lines' terms, (B, M·E), and of the chart's, (B, ΣW)."""
        size, width = self.members[0].widths.embedding, self.members[-1].widths.all
        first = self.members[0].widths.all  # wider than the others: it has the expression head
        ends = [first + number * width for number in range(len(self.members))]
        return (
            [embedded[:, n * size : (n + 1) * size] for n in range(len(self.members))],
            np.split(chart_terms, ends[:-1], axis=1) if len(ends) > 1 else [chart_terms],
        )


def _mean(shares: list[Array]) -> Array:
    """The mean of the members' probabilities."""
    return shares[0] if len(shares) == 1 else np.asarray(sum(shares) / np.float32(len(shares)))


def _fold_norm(cell: Cell, gamma: Array, beta: Array) -> Cell:
    """Return a cell whose output for x is that of the given cell for gamma · x + beta.

    The cell multiplies its input first: (gamma · x + beta) K + b = x (gamma · K) + (beta K + b).
    So scale and offset of a normalisation cost nothing at a step.
    """
    bias = cell.bias.copy()
    row = bias[0] if cell.biases == 2 else bias  # the bias of the input, a view into the copy
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
