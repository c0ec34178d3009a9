"""The cache in the inference graph: what `encoding.cache` computes, for a batch of lines."""

from __future__ import annotations

from keras import ops

from jazzgen.encoding.cache import AT_PITCH, BEGINNING, CACHE_CLASSES, CONTEXTS, LONGEST
from jazzgen.encoding.repeat_features import RepeatClass
from jazzgen.nn.keras_engine.repeat_features import NOTHING, alike, at_pitch, interval_class
from jazzgen.nn.tensor import Tensor

__all__ = ["expect"]


def expect(memory: Tensor) -> Tensor:
    """Return what the cache of each line predicts, shape (B, CACHE_CLASSES).

    The last intervals of a line are its context, for some at their pitch. Wherever the same context
    stands earlier in the memory, the interval behind it counts as a prediction.

    Args:
        memory: The lines' memories (see `nn.keras_engine.repeat_features`), shape (B, MEMORY, 2).
    """
    token = memory[..., 0]  # (B, MEMORY)
    kind = ops.where(token > NOTHING, interval_class(token), -1)
    rested = ops.pad(ops.equal(kind, RepeatClass.REST)[:, :-1], [(0, 0), (1, 0)])
    begins = ops.logical_and(rested, ops.not_equal(kind, RepeatClass.REST))
    known_by = ops.where(begins, BEGINNING, kind)
    # Whether the oldest value of a full memory is a beginning has been forgotten.
    known_by = ops.concatenate([ops.full_like(known_by[:, :1], -1), known_by[:, 1:]], axis=1)
    differing = ops.cast(ops.logical_not(alike(known_by, LONGEST, -1)), "int32")
    # A context of n values is the same where none of the first n differs. A running product would
    # say the same, but ONNX has no such operation.
    same = ops.cast(ops.equal(ops.cumsum(differing, axis=1), 0), "float32")  # (B, LONGEST, MEMORY)
    by_length = ops.unstack(same, LONGEST, axis=1)
    there = AT_PITCH * ops.cast(at_pitch(memory), "float32")
    contexts = [by_length[length - 1] * (there if pitched else 1) for length, pitched in CONTEXTS]
    played = ops.one_hot(kind, CACHE_CLASSES)  # (B, MEMORY, CACHE_CLASSES), zeros for nothing
    counts = ops.matmul(ops.stack(contexts, axis=1), played)  # (B, CONTEXTS, CACHE_CLASSES)
    return _share(counts)


def _share(counts: Tensor) -> Tensor:
    """Witten-Bell smoothing of all contexts' counts, (B, CACHE_CLASSES).

    From the least telling context to the most, each leaves a share to the one before;
    `encoding.cache._witten_bell` computes the same.

    Args:
        counts: How often each class followed each context, shape (B, CONTEXTS, CACHE_CLASSES).
    """
    kinds = ops.sum(ops.cast(counts > 0, "float32"), axis=-1, keepdims=True)
    total = ops.sum(counts, axis=-1, keepdims=True) + kinds
    steps = zip(
        *(
            ops.unstack(one, len(CONTEXTS), axis=1)
            for one in (counts, kinds, ops.maximum(total, 1.0), total > 0)
        ),
        strict=True,
    )
    share: Tensor = 0.0
    for own, left, whole, known in steps:
        share = ops.where(known, (own + left * share) / whole, share)
    return share
