"""The two functions by which networks turn numbers into shares: sigmoid and softmax.

Both are written so that they do not overflow, and so that an array of float32 stays one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["sigmoid", "softmax"]

Array = NDArray[Any]


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + exp(-x)) of each number.

    It is computed as tanh(x / 2) / 2 + 1 / 2, which is the same function. exp(-x) would overflow
    for large negative x; tanh does not, and is as fast.
    """
    y = x * x.dtype.type(0.5)
    np.tanh(y, out=y)
    y *= x.dtype.type(0.5)
    y += x.dtype.type(0.5)
    return np.asarray(y)


def softmax(logits: Array) -> Array:
    """Return exp(logits), scaled so that the numbers along the last axis sum to 1."""
    # Subtracting the largest changes nothing in the quotient, and exp then cannot overflow.
    y = logits - np.maximum.reduce(logits, axis=-1, keepdims=True)
    np.exp(y, out=y)
    y /= np.add.reduce(y, axis=-1, keepdims=True)
    return np.asarray(y)
