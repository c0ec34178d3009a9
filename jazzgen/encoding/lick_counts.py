"""Collecting the licks that players share (see `licks`) from a training corpus.

A network that learns beside a book must not hear of a training solo what was counted in
that solo: it would learn to trust the counts too much. So `collect_licks` tells each
training solo what solos over *other* tunes say.

The corpus may be large. Of each note its interval and the run that ends before it are kept
in memory, five bytes; runs are counted one length after the other and tune by tune (the
Apriori algorithm of Agrawal and Srikant, 1994: a run cannot be shared whose parts are not).
The book stays as small as `MOST` runs: of a corpus that shares more, those count that are
played over more tunes.
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
"""Over how many tunes a run must have been played to be everybody's, at least."""

MOST = 2**18
"""Runs in a book; the 400 solos of the Weimar Jazz Database share a quarter as many."""

Lines = Sequence[NDArray[np.int32]]


def collect_licks(
    lines: Lines, tunes: Sequence[str], most: int = MOST
) -> tuple[LickNgrams, Iterator[tuple[int, Floats]]]:
    """Collect the licks of a training corpus, and tell each of its solos what the others say.

    Args:
        lines: Pitches or `REST` of each solo; read a few times, one after the other.
        tunes: The tune of each.
        most: Runs in the book at most.

    Returns:
        The book, and tune by tune the number of each solo with what solos over other tunes
        expect, as `LickNgrams.expect` gives it.
    """
    numbers: dict[str, list[int]] = {}
    for number, tune in enumerate(tunes):
        numbers.setdefault(tune, []).append(number)
    groups = list(numbers.values())
    shared = _shared_runs(_Steps(lines, groups), most)
    book = LickNgrams(shared.parent, shared.step, shared.count)
    return book, _told(book, shared, lines, groups)


def _steps_of(pitch: NDArray[np.int32]) -> NDArray[np.int8]:
    """The classes of the intervals between successive notes."""
    leaps = np.diff(pitch[pitch != REST].astype(np.int64))
    return np.asarray(np.clip(leaps, -WIDEST, WIDEST) + WIDEST, np.int8)


class _Steps:
    """The intervals of a corpus, those over the same tune together.

    Args:
        lines: Pitches or `REST` of each solo.
        groups: Numbers of the solos over each tune.
    """

    def __init__(self, lines: Lines, groups: Sequence[Sequence[int]]) -> None:
        found = [[_steps_of(lines[number]) for number in group] for group in groups]
        sizes = [len(line) for group in found for line in group]
        self.steps = np.concatenate([np.zeros(0, np.int8), *(s for group in found for s in group)])
        self.starts = np.cumsum([0, *sizes])[:-1]  # of lines that have no step, the next one's
        ends = np.cumsum([0, *(sum(map(len, group)) for group in found)]).tolist()
        self.tunes = list(starmap(slice, pairwise(ends)))

    def __len__(self) -> int:
        return len(self.steps)


@dataclass(frozen=True)
class _Shared:
    """Runs that several tunes share, as a `LickNgrams` has them.

    Args:
        parent: Number of the run without the last interval, shape (R,).
        step: Class of the last interval, shape (R,).
        count: How often the run was played, shape (R,).
        over: Over how many tunes, shape (R,).
        least: Over how many tunes a run had to be played.
    """

    parent: Ints
    step: Ints
    count: Ints
    over: Ints
    least: int


def _shared_runs(corpus: _Steps, most: int) -> _Shared:
    """The runs that tunes share, so many tunes that there are `most` runs at most."""
    least = TUNES
    while True:
        found = np.zeros((4, 0), np.int64)
        for level in _levels(corpus, least):
            found = np.concatenate([found, level], axis=1)
            if found.shape[1] > most:  # too many, even of the shorter ones: begin anew
                over = np.sort(found[-1])
                least = int(over[-most - 1]) + 1
                break
        else:
            parent, step, count, over = found
            return _Shared(parent, step, count, over, least)


def _levels(corpus: _Steps, least: int) -> Iterator[Ints]:
    """Parents, steps, counts and numbers of tunes of the runs of each length, (4, runs)."""
    before = np.zeros(len(corpus), np.int32)  # the run that ends before each step
    first, runs = 0, 1  # those of the length before
    for _ in range(LONGEST + 1):
        count, over = _counted(corpus, before, first, runs)
        key = np.flatnonzero(over >= least)
        if not len(key):
            return
        yield np.stack([key // STEPS + first, key % STEPS, count[key], over[key]])
        number = np.full(len(over), -1, np.int32)
        number[key] = np.arange(first + runs, first + runs + len(key))
        _advance(corpus, before, first, number)
        first, runs = first + runs, len(key)


def _counted(
    corpus: _Steps, before: NDArray[np.int32], first: int, runs: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """How often each step follows each run, and over how many tunes, (runs × STEPS,)."""
    count, over = np.zeros((2, runs * STEPS), np.int32)
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
    """Move on to the runs that are one step longer."""
    for tune in corpus.tunes:
        known = before[tune] >= 0
        ends = np.full(len(known), -1, np.int32)
        ends[known] = number[(before[tune][known] - first) * STEPS + corpus.steps[tune][known]]
        before[tune][1:] = ends[:-1]
    before[corpus.starts[corpus.starts < len(before)]] = -1


def _told(
    book: LickNgrams, shared: _Shared, lines: Lines, groups: Sequence[Sequence[int]]
) -> Iterator[tuple[int, Floats]]:
    """For each solo what solos over other tunes expect."""
    for group in groups:
        states = [book.states(lines[number]) for number in group]
        asked = _with_parts(book, book.contexts[np.unique(np.concatenate(states))])
        runs = book.children(asked)
        own, times = _played(book, [_steps_of(lines[number]) for number in group])
        here = np.isin(runs, own)
        count, over = shared.count[runs - 1], shared.over[runs - 1] - here
        count[here] -= times[np.searchsorted(own, runs[here])]
        rows = book.shares(asked, runs, np.where(over >= shared.least, count, 0))
        for number, one in zip(group, states, strict=True):
            yield number, rows[np.searchsorted(asked, book.contexts[one])]


def _with_parts(book: LickNgrams, contexts: Ints) -> Ints:
    """Contexts with the last part of each, down to the run of nothing."""
    levels = [np.zeros(1, np.int64)]
    while contexts.any():
        levels.append(contexts)
        contexts = np.unique(book.suffix[contexts])
    return np.unique(np.concatenate(levels))


def _played(book: LickNgrams, lines: Sequence[NDArray[np.int8]]) -> tuple[Ints, Ints]:
    """The book's runs that lines play, in order, and how often."""
    found = [np.zeros(0, np.int64)]
    for line in lines:
        before = np.zeros(len(line), np.int64)
        while len(before):
            places = np.flatnonzero(before >= 0)
            ends = np.full(len(line), -1)
            ends[places] = book.child(before[places], line[places].astype(np.int64))
            found.append(ends[ends >= 0])
            before = np.append(-1, ends[:-1]) if len(found[-1]) else ends[:0]
    return np.unique(np.concatenate(found), return_counts=True)
