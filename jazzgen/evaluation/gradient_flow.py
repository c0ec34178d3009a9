"""How far errors flow back through time: why there are gates, and why gradients are clipped.

The loss at the last step of a window depends on what every earlier step left in the hidden
state a⟨t⟩. The norm of ∂loss/∂a⟨t⟩ says how much: where it falls to nothing, no training can
teach the network to remember what happened there (*vanishing* gradients); where it grows without
bound, a single step of training ruins the weights (*exploding* gradients).

Sources: Hochreiter (1991); Bengio, Simard and Frasconi, *Learning long-term dependencies with
gradient descent is difficult*, 1994; Pascanu, Mikolov and Bengio, *On the difficulty of training
recurrent neural networks*, 2013.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.sequence import ValueSequence
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.errors import DatasetError
from jazzgen.evaluation.experiment import Experiment
from jazzgen.nn.numpy_engine.engine import LightEngine
from jazzgen.rnn.activations import softmax
from jazzgen.rnn.cell import Cell
from jazzgen.rnn.cells import LSTMCell, make_cell
from jazzgen.rnn.optimizers import OPTIMIZERS
from jazzgen.rnn.sequences import (
    Run,
    clip_by_norm,
    clip_by_value,
    global_norm,
    run,
    run_back,
)

__all__ = ["HOWS", "Flow", "Training", "flow_back", "model_flow", "scratch_flows"]

HOWS = ("fresh", "scaled", "unclipped", "clipped")
"""A cell as it is made, with larger recurrent weights, and trained in two ways."""

Array = NDArray[Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Flow:
    """Norms of the loss's derivative with respect to the states, means over windows.

    Args:
        label: The name of the cell or model.
        hidden: Norms for a⟨t⟩, t = 1 … T, shape (T,).
        cell: Norms for the LSTM's c⟨t⟩, shape (T,); None for other cells.
    """

    label: str
    hidden: Floats
    cell: Floats | None = None

    def reach(self, share: float = 0.01) -> int:
        """Return how many steps back the norm stays above a share of the last step's.

        Args:
            share: The share, from 0 to 1.
        """
        both = self.hidden if self.cell is None else np.maximum(self.hidden, self.cell)
        low = np.flatnonzero(both[::-1] < share * both[-1])
        return int(low[0]) if len(low) else len(both)

    def to_json(self) -> dict[str, Any]:
        """Return it as `jazzgen diagnose gradients --json` prints it."""
        cell = {} if self.cell is None else {"cell": _finite(self.cell)}
        return {"reach": self.reach(), "hidden": _finite(self.hidden), **cell}


@dataclass(frozen=True)
class Training:
    """One training from scratch.

    Args:
        flow: How errors flow after it.
        norms: Global norm of the gradients at each step, before clipping, shape (steps,).
        losses: Nats per value at each step, shape (steps,).
    """

    flow: Flow
    norms: Floats
    losses: Floats

    def to_json(self) -> dict[str, Any]:
        """Return it as `jazzgen diagnose gradients --json` prints it."""
        return {
            **self.flow.to_json(),
            "gradient_norms": _finite(self.norms),
            "losses": _finite(self.losses),
        }


def _finite(values: Floats) -> list[float | None]:
    """Numbers as JSON can hold them: None where they have overflowed."""
    return [float(value) if np.isfinite(value) else None for value in values.tolist()]


def flow_back(cell: Cell, ran: Run, d_last: Array, label: str = "") -> Flow:
    """Return how errors flow back from the last step.

    Args:
        cell: The cell.
        ran: Its forward run over windows.
        d_last: ∂loss/∂a⟨T⟩ of each window, shape (B, U).
        label: The name of the cell or model.
    """
    batch, steps = ran.outputs.shape[:2]
    errors = (d_last, *cell.zero_states(batch)[1:])
    norms = np.zeros((2, steps))
    for step in reversed(range(steps)):
        if isinstance(cell, LSTMCell):
            # What a⟨t⟩ = o tanh(c⟨t⟩) owes to c⟨t⟩ counts as c⟨t⟩'s.
            _, _, _, output, tanh = ran.traces[step]
            norms[1, step] = _norm(errors[1] + errors[0] * output * (1 - tanh**2))
        elif len(errors) > 1:
            norms[1, step] = _norm(errors[1])
        norms[0, step] = _norm(errors[0])
        errors = cell.retreat(errors, ran.before[step], ran.traces[step]).states
    return Flow(label, norms[0], norms[1] if cell.state_count > 1 else None)


def _norm(errors: Array) -> float:
    return float(np.linalg.norm(errors.astype(np.float64), axis=-1).mean())


def scratch_flows(
    sequences: Sequence[ValueSequence], experiment: Experiment
) -> dict[str, dict[str, Training]]:
    """Train cells on solos with and without clipping, and measure how errors flow in each.

    The network is the course's: one-hot joint values, one cell, a dense softmax over the next
    value; plain gradient descent.

    Args:
        sequences: The solos.
        experiment: Which cells, and how they are trained.

    Returns:
        For each cell how errors flow before training (`fresh`), the same with its recurrent
        weights multiplied by the `gain` (`scaled`), and after training without and with
        clipping (`unclipped`, `clipped`).

    Raises:
        DatasetError: No solo is long enough for a window.
    """
    vocabulary = JointVocabulary.fit(sequences, 90)
    windows = _windows([vocabulary.encode(one) for one in sequences], experiment)
    return {
        kind: {how: _train(kind, windows, len(vocabulary), experiment, how) for how in HOWS}
        for kind in experiment.cells
    }


def _windows(lines: Sequence[Array], experiment: Experiment) -> list[Array]:
    """Windows of T + 1 values each, side by side."""
    size = experiment.length + 1
    windows = [
        line[start : start + size]
        for line in lines
        for start in range(0, len(line) - size + 1, experiment.length)
    ]
    if not windows:
        longest = max(map(len, lines), default=0)
        raise DatasetError(
            f"no solo has {size} values, which a window takes; the longest has {longest}"
        )
    return windows


class _Network:
    """One-hot values, a cell, a dense softmax."""

    def __init__(self, kind: str, values: int, units: int, seed: int) -> None:
        self.cell = make_cell(kind, values, units, [seed, 0], np.float64)
        limit = np.sqrt(6 / (units + values))
        rng = np.random.default_rng([seed, 1])
        self.kernel, self.bias = rng.uniform(-limit, limit, (units, values)), np.zeros(values)
        self.eye = np.eye(values)

    @property
    def weights(self) -> dict[str, Array]:
        return {**self.cell.weights, "dense": self.kernel, "dense_bias": self.bias}

    def forward(self, windows: Array) -> tuple[Run, Array]:
        """The run, and the probabilities of the next values, shape (B, T, V)."""
        ran = run(self.cell, self.eye[windows[:, :-1]])
        return ran, softmax(ran.outputs @ self.kernel + self.bias)

    def loss_and_gradients(self, windows: Array) -> tuple[float, dict[str, Array]]:
        """Mean loss in nats per value, and the gradients of all weights."""
        ran, errors = self.forward(windows)
        rows, steps = np.indices(windows[:, 1:].shape)
        loss = -np.log(np.maximum(errors[rows, steps, windows[:, 1:]], 1e-300)).mean()
        # The derivative of softmax and cross entropy: probabilities minus the one-hot target.
        errors[rows, steps, windows[:, 1:]] -= 1
        errors /= rows.size
        _, _, gradients = run_back(self.cell, ran, errors @ self.kernel.T)
        flat = errors.reshape(-1, errors.shape[-1])
        gradients["dense"] = ran.outputs.reshape(len(flat), -1).T @ flat
        gradients["dense_bias"] = flat.sum(axis=0)
        return float(loss), gradients

    def flow(self, windows: Array, label: str) -> Flow:
        """How errors flow back from the last value of each window."""
        ran, errors = self.forward(windows)
        last = errors[:, -1]
        last[np.arange(len(last)), windows[:, -1]] -= 1
        return flow_back(self.cell, ran, last @ self.kernel.T, label)


def _train(
    kind: str, windows: list[Array], values: int, experiment: Experiment, how: str
) -> Training:
    """One training; all kinds of a cell see the same weights and windows."""
    network = _Network(kind, values, experiment.units, experiment.seed)
    if how == "scaled":
        network.cell.recurrent_kernel *= experiment.gain
    rng = np.random.default_rng([experiment.seed, 2])
    chosen = [
        np.stack([windows[n] for n in rng.integers(len(windows), size=experiment.batch)])
        for _ in range(experiment.steps + 1)
    ]
    optimizer = OPTIMIZERS["sgd"]()
    norms, losses = [], []
    with np.errstate(over="ignore", invalid="ignore"):
        for batch in chosen[:-1] if how in HOWS[2:] else []:
            loss, gradients = network.loss_and_gradients(batch)
            norms.append(global_norm(gradients))
            losses.append(loss)
            if how == "clipped" and experiment.clip_value:
                gradients = clip_by_value(gradients, experiment.clip_value)
            elif how == "clipped":
                gradients = clip_by_norm(gradients, experiment.clip_norm)
            optimizer.step(network.weights, gradients, experiment.learning_rate)
        flow = network.flow(chosen[-1], f"{kind}, {how}")
    return Training(flow, np.array(norms), np.array(losses))


def model_flow(
    engine: LightEngine, sequences: Sequence[ValueSequence], length: int = 60, batch: int = 16
) -> Flow:
    """Return how errors flow back through a trained model's last cell (its first member's).

    Args:
        engine: The model.
        sequences: Solos.
        length: T, values of a window.
        batch: Number of windows, at most.

    Raises:
        DatasetError: No solo is long enough for a window.
    """
    long = [one for one in sequences if len(one) > length][:batch]
    if not long:
        raise DatasetError(f"no solo has more than {length} values, which a window takes")
    flows = [flow_back(*engine.model.last_errors(sequence, length), "model") for sequence in long]
    cells = [flow.cell for flow in flows if flow.cell is not None]
    return Flow(
        "model", np.mean([flow.hidden for flow in flows], axis=0),
        np.mean(cells, axis=0) if cells else None,
    )  # fmt: skip
