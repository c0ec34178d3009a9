"""Stacked cells that take a step for several lines at once, each as if the line were alone.

So what a line plays depends on its seed alone: see `rnn.products`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.rnn.cell import Cell, States, SummingCell
from jazzgen.rnn.products import RowKernel

__all__ = ["RowCells"]

Array = NDArray[Any]


class RowCells:
    """Stacked cells, whose weights may be copied, so that later changes may have no effect.

    Args:
        cells: The cells, the lowest first.
    """

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._steps = [
            _SummingStep(cell) if isinstance(cell, SummingCell) else _RowStep(cell)
            for cell in cells
        ]

    def step(self, x: Array, states: States) -> tuple[Array, States]:
        """Take the cells one step on, each row by itself.

        Args:
            x: The input of the first, shape (B, F).
            states: The states of all of them, each of shape (B, U).

        Returns:
            The output of the last cell (B, U), and the states after the step.
        """
        after: list[Array] = []
        for step in self._steps:
            stepped = step(x, states[len(after) : len(after) + step.cell.state_count])
            x = stepped[0]
            after += stepped
        return x, tuple(after)


class _SummingStep:
    """The step of a cell that adds up its products: they are one product, of both kernels."""

    def __init__(self, cell: SummingCell) -> None:
        self.cell = cell
        self._kernel = RowKernel(cell.kernel, cell.recurrent_kernel)

    def __call__(self, x: Array, states: States) -> States:
        sums = self._kernel.times(np.concatenate([x, states[0]], axis=1))
        sums += self.cell.bias
        return self.cell.enter(sums, states)[0]


class _RowStep:
    """The step of any other cell: a batch for each row, so that no product has several."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell

    def __call__(self, x: Array, states: States) -> States:
        alone = len(x) == 1
        if not alone:
            x, states = x[:, None], tuple([one[:, None] for one in states])
        stepped, _ = self.cell.advance(self.cell.project(x), states)
        return stepped if alone else tuple([one[:, 0] for one in stepped])
