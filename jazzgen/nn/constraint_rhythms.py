"""The rule by which a quarter note is divided as players divide it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.beat_rhythms import BEGUN, RHYTHMS
from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.sequence import HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER
from jazzgen.nn.constraint_base import Constraint, StepView, Weights, weighed
from jazzgen.nn.constraint_rules import IS_REST, rarer_rest
from jazzgen.nn.sizes import DURATION_CLASSES
from jazzgen.nn.tensor import Ops, Tensor

__all__ = ["Rhythms"]

MOST_KEPT = 1 << 14
"""The number of answers that are kept."""


_KNOWN, _BEGUN = (np.array(sorted(own), np.int32) for own in ({0, *RHYTHMS}, BEGUN))
_FIRST = np.resize([1 << tick in BEGUN for tick in range(TICKS_PER_QUARTER)], DURATION_CLASSES)
"""Whether rhythms begin with each tick, quarter after quarter."""
_POWERS = 1 << np.arange(TICKS_PER_QUARTER + 1, dtype=np.int32)


class Rhythms(Constraint):
    """Values that would make a rhythm of a quarter that players do not play are rarer.

    A value may end where a rhythm that players play has its next note, or else behind the quarter,
    if the quarter is complete as it is.
    """

    name = "rhythms"
    needed_columns = frozenset({HistoryColumn.ONSETS})
    joint = False

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Lower the logit of a rest that leaves a quarter incomplete.

        Args:
            step: What is known of the lines.
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        place = ops.mod(step.of_chart(ChartColumn.IN_BAR), TICKS_PER_QUARTER)
        late = place >= TICKS_PER_QUARTER - EIGHTH
        known = _among(ops, _KNOWN, _so_far(ops, step.of_line(HistoryColumn.ONSETS), place))
        left = ops.logical_and(late, ops.logical_not(known))
        return ops.where(ops.logical_and(left, IS_REST), -limits, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Lower the probability of a rest that leaves a quarter incomplete.

        Args:
            step: What is known of the line.
            limits: The setting.
        """
        onsets, place = step.history[HistoryColumn.ONSETS], step.row[ChartColumn.IN_BAR]
        place %= TICKS_PER_QUARTER
        so_far = onsets >> TICKS_PER_QUARTER - place
        if place < TICKS_PER_QUARTER - EIGHTH or not so_far or so_far in RHYTHMS:
            return None
        return rarer_rest(limits[0])

    def duration_logits(
        self, step: StepView, pitch: Tensor, durations: NDArray[np.int32], limits: Tensor
    ) -> Tensor:
        """Lower the logits of durations that leave a quarter incomplete, or end beside a rhythm.

        Args:
            step: What is known of the lines.
            pitch: The new pitch or `REST`, shape (…, 1).
            durations: The durations in ticks, shape (D,).
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        place = ops.mod(step.of_chart(ChartColumn.IN_BAR), TICKS_PER_QUARTER)
        so_far = _so_far(ops, step.of_line(HistoryColumn.ONSETS), place)
        so_far += ops.where(ops.equal(pitch, REST), 0, ops.take(_POWERS, place, axis=0))
        return ops.where(_fits(ops, so_far, place, durations), 0.0, -limits)

    def duration_weights(
        self, step: StepView, pitch: int, limits: Sequence[float]
    ) -> Weights | None:
        """Lower the probabilities of durations that leave a quarter incomplete (see above).

        Args:
            step: What is known of the line.
            pitch: The new pitch or `REST`.
            limits: The setting.
        """
        onsets, place = step.history[HistoryColumn.ONSETS], step.row[ChartColumn.IN_BAR]
        place %= TICKS_PER_QUARTER
        so_far = onsets >> TICKS_PER_QUARTER - place
        if pitch != REST:
            so_far |= 1 << place
        return _duration_weights(so_far, place, limits[0])


def _so_far(ops: Ops, onsets: Tensor, place: Tensor) -> Tensor:
    """The rhythm of the present quarter so far.

    Args:
        ops: `keras.ops`.
        onsets: The column `HistoryColumn.ONSETS`.
        place: Ticks since the quarter began.
    """
    return onsets // ops.take(_POWERS, TICKS_PER_QUARTER - place, axis=0)


def _fits(ops: Ops, so_far: Tensor, place: Tensor, durations: NDArray[np.int32]) -> Tensor:
    """Whether values of these durations fit into rhythms that players play.

    Args:
        ops: `keras.ops`.
        so_far: The rhythm of the present quarter, with the value if it is a note.
        place: Ticks since the quarter began.
        durations: The durations in ticks, shape (D,).
    """
    end = place + durations
    next_note = ops.take(_POWERS, ops.mod(end, TICKS_PER_QUARTER), axis=0)
    inside = end < TICKS_PER_QUARTER
    begins = _among(ops, _BEGUN, ops.where(inside, so_far, 0) + next_note)
    return ops.logical_and(begins, ops.logical_or(inside, _among(ops, _KNOWN, so_far)))


def _among(ops: Ops, rhythms: NDArray[np.int32], these: Tensor) -> Tensor:
    """Whether rhythms are among some others."""
    return ops.any(ops.equal(these[..., None], rhythms), axis=-1)


@lru_cache(MOST_KEPT)
def _duration_weights(so_far: int, place: int, strength: float) -> Weights | None:
    """The factors of all durations, by `_fits` for one line; None if all are 1.

    A solo comes to hundreds of beginnings of rhythms, so that this must be quick the first time.
    """
    left = TICKS_PER_QUARTER - place
    fits = np.zeros(DURATION_CLASSES, bool)
    fits[: left - 1] = [so_far | 1 << tick in BEGUN for tick in range(place + 1, TICKS_PER_QUARTER)]
    if not so_far or so_far in RHYTHMS:
        fits[left - 1 :] = _FIRST[: DURATION_CLASSES - left + 1]
    return None if fits.all() else weighed(~fits, -strength)
