"""Tables of input features, which both engines use.

A table is the list of a network's features, each with its kind and its columns. From it come the
rows of zeros and ones, as a tensor or as an array, and each feature's class in plain integers.
The tables of the improviser are in `line_features` and `editions`.

Keras is not loaded before a tensor is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.nn.feature_groups import FeatureGroups
from jazzgen.nn.feature_kind_base import ABSENT, Kind, OneOf
from jazzgen.nn.tensor import Ops, Tensor

__all__ = ["Feature", "FeatureTable"]
Record = Sequence[int]
MANY_RECORDS = 6
"""The number of records from which arrays are quicker than Python's integers."""
MOST_VALUES = 10_000
"""The number of values of a feature whose classes are kept."""


@dataclass(frozen=True)
class Feature:
    """One feature.

    Args:
        name: What it tells the model.
        kind: How its columns become a class.
        columns: The indices of its columns in the record; a slice for a run of columns.
    """

    name: str
    kind: Kind
    columns: tuple[int | slice, ...]

    def reader(self) -> tuple[Callable[[Record], Any], Mapping[Any, int]]:
        """Return how to read the feature's class from a record, in integers.

        Returns:
            A function from a record to its columns, and the class of each of their values.

        Raises:
            TypeError: The feature is a set, which has no class.
        """
        if not isinstance(self.kind, OneOf):
            raise TypeError(f"{self.name}: a set has no class")
        of, columns = self.kind.integer, self.columns
        if any(isinstance(column, slice) for column in columns):  # too many values to keep
            return (lambda record: of(*(record[column] for column in columns))), _Classes(int)
        if len(columns) == 1:
            return itemgetter(*columns), _Classes(of)
        return itemgetter(*columns), _Classes(lambda value: of(*value))


class _Classes(dict[Any, int]):
    """The classes of the values that have been met, of which most features have few.

    Args:
        of: A function from a value to its class.
    """

    def __init__(self, of: Callable[[Any], int]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, value: Any) -> int:
        if len(self) >= MOST_VALUES:
            self.clear()
        found = self[value] = self._of(value)
        return found


class FeatureTable:
    """Features side by side, in the order of the rows of a model's kernel.

    A step's record consists of one or more parts one after the other, such as a history and a
    row of a chart table. Columns are counted from the first column of the first part.

    Args:
        features: The features.
        widths: The number of columns of each part of the record.
    """

    def __init__(self, features: Iterable[Feature], widths: Sequence[int]) -> None:
        self.features = tuple(features)
        self.widths = tuple(widths)
        self.sizes = tuple(feature.kind.size for feature in self.features)
        self.size = sum(self.sizes)
        self.firsts = np.array([0, *accumulate(self.sizes)][:-1], np.int64)

    @cached_property
    def _readers(self) -> list[tuple[Callable[[Record], Any], Mapping[Any, int]]]:
        return [feature.reader() for feature in self.features]

    def tensor(self, *parts: Tensor) -> Tensor:
        """Return rows of zeros and ones as a tensor, float32, shape (…, size).

        Args:
            parts: The record's parts, int32, each of shape (…, width).
        """
        from keras import ops

        return self._groups.rows(ops, self._record(ops, parts))

    def array(self, *parts: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
        """Return rows of zeros and ones as an array, float32, shape (…, size).

        Args:
            parts: The record's parts, integers, each of shape (…, width).
        """
        found: NDArray[np.float32] = self._groups.rows(np, self._record(np, parts))
        return found

    def classes(self, record: Record) -> list[int]:
        """Return each feature's class at one step, in plain integers; `ABSENT` if it is absent.

        Args:
            record: The record, its parts one after the other.
        """
        return [known[of(record)] for of, known in self._readers]

    def classes_of_all(self, records: Sequence[Record]) -> NDArray[np.int64]:
        """Return each feature's class in each record, shape (records, features).

        Python's integers are the quicker form for a few records, and arrays for more.

        Args:
            records: The records, the parts of each one after the other.
        """
        if len(records) < MANY_RECORDS:
            return np.array([self.classes(record) for record in records], np.int64)
        return self.array_classes(*np.split(np.array(records, np.int32), self._borders, axis=1))

    def array_classes(self, *parts: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """Return each feature's class, shape (…, features); `ABSENT` if it is absent.

        No feature may be a set.

        Args:
            parts: The record's parts, integers, each of shape (…, width).
        """
        found = self._groups.classes(self._record(np, parts)).astype(np.int64)
        return np.where((found < 0) | (found >= self.sizes), ABSENT, found)

    def numbers(self, classes: Sequence[Sequence[int]] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the positions of the ones in a row of the table.

        Args:
            classes: The class of each feature, shape (…, features).

        Returns:
            One position for each feature, shape (…, features); `size` for an absent one.
        """
        return np.asarray(np.minimum(np.asarray(classes) + self.firsts, self.size))

    def positions(self, feature: Feature) -> range:
        """Return the positions of a feature's zeros and ones in a row of the table."""
        first = int(self.firsts[self.features.index(feature)])
        return range(first, first + feature.kind.size)

    @cached_property
    def _borders(self) -> list[int]:
        """The first column of each part of a record but the first."""
        return list(accumulate(self.widths[:-1]))

    def _record(self, ops: Ops, parts: Sequence[Tensor]) -> Tensor:
        return parts[0] if len(parts) == 1 else ops.concatenate(parts, axis=-1)

    @cached_property
    def _groups(self) -> FeatureGroups:
        width = sum(self.widths)
        for feature in self.features:
            for column in feature.columns:
                if (column.stop if isinstance(column, slice) else column + 1) > width:
                    raise IndexError(f"no column {column} in a record of {self.widths}")
        return FeatureGroups(
            [one.kind for one in self.features], [one.columns for one in self.features]
        )
