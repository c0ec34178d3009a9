"""Chords as numbers of a key's degrees, as bands in Nashville write them: `1 4 2-7 57 6-/5`.

What follows the number is the quality, and what follows a slash the degree in the bass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from jazzgen.errors import ChordError
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.chord_signs import plain_signs
from jazzgen.music.pitch import Key, note_above
from jazzgen.music.roman_numerals import DEGREES, read_numeral

__all__ = ["is_number", "key_of_numbers", "read_number"]

NUMBER = re.compile(
    r"(?P<sign>[b#]?)(?P<number>[1-7])(?P<quality>[^\d\s/](?:[^\s/]|/(?=9))*|(?:2|4|5|6/9|69|6|7|9|11|13)[^\s/]*|)"
    r"(?:/(?P<bass>[b#]?[1-7]))?"
)
TONIC = re.compile(r"([16])(?:-|m(?!aj))")
"""A minor chord on what may be the tonic of a minor key."""


def is_number(text: str) -> bool:
    """Return whether a text is a chord as the number of a degree.

    >>> [is_number(text) for text in ("2-7", "57", "b7", "1/3", "9", "4/4", "12")]
    [True, True, True, True, False, False, True]

    Args:
        text: A word.
    """
    try:
        read_number(text, Key())
    except ChordError:
        return False
    return True


def key_of_numbers(words: Iterable[str], key: Key) -> Key:
    """Return the key that numbers count from: in a minor key, often that of its relative major.

    There the tonic of a tune in A minor is `6-`, and nothing is `1-`.

    >>> str(key_of_numbers(["6-", "2-7", "37"], Key("A", "minor")))
    'C'

    Args:
        words: The numbers.
        key: The key of the tune.
    """
    degrees = {match[1] for word in words if (match := TONIC.match(plain_signs(word)))}
    tonic = note_above(key.tonic, 2, 3) if key.mode == "minor" and degrees == {"6"} else None
    return Key(tonic) if tonic else key


def read_number(text: str, key: Key) -> ChordSymbol:
    """Return the chord that the number of a degree stands for.

    In a minor key, 3, 6 and 7 are the degrees of its scale.

    >>> [str(read_number(text, Key("Bb"))) for text in ("2-7", "57", "1maj7", "57/2", "b7")]
    ['Cm7', 'F7', 'Bbmaj7', 'F7/C', 'Ab']

    Args:
        text: The number, with what follows a root in a chord symbol.
        key: The key.

    Raises:
        ChordError: It is no such number, or the rest of it cannot be read.
    """
    match = NUMBER.fullmatch(plain_signs(text).strip())
    if match is None or match["bass"] == match["sign"] + match["number"]:
        raise ChordError(f"{text[:24]!r} is not the number of a chord")
    quality = ChordSymbol("C", match["quality"]).quality
    root = _degree(match["sign"], match["number"], quality, key)
    bass = match["bass"]
    return ChordSymbol(root, quality, bass and _degree(bass[:-1], bass[-1], "", key))


def _degree(sign: str, number: str, quality: str, key: Key) -> str:
    """Return the root of the chord on a degree of a key."""
    return read_numeral(sign + DEGREES[int(number) - 1] + quality, key).root or key.tonic
