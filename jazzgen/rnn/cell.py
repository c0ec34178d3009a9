"""The interface of recurrent cells in NumPy: one step forward, and one step back.

A step is taken in two parts, because a sequence can save work with the first one: `project`
multiplies the input by its weights, which needs no state and so can be done for all steps at
once; `advance` does the rest. On the way back, `retreat` returns the errors of the sums that
enter the gates. From them `sequences.run_back` computes the gradients of all steps at once.

For the names of arrays and their shapes see `cells`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import ModelError

__all__ = ["Cell", "Retreat", "States", "SummingCell"]

Array = NDArray[Any]
States = tuple[Array, ...]
"""The states of a cell, each (B, U): the hidden state, then the cell state of an LSTM."""


class Retreat(NamedTuple):
    """The errors of one step, sent back: derivatives of the loss, by what they are taken with.

    Args:
        projected: With respect to `x @ kernel + bias`, shape (B, G·U).
        recurrent: With respect to `h @ recurrent_kernel`, shape (B, G·U). Most cells just add
            the two products, so that this is the same array; a GRU does not.
        states: With respect to the states before the step, each (B, U).
    """

    projected: Array
    recurrent: Array
    states: States


class Cell(ABC):
    """A recurrent cell.

    A kind of cell is a subclass with two methods: `advance`, which takes a step, and `retreat`,
    which sends errors back through it. Everything else follows from them.

    Args:
        kernel: The weights of the input, shape (F, G·U).
        recurrent_kernel: The weights of the hidden state, shape (U, G·U).
        bias: The bias, shape (G·U,); in a GRU (2, G·U), one for the input and one for the state.

    Raises:
        ModelError: The shapes do not fit, or not all numbers are finite floats of one type.
    """

    gates: ClassVar[int]
    """G, the number of blocks of U columns in the weights."""
    state_count: ClassVar[int] = 1
    """The number of states that a step hands on: 1 for h, 2 for h and c."""
    biases: ClassVar[int] = 1
    """The number of biases: 2 if the input and the state have one each."""

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
        """Return the shape of each weight, by its name in Keras.

        Args:
            features: F, the size of the input.
            units: U, the size of the hidden state.
        """
        width = cls.gates * units
        bias = (width,) if cls.biases == 1 else (cls.biases, width)
        return {"kernel": (features, width), "recurrent_kernel": (units, width), "bias": bias}

    @classmethod
    def fresh_bias(cls, units: int) -> Array:
        """Return the bias of an untrained cell of U units: zeros."""
        return np.zeros(cls.weight_shapes(1, units)["bias"])

    @property
    def units(self) -> int:
        """U, the size of the hidden state."""
        return int(self.recurrent_kernel.shape[0])

    @property
    def features(self) -> int:
        """F, the size of the input."""
        return int(self.kernel.shape[0])

    @property
    def weights(self) -> dict[str, Array]:
        """The weights by their names in Keras: the arrays themselves, not copies."""
        return {
            "kernel": self.kernel,
            "recurrent_kernel": self.recurrent_kernel,
            "bias": self.bias,
        }

    def zero_states(self, batch: int) -> States:
        """Return states of zeros for a batch of B, each (B, U)."""
        return tuple(
            np.zeros((batch, self.units), self.kernel.dtype) for _ in range(self.state_count)
        )

    def step(self, x: Array, states: States) -> tuple[States, Any]:
        """Take one step.

        Args:
            x: The input, shape (B, F).
            states: The states before the step, each (B, U).

        Returns:
            The states after the step, the first of which is the output; and the trace that
            `step_back` needs.
        """
        after, trace = self.advance(self.project(x), states)
        return after, (x, states, trace)

    def step_back(self, errors: States, trace: Any) -> tuple[Array, States, dict[str, Array]]:
        """Send errors back through a step.

        Args:
            errors: ∂loss/∂state after the step, each (B, U).
            trace: The trace that `step` returned.

        Returns:
            ∂loss/∂x (B, F), ∂loss/∂state before the step, and ∂loss/∂weight by name.
        """
        x, states, own = trace
        # By the chain rule an error passes a product `x @ kernel` as `error @ kernel.T`.
        back = self.retreat(errors, states, own)
        return back.projected @ self.kernel.T, back.states, self.gradients(x, states[0], back)

    def gradients(self, x: Array, h: Array, back: Retreat) -> dict[str, Array]:
        """Return the gradients of the weights, by name.

        The same weights are used by every example and at every step, so their gradients are
        summed over all of these: over all axes but the last.

        Args:
            x: The inputs, shape (…, F).
            h: The hidden states before the steps, shape (…, U).
            back: The errors that `retreat` returned, each (…, G·U).
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
        """Return the part of a step that needs no state, x Wx + b: (…, F) → (…, G·U)."""
        projected: Array = x @ self.kernel
        projected += self.bias
        return projected

    @abstractmethod
    def advance(self, projected: Array, states: States) -> tuple[States, Any]:
        """Take the rest of a step.

        Args:
            projected: What `project` returned, shape (B, G·U). It may be overwritten.
            states: The states before the step, each (B, U).

        Returns:
            The states after the step, and the trace that `retreat` needs.
        """

    @abstractmethod
    def retreat(self, errors: States, states: States, trace: Any) -> Retreat:
        """Send errors back through a step, as far as the sums that enter the gates.

        Args:
            errors: ∂loss/∂state after the step, each (B, U).
            states: The states before the step.
            trace: The trace that `advance` returned.
        """


class SummingCell(Cell):
    """A cell in which the products of the input and of the hidden state are just added up.

    Its subclasses have `enter` instead of `advance`. So both products can be had in one.
    """

    def advance(self, projected: Array, states: States) -> tuple[States, Any]:
        """See `Cell.advance`."""
        projected += states[0] @ self.recurrent_kernel
        return self.enter(projected, states)

    @abstractmethod
    def enter(self, sums: Array, states: States) -> tuple[States, Any]:
        """Take the rest of a step, when all that enters the gates is summed up.

        Args:
            sums: x Wx + h Wh + b, shape (B, G·U). It may be overwritten.
            states: The states before the step, each (B, U).

        Returns:
            What `advance` returns.
        """
