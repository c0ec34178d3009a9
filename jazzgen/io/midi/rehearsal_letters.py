"""Tell rehearsal letters from chords: in files of other programs, `A` may be either.

A *letter* is `A` to `G`, alone or with a number up to 4 (`A2` is a chord as well). Every other
chord symbol is *unmistakable*: `Dm7`, `Bb`, `C/E`. Rehearsal letters are

1. a letter at the same tick as an unmistakable chord, since the chord there is the other one;
2. all letters of a track that has only letters, if other tracks have unmistakable chords, and
   these outnumber the letters, or the letters come in the order of a form: A first, and no
   letter before its predecessor in the alphabet.

Every other letter is a chord. So `C | Am7 | F | G` in one track are four chords. After sections A
and B, both found by the first rule, a C that ends the tune is a chord too. The positions of
letters at bar lines are no clue, since chords begin there as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

from jazzgen.io.midi.score import Timed

__all__ = ["is_letter", "rehearsal_letters"]

LETTER = re.compile(r"\s*([A-G])[1-4]?\s*")


def is_letter(text: str) -> bool:
    """Return whether a text can be a rehearsal letter.

    >>> [is_letter(text) for text in ("A", "B2", "C7", "Bb", "H")]
    [True, True, False, False, False]
    """
    return LETTER.fullmatch(text) is not None


def rehearsal_letters(streams: Sequence[Sequence[Timed[str]]]) -> list[set[Timed[str]]]:
    """Return which symbols are rehearsal letters.

    Args:
        streams: The chord symbols and letters of each kind of text in each track, by tick.

    Returns:
        The rehearsal letters of each stream.
    """
    chords = [[symbol for symbol in stream if not is_letter(symbol.value)] for stream in streams]
    ticks = {symbol.tick for stream in chords for symbol in stream}
    total = sum(map(len, chords))
    found = []
    for stream, own in zip(streams, chords, strict=True):
        letters = [symbol for symbol in stream if is_letter(symbol.value)]
        beside = {symbol for symbol in letters if symbol.tick in ticks}
        elsewhere = 0 if own else total
        apart = elsewhere > len(letters) or (elsewhere and _is_form(letters))
        found.append(set(letters) if apart else beside)
    return found


def _is_form(letters: Sequence[Timed[str]]) -> bool:
    """Return whether letters come in the order of a form, such as A A B A."""
    names = [ord(letter.value.strip()[0]) - ord("A") for letter in letters]
    highest = [-1, *accumulate(names, max)]
    return all(after <= before + 1 for before, after in pairwise(highest))
