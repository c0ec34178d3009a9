"""Chords as Roman numerals, read in a key: `II-7 V7 Imaj7`, `bVII7`, `V7/II`, `subV7`, `I/3`.

What follows the slash is a key where a chord leads to it, as V7, II, VII and subV do, and else the
bass: `V7/II` is the dominant of II, but `IV/V` is IV over the root of V, `I/3` over the third of I.
"""

from __future__ import annotations

import re

from jazzgen.errors import ChordError
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.chord_signs import plain_signs
from jazzgen.music.pitch import Key, move_name, note_above

__all__ = ["is_numeral", "read_numeral"]

DEGREES = ["I", "II", "III", "IV", "V", "VI", "VII"]
C_MAJOR_ROOTS = "CDEFGAB"
NUMERAL = re.compile(
    r"(?P<sub>[Ss]ub\s?(?=V(?!I)))?(?P<sign>bb?|##?|)(?P<numeral>VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)"
    r"(?P<quality>(?:(?=[Dd]im|[Mm]in)|(?![a-zA-Z]{0,2}[ivxIVX])).*?)"
    r"(?:/(?:(?P<of>(?:b|#)?(?:VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i))|(?P<over>[b#]?[2357])))?"
)
LEADING = ("II", "V", "VII")
"""The chords that may lead to another one than that of the key."""
STEPS = {"2": 2, "3": 4, "5": 7, "7": 11}
"""The semitones of each degree of a major scale above its tonic."""
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
    match = NUMERAL.fullmatch(plain_signs(text).strip())
    if match is None:
        raise ChordError(f"{text[:24]!r} is not a Roman numeral")
    numeral, quality, bass = match["numeral"], match["quality"], None
    if match["of"]:
        goal = read_numeral(match["of"], key)
        if numeral.upper() in LEADING and match["of"].upper() != "I":
            key = Key(goal.root or "C", "minor" if goal.family == "min" else "major")
        else:
            bass = goal.root
    chord = ChordSymbol("C", _minor(quality) if numeral.islower() else quality)
    sign, degree = ("b", "II") if match["sub"] else (match["sign"], numeral.upper())
    root = _root(sign, degree, key, chord)
    if match["over"]:
        bass = _degree_of(chord, root, match["over"])
    return ChordSymbol(root, chord.quality, bass)


def _degree_of(chord: ChordSymbol, root: str, degree: str) -> str | None:
    """Return the note that is a degree of a chord, such as its third; None if it has no usual name.

    Args:
        chord: A chord of that quality.
        root: The root.
        degree: The number of the degree, with its accidental; without one the chord decides.
    """
    number = degree[-1]
    semitones = STEPS[number] + {"b": -1, "#": 1}.get(degree[:-1], 0)
    if len(degree) == 1 and (semitones - 1) in chord.chord_tones:
        semitones -= semitones not in chord.chord_tones
    return note_above(root, int(number) - 1, semitones)


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
