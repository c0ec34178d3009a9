"""Tell rehearsal letters from chords: in files of other programs, `A` may be either.

A *letter* is a capital, alone, with a prime or with a number up to 4: `A`, `B'`, `A2`. From `A` to
`G` it may be a chord as well. Every other chord symbol is *unmistakable*: `Dm7`, `Bb`, `C/E`. A
*label* names a letter along with words of the form: `A, Chorus1`. Chords are *remarks* if they
cover a small part of the piece, or are few and what is played contradicts them. Rehearsal letters
are

1. all letters of a track that has labels and no unmistakable chords but remarks;
2. a letter at the same tick as an unmistakable chord, since the chord there is the other one;
3. all letters of a track that has only letters, if other tracks have unmistakable chords, and
   these outnumber the letters, or the letters come in the order of a form: A first, and no
   letter before its predecessor in the alphabet;
4. letters where hardly any chord is named, such as a single remark, and a letter stands for two
   bars or more, if they come in the order of a form (nobody writes only A and B over a whole tune)
   or if what is played contradicts them as chords;
5. where two letters are at the same tick again and again, as for the section and the chord that
   begin there, those that come in the order of a form, if only the first or the second ones do.

Every other letter is a chord. So `C | Am7 | F | G` in one track are four chords. After sections A
and B, both found by the second rule, a C that ends the tune is a chord too. The positions of
letters at bar lines are no clue, since chords begin there as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.io.midi.chord_evidence import are_contradicted
from jazzgen.io.midi.chord_texts import chord_of
from jazzgen.io.midi.score import Timed
from jazzgen.io.midi.section_labels import LETTER, Label
from jazzgen.music.chord import ChordSymbol

__all__ = ["Piece", "is_letter", "letter_of", "rehearsal_letters"]

FRAMED = re.compile(rf"\s*[(\[\"“„]?({LETTER})[)\]\"“”]?[.:]?\s*")
"""A letter, perhaps in brackets or quotation marks."""
CHORD_LASTS = 32
"""Quarter notes for which a chord is taken to cover a piece, if no other follows."""
COVERED = 0.5
"""The least share of a piece that its chord symbols cover."""
APART = 8
"""The least median distance between letters that are no chords, in quarter notes; chords so far
apart are believed only if what is played agrees."""


@dataclass(frozen=True)
class Piece:
    """Where a piece sounds, and what.

    Args:
        ppq: File ticks per quarter note.
        start: The tick of the first note.
        end: The tick of the last note's end.
        notes: Its notes without drums, as rows of start and pitch, by start, shape (N, 2).
    """

    ppq: int
    start: int
    end: int
    notes: NDArray[np.int64] = field(
        default_factory=lambda: np.zeros((0, 2), np.int64), compare=False
    )

    def is_harmony(self, chords: Sequence[Timed[ChordSymbol]]) -> bool:
        """Return whether chords, by tick, are the harmony of the piece, and no remarks."""
        if not self.is_covered([tick for tick, _ in chords]):
            return False
        return not (self.are_sparse(chords) and are_contradicted(chords, self.notes))

    def are_sparse(self, marks: Sequence[Timed[Any]]) -> bool:
        """Return whether marks, by tick, stand for sections and not for bars."""
        steps = sorted(after.tick - before.tick for before, after in pairwise(marks))
        return len(steps) > 0 and steps[len(steps) // 2] >= APART * self.ppq

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
    return FRAMED.fullmatch(text) is not None


def letter_of(text: str) -> str:
    """Return the rehearsal letter of a text that can be one.

    >>> letter_of(" (B2).")
    'B2'
    """
    found = FRAMED.fullmatch(text)
    return found[1] if found else text


def rehearsal_letters(
    streams: Sequence[Sequence[Timed[str]]],
    piece: Piece,
    labels: Sequence[Sequence[Timed[Label]]],
) -> list[set[Timed[str]]]:
    """Return which symbols are rehearsal letters.

    Args:
        streams: The chord symbols and letters of each kind of text in each track, by tick.
        piece: Where the piece sounds, and what.
        labels: The labels among the texts of each stream.

    Returns:
        The rehearsal letters of each stream.
    """
    chords = [[symbol for symbol in stream if not is_letter(symbol.value)] for stream in streams]
    ticks = {symbol.tick for stream in chords for symbol in stream}
    total = sum(map(len, chords))
    remarks = not piece.is_harmony(_parsed(sorted(symbol for own in chords for symbol in own)))
    found = []
    for stream, own, named in zip(streams, chords, labels, strict=True):
        letters = [symbol for symbol in stream if is_letter(symbol.value)]
        elsewhere = 0 if own else total
        apart = (
            (any(label.value.has_letter for label in named) and (remarks or not own))
            or elsewhere > len(letters)
            or (elsewhere and _is_form(letters))
            or (remarks and piece.are_sparse(letters) and _are_sections(letters, piece))
        )
        beside = {symbol for symbol in letters if symbol.tick in ticks}
        found.append(set(letters) if apart else beside | _of_pairs(stream))
    return found


def _are_sections(letters: Sequence[Timed[str]], piece: Piece) -> bool:
    """Return whether letters come in the order of a form, or do not fit what is played."""
    return _is_form(letters) or are_contradicted(_parsed(letters), piece.notes)


def _of_pairs(stream: Sequence[Timed[str]]) -> set[Timed[str]]:
    """Return the letters of sections that stand with another letter, a chord, at one tick."""
    by_tick: dict[int, list[Timed[str]]] = {}
    for symbol in stream:
        by_tick.setdefault(symbol.tick, []).append(symbol)
    pairs = [pair for pair in by_tick.values() if len(pair) == 2]
    if len(pairs) < 2:
        return set()
    ways = [
        way
        for way in zip(*pairs, strict=True)
        if all(is_letter(symbol.value) for symbol in way) and _is_form(way)
    ]
    return set(ways[0]) if len(ways) == 1 else set()


def _parsed(symbols: Sequence[Timed[str]]) -> list[Timed[ChordSymbol]]:
    """Return the chords of symbols; some letters are none."""
    chords = ((tick, chord_of(text)) for tick, text in symbols)
    return [Timed(tick, chord) for tick, chord in chords if chord is not None]


def _is_form(letters: Sequence[Timed[str]]) -> bool:
    """Return whether letters come in the order of a form, such as A A B A."""
    names = [ord(letter_of(letter.value)[0]) - ord("A") for letter in letters]
    highest = [-1, *accumulate(names, max)]
    return all(after <= before + 1 for before, after in pairwise(highest))
