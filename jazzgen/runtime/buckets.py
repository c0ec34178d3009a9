"""Numbers in buckets by their size, on disk where there are many.

To group a billion numbers one need not sort them all at once: those that are equal fall into one
bucket, and a bucket is small enough to be sorted in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO

import numpy as np
from numpy.typing import NDArray

__all__ = ["MEMORY", "Buckets"]

MEMORY = 2**26
"""Bytes that buckets take in memory, by default."""
MOST = 256
"""Buckets, at most: each is an open file."""
BUFFERED = 2**16
"""Rows that are worth being divided among the buckets, by default."""


class Buckets:
    """Rows of integers in buckets. Use it in a `with` block, at whose end its files are removed.

    Args:
        columns: The number of integers in a row.
        rows: The number of rows, about; the more there are, the more buckets.
        limit: An integer above all that stand first in a row, by which they are divided.
        memory: Bytes to take in memory.
        buffered: Rows to keep before they are divided among the buckets.
    """

    def __init__(
        self,
        *,
        columns: int,
        rows: int,
        limit: int,
        memory: int = MEMORY,
        buffered: int = BUFFERED,
    ) -> None:
        self._columns, self._limit, self._most_buffered = columns, limit, buffered
        size = max(rows, 1) * columns * np.dtype(np.uint64).itemsize
        number = min(-(-2 * size // memory), MOST)
        self._open = ExitStack()
        most = max(memory // number // 2, 1)  # the other half is for the bucket being sorted
        self._files: list[IO[bytes]] = [
            self._open.enter_context(SpooledTemporaryFile(max_size=most))  # noqa: SIM115 - there
            for _ in range(number)
        ]
        self._buffer: list[NDArray[np.uint64]] = []
        self._buffered = 0

    def __enter__(self) -> Buckets:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def add(self, rows: NDArray[np.uint64]) -> None:
        """Add rows, shape (rows, columns)."""
        self._buffer.append(rows)
        self._buffered += len(rows)
        if self._buffered >= self._most_buffered:
            self._divide()

    def sorted(self) -> Iterator[NDArray[np.uint64]]:
        """Yield the rows of each bucket, sorted, shape (rows, columns).

        Rows that begin with the same integer are in one bucket.
        """
        self._divide()
        for file in self._files:
            file.seek(0)
            rows = np.frombuffer(file.read(), np.uint64).reshape(-1, self._columns)
            yield rows[np.lexsort(rows.T[::-1])]

    def _divide(self) -> None:
        """Write what is buffered into its buckets."""
        if not self._buffer:
            return
        rows = np.concatenate(self._buffer)
        self._buffer, self._buffered = [], 0
        number = len(self._files)
        # In floating point, as the product may be too large for an integer; it grows with the
        # integer all the same, and that is all that matters here.
        bucket = (rows[:, 0] * (number / self._limit)).astype(np.intp).clip(0, number - 1)
        order = np.argsort(bucket, kind="stable")
        ends = np.searchsorted(bucket[order], np.arange(number), side="right").tolist()
        begin = 0
        for file, end in zip(self._files, ends, strict=True):
            file.write(rows[order[begin:end]].tobytes())
            begin = end
