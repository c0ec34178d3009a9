"""Repeat features in the inference graph: what `encoding.repeat_features` computes, for a batch.

A memory holds the last `MEMORY` values of each line as intervals and durations, the newest at
the end, in float32, shape (B, MEMORY, 2).
"""

from __future__ import annotations

import numpy as np
from keras import ops
from numpy.typing import NDArray

from jazzgen.encoding.repeat_features import (
    MEMORY,
    ORDERS,
    REPEAT_COLUMNS,
    REST_TOKEN,
    WIDEST,
    RepeatClass,
)
from jazzgen.encoding.sequence import NO_PITCH
from jazzgen.encoding.values import REST
from jazzgen.nn.keras_engine.lookup import look_up
from jazzgen.nn.tensor import Tensor

__all__ = ["NOTHING", "alike", "at_pitch", "empty_memory", "interval_class", "recall", "store"]

NOTHING = -1000.0
"""What a memory holds in place of an interval and a duration before a line has begun."""

_DEEPEST = max(order.length for order in ORDERS)
_COMPARED = np.array(
    [
        [
            [order[1 + part] and age < order.length for part in (0, 1) for age in range(_DEEPEST)]
            for order in ORDERS
        ]
    ],
    np.float32,
)
"""Which of the newest intervals, then durations, each order compares, (1, orders, 2 · deepest)."""

_PITCHED = np.array([[[order.intervals] for order in ORDERS]], np.int32)
"""1 for each order whose repeats are looked for at the same pitch first, shape (1, orders, 1)."""


def empty_memory(batch: int, size: int = MEMORY) -> NDArray[np.float32]:
    """Return the memories of lines that have not begun, shape (B, size, 2).

    Args:
        batch: B.
        size: Values that a memory holds.
    """
    return np.full((batch, size, 2), NOTHING, np.float32)


def store(memory: Tensor, pitch: Tensor, duration: Tensor, last: Tensor) -> Tensor:
    """Return the memories with one more value each.

    Args:
        memory: The memories before it, shape (B, MEMORY, 2).
        pitch: The value's pitch or `REST`, int32, shape (B,).
        duration: Its duration in ticks, int32, shape (B,).
        last: The pitch before it, or `NO_PITCH`, int32, shape (B,).
    """
    interval = ops.where(ops.equal(last, NO_PITCH), 0, pitch - last)
    interval = ops.where(ops.equal(pitch, REST), REST_TOKEN, interval)
    token = ops.cast(ops.stack([interval, duration], axis=-1), "float32")
    return ops.concatenate([memory[:, 1:], ops.expand_dims(token, 1)], axis=1)


def recall(memory: Tensor) -> list[Tensor]:
    """Return the columns of a history that hold the repeat features, each int32, shape (B,)."""
    size = memory.shape[1]
    same = alike(ops.swapaxes(memory, 1, 2), _DEEPEST, NOTHING)
    differs = ops.reshape(ops.cast(ops.logical_not(same), "float32"), (-1, 2 * _DEEPEST, size))
    differing = ops.matmul(_COMPARED, differs)  # (B, orders, size)
    # The latest value before which the same was played, (B, orders); 0 for none, since nothing
    # comes before the first value.
    number = np.arange(size, dtype=np.int32)
    # Those at the same pitch come first, where intervals count: their numbers are raised by `size`.
    raised = size * _PITCHED * ops.cast(ops.expand_dims(at_pitch(memory), 1), "int32")
    latest = ops.max(ops.where(ops.equal(differing, 0), number + raised, 0), axis=-1)
    latest = ops.where(latest >= size, latest - size, latest)
    token = ops.cast(look_up(memory, latest), "int32")  # (B, orders, 2)
    interval, duration = ops.unstack(token, 2, axis=-1)
    found = latest > 0
    columns = [
        ops.where(found, interval_class(interval), RepeatClass.NONE),
        ops.where(found, duration, 0),
    ]
    together = ops.reshape(ops.stack(columns, axis=-1), (-1, REPEAT_COLUMNS))
    return list(ops.unstack(together, REPEAT_COLUMNS, axis=-1))


def at_pitch(memory: Tensor) -> Tensor:
    """Return before which values lines stood at the pitch where they stand now, bool, (B, MEMORY).

    Args:
        memory: The memories, shape (B, MEMORY, 2).
    """
    token = memory[..., 0]
    sounding = ops.logical_and(token > NOTHING, ops.not_equal(token, REST_TOKEN))
    # How far a line has risen since its memory began.
    height = ops.cumsum(ops.where(sounding, token, 0.0), axis=1)
    before = ops.pad(height[:, :-1], [(0, 0), (1, 0)], constant_values=NOTHING)
    return ops.equal(before, height[:, -1:])


def alike(values: Tensor, deepest: int, nothing: float) -> Tensor:
    """Compare what was played before each value of a line with what has been played last.

    Args:
        values: A number of each value, the newest at the end, shape (…, size).
        deepest: D, how many values before it are compared.
        nothing: The number that stands for no value.

    Returns:
        Whether the d-th value before each of them is the d-th value before the next one, d being
        1 … D, bool, shape (…, D, size).
    """
    size, before = values.shape[-1], [(0, 0)] * (len(values.shape) - 1)
    longer = ops.pad(values, [*before, (deepest, 0)], constant_values=nothing)
    # Slices are copied in one piece: looked up by their indices they would take far longer.
    ages = range(1, deepest + 1)
    then = ops.stack([longer[..., deepest - age : deepest - age + size] for age in ages], axis=-2)
    now = ops.expand_dims(ops.flip(values[..., size - deepest :], -1), -1)  # (…, D, 1)
    return ops.logical_and(ops.equal(then, now), now > nothing)


def interval_class(interval: Tensor) -> Tensor:
    """Return the classes of a memory's intervals, int32, the same as in `encoding`."""
    near = ops.cast(ops.clip(interval, -WIDEST, WIDEST), "int32") + WIDEST
    return ops.where(ops.equal(interval, REST_TOKEN), RepeatClass.REST, near)
