"""What few `<harmony>` elements have: an inversion, a Roman numeral by its number.

Source: MusicXML 4.0, W3C Music Notation Community Group, elements `inversion` and `numeral`.
"""

from __future__ import annotations

from collections.abc import Collection
from xml.etree.ElementTree import Element

from jazzgen.music.chord_quality import FIFTHS, SEMITONES, THIRDS
from jazzgen.music.pitch import note_above

__all__ = ["bass_of_inversion", "numeral_of"]

NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")
SIGNS = {"-1": "b", "1": "#"}
IN_BASS = {"1": (THIRDS, 2), "2": (FIFTHS, 4), "3": (("b7", "7", "bb7", "6"), 6)}
"""The degrees that may be in the bass of each inversion, and their steps above the root."""


def bass_of_inversion(root: str, degrees: Collection[str], inversion: str) -> str | None:
    """Return the bass note of an inversion; None if it is the root.

    >>> bass_of_inversion("C", {"1", "b3", "5"}, "1"), bass_of_inversion("C", {"1", "3"}, "0")
    ('Eb', None)

    Args:
        root: The chord's root.
        degrees: Its degrees.
        inversion: The number of the inversion, as it is written.
    """
    named, steps = IN_BASS.get(inversion.strip(), ((), 0))
    degree = next((one for one in named if one in degrees), None)
    return None if degree is None else note_above(root, steps, SEMITONES[degree])


def numeral_of(element: Element) -> str:
    """Return the Roman numeral of a `<numeral>`, as it is printed or else by its number."""
    root = element.find("numeral-root")
    if root is None:
        return ""
    if printed := (root.get("text") or "").strip():
        return printed
    number = (root.text or "").strip()
    sign = SIGNS.get((element.findtext("numeral-alter") or "").strip(), "")
    return sign + NUMERALS[int(number) - 1] if number in tuple("1234567") else ""
