"""Lick n-grams: what players of the training corpus played after the same intervals.

An n-gram model (Jurafsky and Martin, *Speech and Language Processing*, ch. 3) beside the
network, over the intervals between successive notes. It has only n-grams that occur in solos
over at least two tunes: licks that players share, and nobody's solo. The longest n-gram that
the line has just played gives the distribution its counts as Witten and Bell (1991) do, and
leaves a share to the next shorter n-gram; the share that the shortest leaves belongs to the
network. `lick_counts` counts the n-grams of a corpus.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, starmap

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.repeat_features import WIDEST
from jazzgen.encoding.values import REST
from jazzgen.errors import ModelError

__all__ = ["LICK_COLUMNS", "LONGEST", "STEPS", "Floats", "Ints", "LickNgrams"]

STEPS = 2 * WIDEST + 1
"""The number of interval classes: -24 to 24 semitones; wider intervals count as the widest."""

SHORTEST, LONGEST = 2, 9
"""The numbers of intervals in the shortest and in the longest context."""

LICK_COLUMNS = STEPS + 2
"""The number of columns: the share of each interval class, the length of the longest context,
and ln(1 + its count)."""

LARGEST = 5_000_000
"""The largest number of n-grams that a model may have."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LickNgrams:
    """N-grams of intervals as a tree: the parent of each is the one without its last interval.

    N-grams are numbered from 1, the shorter ones first; those of one length are in order of
    their parents, then of their last intervals. Number 0 is the empty n-gram.

    An n-gram that has children is a *context*. The *state* of a line is the longest context
    that it has just played, given as an index into `contexts`.

    Args:
        parent: Number of the n-gram without the last interval, shape (R,).
        step: Class of the last interval, 0 to `STEPS` - 1, shape (R,).
        count: How often the n-gram was played, shape (R,).

    Raises:
        ModelError: The arrays are malformed or out of order, or an n-gram is there whose parts
            are not.
    """

    parent: Ints
    step: Ints
    count: Ints

    def __post_init__(self) -> None:
        arrays = (self.parent, self.step, self.count)
        if self.parent.ndim != 1 or len({array.shape for array in arrays}) > 1:
            raise ModelError("licks: expected three arrays of one length")
        if len(self) > LARGEST or any(array.dtype.kind not in "iu" for array in arrays):
            raise ModelError(f"licks: expected at most {LARGEST} integers in each array")
        for name, array in zip(("parent", "step", "count"), arrays, strict=True):
            object.__setattr__(self, name, array.astype(np.int64))
        known = (self.parent >= 0) & (self.parent <= np.arange(len(self)))
        if not np.all(known & (self.step >= 0) & (self.step < STEPS) & (self.count > 0)):
            raise ModelError("licks: a number out of range")
        if np.any(np.diff(self._keys) <= 0) or len(self._levels) > LONGEST + 3:
            raise ModelError("licks: n-grams too long, or out of order")
        if np.any(self.suffix < 0):
            raise ModelError("licks: an n-gram without the one that lacks its first interval")

    def __len__(self) -> int:
        """R, the number of n-grams."""
        return len(self.parent)

    @classmethod
    def empty(cls) -> LickNgrams:
        """Return lick n-grams without any."""
        nothing = np.zeros(0, np.int64)
        return cls(nothing, nothing, nothing)

    @cached_property
    def follow(self) -> NDArray[np.int32]:
        """The state that follows each state after each interval, shape (S, STEPS).

        State 0 is the empty n-gram. The table is filled from the shorter contexts to the longer
        ones: where a context has no child that is a context, the next shorter one decides.
        """
        state = np.full(len(self) + 1, -1)
        state[self.contexts] = np.arange(len(self.contexts))
        follow = np.zeros((len(self.contexts), STEPS), np.int32)
        levels = self._context_levels
        for level, longer in zip(levels, [*levels[1:], slice(0, 0)], strict=True):
            if level.start:  # not the empty one, which has no shorter one
                follow[level] = follow[state[self.suffix[self.contexts[level]]]]
            # The contexts that are one interval longer are children of this level's.
            children = self.contexts[longer]
            parents, steps = self.parent[children - 1], self.step[children - 1]
            follow[state[parents], steps] = state[children]
        return follow

    @cached_property
    def expectations(self) -> Floats:
        """The expectations of each state, shape (S, `LICK_COLUMNS`)."""
        return self.shares(self.contexts, np.arange(1, len(self) + 1), self.count)

    def expectations_of(self, states: Ints) -> Floats:
        """Return the expectations of some states.

        A solo comes to a few hundred of tens of thousands of states, so that they are computed one
        by one, when a line first comes there.

        Args:
            states: The states, shape (N,).

        Returns:
            Shape (N, `LICK_COLUMNS`).
        """
        rows, known = self._asked
        for state in states.tolist():
            if not known[state]:
                self._expect(state)
        return rows.take(states, axis=0)

    @cached_property
    def _asked(self) -> tuple[Floats, bytearray]:
        """The expectations of the states that were asked for, and a 1 for each of these states."""
        size = len(self.contexts)
        return np.zeros((size, LICK_COLUMNS), np.float32), bytearray(size)

    def _expect(self, state: int) -> Floats:
        """The expectations of a state, by those of the next shorter context (see `shares`)."""
        (rows, known), context = self._asked, self.contexts[state]
        length = bisect_right(self._levels, context) - 1
        if not known[state] and length >= SHORTEST:
            shorter = self._expect(int(self.contexts.searchsorted(self.suffix[context])))
            first, end = self._keys.searchsorted((context * STEPS, (context + 1) * STEPS))
            times = np.zeros(STEPS, np.float32)
            times[self.step[first:end]] = self.count[first:end]
            kinds, total = np.float32(end - first), times.sum()
            rows[state, :STEPS] = (times + kinds * shorter[:STEPS]) / (total + kinds)
            rows[state, STEPS:] = length, np.log1p(total)
        known[state] = 1
        return np.asarray(rows[state])

    def expect(self, pitch: NDArray[np.int32]) -> Floats:
        """Return the expectations at each step of a line, given the notes before it.

        Args:
            pitch: Pitches or `REST`, shape (T,).

        Returns:
            Shape (T, `LICK_COLUMNS`). The shares sum to less than 1; the rest is the network's.
        """
        return self.expectations[self.states(pitch)]

    def states(self, pitch: NDArray[np.int32]) -> Ints:
        """Return the state before each value of a line, shape (T,).

        Args:
            pitch: Pitches or `REST`, shape (T,).
        """
        states, state, last = np.zeros(len(pitch), np.int64), 0, -1
        for number, one in enumerate(pitch.tolist()):
            states[number] = state
            if one != REST:
                if last >= 0:
                    state = int(self.follow[state, min(max(one - last, -WIDEST), WIDEST) + WIDEST])
                last = one
        return states

    def shares(self, contexts: Ints, ngrams: Ints, count: Ints) -> Floats:
        """Return the expectations of contexts, given counts of what followed them.

        Args:
            contexts: Some of `contexts`, in order, with the suffixes of each, shape (S',).
            ngrams: Their children (see `children`), shape (R',).
            count: How often each child was played, or 0, shape (R',).

        Returns:
            Shape (S', `LICK_COLUMNS`).
        """
        rows = np.zeros((len(contexts), LICK_COLUMNS), np.float32)
        times = np.zeros((len(contexts), STEPS), np.float32)
        parent, step = self.parent[ngrams - 1], self.step[ngrams - 1]
        times[np.searchsorted(contexts, parent), step] = count
        bounds = np.searchsorted(contexts, self._levels)
        for length, level in enumerate(starmap(slice, pairwise(bounds))):
            if length < SHORTEST:
                continue
            shorter = rows[np.searchsorted(contexts, self.suffix[contexts[level]])]
            here = times[level]
            kinds = (here > 0).sum(axis=1, keepdims=True).astype(np.float32)
            total = here.sum(axis=1, keepdims=True)
            shares = (here + kinds * shorter[:, :STEPS]) / np.maximum(total + kinds, 1)
            own = np.concatenate([shares, np.full_like(total, length), np.log1p(total)], axis=1)
            rows[level] = np.where(total > 0, own, shorter)
        return rows

    def child(self, ngram: Ints, step: Ints) -> Ints:
        """Return the n-grams that are one interval longer, or -1 where there are none.

        Args:
            ngram: Numbers of n-grams.
            step: The class of the interval that follows each; the two are broadcast.
        """
        key = ngram * STEPS + step
        if not len(self):
            return np.full(key.shape, -1)
        index = np.minimum(np.searchsorted(self._keys, key), len(self) - 1)
        return np.where(self._keys[index] == key, index + 1, -1)

    def children(self, contexts: Ints) -> Ints:
        """Return the children of contexts, one context after another."""
        first, end = np.searchsorted(self._keys, [contexts * STEPS, (contexts + 1) * STEPS])
        sizes = end - first
        ahead = np.cumsum(sizes) - sizes
        return np.asarray(np.arange(sizes.sum()) + np.repeat(first - ahead, sizes) + 1)

    @cached_property
    def _keys(self) -> Ints:
        """The sort key of each n-gram: its parent, then its last interval, shape (R,)."""
        return self.parent * STEPS + self.step

    @cached_property
    def _levels(self) -> list[int]:
        """The first n-gram of each length, from 0 on, and at the end R + 1."""
        levels = [0, 1]
        while levels[-1] <= len(self):
            levels.append(1 + int(np.searchsorted(self.parent, levels[-1])))
        return levels

    @cached_property
    def suffix(self) -> Ints:
        """The n-gram without the first interval of each, or -1 if there is none, shape (R + 1,)."""
        suffix = np.zeros(len(self) + 1, np.int64)
        for begin, end in pairwise(self._levels[2:]):
            shorter = suffix[self.parent[begin - 1 : end - 1]]
            found = self.child(np.maximum(shorter, 0), self.step[begin - 1 : end - 1])
            suffix[begin:end] = np.where(shorter >= 0, found, -1)
        return suffix

    @cached_property
    def contexts(self) -> Ints:
        """The n-grams that have children, and the empty one, in order, shape (S,)."""
        known = np.bincount(self.parent, minlength=1) > 0  # quicker than sorting
        known[0] = True
        return np.flatnonzero(known).astype(np.int64)

    @cached_property
    def _context_levels(self) -> list[slice]:
        """The states of the contexts of each length."""
        bounds = np.searchsorted(self.contexts, self._levels)
        return [slice(int(begin), int(end)) for begin, end in pairwise(bounds)]
