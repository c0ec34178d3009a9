"""Degrees of chords by number and alteration, and one set for all sets of the same meaning.

A degree without a name in `SEMITONES` has the name of the degree that sounds like it: an added b11
is a major third, a #13 a minor seventh.
"""

from __future__ import annotations

from jazzgen.music.chord_quality import SEMITONES, TENSIONS, THIRDS

__all__ = ["altered_degree", "degree_at", "normalised"]

OCTAVE = 7
"""The number of degrees in an octave: an 11 is a 4, an octave higher."""
UNALTERED = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 11}
"""The semitones of each degree of a major scale above its tonic."""
BY_SEMITONES = ("1", "b9", "9", "#9", "3", "11", "#11", "5", "b13", "13", "b7", "7")
"""The degree that a tone is if its number does not say so, by semitones above the root."""
NAMED_BY_NUMBER = {
    (3, 3): "b3", (3, 4): "3", (5, 6): "b5", (5, 7): "5", (5, 8): "#5",
}  # fmt: skip
"""Degrees that have another name than the tension that sounds alike, by number and semitones."""


def degree_at(number: int, semitones: int) -> str:
    """Return the name of a degree.

    >>> degree_at(9, 1), degree_at(2, 2), degree_at(11, 4), degree_at(13, 10)
    ('b9', '9', '3', 'b7')

    Args:
        number: The degree's number, from 1; a 2 is a 9, and a 10 is a 3.
        semitones: The distance above the root.
    """
    semitones %= 12
    return NAMED_BY_NUMBER.get((_in_octave(number), semitones), BY_SEMITONES[semitones])


def altered_degree(number: int, alteration: int) -> str:
    """Return the name of a degree of the major scale with an alteration.

    Args:
        number: The degree's number, from 1.
        alteration: The semitones by which it is raised; negative if it is lowered. A plain 7 is
            written for a minor seventh, so that it is one here, too.
    """
    if _in_octave(number) == OCTAVE and alteration == 0:
        return "b7"
    return degree_at(number, UNALTERED[_in_octave(number)] + alteration)


def _in_octave(number: int) -> int:
    return (number - 1) % OCTAVE + 1


def normalised(degrees: set[str]) -> frozenset[str]:
    """Return one and the same set for all sets that sound and mean the same.

    Args:
        degrees: The degrees of a chord, by their names in `SEMITONES`.
    """
    degrees = _with_one_seventh(_with_clear_fifths(_with_one_third(set(degrees))))
    # Where there is no third, an eleventh is a suspended fourth, a ninth a suspended second.
    if not degrees & set(THIRDS):
        if "11" in degrees:
            degrees = (degrees - {"11"}) | {"4"}
        elif "9" in degrees and not degrees & {"b7", "7", "bb7"}:
            degrees = (degrees - {"9"}) | {"2"}
    # A tension that sounds like a chord tone adds nothing: the #9 of a minor chord.
    basic = {SEMITONES[d] for d in degrees - set(TENSIONS)}
    return frozenset(d for d in degrees if d not in TENSIONS or SEMITONES[d] not in basic)


def _with_one_third(degrees: set[str]) -> set[str]:
    """Return the degrees with one third at most: what stands beside it is a tension."""
    if "3" in degrees and "b3" in degrees:
        degrees = (degrees - {"b3"}) | {"#9"}
    if degrees & {"3", "b3"} and "4" in degrees:
        degrees = (degrees - {"4"}) | {"11"}
    if degrees & {"3", "b3", "4"} and "2" in degrees:
        degrees = (degrees - {"2"}) | {"9"}
    return degrees


def _with_clear_fifths(degrees: set[str]) -> set[str]:
    """Return the degrees, in which an altered fifth beside a natural one is a tension."""
    if "5" not in degrees:
        return degrees
    tensions = {"b5": "#11", "#5": "b13"}
    return {tensions.get(degree, degree) for degree in degrees}


def _with_one_seventh(degrees: set[str]) -> set[str]:
    """Return the degrees with one seventh at most, and the sixth as what it is in the chord."""
    if {"b7", "7"} <= degrees:
        degrees = degrees - {"b7"}  # whoever adds a major seventh to C7 wants it to be heard
    is_diminished = {"b3", "b5"} <= degrees and not degrees & {"5", "#5"}
    if "bb7" in degrees and (not is_diminished or "b7" in degrees):
        degrees = (degrees - {"bb7"}) | {"6"}
    sevenths = degrees & {"b7", "7", "bb7"}
    # A sixth above a seventh is a thirteenth, and a thirteenth without a seventh is a sixth.
    if "6" in degrees and sevenths:
        degrees = (degrees - {"6"}) | {"13"}
    if not sevenths and "13" in degrees:
        degrees = (degrees - {"13"}) | {"6"}
    if is_diminished and "6" in degrees:
        degrees = (degrees - {"6"}) | {"bb7"}  # Cm6(b5) is Cdim7
    return degrees
