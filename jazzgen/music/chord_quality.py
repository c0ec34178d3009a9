"""Chord qualities as sets of degrees, and the canonical name of each.

The degrees of `C13b9` are 1, 3, 5, b7, b9 and 13. Each set of degrees has one canonical name.
`chord_reader` reads these names, and all the other spellings that are in use.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

__all__ = ["ALTERED", "SEMITONES", "TENSIONS", "THIRDS", "Quality"]

SEMITONES = {
    "1": 0, "b9": 1, "2": 2, "9": 2, "b3": 3, "#9": 3, "3": 4, "4": 5, "11": 5, "b5": 6,
    "#11": 6, "5": 7, "#5": 8, "b13": 8, "6": 9, "13": 9, "bb7": 9, "b7": 10, "7": 11,
}  # fmt: skip
"""The distance of each degree above the root, in semitones."""
THIRDS = ("3", "b3", "4", "2")
"""Degrees that are a third or stand in its place."""
FIFTHS = ("b5", "5", "#5")
SEVENTHS = ("b7", "7", "bb7", "6")
TENSIONS = ("b9", "9", "#9", "11", "#11", "b13", "13")
ALTERED = frozenset({"1", "3", "b7", "b9", "#9", "#11", "b13"})
"""The degrees of `7alt`, which has no natural fifth."""


@dataclass(frozen=True)
class Quality:
    """A chord's quality.

    Args:
        degrees: Its degrees, by their names in `SEMITONES`; normalised, that is, as
            `chord_reader.parse_quality` returns them.
    """

    degrees: frozenset[str]

    @cached_property
    def third(self) -> str | None:
        """The third, or the degree that stands in its place (`4` or `2`); None for neither."""
        return next((degree for degree in THIRDS if degree in self.degrees), None)

    @cached_property
    def fifths(self) -> tuple[str, ...]:
        """The fifths: mostly one, but none in `no5` and `alt`, and two in `7b5#5`."""
        return tuple(degree for degree in FIFTHS if degree in self.degrees)

    @cached_property
    def seventh(self) -> str | None:
        """The seventh or the sixth; None for neither."""
        return next((degree for degree in ("bb7", *SEVENTHS) if degree in self.degrees), None)

    @cached_property
    def tensions(self) -> tuple[str, ...]:
        """The tensions, from b9 to 13."""
        return tuple(degree for degree in TENSIONS if degree in self.degrees)

    @cached_property
    def is_altered(self) -> bool:
        """Whether this is `7alt`."""
        return self.degrees == ALTERED

    @cached_property
    def chord_tones(self) -> frozenset[int]:
        """Root, third (or 4), fifth and seventh (or 6), in semitones above the root.

        The fifth of `7alt` is the raised one: there, the b13 is not a tension but takes the
        place of the fifth.
        """
        fifths = ("#5",) if self.is_altered else self.fifths
        degrees = {"1", *fifths} | (self.degrees & {*THIRDS, *SEVENTHS})
        return frozenset(SEMITONES[degree] for degree in degrees)

    @cached_property
    def guide_tones(self) -> frozenset[int]:
        """Third (or 4) and seventh (or 6), in semitones above the root.

        A triad has only its third, a power chord its fifth.
        """
        degrees = [self.third, self.seventh] if self.third or self.seventh else list(self.fifths)
        return frozenset(SEMITONES[degree] for degree in degrees if degree)

    @cached_property
    def family(self) -> str:
        """One of maj, min, dom, hdim, dim, aug, sus and minmaj.

        Every chord with a major third and a minor seventh is a dominant, also `7#5`. An
        augmented triad is `aug`, with or without a major seventh.
        """
        if self.third in ("4", "2"):
            return "sus"
        if self.third == "b3":
            return self._minor_family()
        if self.seventh == "b7":
            return "dom"
        return "aug" if self.fifths == ("#5",) else "maj"

    def _minor_family(self) -> str:
        if self.fifths == ("b5",):
            return "hdim" if self.seventh == "b7" else "dim"
        return "minmaj" if self.seventh == "7" else "min"

    def __str__(self) -> str:
        return _name(self)


def _name(quality: Quality) -> str:
    if quality.is_altered:
        return "7alt"
    stem, implied = _stem(quality)
    fifths = [f for f in quality.fifths if f != "5" and f not in implied]
    # After a number an altered tension can simply follow, as in 7b9. After a triad it needs an
    # "add", since Cb9 would be read as a ninth chord on C flat.
    has_number = stem[-1:].isdigit() and stem != "5"
    altered = [t for t in quality.tensions if t[0] in "b#" and t not in implied]
    plain = [t for t in quality.tensions if t[0] not in "b#" and t not in implied]
    if quality.degrees == {"1", "b3", "5", "b13"}:
        return "mb6"
    marks = "".join(fifths)
    if not stem and marks:
        marks = f"({marks})"  # Cb5 would be read as a power chord on C flat
    if has_number:
        marks += "".join(altered)
        altered = []
    sus = {"4": "sus", "2": "sus2"}.get(quality.third or "", "")
    adds = "".join(f"add{tension}" for tension in (*plain, *altered))
    if {"bb7", "7"} <= quality.degrees:
        adds += "addMaj7"
    return stem + marks + sus + adds + _omissions(quality, stem)


def _omissions(quality: Quality, stem: str) -> str:
    no_third = "no3" if quality.third is None and stem != "5" else ""
    return no_third + ("" if quality.fifths else "no5")


def _stem(quality: Quality) -> tuple[str, frozenset[str]]:
    """Return the first part of the name, and the degrees that it implies."""
    third, fifths, seventh = quality.third, quality.fifths, quality.seventh
    if third == "b3" and fifths == ("b5",) and seventh != "b7":
        return {"bb7": "dim7", "7": "dimMaj7"}.get(seventh or "", "dim"), frozenset({"b5"})
    minor = "m" if third == "b3" else ""
    if seventh is None:
        if third == "3" and fifths == ("#5",):
            return "aug", frozenset({"#5"})
        return ("5" if third is None and fifths == ("5",) else minor), frozenset()
    if seventh == "6":
        nine = "9" in quality.degrees
        return minor + ("69" if nine else "6"), frozenset({"9"} if nine else ())
    number, implied = _number(quality)
    major = "" if seventh == "b7" else "Maj" if minor else "maj"
    return minor + major + number, implied


def _number(quality: Quality) -> tuple[str, frozenset[str]]:
    """Return the highest number that can stand in the name, and the degrees that it implies.

    A number implies the ninth below it, natural or altered: `13` can be written for a chord
    with a 9 or a b9, but not for one with neither.
    """
    has = quality.degrees.__contains__
    ninth = has("9") != (has("b9") or has("#9"))
    if has("13") and not has("b13") and ninth:
        return "13", frozenset({"9", "13"})
    if has("11") and not has("#11") and ninth:
        return "11", frozenset({"9", "11"})
    if has("9") and ninth:
        return "9", frozenset({"9"})
    return "7", frozenset()
