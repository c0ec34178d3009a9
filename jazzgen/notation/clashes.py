"""Neighbours in a line whose names say another interval than the one that is heard.

Each note is spelled for itself (`spelling`), and so may D flat and D sharp stand side by side,
which look like one note and are a whole tone, or A sharp and C flat, which look like a third and
are a semitone. Then one of the two gets its other name.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from jazzgen.music.pitch import parse_pitch_class, spell
from jazzgen.notation.spelling import LETTERS, RARE

__all__ = ["without_clashes"]

CLASHES = {(1, 2), (2, 0)}
"""Semitones, and the distance of letters in steps, of neighbours that cannot be read so."""


def without_clashes(
    names: Sequence[str], pitches: Sequence[int], fixed: Sequence[bool]
) -> list[str]:
    """Return the names of a line, of which no two neighbours clash that can be helped.

    >>> without_clashes(["Db", "D#", "E"], [61, 63, 64], [True, False, True])
    ['Db', 'Eb', 'E']

    Args:
        names: The name of each note, without its octave.
        pitches: The MIDI pitch of each.
        fixed: Whether the chord calls for its name.
    """
    found = list(names)
    for one, other in pairwise(range(len(found))):
        if not _clash(found[one], found[other], pitches[other] - pitches[one]):
            continue
        for index in (other, one):
            name = _other_name(found[index])
            if not fixed[index] and name not in RARE:
                found[index] = name
                break
    return found


def _clash(one: str, other: str, semitones: int) -> bool:
    steps = abs(LETTERS.index(one[0]) - LETTERS.index(other[0]))
    return (abs(semitones), min(steps, len(LETTERS) - steps)) in CLASHES


def _other_name(name: str) -> str:
    """Return the name of the same pitch with the other accidental."""
    return spell(parse_pitch_class(name), flats="b" not in name)
