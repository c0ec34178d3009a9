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
from jazzgen.encoding.plan import BAR_COLUMNS
from jazzgen.encoding.sequence import HistoryColumn, ValueSequence
from jazzgen.nn.adaptation import unbiased
from jazzgen.nn.assets import Assets
from jazzgen.nn.editions import CHORD, EDITIONS
from jazzgen.nn.engine import NO_CONDITIONS, Conditions
from jazzgen.nn.feature_table import Feature
from jazzgen.nn.numpy_engine.chart_context import ChartContext
from jazzgen.nn.numpy_engine.heads import Caches, LightExpressionHead
from jazzgen.nn.numpy_engine.member import HeadInputs, Member, layer_weights
from jazzgen.rnn.cell import States
from jazzgen.rnn.sequences import Run, run_stack

__all__ = ["LightNetwork"]

Array = NDArray[Any]

TOGETHER = 8
"""The number of lines whose rows are looked up at a time, so that they fit into a cache."""
MOST_TOLD = 1000
"""The number of plans of bars, each with conditions, whose terms are kept."""
_PLAN = slice(HistoryColumn.PLAN, HistoryColumn.PLAN + BAR_COLUMNS)
"""The columns of a history that tell what is planned for a bar."""


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
        rows = _side_by_side([member.line for member in self.members])
        self._planned, planned = self.edition.line.part(_is_planned)
        self._moving, moving = self.edition.line.part(lambda one: not _is_planned(one))
        # The last row is that of absent features.
        self._planned_rows, self._moving_rows = rows[[*planned, -1]], rows[[*moving, -1]]
        self._conditions = _side_by_side([member.conditions for member in self.members])
        self._told: dict[tuple[Conditions, Sequence[int]], Array] = {}
        self._read: ChartContext | None = None
        self._positions = _side_by_side([member.position_terms() for member in self.members])

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

        That of the last table which nobody may change is kept: one take follows another, and a
        solo is changed bar by bar.

        Args:
            rows: The chart table, shape (ticks, CHART_COLUMNS).
            chords: The chord table, shape (C, CHORD_COLUMNS).
        """
        if self._read is not None and self._read.rows is rows:
            return self._read
        features = CHORD.array(chords)

        def harmony_terms(spans: NDArray[np.int32]) -> Array:
            return _side_by_side([one.harmony_terms(spans, features) for one in self.members])

        context = ChartContext.build(self.edition.context, rows, self._positions, harmony_terms)
        if not rows.flags.writeable:
            self._read = context
        return context

    def embed_lines(
        self, records: Sequence[Sequence[int]], conditions: Sequence[Conditions]
    ) -> Array:
        """Return the terms of lines and their conditions in the embedding of every member.

        Args:
            records: The history of each line, with all columns, and behind it the row of the chart
                table.
            conditions: The conditions of each line.

        Returns:
            Shape (B, M·E).
        """
        embedded = _sums(self._moving_rows, self._moving.ones(records))
        told = [*map(self._told_terms, conditions, records)]
        embedded += told[0] if len(told) == 1 else np.array(told)
        return embedded

    def _told_terms(self, conditions: Conditions, record: Sequence[int]) -> Array:
        """The terms of what a line is told: its conditions, and the plan of a group of bars.

        They are kept, as most steps are told what the step before was.

        Args:
            conditions: The line's conditions.
            record: Its record.

        Returns:
            Shape (M·E,).
        """
        key = conditions, record[_PLAN]
        found = self._told.get(key)
        if found is None:
            if len(self._told) >= MOST_TOLD:
                self._told.clear()
            planned = _sums(self._planned_rows, self._planned.ones([record]))[0]
            found = self._told[key] = planned + self._condition_terms(conditions)
        return found

    def _condition_terms(self, conditions: Conditions) -> Array:
        """The terms of a line's conditions, (M·E,)."""
        heard = np.array(conditions)[: len(self._first_rows)] + self._first_rows
        return np.asarray(np.add.reduce(self._conditions.take(heard, axis=0), 0))

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
        moving, planned = (
            table.numbers(table.array_classes(sequence.history, sequence.rows))
            for table in (self._moving, self._planned)
        )
        embedded = _sums(self._moving_rows, moving)
        embedded += _sums(self._planned_rows, planned) + self._condition_terms(conditions)
        # The rows of a sequence are those of its steps, so that a step takes the place of a tick.
        chart_terms = self.read_chart(sequence.rows, sequence.chords).terms(np.arange(len(moving)))
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


def _is_planned(feature: Feature) -> bool:
    """Whether a feature tells of nothing but the plan for a bar."""
    return all(column in range(_PLAN.start, _PLAN.stop) for column in feature.columns)


def _side_by_side(parts: Sequence[Array]) -> Array:
    """The columns of the members one behind the other; those of a single one as they are."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def _sums(table: Array, ones: NDArray[np.int64]) -> Array:
    """The sum of some rows of a table for each step: a product with zeros and ones.

    Args:
        table: The rows, shape (R, W).
        ones: Which of them belong to each of T steps, shape (T, n).

    Returns:
        Shape (T, W).
    """
    sums = np.empty((len(ones), table.shape[1]), table.dtype)
    for first in range(0, len(ones), TOGETHER):
        some = slice(first, first + TOGETHER)
        np.add.reduce(table.take(ones[some], axis=0), 1, out=sums[some])
    return sums


def _mean(shares: list[Array]) -> Array:
    """The mean of the members' probabilities."""
    return shares[0] if len(shares) == 1 else np.asarray(sum(shares) / np.float32(len(shares)))
