"""The rule by which a solo lands on the last chord."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import END_FAR, ChartColumn
from jazzgen.encoding.values import REST
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER
from jazzgen.nn.constraint_base import Constraint, StepView, Weights
from jazzgen.nn.constraint_rules import (
    APPROACH,
    IS_REST,
    NOTES_ONLY,
    REST_ONLY,
    UNBROKEN,
    among,
    landing_ticks,
)
from jazzgen.nn.sizes import DURATION_CLASSES, MASKED, PITCH_CLASSES
from jazzgen.nn.tensor import Tensor

if TYPE_CHECKING:
    from jazzgen.config import SamplingConfig

__all__ = ["Landing"]

_HARMONY = (ChartColumn.TONES, ChartColumn.ROOT)
_AHEAD = (
    ChartColumn.TONES,
    ChartColumn.NEXT_TONES,
    ChartColumn.TO_NEXT,
    ChartColumn.ROOT,
)
"""This chord and the next, both above the root of this one, and how far the next is."""
_HELD = TICKS_PER_QUARTER
"""The least length of the last note in ticks."""


class Landing(Constraint):
    """The line ends with a chord tone that begins with the chart's last chord and is held.

    Which tone, and how long, is the model's choice; so is the way there, except that the beat
    before it has no rest, and that only the last note may cross the beginning of that chord: if it
    anticipates it by an eighth or less, and is one of its tones.

    The limit is the length of the last chord in ticks. A chart's table tells the distance to the
    end up to `END_FAR`, so the rule applies to chords that are short enough (`landing_ticks`).
    """

    name = "landing"
    needed_columns = frozenset()
    joint = False

    def limits(self, sampling: SamplingConfig, tempo: float) -> tuple[float, ...] | None:
        """Return the length of the last chord in ticks; None if it is too long to land on.

        Args:
            sampling: The settings.
            tempo: Not used.
        """
        ticks = landing_ticks(sampling)
        return (ticks,) if ticks else None

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Forbid rests before the last chord, what is no tone of it, and notes after the landing.

        Args:
            step: What is known of the lines.
            limits: The length of the last chord in ticks, shape (…, 1).
        """
        from keras import ops

        left = step.of_chart(ChartColumn.TO_END)
        tones, root = (step.of_chart(column) for column in _HARMONY)
        is_tone = among(ops, np.arange(PITCH_CLASSES, dtype=np.int32), tones, root)
        away = ops.logical_and(ops.logical_not(is_tone), ops.greater(tones, 0))
        lands, landed = ops.equal(left, limits), ops.less(left, limits)
        nears = ops.logical_and(ops.logical_not(landed), ops.less_equal(left, limits + UNBROKEN))
        no_note = ops.logical_or(landed, ops.logical_and(lands, away))
        return ops.where(ops.where(IS_REST, nears, no_note), MASKED, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Forbid rests before the last chord, what is no tone of it, and notes after the landing.

        Args:
            step: What is known of the line.
            limits: The length of the last chord in ticks.
        """
        left, length = step.row[ChartColumn.TO_END], limits[0]
        if left > length + UNBROKEN:
            return None
        if left < length:
            return REST_ONLY
        tones, root = (step.row[column] for column in _HARMONY)
        if left > length or not tones:
            return NOTES_ONLY
        is_tone = among(np, np.arange(PITCH_CLASSES), tones, root)
        weights: Weights = (is_tone & ~IS_REST).astype(np.float32)
        return weights

    def duration_logits(
        self, step: StepView, pitch: Tensor, durations: NDArray[np.int32], limits: Tensor
    ) -> Tensor:
        """Forbid what crosses the beginning of the last chord, and a last note that is not held.

        Args:
            step: What is known of the lines.
            pitch: The new pitches or `REST`, shape (…, 1) or (…, D).
            durations: The durations in ticks, shape (D,).
            limits: The length of the last chord in ticks, shape (…, 1).
        """
        from keras import ops

        left = ops.cast(step.of_chart(ChartColumn.TO_END), "float32")
        away = left - limits  # ticks until the last chord
        before = ops.logical_and(away > 0, left < float(END_FAR))
        room = away - ops.where(ops.equal(pitch, REST), float(APPROACH), 0.0)
        within = ops.less_equal(durations, ops.maximum(room, 1.0))
        tones, following, to_next, root = (step.of_chart(column) for column in _AHEAD)
        sounding = ops.where(ops.equal(ops.cast(to_next, "float32"), away), following, tones)
        is_tone = among(ops, pitch, sounding, root)
        anticipates = ops.logical_and(
            ops.logical_and(is_tone, ops.not_equal(pitch, REST)), away <= float(EIGHTH)
        )
        across = ops.logical_and(anticipates, ops.greater_equal(durations, away + _HELD))
        allowed = ops.logical_or(within, across)
        short = ops.less(durations, ops.minimum(limits, float(_HELD)))
        forbidden = ops.logical_or(
            ops.logical_and(before, ops.logical_not(allowed)),
            ops.logical_and(ops.equal(away, 0.0), short),
        )
        return ops.where(forbidden, MASKED, 0.0)

    def duration_weights(
        self, step: StepView, pitch: int, limits: Sequence[float]
    ) -> Weights | None:
        """Forbid what crosses the beginning of the last chord, and a last note that is not held.

        Args:
            step: What is known of the line.
            pitch: The new pitch or `REST`.
            limits: The length of the last chord in ticks.
        """
        left, length = step.row[ChartColumn.TO_END], limits[0]
        if left < length or left >= END_FAR:
            return None
        durations, away = np.arange(1, DURATION_CLASSES + 1), left - length
        if not away:
            held: Weights = (durations >= min(length, _HELD)).astype(np.float32)
            return held
        room = away - (APPROACH if pitch == REST else 0)
        allowed = durations <= max(room, 1)
        if away <= EIGHTH and pitch != REST:
            tones, following, to_next, root = (step.row[column] for column in _AHEAD)
            sounding = following if to_next == away else tones
            if sounding >> (pitch - root) % 12 & 1:
                allowed |= durations >= away + _HELD
        weights: Weights = allowed.astype(np.float32)
        return weights
