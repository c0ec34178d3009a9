"""The one-cycle learning-rate schedule (Smith and Topin, 2018)."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

__all__ = ["OneCycle"]


class OneCycle(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """A learning rate that rises from 1/25 of its peak and then falls to 1/1000 of it.

    The rise takes the first 15 % of the steps; rise and fall each follow half a cosine.

    Args:
        peak: The highest rate.
        steps: Steps of the whole cycle; later steps keep the last rate.
    """

    RISE = 0.15
    """Share of the steps in which the rate rises."""
    START = 1 / 25
    """The first rate, as a share of the peak."""
    END = 1 / 1000
    """The last rate, as a share of the peak."""

    def __init__(self, peak: float, steps: int) -> None:
        self.peak, self.steps = peak, max(steps, 2)

    def __call__(self, step: Any) -> Any:
        """Return the learning rate of a step, counted from 0."""
        share = ops.minimum(ops.cast(step, "float32") / self.steps, 1.0)
        rising = _cosine(self.START, 1.0, share / self.RISE)
        falling = _cosine(1.0, self.END, (share - self.RISE) / (1 - self.RISE))
        return self.peak * ops.where(share < self.RISE, rising, falling)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, as Keras stores them."""
        return {"peak": self.peak, "steps": self.steps}


def _cosine(start: float, end: float, share: Any) -> Any:
    return start + (end - start) * (1 - ops.cos(math.pi * share)) / 2
