"""The recurrent cells in NumPy: basic, LSTM and GRU, forward and back.

The course (Ng, *Sequence Models*, 2018) and Keras have different names for the same things. This
table translates them, for one step t of a batch of B with F features and U units:

| here | course | shape | what |
|---|---|---|---|
| `x` | x⟨t⟩ | (B, F) | input |
| `h` | a⟨t⟩ | (B, U) | hidden state, which is also the cell's output |
| `c` | c⟨t⟩ | (B, U) | cell state (LSTM) |
| `i`, `f`, `o` | Γu, Γf, Γo | (B, U) | update, forget and output gate |
| `g` | c̃⟨t⟩ | (B, U) | candidate |
| `z`, `r` | 1 - Γu, Γr | (B, U) | update and reset gate of the GRU, as Keras defines them |
| `kernel` | Wax | (F, G·U) | weights of the input, the gates side by side |
| `recurrent_kernel` | Waa | (U, G·U) | weights of the hidden state |
| `bias` | ba | (G·U,), GRU (2, G·U) | bias |

The G gates lie side by side in the order of Keras, so that weights can be copied both ways as they
are: `i f g o` in an LSTM, `z r g` in a GRU.

In the methods `retreat`, `dh` is ∂loss/∂h', and likewise for the others; `before` is the error of
the sums that enter the gates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import ConfigError, ModelError
from jazzgen.rnn.activations import sigmoid
from jazzgen.rnn.cell import Cell, Retreat, States, SummingCell
from jazzgen.rnn.registry import CELLS

__all__ = ["GRUCell", "LSTMCell", "RNNCell", "cell_of", "make_cell"]

Array = NDArray[Any]


class RNNCell(SummingCell):
    """The basic recurrent cell (Elman 1990).

        h' = tanh(x Wx + h Wh + b)

    Since tanh' = 1 - tanh², and all is multiplied by Wh once per step, the errors of a long
    sequence vanish or explode on the way back. The other two cells were invented against that.
    """

    gates = 1

    def enter(self, sums: Array, _states: States) -> tuple[States, Any]:
        """See `SummingCell.enter`."""
        h = np.tanh(sums, out=sums)
        return (h,), h  # the output is all that the way back needs

    def retreat(self, errors: States, _states: States, trace: Any) -> Retreat:
        """See `Cell.retreat`."""
        before = errors[0] * (1 - trace**2)  # through tanh
        return Retreat(before, before, (before @ self.recurrent_kernel.T,))


class LSTMCell(SummingCell):
    """Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate: Gers 2000).

        i, f, o = sigmoid(x Wx + h Wh + b)    g = tanh(x Wx + h Wh + b)
        c' = f c + i g                        h' = o tanh(c')

    where each of the four has columns of Wx, Wh and b of its own. On the way back, the error of
    c' reaches c multiplied by f alone, not by a matrix: where the forget gate stays near 1,
    errors survive many steps.
    """

    gates = 4
    state_count = 2

    @classmethod
    def fresh_bias(cls, units: int) -> Array:
        """Return a bias of 1 for the forget gate and 0 for the rest (Jozefowicz et al. 2015).

        So an untrained cell remembers: sigmoid(1) is 0.73, and errors flow from the beginning.
        """
        bias = super().fresh_bias(units)
        bias[units : 2 * units] = 1
        return bias

    def __init__(self, kernel: Array, recurrent_kernel: Array, bias: Array) -> None:
        super().__init__(kernel, recurrent_kernel, bias)
        # One tanh over all columns is faster than three sigmoids and a tanh over slices:
        # sigmoid(x) = tanh(x / 2) / 2 + 1 / 2 for the gates, and tanh(x) = tanh(1 x) 1 + 0 for
        # the candidate, which is the third block. Only scale and shift differ.
        self._scale = np.full(4 * self.units, 0.5, kernel.dtype)
        self._scale[2 * self.units : 3 * self.units] = 1
        self._shift = 1 - self._scale
        self._shift[2 * self.units : 3 * self.units] = 0
        ends = range(0, 4 * self.units + 1, self.units)
        self._gates = [np.s_[..., begin:end] for begin, end in pairwise(ends)]

    def enter(self, sums: Array, states: States) -> tuple[States, Any]:
        """See `SummingCell.enter`."""
        # In place throughout: at these sizes, allocating arrays costs more than the arithmetic.
        sums *= self._scale
        np.tanh(sums, out=sums)
        sums *= self._scale
        sums += self._shift
        i, f, g, o = [sums[gate] for gate in self._gates]
        c = f * states[1]
        c += i * g
        tanh_c = np.tanh(c)
        return (o * tanh_c, c), (i, f, g, o, tanh_c)

    def retreat(self, errors: States, states: States, trace: Any) -> Retreat:
        """See `Cell.retreat`."""
        (dh, dc), c, (i, f, g, o, tanh_c) = errors, states[1], trace
        dc = dc + dh * o * (1 - tanh_c**2)  # c' counts for itself, and through h'
        before = np.concatenate(
            [
                # sigmoid' = s (1 - s), tanh' = 1 - t²
                dc * g * i * (1 - i),
                dc * c * f * (1 - f),
                dc * i * (1 - g**2),
                dh * tanh_c * o * (1 - o),
            ],
            axis=-1,
        )
        return Retreat(before, before, (before @ self.recurrent_kernel.T, dc * f))


class GRUCell(Cell):
    """Gated recurrent unit (Cho et al. 2014).

        z, r = sigmoid(x Wx + b + h Wh + b')    g = tanh(x Wx + b + r (h Wh + b'))
        h' = z h + (1 - z) g

    where each of the three has columns of Wx, Wh and both biases of its own. The reset gate is
    multiplied with the product h Wh, not with h. This is `reset_after` in Keras: h Wh can be
    computed for all three at once, and needs a bias of its own. The update gate z keeps errors
    alive as the LSTM's forget gate does.
    """

    gates = 3
    biases = 2

    def project(self, x: Array) -> Array:
        """See `Cell.project`."""
        projected = x @ self.kernel
        projected += self.bias[0]
        return projected

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
        # h' depends on z, on g, and on h itself; g on r and on h.
        dz = dh * (h - g) * z * (1 - z)
        dg = dh * (1 - z) * (1 - g**2)
        dr = dg * inner * r * (1 - r)
        # The two products are not simply added here: in the candidate, r scales h Wh alone.
        projected = np.concatenate([dz, dr, dg], axis=-1)
        recurrent = np.concatenate([dz, dr, dg * r], axis=-1)
        return Retreat(projected, recurrent, (recurrent @ self.recurrent_kernel.T + dh * z,))


def make_cell(
    kind: str, features: int, units: int, seed: int | Sequence[int] = 0, dtype: Any = np.float32
) -> Cell:
    """Make a cell with fresh weights from the distributions that Keras uses.

    The kernel is uniform (Glorot and Bengio 2010), the recurrent kernel orthogonal (Saxe et al.
    2014), the bias as the cell wants it (`Cell.fresh_bias`).

    Args:
        kind: A key of `registry.CELLS`, such as "lstm".
        features: F, the size of the input.
        units: U, the size of the hidden state.
        seed: The same seed gives the same weights.
        dtype: float32 or float64.

    Raises:
        ConfigError: There is no such cell, or it has no features or units.
    """
    cell = CELLS[kind].in_numpy
    if features < 1 or units < 1:
        raise ConfigError(
            f"cell: expected at least 1 feature and 1 unit, got {features} and {units}"
        )
    rng = np.random.default_rng(seed)
    width = cell.gates * units
    # Glorot's limit keeps the variance of values about the same forward and back.
    limit = np.sqrt(6 / (features + width))
    # A product with an orthogonal matrix keeps the length of a vector: at the beginning, states
    # neither vanish nor explode. The signs make each such matrix as likely as any other.
    square, triangle = np.linalg.qr(rng.normal(size=(width, units)))
    orthogonal = np.ascontiguousarray((square * np.sign(np.diag(triangle))).T)
    bias = cell.fresh_bias(units)
    kernel = rng.uniform(-limit, limit, (features, width))
    return cell(kernel.astype(dtype), orthogonal.astype(dtype), bias.astype(dtype))


def cell_of(kind: str, weights: Mapping[str, Array]) -> Cell:
    """Return a cell with given weights.

    Args:
        kind: A key of `registry.CELLS`, such as "lstm".
        weights: The arrays, by their names in Keras.

    Raises:
        ConfigError: There is no such cell.
        ModelError: An array is missing, unknown or of the wrong shape.
    """
    cell = CELLS[kind].in_numpy
    names = ("kernel", "recurrent_kernel", "bias")
    if set(weights) != set(names):
        raise ModelError(f"cell: expected {', '.join(names)}, got {', '.join(sorted(weights))}")
    return cell(*(weights[name] for name in names))
