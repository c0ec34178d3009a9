"""The rule by which a figure comes back in its own rhythm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.repeat_features import (
    REPEATS,
    REST_TOKEN,
    WIDEST,
    RepeatClass,
    interval_class,
)
from jazzgen.encoding.sequence import NO_PITCH, HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.nn.constraint_base import Constraint, StepView, Weights, weighed_class
from jazzgen.nn.sizes import DURATION_CLASSES
from jazzgen.nn.tensor import Tensor

__all__ = ["Echo"]

_ORDERS = (3, 1, 0)
"""Those of the `repeat_features.ORDERS` by which a figure is known again, the longest first."""
_KINDS = tuple(HistoryColumn.REPEAT + 2 * order for order in _ORDERS)


class Echo(Constraint):
    """A note with which a figure goes on, as it did before, more often lasts as long as then.

    A model that draws a pitch first and then its duration returns to the notes of a figure less
    often than players do, and to their rhythm less often still: figure and rhythm fall apart.
    """

    name = "echo"
    needed_columns = frozenset(
        {HistoryColumn.LAST} | set(range(HistoryColumn.REPEAT, HistoryColumn.REPEAT + 2 * REPEATS))
    )
    joint = False

    def duration_logits(
        self, step: StepView, pitch: Tensor, durations: NDArray[np.int32], limits: Tensor
    ) -> Tensor:
        """Raise the logit of the duration that a repeated note had.

        Args:
            step: What is known of the lines.
            pitch: The new pitch or `REST`, shape (…, 1).
            durations: The durations in ticks, shape (D,).
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        last = step.of_line(HistoryColumn.LAST)
        rise = ops.clip(pitch - last, -WIDEST, WIDEST) + WIDEST
        rise = ops.where(ops.equal(last, NO_PITCH), -1, rise)
        kind = ops.where(ops.equal(pitch, REST), RepeatClass.REST, rise)
        lasting = ops.zeros_like(kind)
        for column in reversed(_KINDS):
            again = ops.equal(step.of_line(column), kind)
            lasting = ops.where(again, step.of_line(column + 1), lasting)
        return ops.where(ops.equal(durations, lasting), limits, 0.0)

    def duration_weights(
        self, step: StepView, pitch: int, limits: Sequence[float]
    ) -> Weights | None:
        """Raise the probability of the duration that a repeated note had.

        Args:
            step: What is known of the line.
            pitch: The new pitch or `REST`.
            limits: The setting.
        """
        history = step.history
        last = history[HistoryColumn.LAST]
        if pitch != REST and last == NO_PITCH:
            return None
        kind = interval_class(REST_TOKEN if pitch == REST else pitch - last)
        for column in _KINDS:
            if history[column] == kind:
                return weighed_class(DURATION_CLASSES, history[column + 1] - 1, limits[0])
        return None
