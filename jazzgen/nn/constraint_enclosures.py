"""The rule that lets enclosures resolve."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.sequence import NO_PITCH, HistoryColumn
from jazzgen.nn.constraint_base import Constraint, StepView, Weights, weighed
from jazzgen.nn.constraint_rules import IS_REST, among
from jazzgen.nn.sizes import PITCH_CLASSES
from jazzgen.nn.tensor import Tensor

__all__ = ["Enclosures"]

STEP = 2
"""Semitones of the largest step."""


class Enclosures(Constraint):
    """A chord tone that the last two notes surround by step is more likely to come next.

    Players aim at a chord tone and play a note on either side of it first. The model has
    learned this, but on lines of its own it resolves too few of them.
    """

    name = "enclosures"
    needed_columns = frozenset({HistoryColumn.LAST, HistoryColumn.LAST + 1})
    joint = False

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Raise the logits of chord tones between the last two notes.

        Args:
            step: What is known of the lines.
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        last, before = (step.of_line(HistoryColumn.LAST + n) for n in range(2))
        tones, root = (step.of_chart(one) for one in (ChartColumn.TONES, ChartColumn.ROOT))
        pitches = np.arange(PITCH_CLASSES, dtype=np.int32)
        low, high = ops.minimum(last, before), ops.maximum(last, before)
        between = ops.logical_and(
            ops.logical_and(pitches > low, pitches <= low + STEP),
            ops.logical_and(pitches < high, pitches >= high - STEP),
        )
        hit = ops.logical_and(among(ops, pitches, tones, root), ~IS_REST)
        hit = ops.logical_and(hit, ops.logical_and(between, low > NO_PITCH))
        return ops.where(hit, limits, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Raise the probabilities of chord tones between the last two notes.

        Args:
            step: What is known of the line.
            limits: The setting.
        """
        last, before = step.history[HistoryColumn.LAST], step.history[HistoryColumn.LAST + 1]
        low, high = (last, before) if last < before else (before, last)
        if low == NO_PITCH or not 2 <= high - low <= 2 * STEP:
            return None
        root, tones = step.row[ChartColumn.ROOT], step.row[ChartColumn.TONES]
        between = range(max(low + 1, high - STEP), min(low + STEP, high - 1) + 1)
        found = [pitch for pitch in between if tones >> (pitch - root) % 12 & 1]
        return _weights(tuple(found), limits[0]) if found else None


@cache
def _weights(pitches: tuple[int, ...], strength: float) -> Weights:
    """The factors of all pitches and the rest.

    Args:
        pitches: The chord tones that are enclosed.
        strength: The setting.
    """
    hit = np.zeros(PITCH_CLASSES, bool)
    hit[[*pitches]] = True
    return weighed(hit, strength)
