"""Chords as Roman numerals, read in a key: `II-7 V7 Imaj7`, `ii7`, `bVII7`, `V7/II`."""

from __future__ import annotations

import re

from jazzgen.errors import ChordError
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key, move_name

__all__ = ["is_numeral", "read_numeral"]

DEGREES = ["I", "II", "III", "IV", "V", "VI", "VII"]
C_MAJOR_ROOTS = "CDEFGAB"
NUMERAL = re.compile(
    r"(?P<sign>bb?|##?|)(?P<numeral>VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)"
    r"(?P<quality>(?![a-zA-Z]{0,2}[ivxIVX]).*?)"
    r"(?:/(?P<of>(?:b|#)?(?:VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)))?"
)
SIGNS = str.maketrans({"♭": "b", "♯": "#"})
LOWERED_IN_MINOR = ("III", "VI", "VII")
"""The degrees that a minor scale has a semitone lower than a major one."""


def is_numeral(text: str) -> bool:
    """Return whether a text is a chord as a Roman numeral."""
    try:
        read_numeral(text, Key())
    except ChordError:
        return False
    return True


def read_numeral(text: str, key: Key) -> ChordSymbol:
    """Return the chord that a Roman numeral stands for.

    A numeral in small letters is a minor chord. In a minor key, III, VI and VII are the degrees of
    its scale.

    >>> [str(read_numeral(text, Key("Bb"))) for text in ("ii7", "V7", "Imaj7", "V7/II", "bVII7")]
    ['Cm7', 'F7', 'Bbmaj7', 'G7', 'Ab7']

    Args:
        text: The numeral, with what follows a root in a chord symbol.
        key: The key.

    Raises:
        ChordError: It is no Roman numeral, or the rest of it cannot be read.
    """
    match = NUMERAL.fullmatch(text.strip().translate(SIGNS))
    if match is None:
        raise ChordError(f"{text[:24]!r} is not a Roman numeral")
    if match["of"]:
        goal = read_numeral(match["of"], key)
        key = Key(goal.root or "C", "minor" if goal.family == "min" else "major")
    numeral, quality = match["numeral"], match["quality"]
    chord = ChordSymbol("C", _minor(quality) if numeral.islower() else quality)
    return ChordSymbol(_root(match["sign"], numeral.upper(), key, chord), chord.quality)


def _minor(quality: str) -> str:
    """Return the quality of a numeral in small letters, which need not say that it is minor."""
    for minor in ("m" + quality, quality):
        try:
            chord = ChordSymbol("C", minor)
        except ChordError:
            continue
        if chord.degrees is not None and chord.degrees.third == "b3":
            return minor
    return quality


def _root(sign: str, degree: str, key: Key, chord: ChordSymbol) -> str:
    name = C_MAJOR_ROOTS[DEGREES.index(degree)] + sign
    if key.mode == "minor" and degree in LOWERED_IN_MINOR and not sign:
        # The chord on the leading tone is diminished; the one on the scale's seventh is not.
        is_leading = degree == "VII" and chord.family in ("dim", "hdim")
        name = name if is_leading else name + "b"
    return move_name(name, Key(), Key(key.tonic))
