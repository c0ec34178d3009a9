"""Walking lines: pitches for a bass that strikes at given places, found by a shortest path.

What a bass player is taught: the root where a chord begins; chord tones where the bar is
strong; a step, a chromatic step or a fifth into the next root; no leap beyond an octave;
a line that goes somewhere (Ron Carter's and Ray Brown's lines as teachers take them
apart: Ed Friedland, "Building Walking Bass Lines", 1993). Each of these is a cost, and
the line with the least cost is played (Viterbi), with a little noise from the seed so
that no chorus is like the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.chord import ChordSymbol

__all__ = ["HIGH", "LOW", "Step", "walk"]

LOW, HIGH = 28, 55
"""E1, the lowest string, to G3."""
COMFORT = 40.0

Kind = Literal["root", "strong", "weak", "approach", "open"]
NEVER = 1e6
NOISE, WANDER, PULL = 0.5, 7.0, 0.06
STEADY = 0.35
"""How much of a contour's last place is kept from beat to beat."""

# Costs of a melodic interval by its size in semitones, and of one into a chord's beginning.
BY_SIZE = (2.2, 0.15, 0.0, 0.35, 0.45, 0.6, 1.3, 0.7, 1.4, 1.4, 1.8, 2.2, 1.0)
APPROACHES = (2.6, 0.0, 0.25, 2.2, 2.2, 0.55, 2.4, 0.7, 2.4, 2.6, 2.6, 2.6, 2.2)
ROOT, FIFTH, THIRD, OTHER, SCALE, CHROMATIC = 0.25, 0.15, 0.3, 0.5, 0.9, 2.0
AGAIN = 0.8
"""What the root costs on a strong beat after its chord has begun: the line shall move."""
LOOSE = 0.4


@dataclass(frozen=True)
class Step:
    """A place where the bass strikes.

    Args:
        chord: What sounds there.
        kind: "root" where a chord begins, "strong" for any of its chord tones, "weak" for
            a tone of its scale as well, "approach" for what leads into the next root,
            "open" for root and fifth.
    """

    chord: ChordSymbol
    kind: Kind


def walk(steps: Sequence[Step], generator: np.random.Generator) -> list[int]:
    """Return a pitch for each step, E1 to G3, neighbours an octave apart at most.

    Args:
        steps: The places, none of them without a chord.
        generator: Where the line's noise comes from.
    """
    if not steps:
        return []
    wander = _contour(len(steps), generator)
    noise = NOISE * generator.random((len(steps), HIGH - LOW + 1))
    pitches = np.arange(LOW, HIGH + 1)
    best = np.zeros(len(pitches))
    behind: list[NDArray[np.intp]] = []
    for number, step in enumerate(steps):
        own = (
            _costs(step.chord, step.kind) + noise[number] + PULL * np.abs(pitches - wander[number])
        )
        if number:
            moves = best[:, None] + _moves(steps[number - 1].kind == "approach")
            behind.append(moves.argmin(axis=0))
            best = moves.min(axis=0)
        best = best + own
    return _followed(best, behind)


def _followed(best: NDArray[np.float64], behind: Sequence[NDArray[np.intp]]) -> list[int]:
    """Go back along the cheapest path."""
    place = int(best.argmin())
    path = [place]
    for before in reversed(behind):
        place = int(before[place])
        path.append(place)
    return [LOW + place for place in reversed(path)]


def _contour(number: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Return where the line is drawn to at each step: a slow wandering about the middle."""
    pull, place = np.zeros(number), 0.0
    for index, push in enumerate(generator.normal(0, WANDER * STEADY, number)):
        place = (1 - STEADY / 2) * place + push
        pull[index] = place
    return np.clip(COMFORT + pull, LOW + 2, HIGH - 4)


@lru_cache(maxsize=1024)
def _costs(chord: ChordSymbol, kind: Kind) -> NDArray[np.float64]:
    """Return what each pitch costs over a chord, shape (pitches,)."""
    by_class = np.full(12, NEVER)
    if kind in ("weak", "approach"):
        by_class[:] = CHROMATIC
        by_class[sorted(chord.scale)] = SCALE
    if kind in ("weak", "approach", "strong"):
        by_class[sorted(chord.chord_tones)] = OTHER
        by_class[_tones(chord, 3, 4)] = THIRD
    if kind != "root":
        by_class[_tones(chord, 6, 7, 8)] = FIFTH
    by_class[chord.bass_pc or 0] = AGAIN if kind == "strong" else ROOT
    if kind == "approach":  # where it leads matters more than what it is
        by_class = by_class * LOOSE
    return by_class[np.arange(LOW, HIGH + 1) % 12]


def _tones(chord: ChordSymbol, *semitones: int) -> list[int]:
    """Return the chord tones that lie so far above the root, as pitch classes."""
    root = chord.root_pc or 0
    return [tone for tone in chord.chord_tones if (tone - root) % 12 in semitones]


@lru_cache(maxsize=2)
def _moves(into_root: bool) -> NDArray[np.float64]:
    """Return what each move costs, shape (pitches, pitches)."""
    size = np.abs(np.subtract.outer(np.arange(HIGH - LOW + 1), np.arange(HIGH - LOW + 1)))
    table = np.append(APPROACHES if into_root else BY_SIZE, NEVER)
    return np.asarray(table[np.minimum(size, len(table) - 1)], dtype=np.float64)
