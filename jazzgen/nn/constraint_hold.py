"""The rule by which the last note of a phrase is held."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.plan import DUE, LEFT_STEP, HeardColumn
from jazzgen.encoding.sequence import HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER
from jazzgen.nn.constraint_base import Constraint, StepView, Weights, weighed
from jazzgen.nn.sizes import DURATION_CLASSES
from jazzgen.nn.tensor import Tensor

__all__ = ["Hold"]

_LEFT = HistoryColumn.PLAN + HeardColumn.PHRASE_LEFT
_FIRST, _LAST = EIGHTH // LEFT_STEP, 2 * TICKS_PER_QUARTER // LEFT_STEP
"""The time in which a phrase ends with one held note, in steps of `LEFT_STEP`."""


class Hold(Constraint):
    """A note that may be the last of its phrase is likelier to last as long as the phrase.

    Players hold the last note of a phrase: on average it is twice as long as the others. A line
    that hears how much time is left in its phrase prefers to fill it with short ones.
    """

    name = "hold"
    needed_columns = frozenset({_LEFT})
    joint = False

    def duration_logits(
        self, step: StepView, pitch: Tensor, durations: NDArray[np.int32], limits: Tensor
    ) -> Tensor:
        """Raise the logits of the durations with which the phrase ends as planned.

        Args:
            step: What is known of the lines.
            pitch: The new pitches or `REST`, shape (…, 1) or (…, D).
            durations: The durations to choose from, in ticks, shape (D,).
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        left = step.of_line(_LEFT) - DUE
        last = ops.logical_and(left >= _FIRST, left <= _LAST)
        last = ops.logical_and(last, ops.not_equal(pitch, REST))
        ends = ops.equal(durations // LEFT_STEP, left)
        return ops.where(ops.logical_and(last, ends), limits, 0.0)

    def duration_weights(
        self, step: StepView, pitch: int, limits: Sequence[float]
    ) -> Weights | None:
        """Raise the probabilities of the durations with which the phrase ends as planned.

        Args:
            step: What is known of the line.
            pitch: The new pitch or `REST`.
            limits: The setting.
        """
        left = step.history[_LEFT] - DUE
        return _weights(left, limits[0]) if _FIRST <= left <= _LAST and pitch != REST else None


@cache
def _weights(left: int, strength: float) -> Weights:
    """The factors of all durations when so many steps are left."""
    durations = np.arange(1, DURATION_CLASSES + 1)
    return weighed(durations // LEFT_STEP == left, strength)
