"""Tables on disk: the rows of many solos one after another, with one file for each column.

    folder/columns.json    the names of the columns, in order
    folder/places.npy      the first row of each solo and the row after its last, shape (solos, 2)
    folder/NAME.npy        a column, shape (rows, …)

Columns are mapped into memory: only the rows that are read take memory, and only while the
mapping lasts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from io import BufferedWriter
from mmap import ACCESS_READ, mmap
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from jazzgen.errors import DatasetError
from jazzgen.runtime.files import open_file

__all__ = ["Table", "TableWriter"]

COLUMNS, BOUNDS = "columns.json", "places.npy"

SOLOS_PER_MAPPING = 64
"""Solos read through one mapping, by default: pages that were read count as this process's
memory for as long as their mapping lasts."""


class TableWriter:
    """Writes a table, solo by solo. Use it in a `with` block.

    Args:
        folder: The folder of the table; it is created.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._columns: dict[str, _ColumnWriter] = {}
        self._bounds: dict[int, tuple[int, int]] = {}
        self._rows = 0

    def add(self, number: int, rows: Mapping[str, NDArray[Any]]) -> None:
        """Write the rows of a solo.

        Args:
            number: The solo's number. Solos come in any order; in the end there must be one
                for each number from 0.
            rows: The columns by name, all of one length; every solo has the same columns.
        """
        size = 0
        for name, values in rows.items():
            if name not in self._columns:
                self._columns[name] = _ColumnWriter(self._folder / f"{name}.npy", values)
            self._columns[name].add(values)
            size = len(values)
        self._bounds[number] = self._rows, self._rows + size
        self._rows += size

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        with ExitStack() as files:  # if one cannot be closed, the others are nevertheless
            for column in self._columns.values():
                files.callback(column.close)
            if kind is None:
                self._finish()

    def _finish(self) -> None:
        """Write the files that `Table` reads first, and the final headers of the columns."""
        for column in self._columns.values():
            column.finish()
        bounds = [self._bounds[number] for number in range(len(self._bounds))]
        np.save(self._folder / BOUNDS, np.array(bounds, np.int64).reshape(-1, 2))
        names = json.dumps(list(self._columns))
        (self._folder / COLUMNS).write_text(names, encoding="utf-8")


class _ColumnWriter:
    """A .npy file that grows.

    Args:
        path: The file.
        like: An array with the dtype and the row shape of what will be written.
    """

    def __init__(self, path: Path, like: NDArray[Any]) -> None:
        self._file: BufferedWriter = open(path, "xb")  # noqa: SIM115 - closed by `close`
        self._like, self._rows = like[:0].copy(), 0
        self._write_header()

    def add(self, values: NDArray[Any]) -> None:
        self._file.write(np.ascontiguousarray(values, self._like.dtype).data)
        self._rows += len(values)

    def finish(self) -> None:
        self._file.seek(0)
        self._write_header()

    def close(self) -> None:
        self._file.close()

    def _write_header(self) -> None:
        """Write the header for the rows so far; NumPy pads it for any number of rows."""
        header = npy.header_data_from_array_1_0(self._like)
        header["shape"] = (self._rows, *self._like.shape[1:])
        npy.write_array_header_1_0(self._file, header)


class Table:
    """A table that `TableWriter` wrote.

    Args:
        folder: The folder of the table.
        solos_per_mapping: Solos that are read before the columns are mapped again.

    Raises:
        DatasetError: The table is missing or damaged.
    """

    def __init__(self, folder: Path, solos_per_mapping: int = SOLOS_PER_MAPPING) -> None:
        self._solos_per_mapping = solos_per_mapping
        try:
            with open_file(folder / COLUMNS) as columns, open_file(folder / BOUNDS) as bounds:
                names, self._bounds = json.load(columns), np.load(bounds)
            self._columns = {name: _Column(folder / f"{name}.npy") for name in names}
        except (OSError, ValueError, EOFError) as error:
            raise DatasetError(f"{folder}: not a table that can be read") from error
        self._map()

    def __len__(self) -> int:
        return len(self._bounds)

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self._columns)

    def rows(self, number: int) -> dict[str, NDArray[Any]]:
        """Return the rows of a solo by the columns' names; the arrays are read-only."""
        if self._solos_read == self._solos_per_mapping:
            self._map()
        self._solos_read += 1
        begin, end = self._bounds[number].tolist()
        return {name: mapped[begin:end] for name, mapped in self._mapped.items()}

    def _map(self) -> None:
        self._mapped = {name: column.mapped() for name, column in self._columns.items()}
        self._solos_read = 0


class _Column:
    """A .npy file, with what it takes to map it without reading its header again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        open_file(path).close()  # NumPy would wait for a pipe
        first = np.load(path, mmap_mode="r")
        self._dtype, self._shape = first.dtype, first.shape
        self._offset = getattr(first, "offset", 0)

    def mapped(self) -> NDArray[Any]:
        """Return the column, newly mapped.

        Raises:
            DatasetError: The file can no longer be opened.
        """
        if 0 in self._shape:  # an empty file cannot be mapped
            return np.zeros(self._shape, self._dtype)
        try:
            with open_file(self._path) as file:
                content = mmap(file.fileno(), 0, access=ACCESS_READ)
        except OSError as error:
            raise DatasetError(f"{self._path}: {error.strerror or error}") from error
        return np.ndarray(self._shape, self._dtype, content, self._offset)
