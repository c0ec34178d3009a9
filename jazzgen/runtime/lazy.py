"""Sequences whose items are made when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

__all__ = ["LazySequence"]

T = TypeVar("T")


class LazySequence(Sequence[T]):
    """A sequence that holds none of its items: each is made anew whenever it is asked for.

    Args:
        make: Makes an item of its number.
        numbers: The items' numbers, in order; a number alone stands for that many, from 0.
    """

    def __init__(self, make: Callable[[int], T], numbers: int | Sequence[int]) -> None:
        self._make = make
        self._numbers = range(numbers) if isinstance(numbers, int) else numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> LazySequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | LazySequence[T]:
        if isinstance(place, slice):
            return LazySequence(self._make, self._numbers[place])
        return self._make(self._numbers[place])
