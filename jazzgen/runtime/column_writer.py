"""A column of numbers on disk that grows, in the narrowest type that holds all of them.

Most columns are small integers in a type of four bytes. While all that has been written fits into
one or two bytes, no more are used; the first value that needs more has the file written again.
Nothing is rounded: a type holds an array if it gives back the same bytes.
"""

from __future__ import annotations

import os
from io import BufferedWriter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

__all__ = ["ColumnWriter"]

NARROW = (np.dtype(np.int8), np.dtype(np.int16))
"""Types in which columns of wider ones are written, the narrowest first."""

ROWS = 2**16
"""Rows that are written again at a time."""


class ColumnWriter:
    """A .npy file that grows.

    Args:
        path: The file.
        like: An array with the dtype and the row shape of what will be written.
    """

    def __init__(self, path: Path, like: NDArray[Any]) -> None:
        self.dtype = like.dtype
        self._path, self._shape, self._rows = path, like.shape[1:], 0
        self._types = [one for one in NARROW if one.itemsize < like.dtype.itemsize] + [like.dtype]
        self._file: BufferedWriter = open(path, "xb")  # noqa: SIM115 - closed by `close`
        self._write_header()

    def add(self, values: NDArray[Any]) -> None:
        """Write rows at the end, shape (rows, …)."""
        values = np.ascontiguousarray(values, self.dtype)
        while not _holds(self._types[0], values):
            self._widen()
        self._file.write(values.astype(self._types[0]).data)
        self._rows += len(values)

    def finish(self) -> None:
        """Write the final header."""
        self._file.seek(0)
        self._write_header()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _widen(self) -> None:
        """Write what is in the file again, in the next wider type."""
        before = self._types.pop(0)
        beside = self._path.with_suffix(".wider")
        old, begin = self._file, self._file.seek(0, os.SEEK_END) - self._size(before)
        old.close()
        self._file = open(beside, "xb")  # noqa: SIM115 - closed by `close`
        self._write_header()
        if self._size(before):
            rows = np.memmap(self._path, before, "r", begin, (self._rows, *self._shape))
            for start in range(0, self._rows, ROWS):
                self._file.write(rows[start : start + ROWS].astype(self._types[0]).data)
            del rows
        os.replace(beside, self._path)

    def _size(self, dtype: np.dtype[Any]) -> int:
        """Return the bytes of all rows in a type."""
        return self._rows * int(np.prod(self._shape, dtype=np.int64)) * dtype.itemsize

    def _write_header(self) -> None:
        """Write the header for the rows so far; NumPy pads it for any number of rows."""
        header = npy.header_data_from_array_1_0(np.empty((0, *self._shape), self._types[0]))
        header["shape"] = (self._rows, *self._shape)
        npy.write_array_header_1_0(self._file, header)


def _holds(dtype: np.dtype[Any], values: NDArray[Any]) -> bool:
    """Return whether a type holds values to the last bit."""
    if dtype == values.dtype:
        return True
    with np.errstate(invalid="ignore"):  # infinity and NaN, which no integer is
        back = values.astype(dtype).astype(values.dtype)
    return back.tobytes() == values.tobytes()
