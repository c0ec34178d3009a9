"""The interface of kinds of features, in both their forms; `feature_kinds` has the kinds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from jazzgen.nn.tensor import Ops, Tensor

__all__ = ["ABSENT", "Kind", "OneOf"]

ABSENT = 2**20
"""The class of an absent feature in the integer form, larger than any other. In the tensor form
every class outside 0 … size - 1 means an absent feature: `one_hot` gives a row of zeros."""


class Kind(ABC):
    """How columns become a row of zeros and ones."""

    size: int
    """The length of the row."""

    @abstractmethod
    def rows(self, ops: Ops, *columns: Tensor) -> Tensor:
        """Return rows of zeros and ones, float32, shape (…, size).

        Args:
            ops: `keras.ops` or `numpy`.
            columns: The columns, each of shape (…), or (…, n) for a run of n.
        """


class OneOf(Kind):
    """A class, one-hot: one number of the row is 1, or none is if the feature is absent."""

    @abstractmethod
    def tensor(self, ops: Ops, *columns: Tensor, **none: Any) -> Tensor:
        """Return the class of each step, int32, shape (…); outside 0 … size - 1 if absent.

        Args:
            ops: `keras.ops` or `numpy`.
            columns: The columns, each of shape (…), or (…, n) for a run of n.
            none: Not used: it lets subclasses name the columns that they take.
        """

    @abstractmethod
    def integer(self, *columns: Any, **none: Any) -> int:
        """Return the class of one step, or `ABSENT`.

        Args:
            columns: The columns, each an integer, or a tuple of n for a run of n.
            none: Not used: it lets subclasses name the columns that they take.
        """

    def rows(self, ops: Ops, *columns: Tensor) -> Tensor:
        """See `Kind.rows`.

        Args:
            ops: `keras.ops` or `numpy`.
            columns: The columns of which `tensor` makes a class.
        """
        classes = self.tensor(ops, *columns)
        if ops is np:
            return (classes[..., None] == np.arange(self.size)).astype(np.float32)
        return ops.one_hot(classes, self.size)
