"""The sampling rules in the inference graph: what all of them together add to logits.

`numpy_engine.constrained` does the same for the light engine, which multiplies probabilities.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np
from keras import ops
from numpy.typing import NDArray

from jazzgen.encoding.values import REST
from jazzgen.nn.constraint_base import Constraint, StepView
from jazzgen.nn.constraints import ActiveConstraint
from jazzgen.nn.keras_engine.lookup import look_up
from jazzgen.nn.sizes import DURATION_CLASSES, LEAST, MASKED, PITCH_CLASSES
from jazzgen.nn.tensor import Tensor

__all__ = [
    "BARRED",
    "constrain_durations",
    "constrain_pitches",
    "constrain_values",
    "keep_rest",
    "limits_of",
    "width_of",
]

Rules = Sequence[Constraint]

BARRED = MASKED / 2
"""The logit below which a class counts as forbidden, whatever other rules add to it."""


def width_of(rules: Rules) -> int:
    """Return P, the number of limits that rules have together."""
    return sum(rule.width for rule in rules)


def limits_of(rules: Sequence[Sequence[ActiveConstraint]]) -> NDArray[np.float32]:
    """Return the limits of the rules of each line, shape (B, P).

    Args:
        rules: For each line the rules that are on, which are the same for all lines.
    """
    rows = [[limit for _, limits in line for limit in limits] for line in rules]
    return np.array(rows, np.float32).reshape(len(rows), -1)


def constrain_pitches(rules: Rules, step: StepView, limits: Tensor) -> Tensor:
    """Return what to add to logits of pitches and the rest, (B, PITCH_CLASSES) or 0.

    Where no note may be played, a rest may, whatever forbids it.

    Args:
        rules: The rules that are on.
        step: The lines at this step.
        limits: The rules' limits, shape (B, P).
    """
    total = _sum(rule.pitch_logits(step, own) for rule, own in _shared_out(rules, limits))
    if isinstance(total, float):
        return total
    notes, rest = total[..., :REST], total[..., REST:]
    none = ops.max(notes, axis=-1, keepdims=True) <= BARRED
    return ops.concatenate([notes, ops.where(none, 0.0, rest)], axis=-1)


def keep_rest(free: Tensor, constrained: Tensor) -> Tensor:
    """Return logits in which the notes together are as likely as without the rules.

    A rule that forbids some notes must not make a line breathe more often: what they lose, the
    other notes get. What rules add to the rest itself, it keeps. Where they leave no note, or no
    rest, nothing changes.

    Args:
        free: The logits without the rules, shape (B, PITCH_CLASSES).
        constrained: The logits with them, shape (B, PITCH_CLASSES).

    Returns:
        Shape (B, PITCH_CLASSES).
    """
    rest = ops.log_softmax(free, axis=-1)[..., REST:]
    sounding = ops.log(ops.maximum(1 - ops.exp(rest), LEAST))
    notes, added = constrained[..., :REST], constrained[..., REST:] - free[..., REST:]
    both = ops.logical_and(
        ops.max(notes, axis=-1, keepdims=True) > BARRED, constrained[..., REST:] > BARRED
    )
    kept = ops.concatenate([ops.log_softmax(notes, axis=-1) + sounding, rest + added], axis=-1)
    return ops.where(both, kept, constrained)


def constrain_durations(rules: Rules, step: StepView, pitch: Tensor, limits: Tensor) -> Tensor:
    """Return what to add to logits of durations, (B, DURATION_CLASSES) or 0.

    Where every duration is forbidden, none is.

    Args:
        rules: The rules that are on.
        step: The lines at this step.
        pitch: The new pitches or `REST`, shape (B,).
        limits: The rules' limits, shape (B, P).
    """
    durations = np.arange(1, DURATION_CLASSES + 1, dtype=np.int32)
    pitch = ops.expand_dims(pitch, 1)
    total = _sum(
        rule.duration_logits(step, pitch, durations, own)
        for rule, own in _shared_out(rules, limits)
    )
    if isinstance(total, float):
        return total
    return ops.where(ops.max(total, axis=-1, keepdims=True) <= BARRED, 0.0, total)


def constrain_values(
    rules: Rules, step: StepView, pitches: Tensor, durations: NDArray[np.int32], limits: Tensor
) -> Tensor:
    """Return what to add to logits of joint values, (B, V).

    Args:
        rules: The rules that are on.
        step: The lines at this step.
        pitches: The pitch that each value would have, or `REST`, int32, shape (B, V).
        durations: The duration of each value in ticks, shape (V,).
        limits: The rules' limits, shape (B, P).
    """
    # A joint value is relative to the last note: it may lead beyond MIDI's range.
    total = ops.where(ops.logical_and(pitches >= 0, pitches < PITCH_CLASSES), 0.0, MASKED)
    by_pitch = _sum(rule.pitch_logits(step, own) for rule, own in _shared_out(rules, limits))
    if not isinstance(by_pitch, float):
        rows = ops.broadcast_to(by_pitch, (ops.shape(pitches)[0], PITCH_CLASSES))
        total += look_up(rows, ops.clip(pitches, 0, PITCH_CLASSES - 1))
    return total + _sum(
        rule.duration_logits(step, pitches, durations, own)
        for rule, own in _shared_out(rules, limits)
    )


def _shared_out(rules: Rules, limits: Tensor) -> Iterator[tuple[Constraint, Tensor]]:
    """Each rule and its own limits, (B, width)."""
    ends = list(accumulate(rule.width for rule in rules))[:-1]
    own = ops.split(limits, ends, axis=-1) if ends else [limits] * len(rules)
    yield from zip(rules, own, strict=True)


def _sum(terms: Iterator[Tensor]) -> Tensor:
    """The sum of what the rules add; 0.0 if none of them adds anything."""
    total = 0.0
    for term in terms:
        if term is not None:
            total = total + term
    return total
