"""All steps of all solos in a row, and back: heads know no time.

What takes tensors of two axes has far fewer operations than what takes three, above all in its
gradient.
"""

from __future__ import annotations

import keras
from keras import ops

from jazzgen.nn.tensor import Tensor

__all__ = ["StepsOf", "in_a_row"]


def in_a_row(steps: Tensor) -> Tensor:
    """Return the steps of all solos in a row, (B, T, F) → (B · T, F)."""
    return ops.reshape(steps, (-1, steps.shape[-1]))


class StepsOf(keras.layers.Layer):  # type: ignore[misc]
    """Gives what stands in a row the axes of solos and steps again."""

    def compute_output_spec(self, row: Tensor, like: Tensor) -> keras.KerasTensor:
        """Return the shape and type of what `call` returns.

        Args:
            row: Something of each step, symbolic, shape (B · T, …).
            like: Anything of each step, symbolic, shape (B, T, …).
        """
        return keras.KerasTensor((*like.shape[:2], *row.shape[1:]), dtype=row.dtype)

    def call(self, row: Tensor, like: Tensor) -> Tensor:
        """Return the same with both axes, shape (B, T, …).

        Args:
            row: Something of each step, shape (B · T, …).
            like: Anything of each step, shape (B, T, …).
        """
        return ops.reshape(row, (*ops.shape(like)[:2], *row.shape[1:]))
