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
_FIRST = HistoryColumn.LAST
_LATEST = tuple(range(_FIRST, _FIRST + ALTERNATING))


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
        history = step.history
        one, other, third = history[_FIRST], history[_FIRST + 1], history[_FIRST + 2]
        rise = one - other
        if third == one != other:
            if [*history[_FIRST : _FIRST + ALTERNATING]] == [one, other] * (ALTERNATING // 2):
                return weighed_class(PITCH_CLASSES, other, -limits[0])
        elif other - third == rise in (-1, 1) and history[_FIRST + CHROMATIC - 1] != NO_PITCH:
            run = [one - rise * n for n in range(CHROMATIC)]
            if [*history[_FIRST : _FIRST + CHROMATIC]] == run:
                return weighed_class(PITCH_CLASSES, one + rise, -limits[0])
        return None
