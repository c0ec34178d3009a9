"""The rule against avoid notes on strong beats."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.music.chord import avoid_tones
from jazzgen.nn.constraint_base import Constraint, StepView, Weights, weighed
from jazzgen.nn.constraint_rules import IS_REST, among
from jazzgen.nn.sizes import PITCH_CLASSES
from jazzgen.nn.tensor import Tensor

__all__ = ["AvoidNotes"]

_STRONG = (0, 2)
"""The indices of the strong beats of a bar: one and three."""


class AvoidNotes(Constraint):
    """Notes a semitone above a chord tone are less likely on beats one and three.

    The model underrates how much players avoid them there. Which notes these are,
    `music.chord.avoid_tones` says.
    """

    name = "avoid"
    needed_columns = frozenset()
    joint = False

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Lower the logits of avoid notes on strong beats.

        Args:
            step: What is known of the lines.
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        beat, tick, tones, root = (
            step.of_chart(column)
            for column in (
                ChartColumn.BEAT,
                ChartColumn.IN_BEAT,
                ChartColumn.TONES,
                ChartColumn.ROOT,
            )
        )
        strong = ops.logical_and(
            ops.equal(tick, 0),
            ops.logical_or(ops.equal(beat, _STRONG[0]), ops.equal(beat, _STRONG[1])),
        )
        avoided = ops.take(_avoided(), tones, axis=0)
        hit = among(ops, np.arange(PITCH_CLASSES, dtype=np.int32), avoided, root)
        hit = ops.logical_and(ops.logical_and(hit, strong), ~IS_REST)
        return ops.where(hit, -limits, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Lower the probabilities of avoid notes on strong beats.

        Args:
            step: What is known of the line.
            limits: The setting.
        """
        row = step.row
        if row[ChartColumn.IN_BEAT] or row[ChartColumn.BEAT] not in _STRONG:
            return None
        return _weights(row[ChartColumn.TONES], row[ChartColumn.ROOT], limits[0])


@cache
def _avoided() -> NDArray[np.int32]:
    """The avoid notes of every set of chord tones, shape (4096,)."""
    return np.array([avoid_tones(tones) for tones in range(2**12)], np.int32)


@cache
def _weights(tones: int, root: int, strength: float) -> Weights | None:
    """The factors of all pitches and the rest; None if no note is avoided.

    Args:
        tones: The set of chord tones above the root.
        root: The pitch class of the root.
        strength: The setting.
    """
    avoided = avoid_tones(tones)
    if not avoided:
        return None
    hit = among(np, np.arange(PITCH_CLASSES), avoided, root) & ~IS_REST
    return weighed(hit, -strength)
