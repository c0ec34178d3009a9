"""Voicings that a guitarist can finger: one note a string, within the reach of a hand.

In gypsy swing a guitar plays the chords. Close positions, with which a pianist's hand is at home,
lie badly on a fretboard: guitarists play shells, and voicings whose second voice from the top is
dropped by an octave (Michael Horowitz, "Gypsy Rhythm", 2007).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

import numpy as np

from jazzgen.band.voicing_families import Candidates, Voicing

__all__ = ["is_on_guitar", "on_guitar"]

STRINGS = (40, 45, 50, 55, 59, 64)
"""The open strings as MIDI pitches: E2, A2, D3, G3, B3, E4."""
REACH, HIGHEST_FRET = 4, 12
"""The most frets from the first finger to the last one, and the highest fret of a chord."""


def is_on_guitar(pitches: Voicing) -> bool:
    """Return whether a hand can finger a voicing.

    Args:
        pitches: MIDI pitches, ascending.
    """
    for strings in combinations(STRINGS, len(pitches)):
        frets = [pitch - string for pitch, string in zip(pitches, strings, strict=True)]
        fingered = [fret for fret in frets if fret] or [0]
        if (
            min(frets) >= 0
            and max(frets) <= HIGHEST_FRET
            and max(fingered) - min(fingered) <= REACH
        ):
            return True
    return False


@lru_cache(maxsize=1024)
def on_guitar(found: Candidates) -> Candidates:
    """Return those of the ways to voice a chord that a guitarist can finger.

    Args:
        found: All ways; they are returned as they are if none can be.
    """
    kept = np.array([is_on_guitar(voicing) for voicing in found.voicings], bool)
    if not kept.any():
        return found
    return Candidates(
        voicings=tuple(one for one, fits in zip(found.voicings, kept, strict=True) if fits),
        costs=found.costs[kept],
        families=found.families[kept],
        outlines=found.outlines[kept],
    )
