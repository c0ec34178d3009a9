"""The interface of kinds of features, in both their forms; `feature_kinds` has the kinds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from jazzgen.nn.tensor import Ops, Tensor

__all__ = ["ABSENT", "Kind", "OneOf"]

ABSENT = 2**20
"""The class of an absent feature in the integer form, larger than any other. In the tensor form
every class outside 0 … size - 1 means an absent feature, a row of zeros."""


class Kind(ABC):
    """How columns become a row of zeros and ones."""

    size: int
    """The length of the row."""

    @abstractmethod
    def numbers(self, ops: Ops, *columns: Tensor) -> Tensor:
        """Return rows of zeros and ones, int32, shape (…, size).

        Args:
            ops: `keras.ops` or `numpy`.
            columns: The columns, each of shape (…), or (…, n) for a run of n.
        """

    def rows(self, ops: Ops, *columns: Tensor) -> Tensor:
        """Return rows of zeros and ones, float32, shape (…, size).

        Args:
            ops: `keras.ops` or `numpy`.
            columns: The columns, each of shape (…), or (…, n) for a run of n.
        """
        found = self.numbers(ops, *columns)
        return found.astype(np.float32) if ops is np else ops.cast(found, "float32")


class OneOf(Kind):
    """A class, one-hot: one number of the row is 1, or none is if the feature is absent."""

    combines: ClassVar[bool] = False
    """Whether `combined` computes several features of this kind at once."""

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

    @property
    def spans(self) -> tuple[range, ...] | None:
        """For each column the values of which the class must be known.

        A value outside has the class of the nearest one inside. None, the default, if nothing is
        known of the columns' values.
        """
        return None

    @classmethod
    def combined(cls, kinds: Sequence[Any]) -> Callable[..., Tensor]:
        """Return a function like `tensor` that does N features of this kind in one go.

        It is asked for only where `combines` is set. Its columns have the shape (…, N), one for
        each of the kinds, and so have its classes.

        Args:
            kinds: The N kinds, all of this class.
        """
        raise NotImplementedError(f"{cls.__name__}: features are computed one by one")

    def numbers(self, ops: Ops, *columns: Tensor) -> Tensor:
        """See `Kind.numbers`.

        Args:
            ops: `keras.ops` or `numpy`.
            columns: The columns of which `tensor` makes a class.
        """
        classes = ops.expand_dims(self.tensor(ops, *columns), -1)
        ones = ops.equal(classes, np.arange(self.size, dtype=np.int32))
        return ones.astype(np.int32) if ops is np else ops.cast(ones, "int32")
