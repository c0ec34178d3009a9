"""Look-ups in tables of which each line has its own, in few operations of the graph."""

from __future__ import annotations

from keras import ops

from jazzgen.nn.tensor import Tensor

__all__ = ["look_up"]


def look_up(tables: Tensor, index: Tensor) -> Tensor:
    """Return entries of each line's own table.

    The tables are taken as one long table, which no backend copies. On TensorFlow
    `keras.ops.take_along_axis` becomes nearly fifty operations, each of which takes its time before
    the first note of a solo sounds, and more in a gradient.

    Args:
        tables: The tables, shape (B, V) or (B, V, F).
        index: The indices into each, int32, shape (B, N), none of them negative or behind the end.

    Returns:
        The entries, shape (B, N) or (B, N, F).
    """
    size, *row = tables.shape[1:]
    table = ops.reshape(tables, (-1, *row))
    entries = ops.size(tables) // row[0] if row else ops.size(tables)
    first = ops.expand_dims(ops.arange(0, entries, size, dtype="int32"), 1)
    return ops.take(table, first + index, axis=0)
