"""Tables of input features, which both engines use.

A table is the list of a network's features, each with its kind and its columns. From it come the
rows of zeros and ones, as a tensor or as an array, and each feature's class in plain integers.
The tables of the improviser are in `line_features` and `editions`.

Keras is not loaded before a tensor is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.nn.feature_groups import FeatureGroups
from jazzgen.nn.feature_kind_base import ABSENT, Kind, OneOf
from jazzgen.nn.feature_lookup import Columns, FeatureLookup
from jazzgen.nn.feature_tables import TabledLookup
from jazzgen.nn.tensor import Ops, Tensor

__all__ = ["Feature", "FeatureTable"]
Record = Sequence[int]

FEW = 5
"""The number of records from which it is quicker to look features up in arrays."""


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

        No feature may be a set.

        Args:
            record: The record, its parts one after the other.
        """
        return [
            place - first if place < self.size else ABSENT
            for place, first in zip(self._lookup(record), self.firsts.tolist(), strict=True)
        ]

    def ones(self, records: Sequence[Record]) -> NDArray[np.int64]:
        """Return the positions of the ones in each record's row, shape (records, features).

        They are the `numbers` of its classes. No feature may be a set.

        Args:
            records: The records, the parts of each one after the other.
        """
        if len(records) < FEW or not self.features:
            return np.array([*map(self._lookup, records)], np.int64)
        return self.numbers(self._tabled(records))

    def array_classes(self, *parts: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """Return each feature's class, shape (…, features); `ABSENT` if it is absent.

        No feature may be a set.

        Args:
            parts: The record's parts, integers, each of shape (…, width).
        """
        if not self.features:
            return np.empty((*parts[0].shape[:-1], 0), np.int64)
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

    def part(self, wanted: Callable[[Feature], bool]) -> tuple[FeatureTable, NDArray[np.int64]]:
        """Return a table of some of the features, and where its numbers are in a row of this one.

        Args:
            wanted: Whether a feature belongs to it.

        Returns:
            The table, of the same records, and one position for each number of its row.
        """
        chosen = [
            (one, range(first, first + size))
            for one, first, size in zip(
                self.features, self.firsts.tolist(), self.sizes, strict=True
            )
            if wanted(one)
        ]
        positions = np.array([place for _, own in chosen for place in own], np.int64)
        return FeatureTable([one for one, _ in chosen], self.widths), positions

    @cached_property
    def _lookup(self) -> FeatureLookup:
        return FeatureLookup(*self._classed, self.firsts.tolist(), self.size)

    @cached_property
    def _tabled(self) -> TabledLookup:
        return TabledLookup(*self._classed)

    @cached_property
    def _classed(self) -> tuple[list[OneOf], list[Columns]]:
        """The kinds of the features, which all have classes, and their columns."""
        kinds = []
        for feature in self.features:
            if not isinstance(feature.kind, OneOf):
                raise TypeError(f"{feature.name}: a set has no class")
            kinds.append(feature.kind)
        return kinds, [feature.columns for feature in self.features]

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
