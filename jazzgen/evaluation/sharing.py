"""Runs that solos share: how much of a line somebody else has played before.

Source: n-gram overlap and longest shared run as used to test generators for copying
(Yin et al., *"A Good Algorithm Does Not Steal, It Imitates"*, EvoMUSART 2021). As in the
algorithm of Karp, Miller and Rosenberg for repeated patterns (1972), windows of length n + 1 are
named by pairs of names of windows of length n, so that all solos are compared with all others at
once.

Conventions
-----------
- A line is a sequence of steps between successive notes, over rests too: the interval
  in semitones, or the interval together with the inter-onset interval. A transposed
  copy is a copy.
- Inter-onset intervals are differences of onsets on a grid of `GRID` ticks (a sixth of
  a quarter).
- Lengths are in steps: a run of eight steps spans nine notes.
- A solo is not compared with solos over its own tune, unless asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jazzgen.evaluation.positions import tune_of
from jazzgen.music.solo import Solo

__all__ = [
    "KINDS",
    "NGRAMS",
    "Match",
    "interval_steps",
    "match",
    "match_solos",
    "rhythm_steps",
]

Ints = NDArray[np.int64]

GRID = 4
"""Ticks of the grid of inter-onset intervals."""
NGRAMS = (3, 4, 5, 8)
"""Steps of the n-grams whose shares are reported."""
FAR = 1 << 20
"""Ticks, more than a solo lasts: intervals and inter-onset intervals stay apart in one number."""
END = -1
"""A step after each line that equals no other."""


@dataclass
class Match:
    """What a line shares with other lines.

    Args:
        length: Steps of the longest shared run.
        start: Index of its first note in the line.
        source: Index of the line that has it too; -1 if none.
        source_start: Index of its first note there.
        shares: For each n the share of the line's n-grams that others have; n for which the
            line is too short are left out.
    """

    length: int = 0
    start: int = 0
    source: int = -1
    source_start: int = 0
    shares: dict[int, float] = field(default_factory=dict)


def interval_steps(solo: Solo) -> Ints:
    """Return the intervals between successive notes, in semitones, shape (notes - 1,)."""
    pitches = np.array([note.pitch for note in solo.notes], dtype=np.int64)
    return np.diff(pitches) + 128  # never negative, so that none equals `END`


def rhythm_steps(solo: Solo) -> Ints:
    """Return intervals joined with inter-onset intervals as single numbers, (notes - 1,)."""
    onsets = np.array([note.onset for note in solo.notes], dtype=np.int64)
    return interval_steps(solo) * FAR + np.diff((onsets + GRID // 2) // GRID)


KINDS: dict[str, Callable[[Solo], Ints]] = {"interval": interval_steps, "rhythm": rhythm_steps}


def match_solos(
    solos: Sequence[Solo], sources: Sequence[Solo], kind: str, *, own_tune: bool = False
) -> list[Match]:
    """Compare solos with other solos.

    Args:
        solos: The solos in which shared runs are looked for.
        sources: The solos that they may have been taken from.
        kind: A key of `KINDS`.
        own_tune: Whether a solo is compared with solos over its own tune too.

    Returns:
        One match for each solo.
    """
    steps = KINDS[kind]
    numbers = {tune: k for k, tune in enumerate(sorted({tune_of(s) for s in sources}))}
    tunes = [-1 if own_tune else numbers.get(tune_of(solo), -1) for solo in solos]
    return match(
        [steps(solo) for solo in solos],
        [steps(solo) for solo in sources],
        tunes,
        [numbers[tune_of(solo)] for solo in sources],
    )


def match(
    lines: Sequence[Ints],
    sources: Sequence[Ints],
    tunes: Sequence[int],
    source_tunes: Sequence[int],
) -> list[Match]:
    """Find, for each line, the longest run that a source over another tune has too.

    Args:
        lines: Steps of each line, none of them negative, shape (steps,).
        sources: Steps of the lines that they are compared with, likewise.
        tunes: Number of each line's tune; -1 for a tune that no source is over.
        source_tunes: Number of each source's tune.

    Returns:
        One match for each line.
    """
    found = [Match() for _ in lines]
    table = _Windows([*lines, *sources], [*tunes, *source_tunes], len(lines))
    length = 1
    while table.keep_shared(found, length - 1):
        for one, line, count in zip(found, lines, table.counts(), strict=True):
            if len(line) >= length:
                one.shares[length] = float(count) / (len(line) - length + 1)
        table.lengthen(length)
        length += 1
    for one, line in zip(found, lines, strict=True):
        for n in range(length, len(line) + 1):
            one.shares[n] = 0.0
    return found


class _Windows:
    """All windows of one length in lines and sources: equal windows have equal names.

    Lines and sources are laid end to end in one array of steps, each closed by `END`.

    Args:
        lines: The steps of all lines, then of all sources.
        tunes: The tune of each of them.
        first_source: The number of lines, which is the index of the first source.
    """

    def __init__(self, lines: Sequence[Ints], tunes: Sequence[int], first_source: int) -> None:
        sizes = [len(line) + 1 for line in lines]
        steps = np.concatenate([np.append(line, END) for line in lines])
        self.line_starts = np.cumsum([0, *sizes])[:-1]
        self.owner = np.repeat(np.arange(len(lines)), sizes)
        self.tune = np.repeat(np.array(tunes, dtype=np.int64), sizes)
        self.first_source = first_source
        self.ends = steps == END
        _, self.step = np.unique(steps, return_inverse=True)
        self.start = np.flatnonzero(~self.ends)
        self.name = self.step[self.start]
        self.alive = np.zeros(first_source, dtype=bool)
        self.last = self.start, self.name

    def keep_shared(self, found: Sequence[Match], length: int) -> bool:
        """Drop the windows that no line shares with a source; return whether any is left.

        A line that loses its last window had its longest run, of `length` steps, among the
        windows of the round before: it is written into `found`.
        """
        of_source = self.owner[self.start] >= self.first_source
        shared = self._is_shared(of_source)
        wanted = np.zeros(self.name.max(initial=0) + 1, dtype=bool)
        wanted[self.name[shared]] = True
        kept = shared | (of_source & wanted[self.name])
        alive = np.zeros(self.first_source, dtype=bool)
        alive[self.owner[self.start[shared]]] = True
        self._note_ended(found, self.alive & ~alive, length)
        self.alive = alive
        self.start, self.name = self.start[kept], self.name[kept]
        self.last = self.start, self.name
        return bool(alive.any())

    def _is_shared(self, of_source: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which windows of lines are also windows of a source over another tune."""
        if not len(self.start):
            return of_source
        low, high = self._extremes(of_source)
        mine = self.tune[self.start]
        # A source over another tune has it exactly if the least or the greatest tune is another.
        other = (low[self.name] != mine) | (high[self.name] != mine)
        return np.asarray(~of_source & (high[self.name] >= 0) & other)

    def _extremes(self, of_source: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """For each name the least and the greatest tune of the sources that have it."""
        names, tunes = self.name[of_source], self.tune[self.start[of_source]]
        low = np.full(self.name.max() + 1, np.iinfo(np.int64).max)
        high = np.full(self.name.max() + 1, -1)
        np.minimum.at(low, names, tunes)
        np.maximum.at(high, names, tunes)
        return low, high

    def counts(self) -> Ints:
        """For each line, how many of its windows are shared."""
        owners = self.owner[self.start]
        return np.bincount(owners[owners < self.first_source], minlength=self.first_source)

    def _note_ended(self, found: Sequence[Match], ended: NDArray[np.bool_], length: int) -> None:
        """Write down the first of each ended line's last windows, and the first source with it."""
        if not length or not ended.any():
            return
        starts, names = self.last
        owners = self.owner[starts]
        of_source = owners >= self.first_source
        lines, firsts = np.unique(owners[~of_source], return_index=True)
        order = np.argsort(names[of_source], kind="stable")
        source_starts, source_names = starts[of_source][order], names[of_source][order]
        for line, first in zip(lines, firsts, strict=True):
            if ended[line]:
                start, name = starts[~of_source][first], names[~of_source][first]
                begin, end = np.searchsorted(source_names, [name, name + 1])
                theirs = source_starts[begin:end]
                source = theirs[self.tune[theirs] != self.tune[start]][0]
                self._note(found[line], length, int(start), int(source))

    def _note(self, one: Match, length: int, start: int, source: int) -> None:
        line, owner = self.owner[start], int(self.owner[source])
        one.length, one.start = length, start - int(self.line_starts[line])
        one.source = owner - self.first_source
        one.source_start = source - int(self.line_starts[owner])

    def lengthen(self, length: int) -> None:
        """Make every window one step longer; those that would pass their line's end are dropped."""
        last = self.start + length
        kept = ~self.ends[last]
        self.start, last = self.start[kept], last[kept]
        # A window is named by the pair of its beginning's name and its new last step.
        pairs = self.name[kept] * (int(self.step.max()) + 1) + self.step[last]
        _, self.name = np.unique(pairs, return_inverse=True)
