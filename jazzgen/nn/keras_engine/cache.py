"""The cache inside the inference graph: `encoding.cache` for a batch of lines, value by value."""

from __future__ import annotations

from keras import ops

from jazzgen.encoding.cache import CACHE_CLASSES, LONGEST
from jazzgen.nn.keras_engine.repeat_features import NOTHING, interval_class
from jazzgen.nn.tensor import Tensor

__all__ = ["expect"]


def expect(memory: Tensor) -> Tensor:
    """Return what the cache of each line expects, shape (B, CACHE_CLASSES).

    Args:
        memory: The lines' memories (see `nn.keras_engine.repeat_features`), shape (B, MEMORY, 2).
    """
    token, size = memory[..., 0], memory.shape[1]  # (B, MEMORY)
    kind = ops.where(token > NOTHING, interval_class(token), -1)
    same, contexts = ops.ones_like(kind, dtype="bool"), []
    for length in range(1, LONGEST + 1):
        before, now = kind[:, : size - length], kind[:, size - length, None]
        alike = ops.logical_and(ops.equal(before, now), now >= 0)  # (B, MEMORY - length)
        same = ops.logical_and(same[:, 1:], alike)
        padding = ops.zeros((ops.shape(kind)[0], length), dtype="float32")
        contexts.append(ops.concatenate([padding, ops.cast(same, "float32")], axis=1))
    played = ops.one_hot(kind, CACHE_CLASSES)  # (B, MEMORY, CACHE_CLASSES), zeros for nothing
    counts = ops.matmul(ops.stack(contexts, axis=1), played)  # (B, LONGEST, CACHE_CLASSES)
    share = ops.zeros_like(counts[:, 0])
    for number in range(LONGEST):
        share = _share(counts[:, number], share)
    return share


def _share(counts: Tensor, shorter: Tensor) -> Tensor:
    """`encoding.cache._witten_bell`."""
    kinds = ops.sum(ops.cast(counts > 0, "float32"), axis=-1, keepdims=True)
    total = ops.sum(counts, axis=-1, keepdims=True) + kinds
    return ops.where(total > 0, (counts + kinds * shorter) / ops.maximum(total, 1.0), shorter)
