"""The array form of a table's look-ups: the classes of several records at once.

Most features read one or two columns that take few values. The classes of all of these values are
computed once, so that a record's classes are found in a few look-ups, whatever their kinds. See
`feature_lookup` for the form that is quicker for a few records.

Axes: B records, N features, P of which read two columns.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jazzgen.nn.feature_kind_base import ABSENT, OneOf
from jazzgen.nn.feature_lookup import Columns

__all__ = ["TabledLookup"]

Ints = NDArray[np.int64]
Spans = tuple[range, ...]


class TabledLookup:
    """The classes of a table's features, for several records at once.

    Args:
        kinds: The kind of each feature, none of them a set.
        columns: The columns of each.
    """

    def __init__(self, kinds: Sequence[OneOf], columns: Sequence[Columns]) -> None:
        spans = [_known_spans(*own) for own in zip(kinds, columns, strict=True)]
        pairs = [n for n, own in enumerate(spans) if len(own) == 2]
        singles = [n for n, own in enumerate(spans) if len(own) == 1]
        others = [n for n, own in enumerate(spans) if not own]
        self._others = [(kinds[n], columns[n]) for n in others]
        tabled = [*pairs, *singles]
        self._first = _Column([columns[n][0] for n in tabled], [spans[n][0] for n in tabled])
        self._second = _Column([columns[n][1] for n in pairs], [spans[n][1] for n in pairs])
        self._strides = np.array([len(spans[n][1]) for n in pairs], np.int64)
        self._table, places = _tables([kinds[n] for n in tabled], [spans[n] for n in tabled])
        self._places = np.array(places, np.int64)
        self._in_order = np.argsort([*tabled, *others])

    def __call__(self, records: Sequence[Sequence[int]]) -> Ints:
        """Return the class of each feature, shape (B, N); `ABSENT` if it is absent.

        Args:
            records: The records.
        """
        pack = struct.Struct(f"{len(records[0])}q").pack  # quicker than to make an array of tuples
        values = np.frombuffer(b"".join([pack(*record) for record in records]), np.int64)
        values = values.reshape(len(records), -1)
        at, pairs = self._first.of(values), len(self._strides)
        at[:, :pairs] *= self._strides
        at[:, :pairs] += self._second.of(values)
        at += self._places
        found = [self._table.take(at)]
        for kind, own in self._others:
            found.append(_classes(kind, *[values[:, column] for column in own])[:, None])
        return np.concatenate(found, axis=1).take(self._in_order, axis=1)


class _Column:
    """One column of each of several features, as an index into a table.

    Args:
        columns: The columns.
        spans: The values that each table knows.
    """

    def __init__(self, columns: Sequence[int | slice], spans: Sequence[range]) -> None:
        self._columns = np.array(columns, np.intp)
        self._least = np.array([span.start for span in spans], np.int64)
        self._last = np.array([len(span) - 1 for span in spans], np.int64)

    def of(self, values: Ints) -> Ints:
        """Return the indices of values, (B, columns of a record) → (B, features)."""
        index = values.take(self._columns, axis=1)
        index -= self._least
        np.maximum(index, 0, out=index)
        return np.minimum(index, self._last, out=index)


def _known_spans(kind: OneOf, columns: Columns) -> Spans:
    """The spans of a feature that is looked up; none of one that is computed."""
    spans = kind.spans or ()
    usual = 1 <= len(spans) == len(columns) <= 2
    return spans if usual and not any(isinstance(own, slice) for own in columns) else ()


def _classes(kind: OneOf, *columns: Ints) -> Ints:
    """A feature's classes, `ABSENT` where it is absent.

    Args:
        kind: Its kind.
        columns: Its columns, each of shape (…), or (…, n) for a run of n.
    """
    classes = kind.tensor(np, *columns)
    return np.where((classes < 0) | (classes >= kind.size), ABSENT, classes)


def _tables(kinds: Sequence[OneOf], spans: Sequence[Spans]) -> tuple[Ints, list[int]]:
    """The classes of all values of some kinds, one table behind the other, each once.

    Args:
        kinds: The kind of each feature.
        spans: Its spans.

    Returns:
        The tables, and where each feature's begins.
    """
    tables = [np.zeros(0, np.int64)]
    begins: dict[tuple[OneOf, Spans], int] = {}
    for own in zip(kinds, spans, strict=True):
        if own not in begins:
            kind, values = own
            begins[own] = sum(map(len, tables))
            tables.append(_classes(kind, *np.meshgrid(*values, indexing="ij")).ravel())
    return np.concatenate(tables), [begins[own] for own in zip(kinds, spans, strict=True)]
