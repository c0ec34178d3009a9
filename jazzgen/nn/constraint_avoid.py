"""The rule against avoid notes on strong beats."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.nn.constraint_base import Constraint, StepView, Weights
from jazzgen.nn.constraint_rules import IS_REST
from jazzgen.nn.sizes import PITCH_CLASSES
from jazzgen.nn.tensor import Tensor

__all__ = ["AvoidNotes"]

_DEGREES = 12
_MASKS = np.arange(2**_DEGREES)
"""Every set of chord tones in semitones above the root: bit k for the tone k."""
_DOMINANT, _COLORS = 1 << 4 | 1 << 10, 1 << 1 | 1 << 8
"""Major third and minor seventh; flat ninth and flat thirteenth, which color such a chord."""


def _avoided() -> Sequence[int]:
    """Return for each set of chord tones the set of its avoid notes."""
    above = (_MASKS << 1 | _MASKS >> (_DEGREES - 1)) & (2**_DEGREES - 1)
    avoided = above & ~_MASKS
    dominant = (_MASKS & _DOMINANT) == _DOMINANT
    found: list[int] = np.where(dominant, avoided & ~_COLORS, avoided).tolist()
    return found


_AVOIDED = _avoided()
_STRONG = (0, 2)
"""The indices of the strong beats of a bar: one and three."""


class AvoidNotes(Constraint):
    """Notes a semitone above a chord tone are less likely on beats one and three.

    The model underrates how much players avoid them there. The flat ninth and the flat thirteenth
    of a dominant seventh are no such notes.
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
            step.row[..., column, None]
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
        degree = ops.mod(ops.arange(PITCH_CLASSES, dtype="int32") - root, _DEGREES)
        avoided = ops.take(np.array(_AVOIDED, np.int32), tones)
        bits = 2 ** np.arange(_DEGREES, dtype=np.int32)
        hit = ops.mod(avoided // ops.take(bits, degree), 2) > 0
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
        return _weights(_AVOIDED[row[ChartColumn.TONES]], row[ChartColumn.ROOT], limits[0])


@cache
def _weights(avoided: int, root: int, strength: float) -> Weights | None:
    """The factors of all pitches and the rest; None if no note is avoided.

    Args:
        avoided: The set of avoid notes above the root.
        root: The pitch class of the root.
        strength: The setting.
    """
    if not avoided:
        return None
    degree = (np.arange(PITCH_CLASSES) - root) % _DEGREES
    hit = ((avoided >> degree) & 1 > 0) & ~IS_REST
    weights: Weights = np.where(hit, np.exp(-strength), 1.0).astype(np.float32)
    return weights
