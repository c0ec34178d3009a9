"""The tensor form of a table of features, with like features computed together.

A table has up to a hundred features of a handful of kinds. Computed one by one they make a graph
of thousands of operations, which takes seconds to build, and calls of NumPy that cost more than
what they compute. So the features of one kind are one operation here, over as many columns as
there are features, and the ones of all rows are found by a single comparison: the number at each
position of a row is the class of some feature, and it is 1 where that class is the position's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.nn.feature_kind_base import Kind, OneOf
from jazzgen.nn.tensor import Ops, Tensor

__all__ = ["FeatureGroups"]

Columns = tuple[int | slice, ...]
Indices = NDArray[np.int32]


class _Group(NamedTuple):
    """Features whose classes are computed together."""

    numbers: list[int]
    """The indices of the features in the table."""
    classes: Callable[..., Tensor]
    """From `ops` and columns, each of shape (…, N) or one of shape (…) or a run, to classes."""
    columns: list[Indices | int | slice]
    """For each argument the indices of its N columns; a number or a slice for one feature."""


class FeatureGroups:
    """How the rows of a table are computed.

    Args:
        kinds: The kind of each feature.
        columns: The columns of each feature in the record.
    """

    def __init__(self, kinds: Sequence[Kind], columns: Sequence[Columns]) -> None:
        self._groups = list(_grouped(kinds, columns))
        order = [number for group in self._groups for number in group.numbers]
        place, behind = [0] * len(kinds), 0
        for number in order:
            place[number] = behind
            behind += 1 if isinstance(kinds[number], OneOf) else kinds[number].size
        self._places: Indices = np.array(place, np.int32)
        """Where each feature's class stands among the classes as they are computed."""
        source, wanted = [], []
        for where, kind in zip(place, kinds, strict=True):
            run = range(kind.size)
            # A set gives a number for each position, which is 1 or 0 already.
            source += [where] * kind.size if isinstance(kind, OneOf) else [where + n for n in run]
            wanted += list(run) if isinstance(kind, OneOf) else [1] * kind.size
        self._source: Indices = np.array(source, np.int32)
        self._wanted: Indices = np.array(wanted, np.int32)

    def rows(self, ops: Ops, record: Tensor) -> Tensor:
        """Return rows of zeros and ones, float32, shape (…, size).

        Args:
            ops: `keras.ops` or `numpy`.
            record: The columns, int32, shape (…, width).
        """
        spread = ops.take(self._computed(ops, record), self._source, axis=-1)
        ones = ops.equal(spread, self._wanted)
        return ones.astype(np.float32) if ops is np else ops.cast(ones, "float32")

    def classes(self, record: NDArray[np.integer]) -> NDArray[np.integer]:
        """Return the class of each feature, shape (…, features); outside its size if absent.

        Args:
            record: The columns, integers, shape (…, width). No feature may be a set.
        """
        found: NDArray[np.int32] = self._computed(np, record)
        return found.take(self._places, axis=-1)

    def _computed(self, ops: Ops, record: Tensor) -> Tensor:
        """The classes and the members of sets, group by group."""
        found = []
        columns = None if ops is np else ops.unstack(record, axis=-1)
        for group in self._groups:
            taken = (_taken(ops, record, columns, one) for one in group.columns)
            classes = group.classes(ops, *taken)
            single = len(classes.shape) < len(record.shape)
            found.append(ops.expand_dims(classes, -1) if single else classes)
        return ops.concatenate(found, axis=-1)


def _grouped(kinds: Sequence[Kind], columns: Sequence[Columns]) -> list[_Group]:
    """Like features together, where their kind can do that; any other by itself."""
    found, alike = [], dict[type[OneOf], list[int]]()
    for number, kind in enumerate(kinds):
        if isinstance(kind, OneOf) and kind.combines:
            alike.setdefault(type(kind), []).append(number)
        else:
            compute = kind.tensor if isinstance(kind, OneOf) else kind.numbers
            found.append(_Group([number], compute, list(columns[number])))
    for kind_type, numbers in alike.items():
        together = kind_type.combined([kinds[number] for number in numbers])
        arguments = zip(*(columns[number] for number in numbers), strict=True)
        found.append(_Group(numbers, together, [np.array(one, np.int32) for one in arguments]))
    return found


def _taken(
    ops: Ops, record: Tensor, apart: Sequence[Tensor] | None, columns: Indices | int | slice
) -> Tensor:
    """Columns of a record: (…) for a number, (…, N) for indices or a slice.

    Args:
        ops: `keras.ops` or `numpy`.
        record: The record, shape (…, width).
        apart: Its columns one by one, of which a graph takes some with fewer operations.
        columns: Which of them.
    """
    if apart is None or isinstance(columns, slice):
        return record[..., columns]
    if isinstance(columns, np.ndarray):
        return ops.stack([apart[one] for one in columns], axis=-1)
    return apart[columns]
