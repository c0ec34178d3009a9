"""What follows the root in a chord symbol, read in every spelling that is in use.

Two spellings that mean the same give the same set of degrees, so that `-7`,
`min7` and `m7` are equal and are all written `m7`.

What a spelling means:

- 9, 11 and 13 bring the seventh along; 11 and 13 bring the 9 along, 13 leaves
  the 11 out. An altered 9, 11 or 13 takes the place of the plain one.
- `alt` is b9, #9, #11 and b13 with no natural fifth.
- `2` is add9, `4` and `sus` are sus4, `ø` is m7b5, `Δ` and `^` alone are maj7.
- `79b`, `7911#`, `79b13` (the Weimar Jazz Database's way, the accidental after
  the number) are read where 7 is directly followed by another number; of 6 it is
  `6911#` and `611#` alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from jazzgen.errors import ChordError
from jazzgen.music.chord_quality import ALTERED, SEMITONES, TENSIONS, THIRDS, Quality

__all__ = ["parse_quality"]

# Other names of a tension: 2, 4 and 6 an octave below 9, 11 and 13.
OCTAVE = {"2": "9", "4": "11", "6": "13", "b2": "b9", "#2": "#9", "#4": "#11", "b6": "b13"}

TOKEN = re.compile(
    r"""(?P<gap>[\s(),]|/(?=[-+\d#b mMj^]))
      | (?i:no|omit)\s*(?P<omit>[35])
      | (?i:add)\s*(?P<add>[b#]?(?:11|13|[246])|[b#]?9|3)
      | (?i:add)\s*(?P<addmaj>(?i:maj7))
      | (?P<sus>(?i:sus))\s*(?P<susdegree>[24]?)
      | (?P<alt>(?i:altered|alt))
      | (?P<dim>(?i:diminished|dim)|[o°0])
      | (?P<half>[øh])
      | (?P<dom>(?i:dom))(?=\s*\d)
      | (?P<aug>(?i:augmented|aug))
      | (?P<delta>[Δ^])
      | (?P<maj>(?i:major|maj|ma(?!ug|dd))|M(?![iI])|j)
      | (?P<min>(?i:minor|min|mi)|m)
      | (?P<sign>[b#+-])(?P<degree>11|13|[245679])
      | (?P<plus>\+)
      | (?P<minus>-)
      | (?P<stack>7(?:9[b#]?)?(?:11\#?)?(?:13b?)?|69?11\#(?!\d))
      | (?P<number>11|13|[24569])""",
    re.VERBOSE,
)
BARE_SIGN = re.compile(r"(?P<plus>\+)|(?P<minus>-)")
GLYPHS = str.maketrans({"∆": "Δ", "△": "Δ", "º": "°", "˚": "°", "Ø": "ø", "∅": "ø",
                        "–": "-", "−": "-", "‑": "-", "♭": "b", "♯": "#"})  # fmt: skip
EMPTY_GAP = re.compile(r"\(\s*[,)/]|[,/]\s*(?:[,)/]|$)|^\s*,")


@dataclass
class _Reader:
    """What has been understood of a quality so far."""

    third: str = "3"
    fifths: set[str] = field(default_factory=set)
    number: str = ""
    seventh: str = ""  # what the word said: 7 (maj), bb7 (dim), b7 (half-diminished)
    delta: bool = False
    added: set[str] = field(default_factory=set)
    omitted: set[str] = field(default_factory=set)
    sus: str = ""
    altered: bool = False

    def word(self, kind: str, match: re.Match[str]) -> bool:
        """Take in one token; return whether it makes sense here."""
        taken = getattr(self, f"_{kind}")(match)
        return taken is not False

    def _min(self, _: re.Match[str]) -> bool:
        fresh = self.third == "3" and not (self.number or self.seventh or self.fifths)
        self.third = "b3"
        return fresh

    _minus = _min

    def _maj(self, _: re.Match[str]) -> bool:
        fresh = self.seventh in ("", "bb7") and self.number not in ("2", "5") and not self.altered
        if self.number == "6" or (self.seventh == "bb7" and self.number):
            self.added.add("7")
        else:
            self.seventh = "7"
        return fresh

    def _delta(self, match: re.Match[str]) -> bool:
        self.delta = True
        return self._maj(match)

    def _dim(self, _: re.Match[str]) -> bool:
        fresh = self._untouched()
        self.third, self.fifths, self.seventh = "b3", {"b5"}, "bb7"
        return fresh

    def _half(self, _: re.Match[str]) -> bool:
        fresh = self._untouched()
        self.third, self.fifths, self.seventh, self.delta = "b3", {"b5"}, "b7", True
        return fresh

    def _untouched(self) -> bool:
        return self == _Reader()

    def _aug(self, _: re.Match[str]) -> bool:
        fresh = not self.fifths
        self.fifths = {"#5"}
        return fresh

    _plus = _aug

    def _dom(self, _: re.Match[str]) -> bool:
        return self._untouched()

    def _alt(self, _: re.Match[str]) -> bool:
        self.altered = True
        self.number = self.number or "7"
        return self.number == "7" and self.third == "3" and not self.seventh

    def _sus(self, match: re.Match[str]) -> bool:
        fresh = not self.sus and self.seventh not in ("bb7", "b7")
        self.sus = match["susdegree"] or "4"
        return fresh

    def _omit(self, match: re.Match[str]) -> bool:
        self.omitted.add(match["omit"])
        return self.seventh != "bb7"

    def _add(self, match: re.Match[str]) -> bool:
        degree = match["add"]
        self.added.add(OCTAVE.get(degree, degree))
        return (degree != "3" or bool(self.sus)) and self.added <= {*TENSIONS, "3", "7"}

    def _addmaj(self, _: re.Match[str]) -> bool:
        self.added.add("7")
        return self.seventh == "bb7" and bool(self.number)

    def _degree(self, match: re.Match[str]) -> bool:
        """Take in a degree with a sign: b9, #11, -5, +9, and #7 after a minor triad."""
        degree = ("b" if match["sign"] in "b-" else "#") + match["degree"]
        if degree == "#7":
            fresh = self.third == "b3" and not self.number and not self.seventh
            self.number, self.seventh = "7", "7"
            return fresh
        degree = OCTAVE.get(degree, degree)
        if degree in ("b5", "#5"):
            fresh = not (self.seventh == "bb7" and degree == "#5")
            self.fifths.add(degree)
            return fresh
        self.added.add(degree)
        return degree in TENSIONS

    def _stack(self, match: re.Match[str]) -> bool:
        """Take in 7, or the numbers of a whole stack: 79b, 7911#, 7913, 6911#."""
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
        """Return whether a 6 makes sense here."""
        return self.seventh in ("", "7") and not (self.seventh and self.third == "b3")

    def _suspend(self) -> bool:
        fresh = not self.sus and self.third == "3" and not self.seventh
        self.sus = "4"
        return fresh

    def _second_number(self, number: str) -> bool:
        """Take in a number after the first one: the 9 of 69, the 13 of 7b9(13)."""
        if number == "7":  # m6(maj7), dim7(maj7)
            return "7" in self.added
        self.added.add(OCTAVE.get(number, number))
        return number in ("9", "11", "13") or (number == "6" and self.number == "7")

    def degrees(self) -> set[str]:
        """Return the degrees, before normalising."""
        number = self.number
        if self.delta and not number:
            number = "7"
        if self.third == "b3" and self.seventh == "7" and not number:
            number = "7"  # "mMaj": there is no other major in a minor chord
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
            degrees -= {"5"}
        return degrees

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


def _normalise(degrees: set[str]) -> frozenset[str]:
    """Give one set to what sounds and means the same."""
    sevenths = degrees & {"b7", "7", "bb7"}
    if "6" in degrees and sevenths:
        degrees = (degrees - {"6"}) | {"13"}
    if not sevenths and "13" in degrees:
        degrees = (degrees - {"13"}) | {"6"}
    if {"b3", "b5", "6"} <= degrees and not degrees & {"5", "#5"}:
        degrees = (degrees - {"6"}) | {"bb7"}
    if not degrees & set(THIRDS):
        if "11" in degrees:
            degrees = (degrees - {"11"}) | {"4"}
        elif "9" in degrees and not sevenths:
            degrees = (degrees - {"9"}) | {"2"}
    basic = {SEMITONES[d] for d in degrees - set(TENSIONS)}
    return frozenset(d for d in degrees if d not in TENSIONS or SEMITONES[d] not in basic)


@lru_cache(maxsize=4096)
def parse_quality(text: str) -> Quality:
    """Read the part of a chord symbol between root and bass.

    >>> str(parse_quality("-7")), str(parse_quality("79b13")), str(parse_quality("Δ"))
    ('m7', '13b9', 'maj7')

    Args:
        text: The quality; nothing for a major triad.

    Raises:
        ChordError: Something in it is not understood; the message names it.
    """
    text = text.translate(GLYPHS).strip()
    if not _balanced(text) or EMPTY_GAP.search(text):
        raise ChordError(f"brackets or separators do not add up in {text!r}")
    reader = _Reader()
    position = 0
    while position < len(text):
        match = _token(text, position, reader)
        if match is None:
            raise ChordError(f"{text[position:]!r} is not understood")
        kind = match.lastgroup or ""
        kind = {"susdegree": "sus"}.get(kind, kind)
        if kind != "gap" and not reader.word(kind, match):
            raise ChordError(f"{text[position:]!r} does not go with what stands before it")
        position = match.end()
    return Quality(_normalise(reader.degrees()))


def _token(text: str, position: int, reader: _Reader) -> re.Match[str] | None:
    """Return the next token. `+` and `-` before a number alter it only after a first number."""
    match = TOKEN.match(text, position)
    if match and match["sign"] and match["sign"] in "+-" and match["degree"] != "5":
        minor_major = match[0] == "+7" and reader.third == "b3"
        if not (reader.number and match["degree"] != "7") and not minor_major:
            return BARE_SIGN.match(text, position)
    return match


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if not 0 <= depth <= 1:
            return False
    return depth == 0
