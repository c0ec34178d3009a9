"""Sequences through recurrent cells, and backpropagation through time.

The four ways to use a cell (Karpathy, *The Unreasonable Effectiveness of Recurrent Neural
Networks*, 2015), and where jazzgen uses them:

| way | here | in jazzgen |
|---|---|---|
| one to many | `Cell.step`, its output fed back | generating a title or a solo from nothing |
| many to one | `run(…).states` | reading a primer, before the model continues it |
| many to many, equal length | `run(…).outputs` | predicting each next character of a title |
| encoder and decoder | `run_both(…)`, then `Cell.step` | reading a chart, then playing over it |

Backpropagation through time (Werbos 1990): unrolled over its steps, a recurrent cell is a deep
network that uses the same weights in each layer. The errors of all steps flow back along the
states, and the gradients of all steps are added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import ConfigError
from jazzgen.rnn.cell import Cell, Retreat, States

__all__ = [
    "BothRuns",
    "Run",
    "clip_by_norm",
    "clip_by_value",
    "global_norm",
    "run",
    "run_back",
    "run_both",
    "run_both_back",
    "run_stack",
    "run_stack_back",
]

Array = NDArray[Any]
Gradients = dict[str, Array]


@dataclass(frozen=True)
class Run:
    """A batch of sequences that went through a cell.

    Args:
        x: The inputs, shape (B, T, F).
        outputs: The hidden state after each step, shape (B, T, U).
        states: The states after the last step, each (B, U).
        before: For each of the T steps, the states before it, each (B, U).
        traces: For each of the T steps, what `Cell.retreat` needs of it.
    """

    x: Array
    outputs: Array
    states: States
    before: list[States]
    traces: list[Any]


def run(cell: Cell, x: Array, states: States | None = None) -> Run:
    """Run a batch of sequences through a cell.

    Args:
        cell: The cell.
        x: The inputs, shape (B, T, F), with at least one step.
        states: The states before the first step, each (B, U); by default zeros.

    Raises:
        ConfigError: The inputs have another shape, or no steps.
    """
    if x.ndim != 3 or not x.shape[1] or x.shape[2] != cell.features:
        raise ConfigError(
            f"sequence: expected shape (B, T, {cell.features}) with at least one step, "
            f"got {x.shape}"
        )
    batch, steps, _ = x.shape
    # Time first: then the B rows of a step are contiguous in memory, and `advance` may work in
    # place on them.
    projected = cell.project(np.ascontiguousarray(x.swapaxes(0, 1)))  # (T, B, G·U)
    after = cell.zero_states(batch) if states is None else states
    outputs = np.empty((batch, steps, cell.units), x.dtype)
    before, traces = [], []
    for step in range(steps):
        before.append(after)
        after, trace = cell.advance(projected[step], after)
        outputs[:, step] = after[0]
        traces.append(trace)
    return Run(x, outputs, after, before, traces)


def run_back(
    cell: Cell, ran: Run, d_outputs: Array, d_states: States | None = None
) -> tuple[Array, States, Gradients]:
    """Send errors back through all steps (backpropagation through time).

    Args:
        cell: The cell.
        ran: What `run` returned.
        d_outputs: ∂loss/∂output of each step, shape (B, T, U).
        d_states: ∂loss/∂state after the last step, each (B, U), for a loss that reads these
            states other than as outputs; by default zeros.

    Returns:
        ∂loss/∂x (B, T, F), ∂loss/∂state before the first step, and ∂loss/∂weight by name.
    """
    batch, steps, _ = ran.x.shape
    errors = cell.zero_states(batch) if d_states is None else d_states
    backs: list[Retreat] = []
    for step in reversed(range(steps)):
        # The hidden state has two readers, the loss at this step and the next step: their
        # errors add up.
        errors = (errors[0] + d_outputs[:, step], *errors[1:])
        back = cell.retreat(errors, ran.before[step], ran.traces[step])
        errors = back.states
        backs.append(back)
    backs.reverse()
    projected = np.stack([back.projected for back in backs], axis=1)  # (B, T, G·U)
    # Most cells return one array for both; then it is stacked once.
    same = all(back.recurrent is back.projected for back in backs)
    recurrent = projected if same else np.stack([back.recurrent for back in backs], axis=1)
    h = np.stack([states[0] for states in ran.before], axis=1)  # (B, T, U)
    # With the errors of all steps at hand, the gradients of all steps are one matrix product.
    gradients = cell.gradients(ran.x, h, Retreat(projected, recurrent, errors))
    return projected @ cell.kernel.T, errors, gradients


@dataclass(frozen=True)
class BothRuns:
    """A batch of sequences that went through one cell forward, and through another backward.

    Args:
        forward: The run from the first step to the last.
        backward: The run from the last step to the first; its arrays are in that order.
    """

    forward: Run
    backward: Run

    @property
    def outputs(self) -> Array:
        """The outputs of both at each step, the forward cell's first, shape (B, T, 2U)."""
        return np.concatenate([self.forward.outputs, self.backward.outputs[:, ::-1]], axis=-1)


def run_both(forward: Cell, backward: Cell, x: Array) -> BothRuns:
    """Run a batch of sequences through a bidirectional pair (Schuster and Paliwal 1997).

    Args:
        forward: The cell that reads from the first step to the last.
        backward: The cell that reads from the last step to the first.
        x: The inputs, shape (B, T, F).

    Raises:
        ConfigError: See `run`.
    """
    return BothRuns(run(forward, x), run(backward, x[:, ::-1]))


def run_both_back(
    forward: Cell, backward: Cell, ran: BothRuns, d_outputs: Array
) -> tuple[Array, Gradients]:
    """Send errors back through a bidirectional pair.

    Args:
        forward: The cell that read forward.
        backward: The cell that read backward.
        ran: What `run_both` returned.
        d_outputs: ∂loss/∂output, shape (B, T, 2U).

    Returns:
        ∂loss/∂x (B, T, F), and ∂loss/∂weight by name: `forward/…` and `backward/…`.
    """
    # The backward cell saw the steps in reverse, so its errors are reversed too.
    ahead, behind = d_outputs[..., : forward.units], d_outputs[:, ::-1, forward.units :]
    dx, _, first = run_back(forward, ran.forward, ahead)
    reversed_dx, _, second = run_back(backward, ran.backward, behind)
    gradients = {f"forward/{name}": value for name, value in first.items()}
    gradients |= {f"backward/{name}": value for name, value in second.items()}
    return dx + reversed_dx[:, ::-1], gradients


def run_stack(cells: Sequence[Cell], x: Array, states: Sequence[States] = ()) -> list[Run]:
    """Run a batch of sequences through stacked cells, each of which reads the outputs of the last.

    Args:
        cells: The cells, first the one that reads the inputs.
        x: The inputs, shape (B, T, F).
        states: For each cell, its states before the first step; by default zeros.

    Returns:
        The run of each cell; the outputs of the last one are those of the stack.

    Raises:
        ConfigError: See `run`.
    """
    runs: list[Run] = []
    for number, cell in enumerate(cells):
        runs.append(run(cell, x, states[number] if states else None))
        x = runs[-1].outputs
    return runs


def run_stack_back(
    cells: Sequence[Cell], ran: Sequence[Run], d_outputs: Array
) -> tuple[Array, list[States], Gradients]:
    """Send errors back through stacked cells.

    Args:
        cells: The cells.
        ran: What `run_stack` returned.
        d_outputs: ∂loss/∂output of the last cell, shape (B, T, U).

    Returns:
        ∂loss/∂x (B, T, F); for each cell ∂loss/∂state before the first step; and ∂loss/∂weight
        by name: `0/…`, `1/…` and so on.
    """
    # From the last cell down: the error of a cell's inputs is that of the outputs below it.
    states: list[States] = []
    gradients: Gradients = {}
    for number in reversed(range(len(cells))):
        d_outputs, begin, own = run_back(cells[number], ran[number], d_outputs)
        states.insert(0, begin)
        gradients |= {f"{number}/{name}": value for name, value in own.items()}
    return d_outputs, states, gradients


def clip_by_value(gradients: Mapping[str, Array], limit: float) -> Gradients:
    """Return gradients with each number clipped to between -limit and limit.

    This is the course's way. It bounds the step, but changes its direction.

    Args:
        gradients: The gradients, by name.
        limit: The largest absolute value, above 0.

    Raises:
        ConfigError: The limit is not above 0.
    """
    _check_limit(limit)
    return {name: np.clip(value, -limit, limit) for name, value in gradients.items()}


def clip_by_norm(gradients: Mapping[str, Array], limit: float) -> Gradients:
    """Return gradients scaled down to a global norm of at most `limit`; their direction is kept.

    Source: Pascanu, Mikolov and Bengio, *On the difficulty of training recurrent neural
    networks*, 2013.

    Args:
        gradients: The gradients, by name.
        limit: The largest global norm, above 0.

    Raises:
        ConfigError: The limit is not above 0.
    """
    _check_limit(limit)
    norm = global_norm(gradients)
    scale = limit / norm if norm > limit else 1.0
    return {name: value * value.dtype.type(scale) for name, value in gradients.items()}


def global_norm(gradients: Mapping[str, Array]) -> float:
    """Return the Euclidean norm of all gradients together, summed in float64."""
    return float(
        np.sqrt(sum(np.sum(value.astype(np.float64) ** 2) for value in gradients.values()))
    )


def _check_limit(limit: float) -> None:
    if not limit > 0:
        raise ConfigError(f"clipping: expected a limit above 0, got {limit:g}")
