"""Counting the lick n-grams (see `lick_ngrams`) of a training corpus.

A network that is trained with lick n-grams must not see, for a training solo, counts that
include that solo: it would learn to trust them too much. So `collect_licks` gives each training
solo the expectations of solos over *other* tunes.

The corpus may be large. Memory holds five bytes for each note: its interval, and the number of
the n-gram that ends before it. N-grams are counted one length after another and tune by tune
(the Apriori algorithm of Agrawal and Srikant, 1994: an n-gram can be shared only if its parts
are). There are at most `MOST` n-grams: if more are shared, those played over more tunes remain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, starmap

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.lick_ngrams import LONGEST, STEPS, Floats, Ints, LickNgrams
from jazzgen.encoding.repeat_features import WIDEST
from jazzgen.encoding.values import REST

__all__ = ["MOST", "TUNES", "collect_licks"]

TUNES = 2
"""The number of tunes over which an n-gram must have been played, at least, to be shared."""

MOST = 2**18
"""The largest number of n-grams; 400 solos of the Weimar Jazz Database share a quarter of it."""

Lines = Sequence[NDArray[np.int32]]


def collect_licks(
    lines: Lines, tunes: Sequence[str], most: int = MOST
) -> tuple[LickNgrams, Iterator[tuple[int, Floats]]]:
    """Count the lick n-grams of a training corpus, and those without each tune.

    Args:
        lines: Pitches or `REST` of each solo; each is read a few times.
        tunes: The tune of each solo.
        most: The largest number of n-grams.

    Returns:
        The n-grams, and tune by tune, for each solo, its number and the expectations of solos
        over other tunes, shape (T, `LICK_COLUMNS`) as from `LickNgrams.expect`.
    """
    numbers: dict[str, list[int]] = {}
    for number, tune in enumerate(tunes):
        numbers.setdefault(tune, []).append(number)
    groups = list(numbers.values())
    shared = _shared_ngrams(_Steps(lines, groups), most)
    ngrams = LickNgrams(shared.parent, shared.step, shared.count)
    return ngrams, _expectations_of_others(ngrams, shared, lines, groups)


def _steps_of(pitch: NDArray[np.int32]) -> NDArray[np.int8]:
    """Return the classes of the intervals between successive notes."""
    leaps = np.diff(pitch[pitch != REST].astype(np.int64))
    return np.asarray(np.clip(leaps, -WIDEST, WIDEST) + WIDEST, np.int8)


class _Steps:
    """The intervals of a corpus in one array, tune by tune.

    Args:
        lines: Pitches or `REST` of each solo.
        groups: Numbers of the solos over each tune.
    """

    def __init__(self, lines: Lines, groups: Sequence[Sequence[int]]) -> None:
        found = [[_steps_of(lines[number]) for number in group] for group in groups]
        sizes = [len(line) for group in found for line in group]
        self.steps = np.concatenate([np.zeros(0, np.int8), *(s for group in found for s in group)])
        # The first interval of each solo; of a solo without any, that of the next one.
        self.starts = np.cumsum([0, *sizes])[:-1]
        ends = np.cumsum([0, *(sum(map(len, group)) for group in found)]).tolist()
        self.tunes = list(starmap(slice, pairwise(ends)))

    def __len__(self) -> int:
        return len(self.steps)


@dataclass(frozen=True)
class _Shared:
    """N-grams that several tunes share.

    Args:
        parent: See `LickNgrams`.
        step: See `LickNgrams`.
        count: See `LickNgrams`.
        over: The number of tunes over which each was played, shape (R,).
        least: The number of tunes over which an n-gram must have been played to be here.
    """

    parent: Ints
    step: Ints
    count: Ints
    over: Ints
    least: int


def _shared_ngrams(corpus: _Steps, most: int) -> _Shared:
    """Return the n-grams shared by so many tunes that there are at most `most`."""
    least = TUNES
    while True:
        found = np.zeros((4, 0), np.int64)
        for level in _levels(corpus, least):
            found = np.concatenate([found, level], axis=1)
            if found.shape[1] > most:  # even without the longer ones: start again, more strictly
                over = np.sort(found[-1])
                least = int(over[-most - 1]) + 1
                break
        else:
            parent, step, count, over = found
            return _Shared(parent, step, count, over, least)


def _levels(corpus: _Steps, least: int) -> Iterator[Ints]:
    """Yield parents, steps, counts and numbers of tunes of the n-grams of each length, (4, R)."""
    before = np.zeros(len(corpus), np.int32)  # the n-gram that ends before each step
    first, ngrams = 0, 1  # the first n-gram of the previous length, and how many it has
    for _ in range(LONGEST + 1):
        count, over = _count(corpus, before, first, ngrams)
        key = np.flatnonzero(over >= least)
        if not len(key):
            return
        yield np.stack([key // STEPS + first, key % STEPS, count[key], over[key]])
        number = np.full(len(over), -1, np.int32)
        number[key] = np.arange(first + ngrams, first + ngrams + len(key))
        _advance(corpus, before, first, number)
        first, ngrams = first + ngrams, len(key)


def _count(
    corpus: _Steps, before: NDArray[np.int32], first: int, ngrams: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Count how often each step follows each n-gram, and over how many tunes, (ngrams × STEPS,)."""
    count, over = np.zeros((2, ngrams * STEPS), np.int32)
    for tune in corpus.tunes:
        known = before[tune] >= 0
        key = (before[tune][known] - first) * STEPS + corpus.steps[tune][known]
        found, times = np.unique(key, return_counts=True)
        count[found] += times.astype(np.int32)
        over[found] += 1
    return count, over


def _advance(
    corpus: _Steps, before: NDArray[np.int32], first: int, number: NDArray[np.int32]
) -> None:
    """Extend the n-gram before each step by one interval; -1 where it is not shared."""
    for tune in corpus.tunes:
        known = before[tune] >= 0
        ends = np.full(len(known), -1, np.int32)
        ends[known] = number[(before[tune][known] - first) * STEPS + corpus.steps[tune][known]]
        before[tune][1:] = ends[:-1]
    before[corpus.starts[corpus.starts < len(before)]] = -1


def _expectations_of_others(
    ngrams: LickNgrams, shared: _Shared, lines: Lines, groups: Sequence[Sequence[int]]
) -> Iterator[tuple[int, Floats]]:
    """Yield for each solo its number and the expectations of solos over other tunes.

    The counts of its own tune are subtracted. N-grams that are then played over too few tunes
    count as never played, as they would not be there without this tune.
    """
    for group in groups:
        states = [ngrams.states(lines[number]) for number in group]
        contexts = _with_suffixes(ngrams, ngrams.contexts[np.unique(np.concatenate(states))])
        children = ngrams.children(contexts)
        own, times = _played(ngrams, [_steps_of(lines[number]) for number in group])
        here = np.isin(children, own)
        count, over = shared.count[children - 1], shared.over[children - 1] - here
        count[here] -= times[np.searchsorted(own, children[here])]
        rows = ngrams.shares(contexts, children, np.where(over >= shared.least, count, 0))
        for number, state in zip(group, states, strict=True):
            yield number, rows[np.searchsorted(contexts, ngrams.contexts[state])]


def _with_suffixes(ngrams: LickNgrams, contexts: Ints) -> Ints:
    """Return contexts with all their suffixes, down to the empty n-gram."""
    levels = [np.zeros(1, np.int64)]
    while contexts.any():
        levels.append(contexts)
        contexts = np.unique(ngrams.suffix[contexts])
    return np.unique(np.concatenate(levels))


def _played(ngrams: LickNgrams, lines: Sequence[NDArray[np.int8]]) -> tuple[Ints, Ints]:
    """Return the n-grams that lines play, in order, and how often they do."""
    found = [np.zeros(0, np.int64)]
    for line in lines:
        before = np.zeros(len(line), np.int64)  # the n-gram that ends before each step
        while len(before):
            steps = np.flatnonzero(before >= 0)
            ends = np.full(len(line), -1)
            ends[steps] = ngrams.child(before[steps], line[steps].astype(np.int64))
            found.append(ends[ends >= 0])
            before = np.append(-1, ends[:-1]) if len(found[-1]) else ends[:0]
    return np.unique(np.concatenate(found), return_counts=True)
