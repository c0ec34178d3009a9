"""The rule by which trills and chromatic runs do not go on for ever."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from jazzgen.encoding.sequence import NO_PITCH, HistoryColumn
from jazzgen.nn.constraint_base import Constraint, StepView, Weights, weighed_class
from jazzgen.nn.sizes import PITCH_CLASSES
from jazzgen.nn.tensor import Tensor

__all__ = ["Trills"]

ALTERNATING = 6
"""The number of notes that alternate from which it is rarer that they go on."""
CHROMATIC = 5
"""The number of notes in a run of semitones from which it is rarer that it goes on."""
_LATEST = tuple(range(HistoryColumn.LAST, HistoryColumn.LAST + ALTERNATING))


class Trills(Constraint):
    """Once six notes have alternated, or five have run in semitones, it is rarer that they go on.

    What a line has played itself it expects again, and most of all in a trill or a run. It would
    play half as many again as players do, and now and then one of a hundred notes.
    """

    name = "trills"
    needed_columns = frozenset(_LATEST)
    joint = False

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Lower the logit of the pitch with which a trill or a run goes on.

        Args:
            step: What is known of the lines.
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        latest = [step.of_line(column) for column in _LATEST]
        trilling = ops.not_equal(latest[0], latest[1])
        for later, earlier in zip(latest, latest[2:], strict=False):
            trilling = ops.logical_and(trilling, ops.equal(later, earlier))
        rise = latest[0] - latest[1]
        running = ops.logical_and(ops.equal(ops.abs(rise), 1), latest[CHROMATIC - 1] > NO_PITCH)
        for later, earlier in pairwise(latest[1:CHROMATIC]):
            running = ops.logical_and(running, ops.equal(later - earlier, rise))
        goes_on = ops.where(running, latest[0] + rise, latest[1])
        hit = ops.equal(np.arange(PITCH_CLASSES, dtype=np.int32), goes_on)
        return ops.where(ops.logical_and(ops.logical_or(trilling, running), hit), -limits, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Lower the probability of the pitch with which a trill or a run goes on.

        Args:
            step: What is known of the line.
            limits: The setting.
        """
        one, other, *earlier = step.history[_LATEST[0] : _LATEST[-1] + 1]
        if one != other and earlier == [one, other] * (len(earlier) // 2):
            return weighed_class(PITCH_CLASSES, other, -limits[0])
        rise = one - other
        running = rise in (-1, 1) and earlier[CHROMATIC - 3] != NO_PITCH
        if running and earlier[: CHROMATIC - 2] == [other - rise * n for n in (1, 2, 3)]:
            return weighed_class(PITCH_CLASSES, one + rise, -limits[0])
        return None
