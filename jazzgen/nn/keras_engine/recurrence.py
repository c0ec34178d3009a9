"""Recurrent cells: scanned over time for training, stepped one by one for playing.

The cells are Keras's own `LSTMCell`, `GRUCell` and `SimpleRNNCell`, or whatever else
`rnn.registry` names; both graphs hold the very same objects. The training graph uses `Scan`:
the loop over the time axis is one node of the graph, so neither the graph's size nor the time
to its first batch depends on T. All stacked cells run in *one* loop rather than in a loop
each: cell 2 at step t and cell 1 at step t + 1 do not wait for each other, which on two
processors saves a tenth of a training step. The inference graph uses `step_cells`.

States are a flat list in the order of the cells: h, c of the first LSTM cell, h, c
of the second; a GRU or a basic RNN cell has h only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from jazzgen.errors import ConfigError
from jazzgen.nn.tensor import Tensor
from jazzgen.rnn.registry import CELLS

__all__ = ["Scan", "make_cell", "scan_cells", "state_sizes", "step_cells", "zero_states"]

Cells = Sequence[keras.layers.Layer]
"""Stacked cells, the first of which receives the input."""


def make_cell(kind: str, units: int, name: str) -> keras.layers.Layer:
    """Make a recurrent cell, not yet built.

    Args:
        kind: A key of `rnn.registry.CELLS`.
        units: U, size of the hidden state.
        name: The cell's name, which names its variables.

    Returns:
        A Keras cell with Keras's default initialisers (forget gate's bias 1; GRU
        with the reset gate behind the product).

    Raises:
        ConfigError: There is no such kind, there are no units, or the kind's two cells have
            different numbers of states.
    """
    found = CELLS[kind]
    if units < 1:
        raise ConfigError(f"units: expected 1 or more, got {units}")
    cell = found.in_keras(units, name=name)
    if len(_sizes(cell)) != found.states:
        raise ConfigError(
            f"cell {kind}: {found.states} states in NumPy, {len(_sizes(cell))} in Keras"
        )
    return cell


def state_sizes(cells: Cells) -> list[int]:
    """Return the size of each state, in the order of the flat list of states.

    >>> state_sizes([make_cell("lstm", 8, "below"), make_cell("gru", 4, "above")])
    [8, 8, 4]
    """
    return [size for cell in cells for size in _sizes(cell)]


def zero_states(cells: Cells, batch: int | Tensor, dtype: str = "float32") -> list[Tensor]:
    """Return the states before the first step, all zero, each (B, U).

    Args:
        cells: The stacked cells, first the one that receives the input.
        batch: B; a number, or a scalar tensor inside a graph.
        dtype: The states' number format.
    """
    return [ops.zeros((batch, size), dtype=dtype) for size in state_sizes(cells)]


def step_cells(
    cells: Cells,
    x: Tensor,
    states: Sequence[Tensor],
    masks: Sequence[Tensor] = (),
) -> tuple[Tensor, list[Tensor]]:
    """Run stacked cells for one step.

    Args:
        cells: The stacked cells, first the one that receives the input.
        x: The step's input, (B, F).
        states: The states before the step (see `state_sizes`), each (B, U).
        masks: The factors of each cell's output on its way to the next cell (dropout), each
            (B, U); empty when nothing is dropped.

    Returns:
        The last cell's output (B, U), and the states after the step.
    """
    after: list[Tensor] = []
    for number, cell in enumerate(cells):
        if number and masks:
            x = x * masks[number - 1]
        own = list(states[len(after) : len(after) + len(_sizes(cell))])
        x, new = cell(x, own)
        after.extend(new)
    return x, after


class Scan(keras.layers.RNN):  # type: ignore[misc]
    """Runs stacked cells over the time axis.

    Call it with `x` (B, T, F) and, to begin elsewhere than at zero, with
    `initial_state`, a list of states (see `state_sizes`). T and B may vary from call
    to call. The layer has no variables of its own but the cells' (and, with dropout,
    the state of its random numbers).

    Args:
        cells: The stacked cells, first the one that receives the input.
        dropout: Share of each cell's output that is dropped on its way to the next
            cell, in training only; nothing of the last cell's output is dropped.
        return_state: Whether to return the states after the last step too.
        seed: The seed of the dropout; by default a new one from Keras's global generator.
        kwargs: A layer's usual arguments, such as `name`.

    Returns:
        On a call, the last cell's outputs (B, T, U); with `return_state` these and
        the states after them, as a flat tuple.

    Raises:
        ConfigError: No cells, or a dropout outside 0 … 1.
    """

    def __init__(
        self,
        cells: Cells,
        dropout: float = 0.0,
        *,
        return_state: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        if not cells:
            raise ConfigError("cells: expected one or more, got none")
        if not 0 <= dropout < 1:
            raise ConfigError(f"dropout: expected 0 or more and less than 1, got {dropout}")
        stack = _Stack(cells, name="stack")
        super().__init__(stack, return_sequences=True, return_state=return_state, **kwargs)
        self.dropout = dropout
        if dropout and stack.joints:
            self.random = keras.random.SeedGenerator(seed)

    def call(
        self,
        sequences: Tensor,
        initial_state: Tensor = None,
        mask: Tensor = None,
        training: bool = False,
    ) -> Tensor:
        """Run the cells over the time axis.

        Args:
            sequences: The inputs, (B, T, F).
            initial_state: The states before the first step, each (B, U); zero if None.
            mask: Which steps count, bool, (B, T); all if None.
            training: Whether outputs between the cells are dropped.

        Returns:
            See the class.
        """
        if training and self.dropout and self.cell.joints:
            sequences = ops.concatenate([sequences, self._masks(sequences)], axis=-1)
        return super().call(sequences, initial_state, mask, training=training)

    def _masks(self, sequences: Tensor) -> Tensor:
        """Draw 0 or 1 / (1 − dropout) for each output between two cells, (B, T, sum of sizes).

        All are drawn before the loop and passed to it behind the inputs, since not every
        backend can draw random numbers within a loop.
        """
        batch, steps, _ = ops.shape(sequences)
        ones = ops.ones((batch, steps, sum(self.cell.joints)), dtype=self.compute_dtype)
        return keras.random.dropout(ones, self.dropout, seed=self.random)


class _Stack(keras.layers.Layer):  # type: ignore[misc]
    """Stacked cells as one cell.

    Behind the features of the input, dropout masks may follow for the joints: the outputs that
    go from one cell to the next (see `Scan._masks`).
    """

    def __init__(self, cells: Cells, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cells = list(cells)
        self.joints = [int(cell.units) for cell in cells[:-1]]
        self.state_size = state_sizes(cells)
        self.output_size = int(cells[-1].units)

    def build(self, input_shape: tuple[int, ...]) -> None:
        sizes = [input_shape[-1], *self.joints]
        for cell, features in zip(self.cells, sizes, strict=True):
            # Cells that the inference graph uses already keep their weights.
            if not cell.built:
                cell.build((None, features))
                cell.built = True
        self.features = int(input_shape[-1])

    def call(self, inputs: Tensor, states: Tensor) -> tuple[Tensor, list[Tensor]]:
        masks: Sequence[Tensor] = ()
        # Masks come with training steps only, so the width says whether there are any.
        if inputs.shape[-1] != self.features:
            ends = [self.features]
            for joint in self.joints[:-1]:
                ends.append(ends[-1] + joint)
            inputs, *masks = ops.split(inputs, ends, axis=-1)
        return step_cells(self.cells, inputs, states, masks)


def scan_cells(
    cells: Cells,
    x: Tensor,
    initial_state: Sequence[Tensor] | None = None,
    dropout: float = 0.0,
    name: str | None = None,
) -> tuple[Tensor, list[Tensor]]:
    """Run stacked cells over the time axis of a Functional graph (see `Scan`).

    Args:
        cells: The stacked cells, first the one that receives the input.
        x: The inputs, (B, T, F).
        initial_state: The states before the first step, each (B, U); zero if None.
        dropout: Share of the outputs between the cells that is dropped in training.
        name: The layer's name in the graph.

    Returns:
        The last cell's outputs (B, T, U), and the states after the last step.
    """
    begin = None if initial_state is None else list(initial_state)
    scan = Scan(cells, dropout, return_state=True, name=name)
    outputs, *states = scan(x, initial_state=begin)
    return outputs, states


def _sizes(cell: keras.layers.Layer) -> list[int]:
    sizes = cell.state_size
    return [int(size) for size in (sizes if isinstance(sizes, list | tuple) else [sizes])]
