"""The rule by which a phrase begins as the one before it did."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.openings import EMPTY, LONGEST, SIZES, goes_on
from jazzgen.encoding.plan import BREATH_TICKS
from jazzgen.encoding.sequence import HistoryColumn
from jazzgen.nn.constraint_base import Constraint, StepView, Weights, weighed_class
from jazzgen.nn.sizes import DURATION_CLASSES, PITCH_CLASSES
from jazzgen.nn.tensor import Tensor

__all__ = ["Opening"]

FIRST = 0.4
"""The strength for the first note, as a share of the setting: it is common to any two phrases."""

_OPENING, _TIMES = HistoryColumn.OPENING, HistoryColumn.OPENING_TIMES
_BEFORE, _TIMES_BEFORE = HistoryColumn.BEFORE, HistoryColumn.BEFORE_TIMES


class Opening(Constraint):
    """A phrase that has begun as the one before it goes on as that one did, in its rhythm.

    Players answer a phrase with one that begins alike: one in nine has the first note of the phrase
    before, and of these every second also has its second note. A model that draws note by note
    forgets where a phrase began.
    """

    name = "opening"
    needed_columns = frozenset({
        HistoryColumn.BREATH_NUMBER, HistoryColumn.SILENCE, _OPENING, _TIMES, _BEFORE, _TIMES_BEFORE
    })  # fmt: skip
    joint = False

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Raise the logit of the pitch by which the phrase goes on like the one before.

        Args:
            step: What is known of the lines.
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        notes, pitch, _ = _next_of_all(step)
        hit = ops.equal(np.arange(PITCH_CLASSES, dtype=np.int32), pitch)
        return ops.where(hit, ops.where(notes > 0, limits, FIRST * limits), 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Raise the probability of the pitch by which the phrase goes on like the one before.

        Args:
            step: What is known of the line.
            limits: The setting.
        """
        found = _next(step)
        if found is None:
            return None
        notes, pitch, _ = found
        return weighed_class(PITCH_CLASSES, pitch, limits[0] if notes else FIRST * limits[0])

    def duration_logits(
        self, step: StepView, pitch: Tensor, durations: NDArray[np.int32], limits: Tensor
    ) -> Tensor:
        """Raise the logit of the duration that the same note of the phrase before had.

        Args:
            step: What is known of the lines.
            pitch: The new pitches or `REST`, shape (…, 1).
            durations: The durations to choose from, in ticks, shape (D,).
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        _, known, ticks = _next_of_all(step)
        hit = ops.logical_and(ops.equal(durations, ticks), ops.equal(pitch, known))
        return ops.where(hit, limits, 0.0)

    def duration_weights(
        self, step: StepView, pitch: int, limits: Sequence[float]
    ) -> Weights | None:
        """Raise the probability of the duration that the same note of the phrase before had.

        Args:
            step: What is known of the line.
            pitch: The new pitch or `REST`.
            limits: The setting.
        """
        found = _next(step)
        if found is None or found[1] != pitch or found[2] > DURATION_CLASSES:
            return None
        return weighed_class(DURATION_CLASSES, found[2] - 1, limits[0])


def _next(step: StepView) -> tuple[int, int, int] | None:
    """How a phrase goes on that is like the one before so far.

    Args:
        step: What is known of the line.

    Returns:
        The number of its notes so far, and the pitch and the duration of the note that came next
        in the phrase before; None if they differ.
    """
    history = step.history
    if step.silence >= BREATH_TICKS:  # the next note begins a phrase
        found, times_before = goes_on(EMPTY, history[_OPENING]), history[_TIMES]
    else:
        found, times_before = goes_on(history[_OPENING], history[_BEFORE]), history[_TIMES_BEFORE]
    if found is None:
        return None
    notes, pitch = found
    return notes, pitch, times_before // SIZES[notes] & LONGEST


def _next_of_all(step: StepView) -> tuple[Tensor, Tensor, Tensor]:
    """`_next` in the tensor form, each (…, 1); the pitch is -1 where a phrase differs.

    Args:
        step: What is known of the lines.
    """
    from keras import ops

    opening, times, before, times_before = map(
        step.of_line, (_OPENING, _TIMES, _BEFORE, _TIMES_BEFORE)
    )
    begins = step.silence[..., None] >= BREATH_TICKS  # the next note begins a phrase
    before = ops.where(begins, opening, before)
    times_before = ops.where(begins, times, times_before)
    opening = ops.where(begins, EMPTY, opening)
    notes = sum(ops.cast(opening >= size, "int32") for size in SIZES[1:])
    size = ops.take(np.array(SIZES, np.int32), notes, axis=0)
    # Behind the last note of an opening no size is small enough.
    longer = ops.take(np.array([*SIZES[1:], np.iinfo(np.int32).max], np.int32), notes, axis=0)
    alike = ops.logical_and(before >= longer, ops.equal((before - opening) % size, 0))
    digit = LONGEST + 1
    return notes, ops.where(alike, before // size % digit, -1), times_before // size % digit
