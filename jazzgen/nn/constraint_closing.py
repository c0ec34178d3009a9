"""The rule by which a solo that ends by itself stops: it stays silent, and holds no last note."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.plan import BREATH_TICKS, NEAR_END
from jazzgen.encoding.values import REST
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER
from jazzgen.nn.constraint_base import Constraint, StepView, Weights, weighed
from jazzgen.nn.constraint_rules import IS_REST, landing_ticks
from jazzgen.nn.sizes import DURATION_CLASSES
from jazzgen.nn.tensor import Tensor

if TYPE_CHECKING:
    from jazzgen.config import SamplingConfig

__all__ = ["Closing"]

LATEST = TICKS_PER_QUARTER + EIGHTH
"""The ticks before the chart's end in which hardly a note begins: in the Weimar Jazz Database none
begins in the last 1.75 quarter notes of a transcribed form."""
HARDLY = 12.0
"""What a rest gains there, as a logit: a note stays possible, where another rule demands one."""
LONG = TICKS_PER_QUARTER + EIGHTH
"""The least ticks of a note that is long for a last one."""
SHORTER = 0.14
"""What such a note loses in the last bars, as a share of the setting."""


class Closing(Constraint):
    """In the last bars a line that has fallen silent hardly begins again.

    A player whose last phrase is over has ended his solo: of those who are silent for a beat or
    more four quarter notes before the form ends, one in a hundred comes back. A line that decides
    again at each rest comes back far too often. The nearer the end, the rarer new phrases are.
    Nor does it hold its last note for long: that would be a landing.

    The rule is off where the solo lands on a last chord (see `Landing`), and where it goes on.
    """

    name = "closing"
    needed_columns = frozenset()
    joint = False

    def limits(self, sampling: SamplingConfig, tempo: float) -> tuple[float, ...] | None:
        """Return the setting; None if the solo ends otherwise.

        Args:
            sampling: The settings.
            tempo: Not used.
        """
        ends = not landing_ticks(sampling) and not sampling.goes_on
        return (sampling.closing,) if ends and sampling.closing else None

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Raise the logit of a rest: after a silence, and most just before the end.

        Args:
            step: What is known of the lines.
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        left = ops.cast(step.of_chart(ChartColumn.TO_END), "float32")
        silent = ops.greater_equal(step.silence[..., None], BREATH_TICKS)
        rarer = limits * ops.maximum(1 - left / float(NEAR_END), 0.0)
        gain = ops.where(left <= float(LATEST), HARDLY, ops.where(silent, rarer, 0.0))
        return ops.where(IS_REST, gain, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Raise the probability of a rest: after a silence, and most just before the end.

        Args:
            step: What is known of the line.
            limits: The setting.
        """
        left = step.row[ChartColumn.TO_END]
        if left >= NEAR_END or (left > LATEST and step.silence < BREATH_TICKS):
            return None
        gain = HARDLY if left <= LATEST else limits[0] * (1 - left / NEAR_END)
        return weighed(IS_REST, gain)

    def duration_logits(
        self, step: StepView, pitch: Tensor, durations: NDArray[np.int32], limits: Tensor
    ) -> Tensor:
        """Lower the logits of long notes in the last bars.

        Args:
            step: What is known of the lines.
            pitch: The new pitches or `REST`, shape (…, 1) or (…, D).
            durations: The durations to choose from, in ticks, shape (D,).
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        near = ops.less(step.of_chart(ChartColumn.TO_END), NEAR_END)
        near = ops.logical_and(near, ops.not_equal(pitch, REST))
        long = ops.logical_and(near, durations >= LONG)
        return ops.where(long, -SHORTER * limits, 0.0)

    def duration_weights(
        self, step: StepView, pitch: int, limits: Sequence[float]
    ) -> Weights | None:
        """Lower the probabilities of long notes in the last bars.

        Args:
            step: What is known of the line.
            pitch: The new pitch or `REST`.
            limits: The setting.
        """
        near = step.row[ChartColumn.TO_END] < NEAR_END and pitch != REST
        return _shorter(limits[0]) if near else None


@cache
def _shorter(strength: float) -> Weights:
    """The factors of all durations in the last bars."""
    return weighed(np.arange(1, DURATION_CLASSES + 1) >= LONG, -SHORTER * strength)
