"""The cache in the inference graph: what `encoding.cache` computes, for a batch of lines."""

from __future__ import annotations

from keras import ops

from jazzgen.encoding.cache import CACHE_CLASSES, LONGEST
from jazzgen.nn.keras_engine.repeat_features import NOTHING, alike, interval_class
from jazzgen.nn.tensor import Tensor

__all__ = ["expect"]


def expect(memory: Tensor) -> Tensor:
    """Return what the cache of each line predicts, shape (B, CACHE_CLASSES).

    The last intervals of a line are its context. Wherever the same context stands earlier in the
    memory, the interval behind it counts as a prediction.

    Args:
        memory: The lines' memories (see `nn.keras_engine.repeat_features`), shape (B, MEMORY, 2).
    """
    token = memory[..., 0]  # (B, MEMORY)
    kind = ops.where(token > NOTHING, interval_class(token), -1)
    differing = ops.logical_not(ops.squeeze(alike(kind[..., None], LONGEST, -1), -1))
    # A context of length n is the same where none of the first n values differs. A running
    # product would say the same, but ONNX has no such operation.
    contexts = ops.equal(ops.cumsum(ops.cast(differing, "int32"), axis=-1), 0)
    contexts = ops.cast(contexts, "float32")  # (B, MEMORY, LONGEST)
    played = ops.one_hot(kind, CACHE_CLASSES)  # (B, MEMORY, CACHE_CLASSES), zeros for nothing
    counts = ops.matmul(ops.swapaxes(contexts, 1, 2), played)  # (B, LONGEST, CACHE_CLASSES)
    return _share(counts)


def _share(counts: Tensor) -> Tensor:
    """Witten-Bell smoothing of all contexts' counts, (B, CACHE_CLASSES).

    From the shortest context to the longest, each leaves a share to the one before;
    `encoding.cache._witten_bell` computes the same.

    Args:
        counts: How often each class followed each context, shape (B, LONGEST, CACHE_CLASSES).
    """
    kinds = ops.sum(ops.cast(counts > 0, "float32"), axis=-1, keepdims=True)
    total = ops.sum(counts, axis=-1, keepdims=True) + kinds
    steps = zip(
        *(
            ops.unstack(one, LONGEST, axis=1)
            for one in (counts, kinds, ops.maximum(total, 1.0), total > 0)
        ),
        strict=True,
    )
    share: Tensor = 0.0
    for own, left, whole, known in steps:
        share = ops.where(known, (own + left * share) / whole, share)
    return share
