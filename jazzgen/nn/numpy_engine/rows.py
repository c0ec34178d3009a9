"""Stacked cells that take a step for several lines at once, each as if the line were alone.

So what a line plays depends on its seed alone: see `rnn.products`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from jazzgen.rnn.cell import Cell, States

__all__ = ["step_rows"]

Array = NDArray[Any]


def step_rows(cells: Sequence[Cell], x: Array, states: States) -> tuple[Array, States]:
    """Take stacked cells one step on, each row by itself.

    Args:
        cells: The cells, the lowest first, each made by `Cell.for_rows`.
        x: The input of the first, shape (B, F).
        states: The states of all of them, each of shape (B, U).

    Returns:
        The output of the last cell (B, U), and the states after the step.
    """
    after: list[Array] = []
    for cell in cells:
        here = states[len(after) : len(after) + cell.state_count]
        stepped, _ = cell.advance(cell.project(x), here)
        x = stepped[0]
        after += stepped
    return x, tuple(after)
