"""The improviser's layers in NumPy, with the cells of `rnn.cells`: no network library is loaded.

The members of the ensemble (see `member`) read the same line and the same chart. Their rows lie
side by side in one table, so that one look-up serves all of them.

Axes: B lines, T steps, E units of the embedding, U units of a cell, M members, W columns of a
member's chart terms, ΣW those of all members side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig
from jazzgen.encoding.sequence import ValueSequence
from jazzgen.nn.adaptation import unbiased
from jazzgen.nn.assets import Assets
from jazzgen.nn.editions import CHORD, EDITIONS
from jazzgen.nn.engine import NO_CONDITIONS, Conditions
from jazzgen.nn.numpy_engine.chart_context import ChartContext
from jazzgen.nn.numpy_engine.heads import Caches, LightExpressionHead
from jazzgen.nn.numpy_engine.member import HeadInputs, Member, layer_weights
from jazzgen.rnn.cell import States
from jazzgen.rnn.sequences import Run, run_stack

__all__ = ["LightNetwork"]

Array = NDArray[Any]

TOGETHER = 8
"""The number of lines whose rows are looked up at a time, so that they fit into a cache."""
MOST_CONDITIONS = 100
"""The number of sets of lines for which the terms of their conditions are kept."""


class LightNetwork:
    """The improviser's members and their expression head.

    Args:
        config: The architecture.
        tensors: The weights by their names on disk, float32.
        assets: What the model keeps of its training data.
    """

    def __init__(self, config: ModelConfig, tensors: Mapping[str, Array], assets: Assets) -> None:
        self.edition, self.licks = EDITIONS[config.edition], assets.licks
        self.expression_head = LightExpressionHead(
            layer_weights(tensors, "expression_head"), self.edition
        )
        # The conditions' rows lie one below the other: the first row of each.
        sizes = [len(assets.known[condition]) + 1 for condition in self.edition.conditions]
        self._first_rows = np.cumsum([0, *sizes[:-1]])
        features = self.edition.size(assets.known)
        self.members = [
            Member(
                config, tensors, number, features, len(self.licks.contexts),
                None if number else self.expression_head,
            )
            for number in range(config.members)
        ]  # fmt: skip
        # The members' rows lie side by side, so that one look-up serves all of them.
        self._lines = np.concatenate([member.line for member in self.members], axis=1)
        self._conditions = np.concatenate([member.conditions for member in self.members], axis=1)
        self._known_terms: dict[tuple[Conditions, ...], Array] = {}
        self._positions = np.concatenate(
            [member.position_terms() for member in self.members], axis=1
        )

    def zero_states(self, batch: int) -> list[States]:
        """Return the states before the first step.

        Args:
            batch: B.

        Returns:
            Each member's, each of shape (B, U), and behind them the lines' biases, shape
            (B, BIASES), if the edition adapts.
        """
        cells = [
            tuple(state for cell in member.cells for state in cell.zero_states(batch))
            for member in self.members
        ]
        return [*cells, (unbiased(batch),)] if self.edition.adapts else cells

    def read_chart(self, rows: NDArray[np.int32], chords: NDArray[np.int32]) -> ChartContext:
        """Return a chart with its terms in the pre-activations of all layers.

        Args:
            rows: The chart table, shape (ticks, CHART_COLUMNS).
            chords: The chord table, shape (C, CHORD_COLUMNS).
        """
        features = CHORD.array(chords)

        def harmony_terms(spans: NDArray[np.int32]) -> Array:
            return np.concatenate(
                [member.harmony_terms(spans, features) for member in self.members], axis=1
            )

        return ChartContext.build(self.edition.context, rows, self._positions, harmony_terms)

    def embed_lines(
        self,
        ones: NDArray[np.int64],
        conditions: Sequence[Conditions],
    ) -> Array:
        """Return the terms of lines and their conditions in the embedding of every member.

        Args:
            ones: Where the 1 of each feature of a line is, shape (B, features).
            conditions: The conditions of each line, or those of all, B or one of 4 numbers.

        Returns:
            Shape (B, M·E).
        """
        # A product with zeros and ones is the sum of the kernel's rows where the ones are.
        embedded = np.empty((len(ones), self._lines.shape[1]), np.float32)
        for first in range(0, len(ones), TOGETHER):
            some = slice(first, first + TOGETHER)
            np.add.reduce(self._lines.take(ones[some], axis=0), 1, out=embedded[some])
        embedded += self._condition_terms(tuple(conditions))
        return embedded

    def _condition_terms(self, conditions: tuple[Conditions, ...]) -> Array:
        """The terms of lines' conditions: kept, as they stay while the lines are played.

        Args:
            conditions: The conditions of each line.

        Returns:
            Shape (B, M·E).
        """
        found = self._known_terms.get(conditions)
        if found is None:
            if len(self._known_terms) >= MOST_CONDITIONS:
                self._known_terms.clear()
            heard = np.array(conditions)[:, : len(self._first_rows)] + self._first_rows
            rows = self._conditions.take(heard, axis=0)
            found = self._known_terms[conditions] = np.add.reduce(rows, 1)
        return found

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

    def run_solo(self, sequence: ValueSequence, conditions: Conditions) -> list[HeadInputs]:
        """Return every member's head inputs at the steps of a solo, teacher-forced.

        Args:
            sequence: The solo, of T values.
            conditions: Its conditions.

        Returns:
            For each member its head inputs, with T for B.
        """
        head_inputs = []
        for member, line_part, chart_part in zip(
            self.members, *self._solo_inputs(sequence, conditions), strict=True
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
        embedded, chart_terms = self._solo_inputs(sequence, NO_CONDITIONS)
        member, chart_part = self.members[0], chart_terms[0][:length]
        x = member.cell_input(embedded[0][:length], chart_part)
        ran = run_stack(member.cells, x[None])[-1]
        return ran, lambda hidden: member.head_inputs(hidden, chart_part[-1:])

    def _solo_inputs(
        self, sequence: ValueSequence, conditions: Conditions
    ) -> tuple[list[Array], list[Array]]:
        """For each member the terms of a solo's steps, (T, E), and of its chart, (T, W)."""
        line = self.edition.line
        ones = line.numbers(line.array_classes(sequence.history, sequence.rows))
        embedded = self.embed_lines(ones, [conditions])
        # The rows of a sequence are those of its steps, so that a step takes the place of a tick.
        chart_terms = self.read_chart(sequence.rows, sequence.chords).terms(np.arange(len(ones)))
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
        if len(self.members) == 1:
            return [embedded], [chart_terms]
        size, width = self.members[0].widths.embedding, self.members[-1].widths.all
        first = self.members[0].widths.all  # wider than the others: it has the expression head
        ends = [first + number * width for number in range(len(self.members))]
        return (
            [embedded[:, n * size : (n + 1) * size] for n in range(len(self.members))],
            np.split(chart_terms, ends[:-1], axis=1),
        )


def _mean(shares: list[Array]) -> Array:
    """The mean of the members' probabilities."""
    return shares[0] if len(shares) == 1 else np.asarray(sum(shares) / np.float32(len(shares)))
