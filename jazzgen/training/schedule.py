"""The one-cycle learning-rate schedule (Smith and Topin, 2018)."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

__all__ = ["OneCycle"]


class OneCycle(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Rises from a 25th of the peak over the first 3 of 20, then falls to a thousandth.

    Both ways follow a half cosine.

    Args:
        peak: The highest rate.
        steps: Steps of the whole cycle; later steps keep the last rate.
    """

    RISE = 0.15
    START = 1 / 25
    END = 1 / 1000

    def __init__(self, peak: float, steps: int) -> None:
        self.peak, self.steps = peak, max(steps, 2)

    def __call__(self, step: Any) -> Any:
        """Return the rate of a step (from 0)."""
        share = ops.minimum(ops.cast(step, "float32") / self.steps, 1.0)
        rising = _cosine(self.START, 1.0, share / self.RISE)
        falling = _cosine(1.0, self.END, (share - self.RISE) / (1 - self.RISE))
        return self.peak * ops.where(share < self.RISE, rising, falling)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {"peak": self.peak, "steps": self.steps}


def _cosine(start: float, end: float, share: Any) -> Any:
    return start + (end - start) * (1 - ops.cos(math.pi * share)) / 2
