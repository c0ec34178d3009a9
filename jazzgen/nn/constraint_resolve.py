"""The rule that lets notes outside the chord resolve."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.sequence import NO_PITCH, HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.nn.constraint_base import Constraint, StepView, Weights, weighed
from jazzgen.nn.constraint_rules import IS_REST, among
from jazzgen.nn.sizes import PITCH_CLASSES
from jazzgen.nn.tensor import Ops, Tensor

__all__ = ["Resolve"]


class Resolve(Constraint):
    """After a note outside the chord, chord tones a semitone away are more likely.

    Half of the notes that players put outside the chord move on by a semitone. The model leaves a
    few more of them by a leap, and then they sound like mistakes.
    """

    name = "resolve"
    needed_columns = frozenset({HistoryColumn.LAST, HistoryColumn.RESTED})
    joint = False

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Raise the logits of chord tones a semitone from the last note.

        Args:
            step: What is known of the lines.
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        last, rested = (step.of_line(n) for n in (HistoryColumn.LAST, HistoryColumn.RESTED))
        tones, root = (step.of_chart(one) for one in (ChartColumn.TONES, ChartColumn.ROOT))
        going_on = ops.logical_and(last > NO_PITCH, ops.equal(rested, 0))
        hit = ops.logical_and(going_on, _resolves(ops, last, tones, root))
        return ops.where(hit, limits, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Raise the probabilities of chord tones a semitone from the last note.

        Args:
            step: What is known of the line.
            limits: The setting.
        """
        history, row = step.history, step.row
        if history[HistoryColumn.RESTED] or history[HistoryColumn.LAST] == NO_PITCH:
            return None
        last, tones, root = (
            history[HistoryColumn.LAST], row[ChartColumn.TONES], row[ChartColumn.ROOT],
        )  # fmt: skip
        return None if tones >> (last - root) % 12 & 1 else _weights(last, tones, root, limits[0])


def _resolves(ops: Ops, last: Tensor, tones: Tensor, root: Tensor) -> Tensor:
    """Whether each pitch resolves the last one, shape (…, PITCH_CLASSES).

    Args:
        ops: `keras.ops`.
        last: The last pitch, shape (…, 1).
        tones: The set of chord tones above the root, likewise.
        root: The pitch class of the root, likewise.
    """
    pitches = np.arange(PITCH_CLASSES, dtype=np.int32)
    near = ops.logical_and(ops.equal(ops.abs(pitches - last), 1), ~IS_REST)
    outside = ops.logical_not(among(ops, last, tones, root))
    return ops.logical_and(ops.logical_and(near, outside), among(ops, pitches, tones, root))


@cache
def _weights(last: int, tones: int, root: int, strength: float) -> Weights | None:
    """The factors of all pitches and the rest; None if nothing resolves the last note.

    Args:
        last: The last pitch, outside the chord.
        tones: The set of chord tones above the root.
        root: The pitch class of the root.
        strength: The setting.
    """
    hit = np.zeros(PITCH_CLASSES, bool)
    for pitch in (last - 1, last + 1):
        hit[pitch] = 0 <= pitch < REST and tones >> (pitch - root) % 12 & 1
    return weighed(hit, strength) if hit.any() else None
