"""Runs that solos share: how much of a line somebody else has played before.

Source: n-gram overlap and longest shared run as used to test generators for copying
(Yin et al., *"A Good Algorithm Does Not Steal, It Imitates"*, EvoMUSART 2021); the
algorithm names ever longer windows as in Karp, Miller and Rosenberg's for repeated
patterns (1972), so that all solos are compared with all others at once.

Conventions
-----------
- A line is a sequence of steps between successive notes, over rests too: the interval
  in semitones, or the interval together with the inter-onset interval. A transposed
  copy is a copy.
- Inter-onset intervals are the difference of onsets on a grid of `GRID` ticks (a
  sixth of a quarter).
- Lengths are in steps: a run of eight steps spans nine notes.
- Where tunes are given, a solo is not compared with solos over its own tune.

Metrics: `interval_run` and `rhythm_run` (the longest run shared), `interval_shared_n`
and `rhythm_shared_n` (the share of a solo's n-grams that somebody else has, n = 3, 4,
5 and 8).
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
    "SHARED_ROWS",
    "Match",
    "interval_steps",
    "match",
    "match_solos",
    "rhythm_steps",
    "shared_rows",
]

Ints = NDArray[np.int64]

GRID = 4  # ticks
NGRAMS = (3, 4, 5, 8)
FAR = 1 << 20  # more ticks than a solo lasts
END = -1  # a step that is like no other, after each line


@dataclass
class Match:
    """What a line shares with other lines.

    Args:
        length: Steps of the longest shared run.
        place: Index of its first note in the line.
        source: Index of the line that has it too; -1 if none.
        source_place: Index of its first note there.
        shares: For each n the share of the line's n-grams that others have; n that
            the line is too short for are left out.
    """

    length: int = 0
    place: int = 0
    source: int = -1
    source_place: int = 0
    shares: dict[int, float] = field(default_factory=dict)


def interval_steps(solo: Solo) -> Ints:
    """Return the intervals between successive notes, in semitones, shape (notes - 1,)."""
    pitches = np.array([note.pitch for note in solo.notes], dtype=np.int64)
    return np.diff(pitches) + 128  # never negative: `END` stays apart


def rhythm_steps(solo: Solo) -> Ints:
    """Return intervals joined with inter-onset intervals as single numbers, (notes - 1,)."""
    onsets = np.array([note.onset for note in solo.notes], dtype=np.int64)
    return interval_steps(solo) * FAR + np.diff((onsets + GRID // 2) // GRID)


KINDS: dict[str, Callable[[Solo], Ints]] = {"interval": interval_steps, "rhythm": rhythm_steps}

SHARED_ROWS = tuple(
    row for kind in KINDS for row in (f"{kind}_run", *(f"{kind}_shared_{n}" for n in NGRAMS))
)


def match_solos(
    solos: Sequence[Solo], sources: Sequence[Solo], kind: str, *, own_tune: bool = False
) -> list[Match]:
    """Compare solos with other solos.

    Args:
        solos: Whose runs are looked for.
        sources: Where they are looked for.
        kind: A key of `KINDS`.
        own_tune: Whether solos over the same tune count as others.

    Returns:
        One match for each solo.
    """
    steps = KINDS[kind]
    numbers = {tune: k for k, tune in enumerate(sorted({tune_of(s) for s in sources}))}
    tunes = [-1 if own_tune else numbers.get(tune_of(solo), -1) for solo in solos]
    return match(
        [steps(solo) for solo in solos], [steps(solo) for solo in sources],
        tunes, [numbers[tune_of(solo)] for solo in sources],
    )  # fmt: skip


def match(
    lines: Sequence[Ints],
    sources: Sequence[Ints],
    tunes: Sequence[int],
    source_tunes: Sequence[int],
) -> list[Match]:
    """Find, for each line, the longest run that a source over another tune has too.

    Args:
        lines: Steps, none of them negative, of lengths of their own.
        sources: Where to look.
        tunes: Number of each line's tune; -1 for one that no source is over.
        source_tunes: Number of each source's tune.
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


def shared_rows(solos: Sequence[Solo], sources: Sequence[Solo]) -> dict[str, NDArray[np.float64]]:
    """Return the rows of `SHARED_ROWS`, one value for each solo (NaN where too short).

    Solos over a solo's own tune are left out of what it is compared with.
    """
    rows = {}
    for kind in KINDS:
        found = match_solos(solos, sources, kind)
        rows[f"{kind}_run"] = np.array([float(one.length) for one in found])
        for n in NGRAMS:
            rows[f"{kind}_shared_{n}"] = np.array([one.shares.get(n, np.nan) for one in found])
    return rows


class _Windows:
    """All windows of one length in lines and sources: equal windows have equal names."""

    def __init__(self, lines: Sequence[Ints], tunes: Sequence[int], first_source: int) -> None:
        sizes = [len(line) + 1 for line in lines]
        steps = np.concatenate([np.append(line, END) for line in lines])
        self.starts = np.cumsum([0, *sizes])[:-1]
        self.owner = np.repeat(np.arange(len(lines)), sizes)
        self.tune = np.repeat(np.array(tunes, dtype=np.int64), sizes)
        self.first_source = first_source
        self.ends = steps == END
        _, self.step = np.unique(steps, return_inverse=True)
        self.place = np.flatnonzero(~self.ends)
        self.name = self.step[self.place]
        self.alive = np.zeros(first_source, dtype=bool)
        self.last = self.place, self.name

    def keep_shared(self, found: Sequence[Match], length: int) -> bool:
        """Drop the windows that no line shares with a source; return whether any is left.

        Lines that lose their last window have had their longest run, of `length` steps,
        among the windows before: it is noted in `found`.
        """
        of_source = self.owner[self.place] >= self.first_source
        shared = self._is_shared(of_source)
        wanted = np.zeros(self.name.max(initial=0) + 1, dtype=bool)
        wanted[self.name[shared]] = True
        kept = shared | (of_source & wanted[self.name])
        alive = np.zeros(self.first_source, dtype=bool)
        alive[self.owner[self.place[shared]]] = True
        self._note_ended(found, self.alive & ~alive, length)
        self.alive = alive
        self.place, self.name = self.place[kept], self.name[kept]
        self.last = self.place, self.name
        return bool(alive.any())

    def _is_shared(self, of_source: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which windows are a line's, and also a source's over another tune."""
        if not len(self.place):
            return of_source
        low, high = self._extremes(of_source)
        mine = self.tune[self.place]
        # Some source over another tune has it, if the least or the greatest tune is another.
        other = (low[self.name] != mine) | (high[self.name] != mine)
        return np.asarray(~of_source & (high[self.name] >= 0) & other)

    def _extremes(self, of_source: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """For each name the least and the greatest tune of the sources that have it."""
        names, tunes = self.name[of_source], self.tune[self.place[of_source]]
        low = np.full(self.name.max() + 1, np.iinfo(np.int64).max)
        high = np.full(self.name.max() + 1, -1)
        np.minimum.at(low, names, tunes)
        np.maximum.at(high, names, tunes)
        return low, high

    def counts(self) -> Ints:
        """For each line, how many of its windows are shared."""
        owners = self.owner[self.place]
        return np.bincount(owners[owners < self.first_source], minlength=self.first_source)

    def _note_ended(self, found: Sequence[Match], ended: NDArray[np.bool_], length: int) -> None:
        """Note the first of each ended line's last windows, and the first source with it."""
        if not length or not ended.any():
            return
        places, names = self.last
        owners = self.owner[places]
        of_source = owners >= self.first_source
        lines, firsts = np.unique(owners[~of_source], return_index=True)
        order = np.argsort(names[of_source], kind="stable")
        source_places, source_names = places[of_source][order], names[of_source][order]
        for line, first in zip(lines, firsts, strict=True):
            if ended[line]:
                place, name = places[~of_source][first], names[~of_source][first]
                begin, end = np.searchsorted(source_names, [name, name + 1])
                theirs = source_places[begin:end]
                source = theirs[self.tune[theirs] != self.tune[place]][0]
                self._note(found[line], length, int(place), int(source))

    def _note(self, one: Match, length: int, place: int, source: int) -> None:
        owner = int(self.owner[source])
        one.length, one.place = length, place - int(self.starts[self.owner[place]])
        one.source, one.source_place = owner - self.first_source, source - int(self.starts[owner])

    def lengthen(self, length: int) -> None:
        """Make every window a step longer; those that would pass a line's end go."""
        last = self.place + length
        kept = ~self.ends[last]
        self.place, last = self.place[kept], last[kept]
        pairs = self.name[kept] * (int(self.step.max()) + 1) + self.step[last]
        _, self.name = np.unique(pairs, return_inverse=True)
