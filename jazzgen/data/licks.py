"""The licks that players share: what a training corpus goes on to after the same intervals.

An n-gram model (Jurafsky and Martin, *Speech and Language Processing*, ch. 3) beside the
network, over the intervals between successive notes. It knows only runs that occur in
solos over two tunes or more: vocabulary that players have in common, not anybody's solo.
The longest known run that the line has just played shares out its counts as Witten and
Bell (1991) do, leaving the rest to the next shorter one; what the shortest leaves belongs
to the network.

A network that learns beside it must not hear of a training solo what was counted in that
solo: it would learn to trust the counts too much. So `collect_licks` tells each training
solo what solos over *other* tunes say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jazzgen.data.echo import WIDEST
from jazzgen.data.encoding import REST
from jazzgen.errors import ModelError

__all__ = ["LICK_COLUMNS", "LONGEST", "STEPS", "LickBook", "collect_licks"]

STEPS = 2 * WIDEST + 1
"""Intervals from -24 to 24 semitones; wider ones count as these."""

SHORTEST, LONGEST = 2, 9
"""Intervals in the shortest and in the longest context."""

TUNES = 2
"""Over how many tunes a run must have been played to be everybody's."""

LICK_COLUMNS = STEPS + 2
"""Shares of each interval, the length of the longest context, and ln(1 + how often it was)."""

LARGEST = 5_000_000

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LickBook:
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
        if np.any(self._suffix < 0):
            raise ModelError("licks: a run that is known without its last part")

    def __len__(self) -> int:
        """R, the runs known."""
        return len(self.parent)

    @classmethod
    def empty(cls) -> LickBook:
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
        state[self._contexts] = np.arange(len(self._contexts))
        follow = np.zeros((len(self._contexts), STEPS), np.int32)
        for level in self._context_levels:
            runs = self._contexts[level]
            if level.start:  # what a run does not know, its last part may
                follow[level] = follow[state[self._suffix[runs]]]
            child = self._child(runs[:, None], np.arange(STEPS))  # (…, STEPS)
            after = np.where(child >= 0, state[child], -1)
            follow[level] = np.where(after >= 0, after, follow[level])
        return follow

    @cached_property
    def expectations(self) -> Floats:
        """What each state expects, shape (S, `LICK_COLUMNS`)."""
        return self._expect(self.count)

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

    def _expect(self, count: Ints) -> Floats:
        """What each state expects if runs had been played as often as `count` says, (R,)."""
        rows = np.zeros((len(self._contexts), LICK_COLUMNS), np.float32)
        state = np.searchsorted(self._contexts, self.parent)
        times = np.zeros((len(self._contexts), STEPS), np.float32)
        times[state, self.step] = count
        for length, level in enumerate(self._context_levels):
            if length < SHORTEST:
                continue
            shorter = rows[np.searchsorted(self._contexts, self._suffix[self._contexts[level]])]
            here = times[level]
            kinds = (here > 0).sum(axis=1, keepdims=True).astype(np.float32)
            total = here.sum(axis=1, keepdims=True)
            shares = (here + kinds * shorter[:, :STEPS]) / np.maximum(total + kinds, 1)
            own = np.concatenate([shares, np.full_like(total, length), np.log1p(total)], axis=1)
            rows[level] = np.where(total > 0, own, shorter)
        return rows

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
    def _suffix(self) -> Ints:
        """Each run without its first interval, or -1 if that is not known, (R + 1,)."""
        suffix = np.zeros(len(self) + 1, np.int64)
        for begin, end in pairwise(self._levels[2:]):
            shorter = suffix[self.parent[begin - 1 : end - 1]]
            found = self._child(np.maximum(shorter, 0), self.step[begin - 1 : end - 1])
            suffix[begin:end] = np.where(shorter >= 0, found, -1)
        return suffix

    @cached_property
    def _contexts(self) -> Ints:
        """The runs that went on to something, in order, (S,)."""
        return np.union1d([0], self.parent).astype(np.int64)

    @cached_property
    def _context_levels(self) -> list[slice]:
        """For each length the states whose runs have it."""
        bounds = np.searchsorted(self._contexts, self._levels)
        return [slice(int(begin), int(end)) for begin, end in pairwise(bounds)]

    def _child(self, run: Ints, step: Ints) -> Ints:
        """The runs one interval longer, -1 where they are not known."""
        key = run * STEPS + step
        place = np.searchsorted(self._keys, key)
        found = np.append(self._keys, -1)[place] == key
        return np.where(found, place + 1, -1)


def collect_licks(
    lines: Sequence[NDArray[np.int32]], tunes: Sequence[str]
) -> tuple[LickBook, list[Floats]]:
    """Collect the licks of a training corpus, and tell each of its solos what the others say.

    Args:
        lines: Pitches or `REST` of each solo.
        tunes: The tune of each.

    Returns:
        The book, and for each solo what solos over other tunes expect, as `LickBook.expect`
        gives it.
    """
    numbers = {tune: number for number, tune in enumerate(dict.fromkeys(tunes))}
    counted = _Counts([_steps(line) for line in lines], [numbers[tune] for tune in tunes])
    book = LickBook(counted.parent, counted.step, counted.count)
    told: list[Floats] = [np.zeros(0, np.float32)] * len(lines)
    for tune, number in numbers.items():
        rows = book._expect(counted.without(number))
        for place, line in enumerate(lines):
            if tunes[place] == tune:
                told[place] = rows[book.states(line)]
    return book, told


def _steps(pitch: NDArray[np.int32]) -> Ints:
    """The classes of the intervals between successive notes."""
    leaps = np.diff(pitch[pitch != REST].astype(np.int64))
    return np.asarray(np.clip(leaps, -WIDEST, WIDEST) + WIDEST)


class _Counts:
    """How often which run was played over which tune; of the runs that several tunes share.

    Args:
        lines: Classes of intervals.
        tunes: Number of each line's tune.
    """

    def __init__(self, lines: Sequence[Ints], tunes: Sequence[int]) -> None:
        self.steps = np.concatenate([*lines, np.zeros(0, np.int64)])
        sizes = [len(line) for line in lines]
        self.tune = np.repeat(np.array(tunes, np.int64), sizes)
        self.line = np.repeat(np.arange(len(lines)), sizes)
        levels = [(np.zeros(0, np.int64),) * 4, *self._levels()]
        # Of each run over each tune: the run from 0, the tune, how often.
        self.pairs = np.concatenate([np.zeros((0, 3), np.int64), *(one for *_, one in levels[1:])])
        self.parent, self.step, self.count = (
            np.concatenate([level[part] for level in levels]) for part in range(3)
        )

    def without(self, tune: int) -> Ints:
        """How often runs were played that others than a tune share, 0 for other runs."""
        run, over, times = self.pairs.T
        other = over != tune
        count = np.bincount(run[other], times[other], len(self.count))
        shared = np.bincount(run[other], minlength=len(self.count)) >= TUNES
        return np.where(shared, count, 0).astype(np.int64)

    def _levels(self) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
        """Parents, steps, counts and pairs of the runs of each length."""
        before = np.zeros(len(self.steps), np.int64)  # the run that ends before each step
        known = 1
        for _ in range(LONGEST + 1):
            played = np.flatnonzero(before >= 0)
            key, run = np.unique(before[played] * STEPS + self.steps[played], return_inverse=True)
            tunes = int(self.tune.max(initial=0)) + 1
            pair, times = np.unique(run * tunes + self.tune[played], return_counts=True)
            shared = np.bincount(pair // tunes, minlength=len(key)) >= TUNES
            if not shared.any():
                return
            number = np.where(shared, np.cumsum(shared) - 1 + known, -1)
            keep = shared[pair // tunes]
            pair, times = pair[keep], times[keep]
            pairs = np.stack([number[pair // tunes] - 1, pair % tunes, times], axis=1)
            count = np.bincount(run, minlength=len(key))[shared]
            yield key[shared] // STEPS, key[shared] % STEPS, count, pairs
            ends = np.full(len(self.steps), -1)  # the run that ends with each step
            ends[played] = number[run]
            before = np.append(-1, ends[:-1])[: len(ends)]
            before[1:][self.line[1:] != self.line[:-1]] = -1
            known += int(shared.sum())
