"""Tables on disk: rows of many solos one after the other, a flat file for each column.

    folder/columns.json    the names of the columns, in order
    folder/places.npy      where the rows of each solo begin and end, shape (solos, 2)
    folder/NAME.npy        a column, shape (rows, …)

A column is mapped into memory, so that only what is looked at is read, and only while it is
looked at takes room.
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

__all__ = ["Table", "TableWriter"]

COLUMNS, PLACES = "columns.json", "places.npy"
RENEWED = 64  # solos; what was looked at counts as the process's memory as long as it is mapped


class TableWriter:
    """Writes a table, solo by solo. To be used in a `with` block.

    Args:
        folder: Where to; it is made.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._columns: dict[str, _ColumnWriter] = {}
        self._places: dict[int, tuple[int, int]] = {}
        self._rows = 0

    def add(self, number: int, rows: Mapping[str, NDArray[Any]]) -> None:
        """Write the rows of a solo.

        Args:
            number: Of the solo, from 0. In the end there must be one of each.
            rows: By the columns' names, all of one length; the same columns for all solos.
        """
        size = 0
        for name, values in rows.items():
            if name not in self._columns:
                self._columns[name] = _ColumnWriter(self._folder / f"{name}.npy", values)
            self._columns[name].add(values)
            size = len(values)
        self._places[number] = self._rows, self._rows + size
        self._rows += size

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        with ExitStack() as files:  # where one cannot be closed, the others are
            for column in self._columns.values():
                files.callback(column.close)
            if kind is None:
                self._finish()

    def _finish(self) -> None:
        """Write what tells a reader where what is."""
        for column in self._columns.values():
            column.finish()
        places = [self._places[number] for number in range(len(self._places))]
        np.save(self._folder / PLACES, np.array(places, np.int64).reshape(-1, 2))
        names = json.dumps(list(self._columns))
        (self._folder / COLUMNS).write_text(names, encoding="utf-8")


class _ColumnWriter:
    """A .npy file that grows.

    Args:
        path: The file.
        like: Rows of the kind that will be written.
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
        """Write what the file holds so far; NumPy leaves room for any number of rows."""
        header = npy.header_data_from_array_1_0(self._like)
        header["shape"] = (self._rows, *self._like.shape[1:])
        npy.write_array_header_1_0(self._file, header)


class Table:
    """A table that `TableWriter` wrote.

    Args:
        folder: Where it lies.

    Raises:
        DatasetError: It is not there, or damaged.
    """

    def __init__(self, folder: Path) -> None:
        try:
            names = json.loads((folder / COLUMNS).read_text(encoding="utf-8"))
            self._places = np.load(folder / PLACES)
            self._columns = {name: _Column(folder / f"{name}.npy") for name in names}
        except (OSError, ValueError, EOFError) as error:
            raise DatasetError(f"{folder}: not a table that can be read") from error
        self._renew()

    def __len__(self) -> int:
        return len(self._places)

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self._columns)

    def rows(self, number: int) -> dict[str, NDArray[Any]]:
        """Return the rows of a solo by the columns' names; nobody can write to them."""
        if self._looked_at == RENEWED:
            self._renew()
        self._looked_at += 1
        begin, end = self._places[number].tolist()
        return {name: mapped[begin:end] for name, mapped in self._mapped.items()}

    def _renew(self) -> None:
        self._mapped = {name: column.mapped() for name, column in self._columns.items()}
        self._looked_at = 0


class _Column:
    """A .npy file, and how it is mapped without reading its header again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        first = np.load(path, mmap_mode="r")
        self._dtype, self._shape = first.dtype, first.shape
        self._offset = getattr(first, "offset", 0)

    def mapped(self) -> NDArray[Any]:
        """Return the column, mapped anew."""
        if 0 in self._shape:  # nothing can be mapped
            return np.zeros(self._shape, self._dtype)
        try:
            with open(self._path, "rb") as file:
                content = mmap(file.fileno(), 0, access=ACCESS_READ)
        except OSError as error:
            raise DatasetError(f"{self._path}: {error.strerror or error}") from error
        return np.ndarray(self._shape, self._dtype, content, self._offset)
