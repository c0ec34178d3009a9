"""Families of piano voicings: the hand positions among which a pianist chooses.

| family | what it is | where it is at home |
|---|---|---|
| `rootless` | third and seventh with two colors, forms A and B | everywhere |
| `shell` | third and seventh, or these and one color | fast tempi, under a busy soloist |
| `fourths` | tones of the scale in fourths, and the "So What" voicing | modal chords |
| `upper` | third and seventh below, a triad of tensions above | altered dominants |
| `drop2` | close, but the second voice from the top lies an octave lower | ballads |

The source of all of them is Mark Levine, *The Jazz Piano Book*, 1989. A voicing holds no tone that
the symbol or its scale does not give, and no semitone at the bottom below C4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.voicing_tones import named_tones, tone_sets
from jazzgen.music.chord import ChordSymbol

__all__ = [
    "FAMILIES",
    "HIGH",
    "LOW",
    "Candidates",
    "Family",
    "Voicing",
    "allowed_tones",
    "candidates",
]

Voicing = tuple[int, ...]
"""MIDI pitches, ascending."""
Family = Literal["rootless", "shell", "fourths", "upper", "drop2"]
FAMILIES: tuple[Family, ...] = get_args(Family)

LOW, HIGH = 47, 79
"""The lowest and the highest MIDI pitch of a voicing: B2 and G5."""
LOW_ROOT, MIDDLE_C = 53, 60
"""The MIDI pitch (F3) below which voices closer than a minor third sound muddy, and C4, below which
a semitone at the bottom does."""
NARROW, WIDEST = 3, 19
"""The interval that is not muddy, and the widest that two hands comp with, in semitones."""
CLUSTER, HIDDEN, AT_BOTTOM, POORER, THIN = 6.0, 6.0, 2.5, 0.8, 1.2
"""Costs, in semitones that a voice would have to move: of three voices within a minor third, of a
semitone at the top, of a second at the bottom, of each rank of a less good choice of tones, and
of third and seventh alone."""
FOURTH, TRITONE = 5, 6
TRIADS = ((0, 4, 7), (0, 3, 7))
"""Major and minor triads, in semitones above their roots."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """The ways to voice a chord, K of them.

    Args:
        voicings: The voicings.
        costs: What each costs by itself, shape (K,).
        families: The index in `FAMILIES` of each one's family, shape (K,).
        outlines: Where the hand lies: five pitches from the lowest to the highest voice, the inner
            ones interpolated, so that voicings of different sizes can be compared, shape (K, 5).
    """

    voicings: tuple[Voicing, ...]
    costs: NDArray[np.float64]
    families: NDArray[np.intp]
    outlines: NDArray[np.float64]


@lru_cache(maxsize=1024)
def candidates(chord: ChordSymbol) -> Candidates:
    """Return the ways to voice a chord that is not N.C."""
    found: dict[Voicing, tuple[float, Family]] = {}
    for family, cost, pitches in _all(chord):
        known = found.get(pitches)
        inside = pitches[0] >= LOW and pitches[-1] <= HIGH
        if inside and (known is None or cost < known[0]):
            found[pitches] = cost, family
    clean = {pitches: value for pitches, value in found.items() if not _is_muddy(pitches)}
    kept = clean or found
    points = np.linspace(0, 1, 5)
    outlines = [np.interp(points, np.linspace(0, 1, len(one)), one) for one in kept]
    return Candidates(
        voicings=tuple(kept),
        costs=np.array([cost + _ugliness(one) for one, (cost, _) in kept.items()]),
        families=np.array([FAMILIES.index(family) for _, family in kept.values()], np.intp),
        outlines=np.array(outlines),
    )


def _all(chord: ChordSymbol) -> Iterator[tuple[Family, float, Voicing]]:
    """Yield voicings of all families, with what their choice of tones costs."""
    for rank, tones in enumerate(tone_sets(chord)):
        for close in _close(tones):
            yield "rootless", POORER * rank, close
            if len(close) >= 4:
                dropped = tuple(sorted((*close[:-2], close[-2] - 12, close[-1])))
                yield "drop2", POORER * rank, dropped
    for rank, tones in enumerate(tone_sets(chord, only_guides=True)):
        for close in _close(tones):
            yield "shell", POORER * rank + THIN, close
            yield from (
                ("shell", POORER * (rank + 1), (*close, color))
                for color in range(close[-1] + 3, close[-1] + 10)
                if color % 12 in chord.tensions | chord.chord_tones and color % 12 not in tones
            )
    yield from (("fourths", 0.0, pitches) for pitches in _fourths(chord))
    yield from (("upper", 0.0, pitches) for pitches in _upper_structures(chord))


def _close(tones: tuple[int, ...]) -> Iterator[Voicing]:
    """Yield each close position of some pitch classes: all inversions in all octaves."""
    for bottom in range(LOW, HIGH + 1):
        if bottom % 12 in tones:
            above = sorted((tone - bottom) % 12 for tone in tones)
            yield tuple(bottom + distance for distance in above)


def allowed_tones(chord: ChordSymbol) -> frozenset[int]:
    """Return the pitch classes that color a chord without another symbol being needed.

    These are its tones, the tensions that it names, and the tones of its scale a whole tone above
    one of its own, which are no avoid notes.
    """
    without = chord.degrees is not None and not chord.degrees.fifths
    fifth = {((chord.root_pc or 0) + 7) % 12} if without else set()
    above = {(tone + 2) % 12 for tone in chord.chord_tones | fifth}
    return chord.chord_tones | chord.tensions | (above & chord.scale)


def _fourths(chord: ChordSymbol) -> Iterator[Voicing]:
    """Yield three and four tones of the chord in fourths, one of them perhaps augmented."""
    if chord.family not in ("min", "sus", "dom", "maj"):
        return
    fitting = allowed_tones(chord)
    for bottom in range(LOW, HIGH - 2 * FOURTH + 1):
        stacks: list[Voicing] = [(bottom,)]
        for _ in range(3):
            stacks = [
                (*stack, stack[-1] + step)
                for stack in stacks
                for step in (FOURTH, TRITONE)
                if (stack[-1] + step) % 12 in fitting and bottom % 12 in fitting
            ]
            for stack in stacks:
                tritones = sum(b - a == TRITONE for a, b in pairwise(stack))
                if len(stack) >= 3 and tritones <= 1 and _says(chord, stack):
                    yield stack
                    third = stack[-1] + 4
                    if len(stack) == 4 and not tritones and third % 12 in fitting:
                        yield (*stack, third)


def _says(chord: ChordSymbol, pitches: Voicing) -> bool:
    """Whether pitches hold a guide tone, and all that the symbol names beside its seventh chord."""
    classes = {pitch % 12 for pitch in pitches}
    return bool(classes & chord.guide_tones) and named_tones(chord) <= classes


def _upper_structures(chord: ChordSymbol) -> Iterator[Voicing]:
    """Yield third and seventh below a triad that holds the tensions of a dominant."""
    named = named_tones(chord)
    if chord.family != "dom" or not named or len(chord.guide_tones) != 2:
        return
    fitting = allowed_tones(chord)
    for root in range(12):
        for triad in TRIADS:
            upper = {(root + step) % 12 for step in triad}
            both = upper | chord.guide_tones
            if upper <= fitting and named <= both and len(both) >= 4:
                yield from _stacked(chord.guide_tones, upper)


def _stacked(lower: frozenset[int], upper: set[int]) -> Iterator[Voicing]:
    """Yield two tones in close position, and a triad in close position above them."""
    for below in _close(tuple(sorted(lower))):
        for inversion in _close(tuple(sorted(upper))):
            if 2 <= inversion[0] - below[-1] <= 8:
                yield below + inversion


def _is_muddy(pitches: Voicing) -> bool:
    steps = list(pairwise(pitches))
    low = any(a < LOW_ROOT and b - a < NARROW for a, b in steps)
    bottom = steps and steps[0][1] - steps[0][0] == 1 and pitches[0] < MIDDLE_C
    return low or bool(bottom) or pitches[-1] - pitches[0] > WIDEST


def _ugliness(pitches: Voicing) -> float:
    """Return the cost of a voicing by itself: how it sounds and lies under the hand."""
    steps = [high - low for low, high in pairwise(pitches)]
    clusters = sum(a + b < 4 for a, b in pairwise(steps))
    hidden = steps[-1:] == [1]  # a semitone below the top voice hides it
    return CLUSTER * clusters + HIDDEN * hidden + AT_BOTTOM * (steps[0] <= 2 if steps else False)
