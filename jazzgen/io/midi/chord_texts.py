"""Texts of MIDI files that are chord symbols, also where programs put something round them.

`[Dm7]`, `{Dm7}`, `"Dm7"`, `%Dm7`, `| Dm7 |` and `Chord: Dm7` are all Dm7; in `[Dm7]Lady` the word
is sung. Numbers and Roman numerals are chords where a track has hardly anything else and names
none by their letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from jazzgen.errors import ChordError
from jazzgen.io.midi.score import Timed
from jazzgen.music.chord import MAX_CHARACTERS, ChordSymbol
from jazzgen.music.chord_repair import is_symbol, read_symbol
from jazzgen.music.number_chords import key_of_numbers, read_number
from jazzgen.music.pitch import Key
from jazzgen.music.roman_numerals import read_numeral

__all__ = ["chord_of", "framed", "in_letters"]

NUMBERED = re.compile(r"[A-H][a-z]{0,2}\D{0,4}(?:6|7|9|11|13)")
"""What hardly a word has, but most chords: a number soon behind a letter."""
FRAMED = re.compile(
    r"\s*(?:\[([^\[\]]+)\](?:\s?[^\W\d].*)?|\{([^{}]+)\}|<([^<>]+)>|[\"“„]([^\"“”]+)[\"“”]|\|([^|]+)\|?"
    r"|(?:chords?|chd|harmony)\s*[:=]\s*(.+)|[%!*@~^]([A-H].*))\s*",
    re.IGNORECASE | re.DOTALL,
)
"""A text in brackets, quotation marks or bar lines, or behind a word or a sign for chords."""
MARKED = re.compile(r"\s*[\[{<\"“„|%!*@~^]|\s*(?:ch|harm)", re.IGNORECASE)
"""How such a text begins."""
BEGINS = re.compile(r"\W{0,2}(?:chords?\W{1,3})?[b#♭♯]?[1-7IViv]", re.IGNORECASE)
"""How a number of a chord begins."""
FEWEST, MOST = 3, 0.85
"""The number of chords as numbers from which they are believed, and their share of a track's
texts."""


def framed(text: str) -> str:
    """Return what is inside brackets, quotation marks or the like, "" if there are none.

    >>> framed("[Dm7]"), framed("Chord: F#m7"), framed("Dm7")
    ('Dm7', 'F#m7', '')

    Args:
        text: A text.
    """
    short = len(text) <= 4 * MAX_CHARACTERS
    found = FRAMED.fullmatch(text) if short and MARKED.match(text) else None
    return next(filter(None, found.groups()), "").strip() if found else ""


@lru_cache(maxsize=2048)
def chord_of(text: str) -> ChordSymbol | None:
    """Return the chord of a text, None if it is no chord symbol.

    One of another country has a number: "H" and "Es" may be words.

    Args:
        text: The text.
    """
    for symbol in (text.strip(), framed(text)):
        if not symbol or len(symbol) > MAX_CHARACTERS:
            continue
        try:
            return ChordSymbol.parse(symbol)
        except ChordError:
            if NUMBERED.match(symbol) and is_symbol(symbol):
                return read_symbol(symbol).chord
    return None


def in_letters(texts: Sequence[Timed[str]], key: Key | None) -> Sequence[Timed[str]]:
    """Return texts with chords that are numbers or Roman numerals written in letters.

    They are left alone if some are chords in letters, or too few are chords; numbers that only
    count upwards are those of bars.

    Args:
        texts: The texts of one kind in one track.
        key: The key of the piece; None if it is not known, so that numbers tell no chords.
    """
    if key is None:
        return texts
    said = [event.value.strip() for event in texts]
    if sum(BEGINS.match(text) is not None for text in said) < max(FEWEST, MOST * len(said)):
        return texts  # as nearly all are, which this tells quickly
    for read, base in (
        (read_numeral, key),
        (read_number, key_of_numbers([framed(text) or text for text in said], key)),
    ):
        chords = [_read(read, framed(text) or text, base) for text in said]
        found = [text for text, chord in zip(said, chords, strict=True) if chord is not None]
        others = [text for text, chord in zip(said, chords, strict=True) if chord is None and text]
        if len(found) < max(FEWEST, MOST * len(said)) or len(set(found)) < 2:
            continue
        if any(chord_of(text) is not None for text in others) or _counts_up(found):
            continue
        return [
            event if chord is None else Timed(event.tick, str(chord))
            for event, chord in zip(texts, chords, strict=True)
        ]
    return texts


def _read(read: Callable[[str, Key], ChordSymbol], text: str, key: Key) -> ChordSymbol | None:
    try:
        return read(text, key)
    except ChordError:
        return None


def _counts_up(texts: Sequence[str]) -> bool:
    """Return whether texts are whole numbers in ascending order."""
    if not all(text.isdecimal() for text in texts):
        return False
    numbers = [int(text) for text in texts]
    return numbers == sorted(set(numbers))
