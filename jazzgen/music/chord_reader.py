"""A reader of chord qualities (what follows the root in a symbol) in all spellings in use.

Spellings that mean the same give the same set of degrees: `-7`, `min7` and `m7` are equal, and
are all written `m7`.

What spellings mean:

- 9, 11 and 13 imply the seventh. 11 and 13 imply the 9; 13 does not imply the 11. An altered 9,
  11 or 13 takes the place of the natural one.
- `alt` is b9, #9, #11 and b13, without a natural fifth.
- `2` and `/9` are add9, `4`, `sus` and `7(4)` are sus4, `9/6` is 69, `ø` is m7b5; `Δ` and `^`
  without a number are maj7.
- `79b`, `7911#` and `79b13` are spellings of the Weimar Jazz Database, which puts accidentals
  after the number. They are read where another number directly follows 7; with 6, only `6911#`
  and `611#` are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from jazzgen.errors import ChordError
from jazzgen.music.chord_degrees import altered_degree, normalised
from jazzgen.music.chord_quality import ALTERED, Quality
from jazzgen.music.chord_tokens import is_balanced, plain_quality, token_at

__all__ = ["parse_quality"]

# Other names of tensions: 2, 4 and 6 for 9, 11 and 13.
OCTAVE = {"2": "9", "4": "11", "6": "13"}
SIGNS = {"": 0, "b": -1, "-": -1, "flat": -1, "#": 1, "+": 1, "sharp": 1}
"""The semitones by which each sign before a number alters a degree."""


@dataclass
class _Reader:
    """What has been understood of a quality so far.

    There is one method for each kind of token, named after its group in `TOKEN`. It records the
    token, and returns whether the token makes sense after those before it. So a symbol is
    rejected as a whole if any part of it contradicts the others, instead of being half read.
    """

    third: str = "3"
    fifths: set[str] = field(default_factory=set)
    number: str = ""
    seventh: str = ""  # as a word implies it: 7 (maj), bb7 (dim), b7 (half-diminished)
    delta: bool = False
    added: set[str] = field(default_factory=set)
    omitted: set[str] = field(default_factory=set)
    sus: str = ""
    altered: bool = False

    def word(self, kind: str, match: re.Match[str]) -> bool:
        """Record a token, and return whether it makes sense here.

        Args:
            kind: The token's group in `TOKEN`.
            match: The token.
        """
        return bool(getattr(self, f"_{kind}")(match))

    def _min(self, _: re.Match[str]) -> bool:
        fits = self.third == "3" and not (self.number or self.seventh or self.fifths)
        self.third = "b3"
        return fits

    _minus = _min

    def _maj(self, _: re.Match[str]) -> bool:
        fits = self.seventh in ("", "bb7") and self.number not in ("2", "5") and not self.altered
        # In 6(maj7) and dim7(maj7) the major seventh comes in addition to the sixth.
        if self.number == "6" or (self.seventh == "bb7" and self.number):
            self.added.add("7")
        else:
            self.seventh = "7"
        return fits

    def _delta(self, match: re.Match[str]) -> bool:
        self.delta = True  # unlike "maj", it means a seventh chord even without a number
        return self._maj(match)

    def _dim(self, _: re.Match[str]) -> bool:
        fits = self._untouched()
        self.third, self.fifths, self.seventh = "b3", {"b5"}, "bb7"
        return fits

    def _half(self, _: re.Match[str]) -> bool:
        fits = self._untouched()
        # Like a delta, it means a seventh chord even without a number.
        self.third, self.fifths, self.seventh, self.delta = "b3", {"b5"}, "b7", True
        return fits

    def _untouched(self) -> bool:
        return self == _Reader()

    def _aug(self, _: re.Match[str]) -> bool:
        fits = not self.fifths
        self.fifths = {"#5"}
        return fits

    _plus = _aug

    def _dom(self, _: re.Match[str]) -> bool:
        # The word only announces the number after it, which means a dominant by itself.
        return self._untouched()

    def _alt(self, _: re.Match[str]) -> bool:
        self.altered = True
        self.number = self.number or "7"  # C7alt and Calt are the same
        return self.number == "7" and self.third == "3" and not self.seventh

    def _sus(self, match: re.Match[str]) -> bool:
        degree = match["susdegree"] or "4"
        fits = degree != self.sus and self.seventh not in ("bb7", "b7")
        if self.sus or len(degree) > 1:  # sus2sus4 or sus24: both at once
            self.sus = "4"
            self.added.add("9")
        else:
            self.sus = degree
        return fits

    def _omit(self, match: re.Match[str]) -> bool:
        self.omitted |= set(re.findall(r"\d+", match["omit"]))
        return True

    def _add(self, match: re.Match[str]) -> bool:
        number = match["add"].lstrip("b#")
        sign = match["add"].removesuffix(number)
        self.added.add(altered_degree(int(number), SIGNS[sign]))
        return True

    def _addmaj(self, _: re.Match[str]) -> bool:
        self.added.add("7")
        return self.seventh == "bb7" and bool(self.number)

    def _degree(self, match: re.Match[str]) -> bool:
        """Record a degree with a sign: b9, #11, -5, +9, or #7 after a minor triad."""
        number, alteration = int(match["degree"]), SIGNS[match["sign"].strip().lower()]
        if (number, alteration) == (7, 1):
            fits = self.third == "b3" and not self.number and not self.seventh
            self.number, self.seventh = "7", "7"
            return fits
        if (number, alteration) == (7, -1):  # Csus(b7) is C7sus
            fits = not (self.number or self.seventh) and bool(self.sus or self.third == "b3")
            self.number = "7"
            return fits
        degree = altered_degree(number, alteration)
        if number == 5:
            fits = not (self.seventh == "bb7" and degree == "#5")
            self.fifths.add(degree)
            return fits
        self.added.add(degree)
        if self.seventh == "7" and not self.number and number > 7:
            self.number = "7"  # Cmaj#11 is Cmaj7#11
        return number != 7

    def _stack(self, match: re.Match[str]) -> bool:
        """Record 7, or numbers in the Weimar Jazz Database's manner: 79b, 7911#, 7913, 6911#."""
        if self.number:
            return self._second_number("7") and match["stack"] == "7"
        self.number = match["stack"][0]
        for number, sign in re.findall(r"(9|11|13)([b#]?)", match["stack"][1:]):
            self.added.add(sign + number)
        return self.number == "7" or self._is_sixth()

    def _number(self, match: re.Match[str]) -> bool:
        number = match["number"]
        if self.number:
            return self._second_number(number)
        if number == "4":
            return self._suspend()
        self.number = number
        if number == "6":
            return self._is_sixth()
        if number == "2" and self.third == "b3":
            return self == _Reader(third="b3", number="2")
        return number not in ("2", "5") or (self.third == "3" and not self.seventh)

    def _is_sixth(self) -> bool:
        """Return whether a 6 makes sense after the tokens before it."""
        return self.seventh in ("", "7") and not (self.seventh and self.third == "b3")

    def _suspend(self) -> bool:
        fits = not self.sus and self.third == "3" and not self.seventh
        self.sus = "4"
        return fits

    def _second_number(self, number: str) -> bool:
        """Record a number that is not the first one: the 9 of 69, the 13 of 7b9(13)."""
        if number == "4" and self.number in ("7", "9", "13"):
            return self._suspend()
        if number == "6" and self.number == "9" and not self.seventh:
            self.number, number = "6", "9"  # 9/6 is 6/9
        elif number == "7" and self.number == "6" and not self.seventh and not self.added:
            self.number, number = "7", "13"
        if number == "7":  # m6(maj7), dim7(maj7), m9(maj7)
            return "7" in self.added or (self.seventh == "7" and self.third == "b3")
        self.added.add(OCTAVE.get(number, number))
        return number in ("9", "11", "13") or (number == "6" and self.number == "7")

    def degrees(self) -> set[str]:
        """Return the degrees, before normalising."""
        number = self.number
        if self.delta and not number:
            number = "7"
        if self.third == "b3" and self.seventh == "7" and not number:
            number = "7"  # "mMaj": in a minor chord nothing but the seventh can be major
        degrees = {"1", self.third} | (self.fifths or {"5"}) | self.added
        degrees |= self._numbered(number)
        if self.altered:
            degrees = (degrees - {"5", "b5", "#5"}) | ALTERED
        if self.sus:
            held = {OCTAVE[self.sus], "3"} if "3" in self.added else {self.sus}
            degrees = (degrees - {"3", "b3"}) | held
        if "3" in self.omitted or number == "5":
            degrees -= {"3", "b3"}
        if "5" in self.omitted:
            # The fifth of a diminished chord lies in its name; a b5 beside "no5" is meant.
            degrees -= {"5"} if self.seventh not in ("bb7", "b7") else {"5", "b5"}
        return degrees - (self.omitted & {"9", "11", "13"}) - self._omitted_seventh()

    def _omitted_seventh(self) -> set[str]:
        return {"b7", "7", "bb7"} if "7" in self.omitted else set()

    def _numbered(self, number: str) -> set[str]:
        if number in ("", "5"):
            return set()
        if number == "2":
            return {"9"}
        if number == "6":
            return {"6"}
        implied = {self.seventh or "b7"}
        if number != "7" and not self.added & {"b9", "#9"}:
            implied.add("9")
        if number == "11" and "#11" not in self.added:
            implied.add("11")
        if number == "13" and "b13" not in self.added:
            implied.add("13")
        return implied


@lru_cache(maxsize=4096)
def parse_quality(text: str) -> Quality:
    """Read the quality of a chord symbol: the part between root and bass.

    >>> str(parse_quality("-7")), str(parse_quality("79b13")), str(parse_quality("Δ"))
    ('m7', '13b9', 'maj7')

    Args:
        text: The quality; empty for a major triad.

    Raises:
        ChordError: A part of it is not understood; the message names that part.
    """
    text = plain_quality(text)
    if not is_balanced(text):
        raise ChordError(f"unbalanced brackets or separators in {text!r}")
    reader = _Reader()
    position = 0
    while position < len(text):
        match = token_at(text, position, numbered=bool(reader.number), minor=reader.third == "b3")
        if match is None:
            raise ChordError(f"{text[position:]!r} is not understood")
        kind = match.lastgroup or ""
        kind = {"susdegree": "sus"}.get(kind, kind)
        if kind != "gap" and not reader.word(kind, match):
            raise ChordError(f"{text[position:]!r} cannot follow what comes before it")
        position = match.end()
    return Quality(normalised(reader.degrees()))
