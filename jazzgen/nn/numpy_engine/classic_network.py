"""The classic preset's layers in NumPy: stacked cells over one-hot joint values, a dense layer.

Axes: B lines, V joint values, U units of a cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig
from jazzgen.encoding.examples import Example
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.nn.numpy_engine.rows import RowCells
from jazzgen.rnn.activations import softmax
from jazzgen.rnn.cell import States
from jazzgen.rnn.cells import cell_of
from jazzgen.rnn.products import RowKernel
from jazzgen.rnn.sequences import Run, run_stack

__all__ = ["ClassicNetwork"]

Array = NDArray[Any]


class ClassicNetwork:
    """The course's network: one-hot joint values, stacked cells, a dense softmax.

    Args:
        config: The architecture.
        tensors: The weights by their names on disk, float32.
        vocabulary: The joint values.
    """

    def __init__(
        self, config: ModelConfig, tensors: Mapping[str, Array], vocabulary: JointVocabulary
    ) -> None:
        names = ("kernel", "recurrent_kernel", "bias")
        self.vocabulary = vocabulary
        self.cells = [
            cell_of(config.cell, {name: tensors[f"cell_{number}/{name}"] for name in names})
            for number in range(config.layers)
        ]
        self.kernel, self._bias = tensors["values/kernel"], tensors["values/bias"]  # (U, V), (V,)
        self._row_cells, self._row_kernel = RowCells(self.cells), RowKernel(self.kernel)

    def zero_states(self) -> list[States]:
        """Return the states of one line before the first step, each of shape (1, U)."""
        return [tuple(state for cell in self.cells for state in cell.zero_states(1))]

    def one_hot(self, value: Array) -> Array:
        """Return joint values as the cells read them, (…) → (…, V)."""
        return np.asarray(np.eye(len(self.vocabulary), dtype=np.float32)[value])

    def run(self, x: Array) -> Run:
        """Run the cells over a whole line, and return the run of the last of them.

        Args:
            x: The values, one-hot, shape (T, V).
        """
        return run_stack(self.cells, x[None])[-1]

    def logits(self, hidden: Array) -> Array:
        """Return the logits of joint values, (…, U) → (…, V)."""
        return np.asarray(hidden @ self.kernel + self._bias)

    def nats(self, example: Example) -> Array:
        """Return the cost of a solo's values in nats, with teacher forcing, float64, shape (T,)."""
        if not len(example):
            return np.zeros(0)
        hidden = self.run(self.one_hot(example.inputs["value"])).outputs[0]  # (T, U)
        # In float64: the probability of a value that the model finds impossible may be too small
        # for a float32, and its logarithm would be infinite.
        shares = softmax(self.logits(hidden).astype(np.float64))
        return np.asarray(-np.log(shares[np.arange(len(hidden)), example.targets["value"]]))

    def row_logits(self, hidden: Array) -> Array:
        """Return the logits for lines that are being played, (B, U) → (B, V).

        No row depends on the others, so that a line plays the same among others.
        """
        return self._row_kernel.times(hidden) + self._bias

    def step(self, value: Array, states: States) -> tuple[Array, States]:
        """Run the cells for one step.

        Args:
            value: Each line's last joint value, shape (B,).
            states: The states before the step, each of shape (B, U).

        Returns:
            The output of the last cell, shape (B, U), and the states after the step.
        """
        return self._row_cells.step(self.one_hot(value), states)
