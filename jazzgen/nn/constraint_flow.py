"""The rule by which a phrase is not broken up by rests."""

from __future__ import annotations

from collections.abc import Sequence

from jazzgen.encoding.plan import DUE, LEFT_STEP, HeardColumn
from jazzgen.encoding.sequence import HistoryColumn
from jazzgen.music.timing import EIGHTH
from jazzgen.nn.constraint_base import Constraint, StepView, Weights
from jazzgen.nn.constraint_rules import IS_REST, rarer_rest
from jazzgen.nn.tensor import Tensor

__all__ = ["Flow"]

_LEFT = HistoryColumn.PLAN + HeardColumn.PHRASE_LEFT
_GOES_ON = DUE + EIGHTH // LEFT_STEP
"""The least class of the time left in a phrase that goes on for an eighth or more."""


class Flow(Constraint):
    """Rests are rarer while a phrase has time left.

    A line that hears how much silence these bars shall have, and how long its phrase shall last,
    obeys both with short rests in the midst of the phrase: half as many again as players make.
    """

    name = "flow"
    needed_columns = frozenset({_LEFT, HistoryColumn.RESTED})
    joint = False

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Lower the logit of a rest after a note.

        Args:
            step: What is known of the lines.
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        within = ops.logical_and(
            step.of_line(_LEFT) >= _GOES_ON, ops.equal(step.of_line(HistoryColumn.RESTED), 0)
        )
        return ops.where(ops.logical_and(within, IS_REST), -limits, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Lower the probability of a rest after a note.

        Args:
            step: What is known of the line.
            limits: The setting.
        """
        history = step.history
        within = history[_LEFT] >= _GOES_ON and not history[HistoryColumn.RESTED]
        return rarer_rest(limits[0]) if within else None
