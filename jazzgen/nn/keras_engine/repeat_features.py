"""Repeat features inside the inference graph: those of `encoding` for a batch of lines.

A memory holds the last `MEMORY` values of each line as intervals and durations,
the newest at the end, in float32, shape (B, MEMORY, 2).
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
"""Stands in a memory where no interval and no duration is."""


def empty_memory(batch: int, size: int = MEMORY) -> NDArray[np.float32]:
    """Return memories of nothing, shape (B, size, 2)."""
    return np.full((batch, size, 2), NOTHING, np.float32)


def store(memory: Tensor, pitch: Tensor, duration: Tensor, last: Tensor) -> Tensor:
    """Return the memories with one more value each.

    Args:
        memory: Shape (B, MEMORY, 2).
        pitch: The value's pitch or `REST`, int32, shape (B,).
        duration: Its duration, int32, shape (B,).
        last: The pitch before it, or `NO_PITCH`, int32, shape (B,).
    """
    interval = ops.where(ops.equal(last, NO_PITCH), 0, pitch - last)
    interval = ops.where(ops.equal(pitch, REST), REST_TOKEN, interval)
    token = ops.cast(ops.stack([interval, duration], axis=-1), "float32")
    return ops.concatenate([memory[:, 1:], token[:, None]], axis=1)


def recall(memory: Tensor) -> list[Tensor]:
    """Return the columns of repeat features of a history, each int32, shape (B,)."""
    return [column for order in ORDERS for column in _repeat(memory, order)]


def interval_class(interval: Tensor) -> Tensor:
    """Return the classes of a memory's intervals, int32, as `encoding.repeat_features` does."""
    near = ops.cast(ops.clip(interval, -WIDEST, WIDEST), "int32") + WIDEST
    return ops.where(ops.equal(interval, REST_TOKEN), RepeatClass.REST, near)


def _repeat(memory: Tensor, order: Order) -> list[Tensor]:
    """The class of an interval and a duration."""
    size = memory.shape[1] - order.length
    same = memory[:, size, 0] > NOTHING  # (B,): as many values were played
    same = ops.repeat(same[:, None], size, axis=1)  # (B, size)
    for age in range(order.length):
        for part in (0, 1):
            if (order.intervals, order.durations)[part]:
                wanted = memory[:, size + age, part, None]
                same = ops.logical_and(same, ops.equal(memory[:, age : size + age, part], wanted))
    place = ops.max(ops.where(same, ops.arange(1, size + 1), 0), axis=-1)  # (B,), 0 for none
    batch, length, _ = ops.shape(memory)
    index = ops.arange(batch, dtype="int32") * length + place + order.length - 1
    token = ops.cast(ops.take(ops.reshape(memory, (-1, 2)), index, axis=0), "int32")
    found = place > 0
    return [
        ops.where(found, interval_class(token[:, 0]), RepeatClass.NONE),
        ops.where(found, token[:, 1], 0),
    ]
