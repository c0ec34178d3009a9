"""The chords of a measure as it is read: at their places, or sharing one, or in words.

Programs that keep chords without their times write several of them before the note over which they
are printed. Scores that were scanned, and those of people who did not find the tool for chord
symbols, have them as words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from jazzgen.errors import ChordError
from jazzgen.io.chart_symbols import ChartSymbols
from jazzgen.music.chord import ChordSymbol

__all__ = ["ChordWords", "WaitingChords"]

LEAST = 2
"""The smallest number of words that are read as the chord symbols of a score."""


@dataclass
class WaitingChords:
    """Chords that have been read since the last note, until it is known how long the next one is.

    Args:
        placed: The chords of the measure, by quarter notes from its beginning.
        symbols: Gets warnings.
        number: The number of the measure, from 1.
        waiting: The chords that are not placed yet, by their places.
    """

    placed: dict[Fraction, ChordSymbol]
    symbols: ChartSymbols
    number: int
    waiting: dict[Fraction, list[ChordSymbol]] = field(default_factory=dict)

    def add(self, at: Fraction, chord: ChordSymbol) -> None:
        """Keep a chord, unless the same one stands at its place.

        Args:
            at: Its place, in quarter notes from the beginning of the measure.
            chord: The chord.
        """
        chords = self.waiting.setdefault(at, [])
        if chord not in chords:
            chords.append(chord)

    def settle(self, length: Fraction = Fraction(0)) -> None:
        """Place the chords.

        Args:
            length: The quarter notes of the note or rest that follows them; 0 if none does.
        """
        for at, chords in self.waiting.items():
            if at in self.placed:  # another part has a chord there
                continue
            for onset, chord in zip(_shares(length, len(chords)), chords, strict=False):
                self.placed[at + onset] = chord
            if len(chords) > 1:
                listed = " and ".join(map(str, chords[:4]))
                done = "they share the time of the note" if length else "the first one is read"
                self.symbols.remark(f"{listed} are written at one place: {done}", self.number)
        self.waiting = {}


def _shares(length: Fraction, number: int) -> list[Fraction]:
    """Return the onsets of chords that share the time of a note; without any, that of the first.

    Whole quarters that cannot be shared evenly go to the first chords.

    Args:
        length: Its quarter notes.
        number: The number of chords.
    """
    if not length:
        return [Fraction(0)]
    if length.denominator > 1 or length < number:
        return [length * index / number for index in range(number)]
    each, longer = divmod(int(length), number)
    return [Fraction(each * index + min(index, longer)) for index in range(number)]


@dataclass
class ChordWords:
    """Words above the staves of a score that may be chord symbols.

    Args:
        found: The measure, the place in it and the chord of each.
        others: The number of other words.
        says_quality: Whether one of them is more than a letter.
    """

    found: list[tuple[int, Fraction, ChordSymbol]] = field(default_factory=list)
    others: int = 0
    says_quality: bool = False

    def add(self, text: str, number: int, at: Fraction) -> None:
        """Look at some words.

        Args:
            text: The words.
            number: The number of their measure, from 1.
            at: Their place, in quarter notes from its beginning.
        """
        words = text.split()
        try:
            chord = ChordSymbol.parse(words[0] if len(words) == 1 else "")
        except ChordError:
            self.others += bool(words)
            return
        self.found.append((number, at, chord))
        self.says_quality |= len(words[0]) > 1

    def take_over(self, measures: Sequence[dict[Fraction, ChordSymbol]]) -> bool:
        """Give measures these chords, if that is what the words are; return whether it is.

        Args:
            measures: The chords of each measure by their places: none in any.
        """
        enough = len(self.found) >= max(LEAST, self.others)
        if any(measures) or not enough or not self.says_quality:
            return False
        for number, at, chord in self.found:
            measures[number - 1].setdefault(at, chord)
        return True
