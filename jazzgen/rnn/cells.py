"""Recurrent cells in NumPy: what they compute, and how their errors flow back.

The course (Ng, *Sequence Models*, 2018) and Keras name the same things differently; here
they meet once, for one step t of a batch of B with F features and U units:

| here | course | shape | what |
|---|---|---|---|
| `x` | x⟨t⟩ | (B, F) | input |
| `h` | a⟨t⟩ | (B, U) | hidden state, which is also the cell's output |
| `c` | c⟨t⟩ | (B, U) | cell state (LSTM) |
| `i`, `f`, `o` | Γu, Γf, Γo | (B, U) | update, forget and output gate |
| `g` | c̃⟨t⟩ | (B, U) | candidate |
| `z`, `r` | 1 - Γu, Γr | (B, U) | update and reset gate of the GRU, as Keras counts them |
| `kernel` | Wax | (F, G·U) | weights of the input, the gates side by side |
| `recurrent_kernel` | Waa | (U, G·U) | weights of the hidden state |
| `bias` | ba | (G·U,), GRU (2, G·U) | bias |

Gates lie side by side in Keras's order, so that weights pass over both ways as they are:
LSTM `i f g o`, GRU `z r g` with the reset gate behind the product (`reset_after`).

A step is split where a sequence can save work: `x @ kernel + bias` needs no state and is
done for all steps at once (`project`); `advance` does the rest. Backwards, `retreat` gives
the errors before the gates, from which `sequences.run_back` makes those of the weights.

Sources: Elman (1990); Hochreiter and Schmidhuber (1997) with Gers's forget gate (2000);
Cho et al. (2014).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import ConfigError, ModelError
from jazzgen.rnn.registry import CELLS

__all__ = [
    "Cell",
    "GRUCell",
    "LSTMCell",
    "RNNCell",
    "Retreat",
    "States",
    "cell_of",
    "make_cell",
    "sigmoid",
    "softmax",
]

Array = NDArray[Any]
States = tuple[Array, ...]


class Retreat(NamedTuple):
    """Errors, one step back."""

    projected: Array
    """Of `x @ kernel + bias`, shape (B, G·U)."""
    recurrent: Array
    """Of `h @ recurrent_kernel`, shape (B, G·U); the same array but in a GRU."""
    states: States
    """Of the states before the step, each (B, U)."""


class Cell(ABC):
    """A recurrent cell.

    Args:
        kernel: Shape (F, G·U).
        recurrent_kernel: Shape (U, G·U).
        bias: Shape (G·U,); of a GRU (2, G·U), for the input's and the state's part.

    Raises:
        ModelError: The shapes do not fit, or not all numbers are finite floats.
    """

    gates: ClassVar[int]
    """G, how many blocks of U columns the weights have."""
    state_count: ClassVar[int] = 1
    """How many states a step takes on: h, or h and c."""
    biases: ClassVar[int] = 1

    def __init__(self, kernel: Array, recurrent_kernel: Array, bias: Array) -> None:
        self.kernel, self.recurrent_kernel, self.bias = kernel, recurrent_kernel, bias
        features = kernel.shape[0] if kernel.ndim else 0
        units = recurrent_kernel.shape[0] if recurrent_kernel.ndim else 0
        for name, shape in self.weight_shapes(features, units).items():
            value = getattr(self, name)
            if value.shape != shape:
                raise ModelError(
                    f"{type(self).__name__}: {name}: expected shape {shape}, got {value.shape}"
                )
            if value.dtype not in (np.float32, np.float64) or value.dtype != kernel.dtype:
                raise ModelError(
                    f"{type(self).__name__}: {name}: expected float32 or float64 "
                    f"throughout, got {value.dtype}"
                )
            if not np.isfinite(value).all():
                raise ModelError(f"{type(self).__name__}: {name}: not every number is finite")

    @classmethod
    def weight_shapes(cls, features: int, units: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the weights by Keras's names.

        Args:
            features: F.
            units: U.
        """
        width = cls.gates * units
        bias = (width,) if cls.biases == 1 else (cls.biases, width)
        return {"kernel": (features, width), "recurrent_kernel": (units, width), "bias": bias}

    @classmethod
    def fresh_bias(cls, units: int) -> Array:
        """Return the bias that an untrained cell of U units has: 0."""
        return np.zeros(cls.weight_shapes(1, units)["bias"])

    @property
    def units(self) -> int:
        """U."""
        return int(self.recurrent_kernel.shape[0])

    @property
    def features(self) -> int:
        """F."""
        return int(self.kernel.shape[0])

    @property
    def weights(self) -> dict[str, Array]:
        """The arrays themselves, by Keras's names."""
        return {
            "kernel": self.kernel,
            "recurrent_kernel": self.recurrent_kernel,
            "bias": self.bias,
        }

    def zero_states(self, batch: int) -> States:
        """Return the states before the first step, each (B, U)."""
        return tuple(
            np.zeros((batch, self.units), self.kernel.dtype) for _ in range(self.state_count)
        )

    def step(self, x: Array, states: States) -> tuple[States, Any]:
        """Take one step.

        Args:
            x: Shape (B, F).
            states: Each (B, U).

        Returns:
            The states after it (the first is the output), and what `step_back` needs.
        """
        after, trace = self.advance(self.project(x), states)
        return after, (x, states, trace)

    def step_back(self, errors: States, trace: Any) -> tuple[Array, States, dict[str, Array]]:
        """Send errors back through one step.

        Args:
            errors: ∂loss/∂state after the step, each (B, U).
            trace: What `step` gave.

        Returns:
            ∂loss/∂x (B, F), ∂loss/∂state before the step, and ∂loss/∂weight by name.
        """
        x, states, own = trace
        back = self.retreat(errors, states, own)
        return back.projected @ self.kernel.T, back.states, self.gradients(x, states[0], back)

    def gradients(self, x: Array, h: Array, back: Retreat) -> dict[str, Array]:
        """Return the gradients of the weights, summed over all leading axes.

        Args:
            x: Inputs, shape (…, F).
            h: Hidden states before the steps, shape (…, U).
            back: Errors before the gates, each (…, G·U).
        """
        projected, recurrent = (one.reshape(-1, one.shape[-1]) for one in back[:2])
        bias = projected.sum(axis=0)
        if self.biases == 2:
            bias = np.stack([bias, recurrent.sum(axis=0)])
        return {
            "kernel": x.reshape(-1, x.shape[-1]).T @ projected,
            "recurrent_kernel": h.reshape(-1, h.shape[-1]).T @ recurrent,
            "bias": bias,
        }

    def project(self, x: Array) -> Array:
        """Return what a step makes of its input alone, (…, F) → (…, G·U)."""
        projected = x @ self.kernel
        projected += self.bias
        return np.asarray(projected)

    @abstractmethod
    def advance(self, projected: Array, states: States) -> tuple[States, Any]:
        """Take the rest of a step.

        Args:
            projected: Shape (B, G·U); may be overwritten.
            states: Each (B, U).

        Returns:
            The states after it, and what `retreat` needs.
        """

    @abstractmethod
    def retreat(self, errors: States, states: States, trace: Any) -> Retreat:
        """Send errors back to before the gates.

        Args:
            errors: ∂loss/∂state after the step, each (B, U).
            states: The states before it.
            trace: What `advance` gave.
        """


class RNNCell(Cell):
    """The basic recurrent cell: h' = tanh(x Wx + h Wh + b)."""

    gates = 1

    def advance(self, projected: Array, states: States) -> tuple[States, Any]:
        """See `Cell.advance`."""
        projected += states[0] @ self.recurrent_kernel
        h = np.tanh(projected, out=projected)
        return (h,), h

    def retreat(self, errors: States, _states: States, trace: Any) -> Retreat:
        """See `Cell.retreat`."""
        before = errors[0] * (1 - trace**2)
        return Retreat(before, before, (before @ self.recurrent_kernel.T,))


class LSTMCell(Cell):
    """Long short-term memory: c' = f c + i g, h' = o tanh(c')."""

    gates = 4
    state_count = 2

    @classmethod
    def fresh_bias(cls, units: int) -> Array:
        """Return a bias of 1 for the forget gate (Jozefowicz et al. 2015), 0 for the rest."""
        bias = super().fresh_bias(units)
        bias[units : 2 * units] = 1
        return bias

    def __init__(self, kernel: Array, recurrent_kernel: Array, bias: Array) -> None:
        super().__init__(kernel, recurrent_kernel, bias)
        # One tangent makes all four: sigmoid(x) = tanh(x / 2) / 2 + 1 / 2 for the gates, and
        # tanh(x) = tanh(1 x) 1 + 0 for the candidate, in the third place.
        self._scale = np.full(4 * self.units, 0.5, kernel.dtype)
        self._scale[2 * self.units : 3 * self.units] = 1
        self._shift = 1 - self._scale
        self._shift[2 * self.units : 3 * self.units] = 0

    def advance(self, projected: Array, states: States) -> tuple[States, Any]:
        """See `Cell.advance`."""
        h, c = states
        units = self.units
        projected += h @ self.recurrent_kernel
        projected *= self._scale
        np.tanh(projected, out=projected)
        projected *= self._scale
        projected += self._shift
        i, f, g, o = (projected[..., n * units : (n + 1) * units] for n in range(4))
        c = f * c
        c += i * g
        tanh_c = np.tanh(c)
        return (o * tanh_c, c), (i, f, g, o, tanh_c)

    def retreat(self, errors: States, states: States, trace: Any) -> Retreat:
        """See `Cell.retreat`."""
        (dh, dc), c, (i, f, g, o, tanh_c) = errors, states[1], trace
        dc = dc + dh * o * (1 - tanh_c**2)
        before = np.concatenate(
            [
                dc * g * i * (1 - i),
                dc * c * f * (1 - f),
                dc * i * (1 - g**2),
                dh * tanh_c * o * (1 - o),
            ],
            axis=-1,
        )
        return Retreat(before, before, (before @ self.recurrent_kernel.T, dc * f))


class GRUCell(Cell):
    """Gated recurrent unit: h' = z h + (1 - z) g, with g = tanh(x Wx + r (h Wh + b))."""

    gates = 3
    biases = 2

    def project(self, x: Array) -> Array:
        """See `Cell.project`."""
        projected = x @ self.kernel
        projected += self.bias[0]
        return np.asarray(projected)

    def advance(self, projected: Array, states: States) -> tuple[States, Any]:
        """See `Cell.advance`."""
        (h,), units = states, self.units
        recurrent = h @ self.recurrent_kernel
        recurrent += self.bias[1]
        gates = sigmoid(projected[..., : 2 * units] + recurrent[..., : 2 * units])
        z, r = gates[..., :units], gates[..., units:]
        inner = recurrent[..., 2 * units :]
        g = np.tanh(projected[..., 2 * units :] + r * inner)
        return (z * h + (1 - z) * g,), (z, r, g, inner)

    def retreat(self, errors: States, states: States, trace: Any) -> Retreat:
        """See `Cell.retreat`."""
        (dh,), (h,), (z, r, g, inner) = errors, states, trace
        dz = dh * (h - g) * z * (1 - z)
        dg = dh * (1 - z) * (1 - g**2)
        dr = dg * inner * r * (1 - r)
        projected = np.concatenate([dz, dr, dg], axis=-1)
        recurrent = np.concatenate([dz, dr, dg * r], axis=-1)
        return Retreat(projected, recurrent, (recurrent @ self.recurrent_kernel.T + dh * z,))


def make_cell(
    kind: str, features: int, units: int, seed: int | Sequence[int] = 0, dtype: Any = np.float32
) -> Cell:
    """Make a cell with fresh weights, distributed as Keras's are.

    The kernel is Glorot's uniform (2010), the recurrent kernel orthogonal (Saxe et al. 2014),
    the bias what the cell says (`Cell.fresh_bias`).

    Args:
        kind: A key of `registry.CELLS`.
        features: F.
        units: U.
        seed: The same seed gives the same weights.
        dtype: float32 or float64.

    Raises:
        ConfigError: There is no such cell, or it has no features or units.
    """
    cell = CELLS[kind].in_numpy
    if features < 1 or units < 1:
        raise ConfigError(
            f"cell: expected 1 or more features and units, got {features} and {units}"
        )
    rng = np.random.default_rng(seed)
    width = cell.gates * units
    limit = np.sqrt(6 / (features + width))
    square, triangle = np.linalg.qr(rng.normal(size=(width, units)))
    orthogonal = np.ascontiguousarray((square * np.sign(np.diag(triangle))).T)
    bias = cell.fresh_bias(units)
    kernel = rng.uniform(-limit, limit, (features, width))
    return cell(kernel.astype(dtype), orthogonal.astype(dtype), bias.astype(dtype))


def cell_of(kind: str, weights: Mapping[str, Array]) -> Cell:
    """Return a cell with weights of Keras's names.

    Args:
        kind: A key of `registry.CELLS`.
        weights: The cell's arrays by name.

    Raises:
        ConfigError: There is no such cell.
        ModelError: A weight is missing or too many, or does not fit.
    """
    cell = CELLS[kind].in_numpy
    names = ("kernel", "recurrent_kernel", "bias")
    if set(weights) != set(names):
        raise ModelError(f"cell: expected {', '.join(names)}, got {', '.join(sorted(weights))}")
    return cell(*(weights[name] for name in names))


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + exp(-x)), by the tangent, which does not overflow."""
    y = x * x.dtype.type(0.5)
    np.tanh(y, out=y)
    y *= x.dtype.type(0.5)
    y += x.dtype.type(0.5)
    return np.asarray(y)


def softmax(logits: Array) -> Array:
    """Return shares of the last axis that add up to 1."""
    y = logits - np.maximum.reduce(logits, axis=-1, keepdims=True)
    np.exp(y, out=y)
    y /= np.add.reduce(y, axis=-1, keepdims=True)
    return np.asarray(y)
