"""Adaptation in the graph: `nn.adaptation` for tensors, where numbers are added to logits.

Axes: B lines, V outcomes, S slots of an outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from keras import ops

from jazzgen.encoding.sequence import NO_PITCH
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.nn.adaptation import (
    BIASES,
    DEGREE_SLOTS,
    DURATION_SLOTS,
    INTERVAL_SLOTS,
    PLAYING,
    RATES,
)
from jazzgen.nn.keras_engine.lookup import look_up
from jazzgen.nn.sizes import PITCHES
from jazzgen.nn.tensor import Tensor

__all__ = ["Expected", "adapt", "duration_slots", "learn", "pitch_slots"]


class Expected(NamedTuple):
    """What lines expect of one output, such as the next pitch."""

    slots: Tensor
    """The slots of each outcome, int32, shape (B, S, V)."""
    logits: Tensor
    """The logits of the outcomes, with the lines' biases, shape (B, V)."""


def pitch_slots(last: Tensor, root: Tensor, rested: Tensor) -> Tensor:
    """Return the slots of every pitch and of a rest, int32, shape (B, 5, PITCH_CLASSES).

    Args:
        last: The pitch of each line's last note, or `NO_PITCH`, int32, shape (B,).
        root: The chord's root, as a pitch class, int32, shape (B,).
        rested: 1 after a rest and at the beginning, else 0, int32, shape (B,).
    """
    interval = INTERVAL_SLOTS.reshape(-1, *INTERVAL_SLOTS.shape[2:])
    degree = DEGREE_SLOTS.reshape(-1, *DEGREE_SLOTS.shape[3:])
    none = ops.equal(last, NO_PITCH)
    pitch, note = ops.where(none, PITCHES, last), ops.where(none, 12, last % 12)
    return ops.concatenate(
        [
            ops.take(interval, rested * (PITCHES + 1) + pitch, axis=0),
            ops.take(degree, (rested * 12 + root) * 13 + note, axis=0),
        ],
        axis=1,
    )


def duration_slots(last: Tensor, in_beat: Tensor, rest: Tensor) -> Tensor:
    """Return the slots of every duration, int32, shape (B, 2, DURATION_CLASSES).

    Args:
        last: The pitch of each line's last note, or `NO_PITCH`, int32, shape (B,).
        in_beat: Ticks since the beat, int32, shape (B,).
        rest: 1 where it is a rest that lasts, 0 for a note, int32, shape (B,).
    """
    slots = DURATION_SLOTS.reshape(-1, *DURATION_SLOTS.shape[2:])
    kind = ops.where(ops.equal(last, NO_PITCH), 2, rest)
    return ops.take(slots, kind * TICKS_PER_QUARTER + in_beat % TICKS_PER_QUARTER, axis=0)


def adapt(logits: Tensor, biases: Tensor, slots: Tensor) -> Expected:
    """Return what biases make of logits.

    Args:
        logits: The network's logits, shape (B, V).
        biases: The lines' biases, shape (B, BIASES).
        slots: The slots of each outcome, int32, shape (B, S, V).
    """
    _, size, outcomes = slots.shape
    found = look_up(biases, ops.reshape(slots, (-1, size * outcomes)))
    found = ops.reshape(found, (-1, size, outcomes))
    return Expected(slots, logits + ops.sum(found, axis=1))


def learn(biases: Tensor, expected: Sequence[Expected], played: Sequence[Tensor]) -> Tensor:
    """Return biases after a value that is being played, shape (B, BIASES).

    Args:
        biases: The biases before it, shape (B, BIASES).
        expected: What was expected with them of each output. No bias belongs to two outputs.
        played: The outcome of each, int32, shape (B,).
    """
    batch = ops.shape(biases)[0]
    first = ops.arange(batch, dtype="int32") * BIASES
    slots, errors = [], []
    for (own, logits), outcome in zip(expected, played, strict=True):
        _, size, outcomes = own.shape
        error = ops.one_hot(outcome, outcomes) - ops.softmax(logits, axis=-1)  # (B, V)
        slots.append(ops.reshape(own + first[:, None, None], (-1,)))
        errors.append(ops.reshape(ops.tile(error[:, None], (1, size, 1)), (-1,)))
    gradient = ops.segment_sum(
        ops.concatenate(errors), ops.concatenate(slots), num_segments=batch * BIASES
    )
    return biases + RATES * np.float32(PLAYING) * ops.reshape(gradient, (-1, BIASES))
