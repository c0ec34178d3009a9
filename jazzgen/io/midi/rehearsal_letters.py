"""Tell rehearsal letters from chords: in files of other programs, `A` may be either.

A *letter* is a capital, alone, with a prime or with a number up to 4: `A`, `B'`, `A2`. From `A` to
`G` it may be a chord as well. Every other chord symbol is *unmistakable*: `Dm7`, `Bb`, `C/E`. A
*label* names a letter along with words of the form: `A, Chorus1`. Rehearsal letters are

1. all letters of a track that has labels and no unmistakable chords but remarks;
2. a letter at the same tick as an unmistakable chord, since the chord there is the other one;
3. all letters of a track that has only letters, if other tracks have unmistakable chords, and
   these outnumber the letters, or the letters come in the order of a form: A first, and no
   letter before its predecessor in the alphabet;
4. letters in the order of a form where hardly any chord is named, such as a single remark, and a
   letter stands for two bars or more: nobody writes only A and B over a whole tune.

Every other letter is a chord. So `C | Am7 | F | G` in one track are four chords. After sections A
and B, both found by the second rule, a C that ends the tune is a chord too. The positions of
letters at bar lines are no clue, since chords begin there as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from jazzgen.io.midi.score import Timed

__all__ = ["Label", "Piece", "is_letter", "label_of", "rehearsal_letters"]

LETTER = re.compile(r"\s*\(?([A-Z])(?:[1-4]|['’′]{1,2})?[).:]?\s*")
WORDS = (
    r"chorus|head|theme|solos?|verse|bridge|intro|outro|coda|interlude|vamp|tag|ending|refrain"
    r"|release|shout|first|second|third|last|1st|2nd|3rd|repeat|again|out|in"
)
"""Words that go with the letter of a section."""
CHORUS = re.compile(r"\bchorus\s*(\d+)", re.IGNORECASE)
NAMED = re.compile(
    r"\s*(?:section|part|letter|rehearsal(?: mark)?)\s+([A-Z](?:\d{1,2}|['’′]{1,2})?)\s*",
    re.IGNORECASE,
)
BEFORE = re.compile(
    rf"\s*([A-Z](?:[1-4]|['’′]{{1,2}})?)(?:\s*[,;:/|(–—-]\s*|\s+)(?:(?:{WORDS})\b[\s\d,()#.]*|"
    r"(?:chorus)\d+\)?\s*)+",
    re.IGNORECASE,
)
AFTER = re.compile(
    rf"\s*(?:(?:{WORDS})\s*\d*[\s,;:/|(–—-]+)+([A-Z](?:[1-4]|['’′]{{1,2}})?)\)?\s*", re.IGNORECASE
)
CHORD_LASTS = 32
"""Quarter notes for which a chord is taken to cover a piece, if no other follows."""
COVERED = 0.5
"""The least share of a piece that its chord symbols cover."""
APART = 8
"""The least median distance between letters that are no chords, in quarter notes."""


@dataclass(frozen=True)
class Label:
    """A marker that names a section.

    Args:
        section: Its letter.
        chorus: The number of the chorus that it names as well, 0 for none.
    """

    section: str
    chorus: int


@dataclass(frozen=True)
class Piece:
    """Where a piece sounds.

    Args:
        ppq: File ticks per quarter note.
        start: The tick of the first note.
        end: The tick of the last note's end.
    """

    ppq: int
    start: int
    end: int

    def is_covered(self, ticks: Sequence[int]) -> bool:
        """Return whether chords that begin at some ticks, ascending, cover most of the piece."""
        following = [*ticks[1:], self.end]
        longest = CHORD_LASTS * self.ppq
        spans = (
            min(min(after, tick + longest), self.end) - max(tick, self.start)
            for tick, after in zip(ticks, following, strict=False)
        )
        return sum(max(span, 0) for span in spans) >= COVERED * (self.end - self.start)


def is_letter(text: str) -> bool:
    """Return whether a text can be a rehearsal letter.

    >>> [is_letter(text) for text in ("A", "B2", "A'", "H", "C7", "Bb")]
    [True, True, True, True, False, False]
    """
    return LETTER.fullmatch(text) is not None


def label_of(text: str) -> Label | None:
    """Return the section that a text names by a letter and words of the form; None if it does not.

    >>> label_of("A, Chorus1"), label_of("Section B"), label_of("Am I blue")
    (Label(section='A', chorus=1), Label(section='B', chorus=0), None)
    """
    found = NAMED.fullmatch(text) or BEFORE.fullmatch(text) or AFTER.fullmatch(text)
    if found is None or not found[1][0].isupper():
        return None
    chorus = CHORUS.search(text)
    return Label(found[1], int(chorus[1]) if chorus else 0)


def rehearsal_letters(
    streams: Sequence[Sequence[Timed[str]]],
    piece: Piece | None = None,
    labels: Sequence[Sequence[Timed[Label]]] | None = None,
) -> list[set[Timed[str]]]:
    """Return which symbols are rehearsal letters.

    Args:
        streams: The chord symbols and letters of each kind of text in each track, by tick.
        piece: Where the piece sounds; by default its chord symbols are taken to cover it.
        labels: The labels among the texts of each stream; by default there are none.

    Returns:
        The rehearsal letters of each stream.
    """
    chords = [[symbol for symbol in stream if not is_letter(symbol.value)] for stream in streams]
    ticks = {symbol.tick for stream in chords for symbol in stream}
    total = sum(map(len, chords))
    remarks = piece is not None and not piece.is_covered(sorted(ticks))
    found = []
    for number, (stream, own) in enumerate(zip(streams, chords, strict=True)):
        letters = [symbol for symbol in stream if is_letter(symbol.value)]
        named = bool(labels and labels[number])
        beside = {symbol for symbol in letters if symbol.tick in ticks}
        elsewhere = 0 if own else total
        apart = (
            (named and (remarks or not own))
            or elsewhere > len(letters)
            or (elsewhere and _is_form(letters))
            or (remarks and piece and _is_form(letters) and _is_sparse(letters, piece))
        )
        found.append(set(letters) if apart else beside)
    return found


def _is_form(letters: Sequence[Timed[str]]) -> bool:
    """Return whether letters come in the order of a form, such as A A B A."""
    names = [ord(letter.value.strip(" (")[0]) - ord("A") for letter in letters]
    highest = [-1, *accumulate(names, max)]
    return all(after <= before + 1 for before, after in pairwise(highest))


def _is_sparse(letters: Sequence[Timed[str]], piece: Piece) -> bool:
    """Return whether letters stand for sections and not for bars."""
    ticks = [letter.tick for letter in letters]
    steps = sorted(after - before for before, after in pairwise(ticks))
    return len(ticks) > 1 and steps[len(steps) // 2] >= APART * piece.ppq
