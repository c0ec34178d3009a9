"""The chords that can be recognized: a root and one of eight families, numbered as states."""

from __future__ import annotations

from jazzgen.music.chord import ChordSymbol

__all__ = ["CLASSES", "FAMILIES", "SIZE", "STATES", "state_of"]

CLASSES = {"maj": "maj7", "dom": "7", "min": "m7", "hdim": "m7b5", "dim": "dim7",
           "sus": "7sus4", "minmaj": "m6", "aug": "7#5"}  # fmt: skip
"""Families of chords, with the chord symbol's quality for each if nothing else is known."""
FAMILIES = tuple(CLASSES)
SIZE = len(FAMILIES)
STATES = 12 * SIZE
"""The number of states: a root and a family; one more number, `STATES`, stands for N.C."""


def state_of(chord: ChordSymbol) -> int:
    """Return the state of a chord, or -1 for N.C."""
    if chord.root_pc is None:
        return -1
    family = chord.family if chord.family in CLASSES else "maj"
    return chord.root_pc * SIZE + FAMILIES.index(family)
