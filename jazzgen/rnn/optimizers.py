"""Optimizers: how weights are changed by their gradients.

Sources: Robbins and Monro (1951) for SGD; Kingma and Ba, *Adam* (2015), with the defaults of Keras.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["OPTIMIZERS", "SGD", "Adam", "Optimizer"]

Weights = dict[str, NDArray[Any]]


class Optimizer(Protocol):
    """Changes weights by their gradients, in place."""

    def step(self, weights: Weights, gradients: Weights, rate: float) -> None:
        """Take one step.

        Args:
            weights: The weights by name; they are changed in place.
            gradients: ∂loss/∂weight by name.
            rate: The learning rate.
        """


class SGD:
    """Stochastic gradient descent: w' = w - rate · ∂loss/∂w."""

    def step(self, weights: Weights, gradients: Weights, rate: float) -> None:
        """See `Optimizer.step`."""
        for name, gradient in gradients.items():
            weights[name] -= weights[name].dtype.type(rate) * gradient


@dataclass
class Adam:
    """Adam: the running mean of the gradients, divided by the root of their running mean square.

    So each weight moves by about the learning rate, however large its gradients are.

    Args:
        keep: The share of the running mean that is kept at each step (β1).
        keep_square: The share of the running mean square that is kept at each step (β2).
        epsilon: What is added to the root, so that it is never 0.
        steps: The number of steps taken.
        mean: The running means, by weight.
        square: The running mean squares, by weight.
    """

    keep: float = 0.9
    keep_square: float = 0.999
    epsilon: float = 1e-7
    steps: int = 0
    mean: Weights = field(default_factory=dict)
    square: Weights = field(default_factory=dict)

    def step(self, weights: Weights, gradients: Weights, rate: float) -> None:
        """See `Optimizer.step`."""
        self.steps += 1
        # Both running means begin at 0 and are too small at first; this factor corrects that.
        unbiased = math.sqrt(1 - self.keep_square**self.steps) / (1 - self.keep**self.steps)
        for name, gradient in gradients.items():
            mean = self.mean.setdefault(name, np.zeros_like(gradient))
            square = self.square.setdefault(name, np.zeros_like(gradient))
            mean += (gradient - mean) * mean.dtype.type(1 - self.keep)
            square += (gradient**2 - square) * square.dtype.type(1 - self.keep_square)
            move = mean / (np.sqrt(square) + square.dtype.type(self.epsilon))
            weights[name] -= move * move.dtype.type(rate * unbiased)


OPTIMIZERS: dict[str, Callable[[], Optimizer]] = {"adam": Adam, "sgd": SGD}
"""The optimizers by name."""
