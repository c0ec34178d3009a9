"""The licks that players share: what a training corpus goes on to after the same intervals.

An n-gram model (Jurafsky and Martin, *Speech and Language Processing*, ch. 3) beside the
network, over the intervals between successive notes. It knows only runs that occur in
solos over two tunes or more: vocabulary that players have in common, not anybody's solo.
The longest known run that the line has just played shares out its counts as Witten and
Bell (1991) do, leaving the rest to the next shorter one; what the shortest leaves belongs
to the network. How a book is collected stands in `lick_counts`.
"""

from __future__ import annotations

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
"""Intervals from -24 to 24 semitones; wider ones count as these."""

SHORTEST, LONGEST = 2, 9
"""Intervals in the shortest and in the longest context."""

LICK_COLUMNS = STEPS + 2
"""Shares of each interval, the length of the longest context, and ln(1 + how often it was)."""

LARGEST = 5_000_000

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LickNgrams:
    """Runs of intervals, each hanging from the run without its last interval.

    Runs are numbered from 1: the shorter first, among equally long ones by the run they
    hang from, then by their last interval. Number 0 is the run of no intervals.

    Args:
        parent: Number of the run without the last interval, shape (R,).
        step: Class of the last interval, from 0 up to `STEPS` - 1, shape (R,).
        count: How often the run was played, shape (R,).

    Raises:
        ModelError: The arrays say nothing of this kind, or know a run but not its parts.
    """

    parent: Ints
    step: Ints
    count: Ints

    def __post_init__(self) -> None:
        arrays = (self.parent, self.step, self.count)
        if self.parent.ndim != 1 or len({array.shape for array in arrays}) > 1:
            raise ModelError("licks: expected three rows of one length")
        if len(self) > LARGEST or any(array.dtype.kind not in "iu" for array in arrays):
            raise ModelError(f"licks: expected {LARGEST} integers a row at most")
        for name, array in zip(("parent", "step", "count"), arrays, strict=True):
            object.__setattr__(self, name, array.astype(np.int64))
        known = (self.parent >= 0) & (self.parent <= np.arange(len(self)))
        if not np.all(known & (self.step >= 0) & (self.step < STEPS) & (self.count > 0)):
            raise ModelError("licks: a number out of range")
        if np.any(np.diff(self._keys) <= 0) or len(self._levels) > LONGEST + 3:
            raise ModelError("licks: runs too long, or out of order")
        if np.any(self.suffix < 0):
            raise ModelError("licks: a run that is known without its last part")

    def __len__(self) -> int:
        """R, the runs known."""
        return len(self.parent)

    @classmethod
    def empty(cls) -> LickNgrams:
        """Return a book that knows nothing."""
        nothing = np.zeros(0, np.int64)
        return cls(nothing, nothing, nothing)

    @cached_property
    def follow(self) -> NDArray[np.int32]:
        """The state after an interval in each state, shape (S, STEPS).

        A state is the longest run that the line has just played and that went on to
        something; 0, the run of nothing, is always one.
        """
        state = np.full(len(self) + 1, -1)
        state[self.contexts] = np.arange(len(self.contexts))
        follow = np.zeros((len(self.contexts), STEPS), np.int32)
        for level in self._context_levels:
            runs = self.contexts[level]
            if level.start:  # what a run does not know, its last part may
                follow[level] = follow[state[self.suffix[runs]]]
            child = self.child(runs[:, None], np.arange(STEPS))  # (…, STEPS)
            after = np.where(child >= 0, state[child], -1)
            follow[level] = np.where(after >= 0, after, follow[level])
        return follow

    @cached_property
    def expectations(self) -> Floats:
        """What each state expects, shape (S, `LICK_COLUMNS`)."""
        return self.shares(self.contexts, np.arange(1, len(self) + 1), self.count)

    def expect(self, pitch: NDArray[np.int32]) -> Floats:
        """Return what is expected at each step of a line, from the notes before it.

        Args:
            pitch: Pitches or `REST`, shape (T,).

        Returns:
            Shape (T, `LICK_COLUMNS`). The shares lack to 1 what is left to whoever asks.
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

    def shares(self, contexts: Ints, runs: Ints, count: Ints) -> Floats:
        """Return what contexts expect if what they went on to had been played so often.

        Args:
            contexts: Some of `contexts`, in order, with the last part of each, (S',).
            runs: The runs that hang from them, (R',) (see `children`).
            count: How often each of those was played; 0 for never, (R',).

        Returns:
            Shape (S', `LICK_COLUMNS`).
        """
        rows = np.zeros((len(contexts), LICK_COLUMNS), np.float32)
        times = np.zeros((len(contexts), STEPS), np.float32)
        times[np.searchsorted(contexts, self.parent[runs - 1]), self.step[runs - 1]] = count
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

    def child(self, run: Ints, step: Ints) -> Ints:
        """Return the runs one interval longer, -1 where they are not known."""
        key = run * STEPS + step
        if not len(self):
            return np.full(key.shape, -1)
        place = np.minimum(np.searchsorted(self._keys, key), len(self) - 1)
        return np.where(self._keys[place] == key, place + 1, -1)

    def children(self, contexts: Ints) -> Ints:
        """Return the runs that hang from contexts, those of each in turn."""
        first, end = np.searchsorted(self._keys, [contexts * STEPS, (contexts + 1) * STEPS])
        sizes = end - first
        ahead = np.cumsum(sizes) - sizes
        return np.asarray(np.arange(sizes.sum()) + np.repeat(first - ahead, sizes) + 1)

    @cached_property
    def _keys(self) -> Ints:
        """A number for each run by which they are in order, (R,)."""
        return self.parent * STEPS + self.step

    @cached_property
    def _levels(self) -> list[int]:
        """The first run of each length, and at the end R + 1."""
        levels = [0, 1]
        while levels[-1] <= len(self):
            levels.append(1 + int(np.searchsorted(self.parent, levels[-1])))
        return levels

    @cached_property
    def suffix(self) -> Ints:
        """For each run without its first interval, or -1 if that is not known, (R + 1,)."""
        suffix = np.zeros(len(self) + 1, np.int64)
        for begin, end in pairwise(self._levels[2:]):
            shorter = suffix[self.parent[begin - 1 : end - 1]]
            found = self.child(np.maximum(shorter, 0), self.step[begin - 1 : end - 1])
            suffix[begin:end] = np.where(shorter >= 0, found, -1)
        return suffix

    @cached_property
    def contexts(self) -> Ints:
        """The runs that went on to something, in order, (S,)."""
        known = np.bincount(self.parent, minlength=1) > 0  # sorting them would take longer
        known[0] = True
        return np.flatnonzero(known).astype(np.int64)

    @cached_property
    def _context_levels(self) -> list[slice]:
        """For each length the states whose runs have it."""
        bounds = np.searchsorted(self.contexts, self._levels)
        return [slice(int(begin), int(end)) for begin, end in pairwise(bounds)]
