"""Walking lines: the pitches that a bass plays at given times.

What bass players are taught: play the root where a chord begins; chord tones on strong pulses;
a step, a chromatic step or a fifth into the next root; no leap beyond an octave; a line that
goes somewhere (Ed Friedland, "Building Walking Bass Lines", 1993, after lines of Ron Carter and
Ray Brown). Each rule is a cost here, and the line with the least total cost is played
(`cheapest_path`). A little noise from the seed makes each chorus differ from the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.cheapest_path import cheapest_path
from jazzgen.music.chord import ChordSymbol

__all__ = ["HIGH", "LOW", "Step", "walk"]

LOW, HIGH = 28, 55
"""The lowest and the highest MIDI pitch: E1, which is the lowest string, and G3."""
COMFORT = 40.0
"""The MIDI pitch around which the line moves: E2."""

Kind = Literal["root", "strong", "weak", "approach", "open"]
NEVER = 1e6
"""The cost of what must not happen: more than any line can cost otherwise."""
NOISE = 0.5
"""The upper bound of the random cost of each pitch at each step."""
WANDER = 7.0
"""The size of the contour's random steps, in semitones, before `STEADY` scales it."""
PULL = 0.06
"""The cost of each semitone between a pitch and the contour."""
STEADY = 0.35
"""The pace of the contour, 0 to 1. Its random steps are scaled by it; half of it is the share of
its distance from the middle that the contour loses at each step."""

INTERVAL_COSTS = (2.2, 0.15, 0.0, 0.35, 0.45, 0.6, 1.3, 0.7, 1.4, 1.4, 1.8, 2.2, 1.0)
"""The cost of a melodic interval, by its size in semitones."""
APPROACH_COSTS = (2.6, 0.0, 0.25, 2.2, 2.2, 0.55, 2.4, 0.7, 2.4, 2.6, 2.6, 2.6, 2.2)
"""The cost of the interval by which a line reaches a new root: steps, fourths and fifths lead."""
ROOT, FIFTH, THIRD, OTHER, SCALE, CHROMATIC = 0.25, 0.15, 0.3, 0.5, 0.9, 2.0
"""Costs of a pitch by its role in the chord."""
REPEATED_ROOT = 0.8
"""The cost of the root on a strong pulse after its chord has begun, since the line should move."""
LOOSE = 0.4
"""The factor on a pitch's cost where it approaches the next root."""


@dataclass(frozen=True)
class Step:
    """A note of the bass whose pitch is to be found.

    Args:
        chord: The chord that sounds.
        kind: What may be played: "root", where a chord begins; "strong", a chord tone;
            "weak", a tone of the chord-scale too; "approach", whatever leads into the next
            root; "open", root or fifth.
    """

    chord: ChordSymbol
    kind: Kind


def walk(steps: Sequence[Step], generator: np.random.Generator) -> list[int]:
    """Return a MIDI pitch for each step, E1 to G3, each at most an octave from the last.

    Args:
        steps: The notes to be played; each has a chord.
        generator: The source of the line's noise.
    """
    if not steps:
        return []
    contour = _contour(len(steps), generator)
    noise = NOISE * generator.random((len(steps), HIGH - LOW + 1))
    pitches = np.arange(LOW, HIGH + 1)
    costs = [
        # The chord says what fits, the contour where the line is heading, and the noise decides
        # between what is nearly as good.
        _costs(step.chord, step.kind) + noise[number] + PULL * np.abs(pitches - contour[number])
        for number, step in enumerate(steps)
    ]
    moves = [_moves(step.kind == "approach") for step in steps[:-1]]
    return [LOW + choice for choice in cheapest_path(costs, moves)]


def _contour(number: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Return the pitch towards which each step is drawn, shape (number,).

    Costs of intervals alone would keep the line within a fourth. So a slow random walk, which
    always tends back to the middle of the range, leads it up and down.
    """
    offsets, offset = np.zeros(number), 0.0
    for index, push in enumerate(generator.normal(0, WANDER * STEADY, number)):
        offset = (1 - STEADY / 2) * offset + push
        offsets[index] = offset
    return np.clip(COMFORT + offsets, LOW + 2, HIGH - 4)


@lru_cache(maxsize=1024)
def _costs(chord: ChordSymbol, kind: Kind) -> NDArray[np.float64]:
    """Return the cost of each pitch over a chord, shape (pitches,).

    Later lines overwrite earlier ones: the better a pitch class, the later it gets its cost.
    """
    by_class = np.full(12, NEVER)
    if kind in ("weak", "approach"):
        by_class[:] = CHROMATIC
        by_class[sorted(chord.scale)] = SCALE
    if kind in ("weak", "approach", "strong"):
        by_class[sorted(chord.chord_tones)] = OTHER
        by_class[_tones(chord, 3, 4)] = THIRD
    if kind != "root":
        by_class[_tones(chord, 6, 7, 8)] = FIFTH
    by_class[chord.bass_pc or 0] = REPEATED_ROOT if kind == "strong" else ROOT
    if kind == "approach":  # the interval into the next root matters more than this chord
        by_class = by_class * LOOSE
    return by_class[np.arange(LOW, HIGH + 1) % 12]


def _tones(chord: ChordSymbol, *semitones: int) -> list[int]:
    """Return the chord tones at these distances above the root, as pitch classes."""
    root = chord.root_pc or 0
    return [tone for tone in chord.chord_tones if (tone - root) % 12 in semitones]


@lru_cache(maxsize=2)
def _moves(into_root: bool) -> NDArray[np.float64]:
    """Return the cost of each move, shape (pitches, pitches)."""
    size = np.abs(np.subtract.outer(np.arange(HIGH - LOW + 1), np.arange(HIGH - LOW + 1)))
    # The last entry stands for all intervals larger than an octave.
    table = np.append(APPROACH_COSTS if into_root else INTERVAL_COSTS, NEVER)
    return np.asarray(table[np.minimum(size, len(table) - 1)], dtype=np.float64)
