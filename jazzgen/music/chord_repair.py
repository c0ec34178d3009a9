"""Chord symbols as people mistype them: what is meant, and a remark about what was done.

Charts by hand, and those of notation programs, have symbols that no chord reader can take as they
are. One of them does not make a tune unreadable: what can be read of it is read, and if that is
only the root, the root's triad stands. A word that is no chord at all leaves the chord before it
sounding.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from jazzgen.errors import ChordError
from jazzgen.music.chord import (
    MAX_CHARACTERS,
    NO_CHORD,
    ChordSymbol,
    is_chord,
    means_no_chord,
)
from jazzgen.music.chord_signs import plain_signs
from jazzgen.music.chord_spellings import spellings
from jazzgen.music.pitch import Key
from jazzgen.music.roman_numerals import is_numeral, read_numeral

__all__ = ["ReadSymbol", "is_alternate", "is_symbol", "read_symbol"]

SHOWN = 24
"""The largest number of characters of a symbol that a remark shows."""
WORDS = ("maj", "min", "dim", "aug", "sus", "add", "alt", "dom", "omit", "major", "minor")
"""The words of chord qualities that a mistyped one is compared with."""
SIMILAR = 0.6
"""The similarity from which on a word is taken for a mistyped one, from 0 to 1."""
ALIKE = {
    "lydian": "maj7#11", "lyd": "maj7#11", "phrygian": "7b9sus", "phryg": "7b9sus",
    "dorian": "m7", "dor": "m7", "mixolydian": "7", "mixo": "7", "mix": "7", "ionian": "maj7",
    "aeolian": "m7b13", "locrian": "m7b5", "loc": "m7b5", "minmaj": "mMaj7", "half": "m7b5",
    "halfdiminished": "m7b5", "tri": "", "triad": "", "chord": "", "power": "5",
    "blues": "7", "bass": "5", "dominant": "7", "dom": "7", "dur": "", "moll": "m",
}  # fmt: skip
"""The qualities of words that are no part of a chord symbol, but are used as one."""
NUMBERS = {
    "second": "2", "fourth": "4", "fifth": "5", "five": "5", "sixth": "6", "seventh": "7",
    "seven": "7", "ninth": "9", "nine": "9", "eleventh": "11", "eleven": "11", "thirteenth": "13",
    "thirteen": "13",
}  # fmt: skip
NO_CHORDS = frozenset({"n", "none", "no_chord", "tacet"})
SLIP = re.compile(r"[a-z]{1,2}(6|7|9|11|13)$")
"""Letters that mean nothing before the number of a chord."""
ROOT = re.compile(
    r"(?P<root>[A-G](?:b(?!lues|ass)b?|##?)?)(?P<quality>.*?)(?:/\s*(?P<bass>[A-G][b#]?|[a-g][b#]?(?!\d))[^/]*)?"
)
DOUBLED = re.compile(r"([679])\1+")
"""A number that was typed twice; 11 is a number of its own."""


class ReadSymbol(NamedTuple):
    """What a chord symbol was read as.

    Args:
        chord: The chord; None if the symbol is no chord, so that the one before it goes on.
        remark: What was done to read it, in a line without the bar; "" if it is well written.
    """

    chord: ChordSymbol | None
    remark: str = ""


def is_alternate(text: str) -> bool:
    """Return whether a text is an alternate, a chord in brackets by itself, as in `(A7b9)`."""
    return re.fullmatch(r"\s*\(\s*[A-GN][^()]*(?:\([^()]*\)[^()]*)*\)\s*", text) is not None


def is_symbol(text: str) -> bool:
    """Return whether a text is a chord: as on lead sheets, a Roman numeral, or of other countries.

    >>> is_symbol("Hm7"), is_symbol("IIm7"), is_symbol("Hello"), is_symbol("Cmja7")
    (True, True, False, False)

    Args:
        text: A word.
    """
    if is_chord(text) or is_numeral(text):
        return True
    return text[:1].isupper() and any(map(is_chord, spellings(plain_signs(text[:MAX_CHARACTERS]))))


def read_symbol(text: str, key: Key | None = None) -> ReadSymbol:
    """Read a chord symbol, or what can be read of it.

    >>> read_symbol("Dm7").remark, read_symbol("Dmni7").remark
    ('', "'Dmni7' is read as Dm7")

    Args:
        text: The symbol.
        key: The key of the chart, in which Roman numerals are read; None if it is not known.
    """
    try:
        return ReadSymbol(ChordSymbol.parse(text))
    except ChordError:
        return _repaired(text[: 4 * MAX_CHARACTERS], key)


@lru_cache(maxsize=1024)
def _repaired(text: str, key: Key | None) -> ReadSymbol:
    shown = repr(" ".join(text.split())[:SHOWN])
    inside = text.strip(" []{}<>")
    if inside.lower() in NO_CHORDS or means_no_chord(inside):
        return ReadSymbol(NO_CHORD, f"{shown} is read as {NO_CHORD}")
    if is_numeral(text):
        if key is not None:
            return ReadSymbol(read_numeral(text, key))
        chord = read_numeral(text, Key())
        return ReadSymbol(chord, f"{shown} is read as {chord} in C, since no key is given")
    for spelling in spellings(plain_signs(text.strip()[:MAX_CHARACTERS])):
        found = _prefix(spelling)
        if found is not None:
            return ReadSymbol(found, f"{shown} is read as {found}")
    return ReadSymbol(None, f"{shown} is not a chord symbol; the chord before it is held")


def _prefix(text: str) -> ChordSymbol | None:
    """Return the chord of a text, or of the longest part at its beginning that can be read."""
    match = ROOT.fullmatch(text)
    if match is None:
        return None
    root, bass = match["root"], match["bass"]
    bass = bass and bass[0].upper() + bass[1:]
    for quality in _qualities(match["quality"]):
        try:
            return ChordSymbol(root, quality, bass)
        except ChordError:
            continue
    return ChordSymbol(root, "", bass)


def _qualities(text: str) -> Iterator[str]:
    """Yield a quality without brackets, then with its words corrected, then shorter and shorter.

    At last comes the number behind a letter or two that mean nothing, as in "Gq7".
    """
    plain = " ".join(re.sub(r"[()\[\]{},;:|\\?!*'\"_~=]", " ", text).split())
    yield plain
    alike = ALIKE.get(re.sub(r"[\s\d.-]", "", plain).lower())
    if alike is not None:
        yield alike
    plain = re.sub(r"[A-Za-z]+", lambda word: NUMBERS.get(word[0].lower(), word[0]), plain)
    yield plain
    corrected = re.sub(r"[A-Za-z]+", lambda word: _corrected(word[0]), DOUBLED.sub(r"\1", plain))
    yield corrected
    for end in range(len(corrected) - 1, 0, -1):
        # A word or a number is left out as a whole: the "m" of an unknown word is not minor.
        inside = corrected[end - 1 : end + 1]
        if not (inside.isalpha() or inside.isdigit()):
            yield corrected[:end]
    if slip := SLIP.match(corrected):
        yield slip[1]


def _corrected(word: str) -> str:
    """Return the word of a quality that a mistyped one is likely to mean; itself if there is none.

    Args:
        word: The letters.
    """
    small = word.lower()
    if len(small) < 3:  # "mM" and "ob" are no words, "mm" is a slip of the finger
        return {"su": "sus", "mn": "min"}.get(small, word[0] if word[0] * 2 == word else word)
    if swapped := [one for one in WORDS if sorted(one) == sorted(small)]:
        return swapped[0]
    near = difflib.get_close_matches(small, WORDS, n=2, cutoff=SIMILAR)
    ratios = [difflib.SequenceMatcher(None, small, one).ratio() for one in near]
    return near[0] if near and (len(near) == 1 or ratios[0] > ratios[1]) else word
