"""The cache in the inference graph: what `encoding.cache` computes, for a batch of lines."""

from __future__ import annotations

from keras import ops

from jazzgen.encoding.cache import CACHE_CLASSES, LONGEST
from jazzgen.nn.keras_engine.repeat_features import NOTHING, interval_class
from jazzgen.nn.tensor import Tensor

__all__ = ["expect"]


def expect(memory: Tensor) -> Tensor:
    """Return what the cache of each line predicts, shape (B, CACHE_CLASSES).

    The last intervals of a line are its context. Wherever the same context stands earlier in the
    memory, the interval behind it counts as a prediction.

    Args:
        memory: The lines' memories (see `nn.keras_engine.repeat_features`), shape (B, MEMORY, 2).
    """
    token, size = memory[..., 0], memory.shape[1]  # (B, MEMORY)
    kind = ops.where(token > NOTHING, interval_class(token), -1)
    # `same` says of each step whether the intervals before it equal the newest ones, compared
    # one length after the other: a match of length n is one of length n - 1 that goes on.
    same, contexts = ops.ones_like(kind, dtype="bool"), []
    for length in range(1, LONGEST + 1):
        before, now = kind[:, : size - length], kind[:, size - length, None]
        alike = ops.logical_and(ops.equal(before, now), now >= 0)  # (B, MEMORY - length)
        same = ops.logical_and(same[:, 1:], alike)
        # The first steps have no context of this length: with zeros all lengths have one shape.
        padding = ops.zeros((ops.shape(kind)[0], length), dtype="float32")
        contexts.append(ops.concatenate([padding, ops.cast(same, "float32")], axis=1))
    played = ops.one_hot(kind, CACHE_CLASSES)  # (B, MEMORY, CACHE_CLASSES), zeros for nothing
    counts = ops.matmul(ops.stack(contexts, axis=1), played)  # (B, LONGEST, CACHE_CLASSES)
    # From the shortest context to the longest: each leaves a share to the one before.
    share = ops.zeros_like(counts[:, 0])
    for number in range(LONGEST):
        share = _share(counts[:, number], share)
    return share


def _share(counts: Tensor, shorter: Tensor) -> Tensor:
    """Witten-Bell smoothing of a context's counts, (B, CACHE_CLASSES).

    `encoding.cache._witten_bell` computes the same.

    Args:
        counts: How often each class followed the context, shape (B, CACHE_CLASSES).
        shorter: The distribution of the next shorter context, shape (B, CACHE_CLASSES).
    """
    kinds = ops.sum(ops.cast(counts > 0, "float32"), axis=-1, keepdims=True)
    total = ops.sum(counts, axis=-1, keepdims=True) + kinds
    return ops.where(total > 0, (counts + kinds * shorter) / ops.maximum(total, 1.0), shorter)
