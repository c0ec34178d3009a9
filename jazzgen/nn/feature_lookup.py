"""The integer form of a table of features: where the ones of a record's row are.

A step of a line asks for the classes of nearly a hundred features. Most columns take few values, so
that what was computed once is looked up afterwards, and the columns of all features are read from
the record in a few calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import getitem, itemgetter
from typing import Any

from jazzgen.nn.feature_kind_base import OneOf

__all__ = ["Columns", "FeatureLookup"]

Columns = tuple[int | slice, ...]
Record = Sequence[int]
MOST_VALUES = 10_000
"""The number of values of a feature of which it is kept where its 1 is."""


class _Known(dict[Any, int]):
    """What has been computed of the values that have been met.

    Args:
        of: A function from a value to what is kept of it.
    """

    def __init__(self, of: Callable[[Any], int]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, value: Any) -> int:
        if len(self) >= MOST_VALUES:
            self.clear()
        found = self[value] = self._of(value)
        return found


class FeatureLookup:
    """Where the ones of a table's rows are, record by record.

    Args:
        kinds: The kind of each feature, none of them a set.
        columns: The columns of each.
        firsts: Where each begins in the row.
        absent: What is returned for an absent feature, which has no 1.
    """

    def __init__(
        self, kinds: Sequence[OneOf], columns: Sequence[Columns], firsts: Sequence[int], absent: int
    ) -> None:
        places = [partial(_place, *own, absent) for own in zip(kinds, firsts, strict=True)]
        alike: dict[int, list[int]] = {}  # features that read as many columns
        # Those that read a run of columns, whose values are too many to be kept.
        runs: list[int] = []
        for number, own in enumerate(columns):
            run = any(isinstance(column, slice) for column in own)
            (runs if run else alike.setdefault(len(own), [])).append(number)
        single = alike.pop(1, [])
        self._single = _reader([columns[number][0] for number in single])
        self._several = [
            [_reader([columns[number][nth] for number in numbers]) for nth in range(width)]
            for width, numbers in alike.items()
        ]
        kept = [number for numbers in alike.values() for number in numbers]
        self._known = [_Known(places[number]) for number in single]
        self._known += [_Known(partial(_spread, places[number])) for number in kept]
        self._runs = [(places[number], _reader(columns[number])) for number in runs]
        found = [*single, *kept, *runs]
        self._in_order = _reader([found.index(number) for number in range(len(found))])

    def __call__(self, record: Record) -> Sequence[int]:
        """Return where the 1 of each feature is in a record's row.

        Args:
            record: The record.
        """
        values = [*self._single(record)]
        for columns in self._several:
            values += zip(*[column(record) for column in columns], strict=True)
        found = [*map(getitem, self._known, values)]
        found += [place(*column(record)) for place, column in self._runs]
        return self._in_order(found)


def _place(kind: OneOf, first: int, absent: int, *values: Any) -> int:
    """Where the 1 of a feature is, given its columns' values."""
    found = kind.integer(*values)
    return first + found if found < kind.size else absent


def _spread(place: Callable[..., int], values: tuple[int, ...]) -> int:
    return place(*values)


def _reader(columns: Sequence[int | slice]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """A function that returns these columns of a record, however many there are."""
    if len(columns) < 2:
        return lambda record: tuple([record[column] for column in columns])
    return itemgetter(*columns)
