"""Sequences whose items are made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

__all__ = ["LazySequence"]

T = TypeVar("T")


class LazySequence(Sequence[T]):
    """A sequence that stores none of its items: each is made again whenever it is asked for.

    Args:
        make: Returns the item of a number.
        numbers: The items' numbers, in order; an integer n stands for 0 to n - 1.
    """

    def __init__(self, make: Callable[[int], T], numbers: int | Sequence[int]) -> None:
        self._make = make
        self._numbers = range(numbers) if isinstance(numbers, int) else numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> LazySequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | LazySequence[T]:
        if isinstance(index, slice):
            return LazySequence(self._make, self._numbers[index])
        return self._make(self._numbers[index])
