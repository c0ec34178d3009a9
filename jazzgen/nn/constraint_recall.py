"""The rule that lets an idea return where the plan recalls it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.place_features import PlaceColumn
from jazzgen.encoding.plan import HeardColumn
from jazzgen.encoding.repeat_features import WIDEST, RepeatClass
from jazzgen.encoding.sequence import NO_PITCH, HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.nn.constraint_base import Constraint, StepView, Weights
from jazzgen.nn.constraint_rules import IS_REST
from jazzgen.nn.sizes import DURATION_CLASSES, PITCH_CLASSES
from jazzgen.nn.tensor import Tensor

__all__ = ["Recall"]

_RECALL = HistoryColumn.PLAN + HeardColumn.RECALL
_FIRST = HistoryColumn.PLAN + HeardColumn.RECALLED
_INTERVAL, _DURATION, _WAIT = (
    _FIRST + column for column in (PlaceColumn.INTERVAL, PlaceColumn.DURATION, PlaceColumn.WAIT)
)


class Recall(Constraint):
    """In a bar that returns to an earlier idea, its intervals and durations are more likely.

    The model hears what it played at that place, but so few bars of solos return to an idea that
    it learns little of what to do then. The rule says nothing where the place has no value that
    begins now; then it lets the line come in with the next one.
    """

    name = "recall"
    needed_columns = frozenset({HistoryColumn.LAST, _RECALL, _INTERVAL, _DURATION, _WAIT})
    joint = False

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Raise the logit of the pitch by which the idea goes on.

        Args:
            step: What is known of the lines.
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        last, recall, kind, wait = (
            step.of_line(column) for column in (HistoryColumn.LAST, _RECALL, _INTERVAL, _WAIT)
        )
        known = ops.logical_and(ops.logical_and(recall > 0, ops.equal(wait, 0)), last >= 0)
        known = ops.logical_and(known, kind < RepeatClass.REST)
        hit = ops.equal(np.arange(PITCH_CLASSES, dtype=np.int32), last + kind - WIDEST)
        hit = ops.logical_and(hit, ~IS_REST)
        return ops.where(ops.logical_and(hit, known), limits, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Raise the probability of the pitch by which the idea goes on.

        Args:
            step: What is known of the line.
            limits: The setting.
        """
        history = step.history
        last, kind = history[HistoryColumn.LAST], history[_INTERVAL]
        if not history[_RECALL] or history[_WAIT] or last == NO_PITCH or kind >= RepeatClass.REST:
            return None
        pitch = last + kind - WIDEST
        return _raised(PITCH_CLASSES, pitch, limits[0]) if 0 <= pitch < REST else None

    def duration_logits(
        self, step: StepView, pitch: Tensor, durations: NDArray[np.int32], limits: Tensor
    ) -> Tensor:
        """Raise the logit of the duration after which the idea goes on.

        Args:
            step: What is known of the lines.
            pitch: The new pitches; it makes no difference.
            durations: The durations to choose from, in ticks, shape (D,).
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        recall, kind, own, wait = (
            step.of_line(column) for column in (_RECALL, _INTERVAL, _DURATION, _WAIT)
        )
        known = ops.logical_and(recall > 0, kind < RepeatClass.NONE)
        hit = ops.equal(durations, ops.where(wait > 0, wait, own))
        return ops.where(ops.logical_and(hit, known), limits, 0.0)

    def duration_weights(
        self, step: StepView, pitch: int, limits: Sequence[float]
    ) -> Weights | None:
        """Raise the probability of the duration after which the idea goes on.

        Args:
            step: What is known of the line.
            pitch: The new pitch; it makes no difference.
            limits: The setting.
        """
        history = step.history
        if not history[_RECALL] or history[_INTERVAL] >= RepeatClass.NONE:
            return None
        ticks = history[_WAIT] or history[_DURATION]
        return (
            _raised(DURATION_CLASSES, ticks - 1, limits[0]) if ticks <= DURATION_CLASSES else None
        )


@cache
def _raised(size: int, index: int, strength: float) -> Weights:
    """Factors of 1, but for one class."""
    weights: Weights = np.ones(size, np.float32)
    weights[index] = np.exp(np.float32(strength))
    return weights
