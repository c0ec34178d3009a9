"""Optimizers for weights whose gradients our own backpropagation gives.

Sources: Robbins and Monro (1951); Kingma and Ba, *Adam* (2015). Adam's numbers are Keras's.
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
    """Moves weights against their gradients, in place."""

    def step(self, weights: Weights, gradients: Weights, rate: float) -> None:
        """Take one step."""


class SGD:
    """Stochastic gradient descent: w - rate · ∂loss/∂w."""

    def step(self, weights: Weights, gradients: Weights, rate: float) -> None:
        """Take one step."""
        for name, gradient in gradients.items():
            weights[name] -= weights[name].dtype.type(rate) * gradient


@dataclass
class Adam:
    """Steps by the gradients' running mean over the root of their running square."""

    keep: float = 0.9
    keep_square: float = 0.999
    epsilon: float = 1e-7
    steps: int = 0
    mean: Weights = field(default_factory=dict)
    square: Weights = field(default_factory=dict)

    def step(self, weights: Weights, gradients: Weights, rate: float) -> None:
        """Take one step."""
        self.steps += 1
        unbiased = math.sqrt(1 - self.keep_square**self.steps) / (1 - self.keep**self.steps)
        for name, gradient in gradients.items():
            mean = self.mean.setdefault(name, np.zeros_like(gradient))
            square = self.square.setdefault(name, np.zeros_like(gradient))
            mean += (gradient - mean) * mean.dtype.type(1 - self.keep)
            square += (gradient**2 - square) * square.dtype.type(1 - self.keep_square)
            move = mean / (np.sqrt(square) + square.dtype.type(self.epsilon))
            weights[name] -= move * move.dtype.type(rate * unbiased)


OPTIMIZERS: dict[str, Callable[[], Optimizer]] = {"adam": Adam, "sgd": SGD}
