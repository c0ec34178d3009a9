"""Products for several lines at once, each of which is computed as if the line were alone.

A matrix library multiplies a single row by other instructions than several, and those round
differently: in the last digit, which is enough for another note to be drawn now and then. So that
what a line plays depends on its seed alone, each row is multiplied by itself here. For the sizes of
these models that costs less than it seems: the part of a kernel that all rows are multiplied by
stays in the processor's cache from one row to the next (see `rnn.products`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.rnn.cell import Cell, States
from jazzgen.rnn.products import product

__all__ = ["row_products", "step_rows"]

Array = NDArray[Any]


def row_products(rows: Array, kernel: Array) -> Array:
    """Return the product of each row and a matrix, (B, K) → (B, N).

    Args:
        rows: Shape (B, K).
        kernel: Shape (K, N).
    """
    if len(rows) == 1:
        return np.asarray(rows @ kernel)
    return product(rows[:, None], kernel)[:, 0]


def step_rows(cells: Sequence[Cell], x: Array, states: States) -> tuple[Array, States]:
    """Take stacked cells one step on, each row by itself.

    Args:
        cells: The cells, the lowest first.
        x: The input of the first, shape (B, F).
        states: The states of all of them, each of shape (B, U).

    Returns:
        The output of the last cell (B, U), and the states after the step.
    """
    several = len(x) > 1
    if several:  # B batches of one
        x, states = x[:, None], tuple([one[:, None] for one in states])
    after: list[Array] = []
    for cell in cells:
        here = states[len(after) : len(after) + cell.state_count]
        stepped, _ = cell.advance(cell.project(x), here)
        x = stepped[0]
        after += stepped
    return (x[:, 0], tuple([one[:, 0] for one in after])) if several else (x, tuple(after))
