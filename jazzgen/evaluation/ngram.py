"""Witten–Bell n-grams, of which the baselines are made that a network has to beat.

Source: I. H. Witten and T. C. Bell, "The zero-frequency problem", IEEE Transactions
on Information Theory 37(4), 1991. The probability of a symbol x after a context h
that was seen n(h) times with t(h) different followers is

    p(x | h) = (c(h, x) + t(h) · p(x | h')) / (n(h) + t(h))

where h' is h without its first symbol, and below the empty context all symbols of the
alphabet are equally likely.

Conventions: symbols are whole numbers from 0. Backing off drops the first symbol of a
context: the oldest of a sequence, as a rule, but a context may hold anything (`observe`).
Each solo is a sequence of its own; the contexts at its beginning are shorter.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["WittenBell"]


class WittenBell:
    """An n-gram model with Witten–Bell smoothing.

    Args:
        order: 3 for a trigram.
        alphabet: Number of symbols.
    """

    def __init__(self, order: int, alphabet: int) -> None:
        self.order, self.alphabet = order, alphabet
        self._counts: dict[tuple[int, ...], dict[int, int]] = defaultdict(dict)
        self._distributions: dict[tuple[int, ...], NDArray[np.float64]] = {}

    def fit(self, sequences: Iterable[Sequence[int]]) -> WittenBell:
        """Count symbols after contexts of every length below the order."""
        for sequence in sequences:
            for index, symbol in enumerate(sequence):
                self.observe(symbol, sequence[max(0, index - self.order + 1) : index])
        return self

    def observe(self, symbol: int, context: Sequence[int]) -> None:
        """Count a symbol after a context, and after all shorter contexts that it backs off to.

        Args:
            symbol: The symbol.
            context: What precedes it; the first symbol is dropped first.
        """
        context = tuple(context)
        self._distributions.clear()
        for start in range(len(context) + 1):
            followers = self._counts[context[start:]]
            followers[symbol] = followers.get(symbol, 0) + 1

    def probability(self, symbol: int, context: Sequence[int]) -> float:
        """Return the probability of a symbol after a context.

        Args:
            symbol: The symbol.
            context: What precedes it; of a longer one than the order has, the end counts.
        """
        probability = 1 / self.alphabet
        context = tuple(context)
        for length in range(min(self.order, len(context) + 1)):
            followers = self._counts.get(context[len(context) - length :])
            if followers is None:
                break
            seen, kinds = sum(followers.values()), len(followers)
            probability = (followers.get(symbol, 0) + kinds * probability) / (seen + kinds)
        return probability

    def distribution(self, context: Sequence[int]) -> NDArray[np.float64]:
        """Return the probability of every symbol after a context, shape (alphabet,)."""
        context = tuple(context)
        known = self._distributions.get(context)
        if known is not None:
            return known
        found = self.distribution(context[1:]) if context else self._uniform()
        followers = self._counts.get(context)
        if followers is not None:
            counts = np.zeros(self.alphabet)
            counts[list(followers)] = list(followers.values())
            found = (counts + len(followers) * found) / (counts.sum() + len(followers))
        if len(context) < self.order - 1:  # the longest are many, and rarely repeated
            self._distributions[context] = found
        return found

    def _uniform(self) -> NDArray[np.float64]:
        return np.full(self.alphabet, 1 / self.alphabet)

    def bits(self, sequence: Sequence[int]) -> list[float]:
        """Return the bits of each symbol of a sequence."""
        return [
            -math.log2(self.probability(symbol, sequence[max(0, index - self.order + 1) : index]))
            for index, symbol in enumerate(sequence)
        ]

    def likeliest(self, context: Sequence[int]) -> int:
        """Return the likeliest symbol after a context; of equally likely ones the smallest."""
        context = tuple(context)[max(0, len(context) - self.order + 1) :]
        while context and context not in self._counts:
            context = context[1:]
        seen = self._counts.get(context, {0: 1})
        return max(sorted(seen), key=lambda symbol: self.probability(symbol, context))
