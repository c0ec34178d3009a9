"""Repeat features in the inference graph: what `encoding.repeat_features` computes, for a batch.

A memory holds the last `MEMORY` values of each line as intervals and durations, the newest at
the end, in float32, shape (B, MEMORY, 2).
"""

from __future__ import annotations

import numpy as np
from keras import ops
from numpy.typing import NDArray

from jazzgen.encoding.repeat_features import MEMORY, ORDERS, REST_TOKEN, WIDEST, Order, RepeatClass
from jazzgen.encoding.sequence import NO_PITCH
from jazzgen.encoding.values import REST
from jazzgen.nn.tensor import Tensor

__all__ = ["NOTHING", "empty_memory", "interval_class", "recall", "store"]

NOTHING = -1000.0
"""What a memory holds in place of an interval and a duration before a line has begun."""


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
    return ops.concatenate([memory[:, 1:], token[:, None]], axis=1)


def recall(memory: Tensor) -> list[Tensor]:
    """Return the columns of a history that hold the repeat features, each int32, shape (B,)."""
    return [column for order in ORDERS for column in _repeat(memory, order)]


def interval_class(interval: Tensor) -> Tensor:
    """Return the classes of a memory's intervals, int32, the same as in `encoding`."""
    near = ops.cast(ops.clip(interval, -WIDEST, WIDEST), "int32") + WIDEST
    return ops.where(ops.equal(interval, REST_TOKEN), RepeatClass.REST, near)


def _repeat(memory: Tensor, order: Order) -> list[Tensor]:
    """What followed the last time that the newest values of an order were played before.

    Returns:
        The class of its interval, and its duration in ticks, each of shape (B,).
    """
    size = memory.shape[1] - order.length
    # `same` says of each earlier window of the order's length whether it equals the newest one.
    same = memory[:, size, :1] > NOTHING  # (B, 1): the newest window is full
    for age in range(order.length):
        for part in (0, 1):
            if (order.intervals, order.durations)[part]:
                wanted = memory[:, size + age, part, None]
                same = ops.logical_and(same, ops.equal(memory[:, age : size + age, part], wanted))
    # The latest of them, counted from 1, so that 0 means none, (B,).
    latest = ops.max(ops.where(same, ops.arange(1, size + 1), 0), axis=-1)
    batch, length, _ = ops.shape(memory)
    # The memories as one long row, so that a plain look-up finds what follows each window.
    index = ops.arange(batch, dtype="int32") * length + latest + order.length - 1
    token = ops.cast(ops.take(ops.reshape(memory, (-1, 2)), index, axis=0), "int32")
    found = latest > 0
    return [
        ops.where(found, interval_class(token[:, 0]), RepeatClass.NONE),
        ops.where(found, token[:, 1], 0),
    ]
