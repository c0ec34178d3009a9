"""The cache: what the line itself went on to after the same intervals.

A language model's cache (Kuhn and De Mori 1990) is a distribution counted over the
text so far. Here it is counted over the solo so far, behind the last interval, the last
two, and so on. The longest context that has been met shares out its counts as Witten
and Bell (1991) do, leaving the rest to the next shorter one; what the shortest leaves
belongs to the network.

Everything is an interval, so that a cache does not know the key. Nor does it know the
chords: contexts that did learnt a wrong chart as well as the right one, and took from what
the network makes of the harmony.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.repeat_features import MEMORY, RepeatClass, interval_class, intervals

__all__ = ["CACHE_CLASSES", "LONGEST", "CacheMemory", "cache"]

CACHE_CLASSES = RepeatClass.REST + 1
"""Intervals from -24 to 24 semitones, and a rest: the classes of an echo."""

LONGEST = 4
"""Intervals and rests in the longest context."""

BLOCK = 512


def cache(pitch: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return what is expected at each step of a line, from the values before it.

    Args:
        pitch: Pitches or `REST`, shape (T,).

    Returns:
        Shares of each interval and of a rest, shape (T, `CACHE_CLASSES`); what they lack
        to 1 is left to whoever asks.
    """
    classes = [interval_class(one) for one in intervals(pitch.tolist())]
    token = np.array(classes, dtype=np.int64)
    found = np.zeros((len(pitch), CACHE_CLASSES), np.float32)
    for start in range(0, len(pitch), BLOCK):
        found[start : start + BLOCK] = _block(token, start)
    return found


def _block(token: NDArray[np.int64], start: int) -> NDArray[np.float32]:
    """The steps from `start` on, (up to BLOCK, CACHE_CLASSES)."""
    now = np.arange(start, min(start + BLOCK, len(token)))
    then = np.arange(max(start - MEMORY, 0), now[-1])
    ago = now[:, None] - then
    share = np.zeros((len(now), CACHE_CLASSES), np.float32)
    same = ago > 0
    for length in range(1, LONGEST + 1):
        before = token[np.maximum(then - length, 0)]
        same &= token[np.maximum(now - length, 0)][:, None] == before
        # The intervals of a context are remembered too.
        same &= (ago <= MEMORY - length) & (then >= length)
        share = _share(_counted(same, token[then]), share)
    return share


def _counted(same: NDArray[np.bool_], played: NDArray[np.int64]) -> NDArray[np.float32]:
    """How often each class was played at the places that a row marks, (…, CACHE_CLASSES).

    A product of matrices would say the same; but few places are marked, and where cores are
    busy the threads of such a product wait for one another.
    """
    row, place = np.nonzero(same)
    cells = row * CACHE_CLASSES + played[place]
    counts = np.bincount(cells, minlength=len(same) * CACHE_CLASSES)
    return counts.reshape(len(same), CACHE_CLASSES).astype(np.float32)


class CacheMemory:
    """What a line has played, and what its cache expects next: `cache`, value by value."""

    def __init__(self) -> None:
        self._played: list[int] = []
        self._counts: dict[int, _Counts] = {}
        self._contexts: list[int] = []  # that the line's end makes, the shortest first

    def copy(self) -> CacheMemory:
        """Return a memory of the same line, which goes on by itself."""
        memory = CacheMemory()
        memory._played, memory._contexts = list(self._played), self._contexts
        memory._counts = {context: after.copy() for context, after in self._counts.items()}
        return memory

    def add(self, interval: int) -> None:
        """Remember one more value by its interval (see `echo.intervals`)."""
        kind, counts = interval_class(interval), self._counts
        for context in self._contexts:
            after = counts.get(context)
            if after is None:
                after = counts[context] = _Counts()
            after.total += 1
            after.of[kind] = after.of.get(kind, 0) + 1
        self._played.append(kind)
        self._contexts = _contexts(self._played, len(self._played))
        if len(self._played) > MEMORY - LONGEST:
            self._forget()

    def _forget(self) -> None:
        """Let go of what came at a place that is too long ago, for contexts of each length."""
        for length in range(1, LONGEST + 1):
            then = len(self._played) - (MEMORY - length) - 1
            if then >= length:
                context = _contexts(self._played, then)[length - 1]
                after = self._counts[context]
                kind = self._played[then]
                after.total -= 1
                after.of[kind] -= 1
                if not after.of[kind]:
                    del after.of[kind]
                if not after.total:  # so that there are never more than MEMORY of each length
                    del self._counts[context]

    def expect(self) -> tuple[dict[int, float], float]:
        """Return the share of each class that is expected at all, and what they lack to 1."""
        shares: dict[int, float] = {}
        left = 1.0
        for context in reversed(self._contexts):
            counts = self._counts.get(context)
            if counts is None or not counts.total:
                continue
            part = left / (counts.total + len(counts.of))
            for kind, count in counts.of.items():
                shares[kind] = shares.get(kind, 0.0) + part * count
            left = part * len(counts.of)
        return shares, left


class _Counts:
    """How often what came after a context."""

    __slots__ = ("of", "total")

    def __init__(self) -> None:
        self.of: dict[int, int] = {}
        self.total = 0

    def copy(self) -> _Counts:
        """Return the same counts, to be counted on."""
        counts = _Counts()
        counts.of, counts.total = dict(self.of), self.total
        return counts


def _contexts(played: list[int], place: int) -> list[int]:
    """The contexts before a place, each a number of its own, the shortest first."""
    contexts, number = [], 0
    for length in range(1, min(LONGEST, place) + 1):
        number = number << 6 | played[place - length] + 1
        contexts.append(number)
    return contexts


def _share(counts: NDArray[np.float32], shorter: NDArray[np.float32]) -> NDArray[np.float32]:
    """Witten and Bell's: a context's counts, and what a shorter one says for new things."""
    kinds = (counts > 0).sum(axis=-1, keepdims=True).astype(np.float32)
    total = counts.sum(axis=-1, keepdims=True) + kinds
    return np.where(total > 0, (counts + kinds * shorter) / np.maximum(total, 1), shorter)
