"""Tell rehearsal letters from chords: in a file of somebody else's, `A` may be either.

A *letter* is `A` to `G` alone or with a number to 4 (`A2` is a chord as well); every
other chord symbol is *telling*: `Dm7`, `Bb`, `C/E`. Rehearsal letters are

1. a letter at the tick of a telling chord, for there it is no chord;
2. all letters of a track whose symbols are letters throughout, if telling chords stand
   elsewhere in the file and are more than those letters, or the letters come in the
   order of a form: A first, and none before the one that precedes it in the alphabet.

Every other letter is a chord. So `C | Am7 | F | G` in one track are four chords; and
behind sections A and B, both by the first rule, the C that ends the tune is one too.
That a letter stands at a bar line says nothing: chords begin there as well.
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
        streams: For each kind of text in each track its chord symbols and letters, by
            tick.

    Returns:
        For each stream its rehearsal letters.
    """
    telling = [[symbol for symbol in stream if not is_letter(symbol.value)] for stream in streams]
    ticks = {symbol.tick for stream in telling for symbol in stream}
    total = sum(map(len, telling))
    found = []
    for stream, own in zip(streams, telling, strict=True):
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
