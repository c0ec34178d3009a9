"""A chart as the network reads it: with its terms in the pre-activations of all layers.

The chart's features at a tick are the same for every line and take. So their product with the
kernel of every layer that reads them is computed once for each chart, and looked up at each step.

Axes: B lines, F features, ΣW columns of the chart terms of all members side by side (see
`member`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.nn.feature_table import FeatureTable

__all__ = ["ChartContext", "split_context"]

Array = NDArray[Any]

_HARMONY = {
    ChartColumn.ROOT,
    ChartColumn.TONES,
    ChartColumn.NEXT_ROOT,
    ChartColumn.NEXT_TONES,
    ChartColumn.TEMPO,
}
"""The columns of a chart table that change only with the chord (the tempo never does)."""


@cache
def split_context(context: FeatureTable, *, harmony: bool) -> tuple[FeatureTable, Array]:
    """Select the context features that depend on the harmony alone, or all the others.

    Chord tones are sets, so harmony takes a matrix product, but only once a chord. Each positional
    feature has one class at a tick, so that a look-up of its row replaces the product.

    Args:
        context: The features of a tick.
        harmony: Whether to select those of the harmony.

    Returns:
        The table of the selected features, and the positions of their rows in a kernel that
        has one row for each 0 or 1 of `context`.
    """
    return context.part(lambda one: (set(one.columns) <= _HARMONY) == harmony)


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

    @classmethod
    def build(
        cls,
        context: FeatureTable,
        rows: NDArray[np.int32],
        position_terms: Array,
        harmony_terms: Callable[[NDArray[np.int32]], Array],
    ) -> ChartContext:
        """Return the context of a chart.

        Args:
            context: The features of a tick.
            rows: The chart table, shape (ticks, CHART_COLUMNS).
            position_terms: The products of each class of the positional features, and a row of 0
                for an absent one, shape (P + 1, ΣW).
            harmony_terms: A function that returns the terms of the harmony, (N, ΣW), for the rows
                of the chart table at the first ticks of N spans of one harmony.
        """
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
        table = np.concatenate([position_terms, harmony_terms(rows[changes])])
        position, _ = split_context(context, harmony=False)
        table_rows = position.numbers(position.array_classes(rows))
        # The rows of the spans lie behind those of the positions.
        table_rows = np.concatenate([table_rows, len(position_terms) + span[:, None]], axis=1)
        return cls(rows, table_rows, table)
