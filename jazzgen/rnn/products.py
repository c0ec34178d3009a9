"""Products of rows and one matrix, each row as if it were alone.

A matrix library chooses its instructions by the number of rows, and other instructions round
differently: in the last digit, which is enough for another note to be drawn now and then. What must
not depend on its neighbours is multiplied by a `RowKernel`. It knows two ways.

**Together.** The matrix is stored in narrow blocks of columns. The product of a few rows and such a
block is so small that OpenBLAS has a kernel for it which needs no preparation and sums up every
number of the product by itself, whatever stands beside it. So several rows cost little more than
one, and one as little as a product of a vector and a matrix. A library may round otherwise here or
there: so for each number of rows the first product is compared with those of its rows, to the last
bit, and if any differs, every row is multiplied by itself from then on.

**One by one**, where the processor or the library has no such kernel. Each row is then multiplied
as a vector. For many rows a large matrix is cut into blocks of columns, which stay in the
processor's cache from one row to the next. That gives the same, as each column is summed up by
itself; a matrix so wide that a library would cut it in its own way is cut for a single row too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["RowKernel"]

Array = NDArray[Any]

COLUMNS = 64
"""The columns of a block of rows together: one row of it is four vectors of 512 bits."""
SMALL = 10**6
"""The most multiplications for which OpenBLAS takes its kernel for small products."""
MOST_ROWS = 32
"""The most rows that are multiplied together."""
LINE = 64
"""The bytes of a line of the cache, and of a vector of 512 bits."""
WIDE_VECTORS = {"AVX512_SKX", "X86_V4"}
"""NumPy's names for a processor's vectors of 512 bits."""
LEAST_SIZE = 1 << 10
"""The numbers in a matrix from which the arrangement of rows together is worthwhile."""

BLOCK = 512 * 2**10
"""The size of a block in bytes, rows one by one: it leaves room in a cache for other data."""
STEP = 64
"""The columns of such a block are a multiple of this, and so are those of a matrix that is cut:
vector instructions then find the same columns side by side in a block as in the matrix."""
FEW = 8
"""The number of rows from which blocks are quicker."""
WIDE = 1 << 13
"""The number of columns from which a matrix is cut for any number of rows."""


class RowKernel:
    """A matrix that multiplies rows, none of which depends on how many there are.

    Args:
        parts: The matrix, or several that lie one below the other: K rows together, of N numbers
            each. They may be copied, so that what later changes in them may have no effect.
    """

    def __init__(self, *parts: Array) -> None:
        size, self._columns = sum(map(len, parts)), parts[0].shape[1]
        self._most = min(SMALL // (COLUMNS * max(size, 1)), MOST_ROWS)
        together = parts[0].dtype == np.float32 and size * self._columns >= LEAST_SIZE
        self._cut = together and self._most >= 2 and _has_small_kernels()
        if self._cut:
            self._matrix = _in_blocks(parts, size)
        else:
            self._matrix = parts[0] if len(parts) == 1 else np.concatenate(parts)
        self._checked: set[int] = set()  # the numbers of rows whose product is that of each

    def times(self, rows: Array) -> Array:
        """Return the product of each row and the matrix, (B, K) → (B, N).

        Args:
            rows: Shape (B, K), of the matrix's type.
        """
        if not self._cut:
            return _one_by_one(rows, self._matrix)
        number, blocks = len(rows), self._matrix
        if number == 1:
            # Two of it, since for a single row libraries take other instructions.
            product: Array = rows.repeat(2, axis=0) @ blocks
            product = product[:1] if product.ndim == 2 else product[:, 0].reshape(1, -1)
        elif number > (most := self._most):  # which may fall to 1 meanwhile
            parts = range(0, number, most)
            return np.concatenate([self.times(rows[at : at + most]) for at in parts])
        else:
            if number not in self._checked and not self._alike(rows, blocks):
                self._most = 1
                return self.times(rows)
            product = _together(rows, blocks)
        columns = self._columns
        return product if product.shape[1] == columns else product[:, :columns]

    def _alike(self, rows: Array, blocks: Array) -> bool:
        """Whether a product of some rows is that of each of them.

        Args:
            rows: The first rows of this number.
            blocks: The matrix in blocks.
        """
        alone = [_together(row[None].repeat(2, axis=0), blocks)[0] for row in rows]
        alike = _together(rows, blocks).tobytes() == np.array(alone).tobytes()
        if alike:
            self._checked.add(len(rows))
        return alike


def _together(rows: Array, blocks: Array) -> Array:
    """The product of some rows and a matrix in blocks, (B, K) → (B, N padded to whole blocks)."""
    if blocks.ndim == 2:
        return np.asarray(rows @ blocks)
    number, _, width = blocks.shape
    product = np.empty((len(rows), number * width), blocks.dtype)
    np.matmul(rows, blocks, out=product.reshape(len(rows), number, width).swapaxes(0, 1))
    return product


def _in_blocks(parts: Sequence[Array], size: int) -> Array:
    """A copy of a matrix in blocks of columns, filled up with 0: (blocks, K, COLUMNS).

    A matrix that is small itself is but one block, (K, N padded).

    Args:
        parts: The matrix in parts, one below the other.
        size: K.
    """
    columns = parts[0].shape[1]
    number = -(-columns // COLUMNS)
    if MOST_ROWS * size * number * COLUMNS <= SMALL:
        blocks = _aligned_zeros((size, number * COLUMNS), parts[0].dtype)
        np.concatenate(parts, out=blocks[:, :columns])
        return blocks
    blocks = _aligned_zeros((number, size, COLUMNS), parts[0].dtype)
    for block, first in zip(blocks, range(0, columns, COLUMNS), strict=True):
        some = [part[:, first : first + COLUMNS] for part in parts]
        np.concatenate(some, out=block[:, : some[0].shape[1]])
    return blocks


def _aligned_zeros(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """An array of zeros whose vectors are each in one line of the processor's cache."""
    size = math.prod(shape) * dtype.itemsize
    room = np.zeros(size + LINE, np.uint8)
    first = -room.ctypes.data % LINE
    return room[first : first + size].view(dtype).reshape(shape)


@cache
def _has_small_kernels() -> bool:
    """Whether NumPy's library is an OpenBLAS that has kernels for small products here.

    It has them for processors with vectors of 512 bits.
    """
    config = np.show_config(mode="dicts")
    try:
        name = config["Build Dependencies"]["blas"]["name"]
        vectors = config["SIMD Extensions"]["found"]
    except KeyError:  # a NumPy that was built in some other way
        return False
    return "openblas" in name and not WIDE_VECTORS.isdisjoint(vectors)


def _one_by_one(rows: Array, kernel: Array) -> Array:
    """The product of each row and a matrix, each as the product of a vector."""
    size, columns = kernel.shape
    if len(rows) == 1 and columns < WIDE:
        return np.asarray(rows @ kernel)
    few = len(rows) < FEW and columns < WIDE
    x = rows[:, None]  # B batches of one row each
    if few or kernel.nbytes <= BLOCK or columns % STEP:
        return np.asarray(x @ kernel)[:, 0]
    width = max(BLOCK // (size * kernel.itemsize * STEP), 1) * STEP
    result = np.empty((len(x), 1, columns), np.result_type(x, kernel))
    for first in range(0, columns, width):
        block = np.s_[..., first : first + width]
        np.matmul(x, kernel[block], out=result[block])
    return result[:, 0]
