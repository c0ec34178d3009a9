"""Products of several single rows and one matrix, in the order in which memory is quickest.

A library multiplies a single row by other instructions than several, and those round differently.
So what must not depend on its neighbours (see `nn.numpy_engine.rows`) comes as B batches of one
row. Taken one after another, each of them reads the whole matrix, which may be larger than the
processor's cache of each core: 3 MiB for an LSTM of 448 units. So for many rows a large matrix is
cut into blocks of columns, and all rows are multiplied by one block before the next. For a few rows
the matrix is quicker in one piece. That gives the same, as each column is summed up by itself, but
for extremely wide matrices, which a library cuts in its own way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["product"]

Array = NDArray[Any]

BLOCK = 512 * 2**10
"""The size of a block in bytes: it leaves room in a cache for rows and for other data."""
STEP = 64
"""The columns of a block are a multiple of this, and so are those of a matrix that is cut: vector
instructions then find the same columns side by side in a block as in the matrix."""
FEW = 8
"""The number of rows from which blocks are quicker."""
WIDE = 1 << 13
"""The number of columns from which a matrix is cut for a few rows too."""


def product(x: Array, kernel: Array) -> Array:
    """Return `x @ kernel`; B batches of one row each are as quick as memory allows.

    Args:
        x: Shape (B, 1, K), or any that can be multiplied.
        kernel: Shape (K, N).
    """
    rows, columns = kernel.shape
    few = len(x) < FEW and columns < WIDE
    if few or kernel.nbytes <= BLOCK or columns % STEP or x.ndim != 3 or x.shape[1] != 1:
        return np.asarray(x @ kernel)
    width = max(BLOCK // (rows * kernel.itemsize * STEP), 1) * STEP
    result = np.empty((len(x), 1, columns), np.result_type(x, kernel))
    for first in range(0, columns, width):
        block = np.s_[..., first : first + width]
        np.matmul(x, kernel[block], out=result[block])
    return result
