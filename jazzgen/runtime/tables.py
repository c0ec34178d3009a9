"""Tables on disk: the rows of many solos one after another, with one file for each column.

    folder/columns.json    the dtype of each column by its name, in order
    folder/places.npy      the first row of each solo and the row after its last, shape (solos, 2)
    folder/NAME.npy        a column, shape (rows, …)

On disk a column may have a narrower dtype than its own (see `column_writer`). Columns are mapped
into memory: only the rows that are read take memory, and only while the
mapping lasts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from mmap import ACCESS_READ, mmap
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import DatasetError
from jazzgen.runtime.column_writer import ColumnWriter
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
        self._columns: dict[str, ColumnWriter] = {}
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
                self._columns[name] = ColumnWriter(self._folder / f"{name}.npy", values)
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
        types = {name: column.dtype.str for name, column in self._columns.items()}
        (self._folder / COLUMNS).write_text(json.dumps(types), encoding="utf-8")


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
                types, self._bounds = json.load(columns), np.load(bounds)
            self._columns = {
                name: _Column(folder / f"{name}.npy", np.dtype(dtype))
                for name, dtype in types.items()
            }
        except (OSError, ValueError, EOFError, TypeError, AttributeError) as error:
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
        bounds = self._visit(number)
        return {name: self._part(name, *bounds) for name in self._mapped}

    def column(self, name: str, number: int) -> NDArray[Any]:
        """Return the rows of a solo in one column; the array is read-only.

        Args:
            name: The name of the column.
            number: The solo's number.
        """
        return self._part(name, *self._visit(number))

    def _visit(self, number: int) -> tuple[int, int]:
        """Return the first row of a solo and the row after its last, and count the visit."""
        if self._solos_read == self._solos_per_mapping:
            self._map()
        self._solos_read += 1
        begin, end = self._bounds[number].tolist()
        return begin, end

    def _part(self, name: str, begin: int, end: int) -> NDArray[Any]:
        rows = self._mapped[name][begin:end].astype(self._columns[name].dtype, copy=False)
        rows.flags.writeable = False
        return rows

    def _map(self) -> None:
        self._mapped = {name: column.mapped() for name, column in self._columns.items()}
        self._solos_read = 0


class _Column:
    """A .npy file, with what it takes to map it without reading its header again.

    Args:
        path: The file.
        dtype: The dtype of the column, whatever the file's is.
    """

    def __init__(self, path: Path, dtype: np.dtype[Any]) -> None:
        self._path, self.dtype = path, dtype
        open_file(path).close()  # NumPy would wait for a pipe
        first = np.load(path, mmap_mode="r")
        self._stored, self._shape = first.dtype, first.shape
        self._offset = getattr(first, "offset", 0)

    def mapped(self) -> NDArray[Any]:
        """Return the column, newly mapped.

        Raises:
            DatasetError: The file can no longer be opened.
        """
        if 0 in self._shape:  # an empty file cannot be mapped
            return np.zeros(self._shape, self._stored)
        try:
            with open_file(self._path) as file:
                content = mmap(file.fileno(), 0, access=ACCESS_READ)
        except OSError as error:
            raise DatasetError(f"{self._path}: {error.strerror or error}") from error
        return np.ndarray(self._shape, self._stored, content, self._offset)
