"""Chord symbols of other countries and programs, and in words, spelled as on lead sheets.

| written | meant |
|---|---|
| `Fism7/H`, `hm7` | `F#m7/B`, `Bm7` (German) |
| `Solm7`, `Sib` | `Gm7`, `Bb` (Latin) |
| `C:min7/b3`, `C7/3` | `Cm7/Eb`, `C7/E` (the bass as a degree) |
| `B flat 7`, `F #m7` | `Bb7`, `F#m7` |
| `C over E`, `C(bass E)` | `C/E` |
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jazzgen.music.chord import is_chord
from jazzgen.music.pitch import note_above

__all__ = ["spellings"]

GERMAN_ROOTS = {
    "Cis": "C#", "Dis": "D#", "Eis": "E#", "Fis": "F#", "Gis": "G#", "Ais": "A#", "His": "B#",
    "Ces": "Cb", "Des": "Db", "Es": "Eb", "Fes": "Fb", "Ges": "Gb", "As": "Ab", "H": "B",
    "Bes": "Bb",
}  # fmt: skip
GERMAN_NAME = r"(?:Bes|Cis|Dis|Eis|Fis|Gis|Ais|His|Ces|Des|Fes|Ges|Es|As|H)"
GERMAN = re.compile(rf"({GERMAN_NAME})(?=$|[^a-ln-z]|(?:maj|dim|aug|sus|add)(?![a-z]))")
GERMAN_BASS = re.compile(rf"/\s*({GERMAN_NAME})\s*$", re.IGNORECASE)
LATIN_ROOTS = {
    "Do": "C", "Ré": "D", "Re": "D", "Mi": "E", "Fa": "F", "Sol": "G", "La": "A", "Si": "B",
}  # fmt: skip
LATIN = re.compile(
    r"(Do|R[eé]|Mi|Fa|Sol|La|Si)(?=[#b]?(?:$|[\d(/+°øΔ^-]|(?:m|M|maj|min|dim|aug|sus|add|alt)(?![a-z])))"
)
"""The beginning of a chord in the countries in which C is called Do."""
DEGREE_BASS = re.compile(r"([A-G][b#]?):?([^/]*)/([b#]?[2-7])")
"""A chord whose bass is a degree of its scale, as data sets have it: `C:min7/b3`."""
STEPS = {"2": 2, "3": 4, "4": 5, "5": 7, "6": 9, "7": 11}
"""The semitones of each degree of a major scale above its tonic."""
SIGNS = {"": 0, "b": -1, "#": 1}
SIGN_IN_WORDS = re.compile(r"([A-Ga-g])[\s-]?(flat|sharp)\s*", re.IGNORECASE)
SIGN_APART = re.compile(r"([A-G])\s+([b#])(?=$|7|[^\d\s])")
"""An accidental that a blank parts from its root: `F #m7`, but not `C #11`."""
BASS_IN_WORDS = re.compile(
    r"(?:\s*/\s*\(\s*|\s*\(\s*(?:bass\s+|/\s*)|\s+(?:over|on)\s+(?:an?\s+)?)([A-G][b#]?)\s*(?:bass)?\s*\)?$",
    re.IGNORECASE,
)
STAGE_WORDS = re.compile(
    r"(?:break|sim(?:ile)?|bass|drums?|coda|fine|end|ending|fill|dal|da|ad|chorus|bridge|double|groove|fade|"
    r"d\.?\s?[cs]\.?(?:\s+al)?|guitar|ballad|fast|form|full|go|band|both|back|cue|at|as|all|by|for|and|alternate|"
    r"b[- ]section|a[- ]section|behind|before|each|every|even|cont\.?|etc\.?)(?:\b(?![#♯/]).*|$)",
    re.IGNORECASE | re.DOTALL,
)
"""Words that begin like a chord."""


def spellings(text: str) -> Iterator[str]:
    """Yield a text as it might have been meant, the likeliest first; nothing for a word.

    >>> list(spellings("Fism7/H")), list(spellings("bridge"))
    (['F#m7/B'], [])

    Args:
        text: A symbol that is not well written, in plain signs (see `chord_signs`).
    """
    text = text.replace("\\", "/").strip(" .;:!?*'\"`´_~=|")
    if STAGE_WORDS.fullmatch(text):
        return
    if text.startswith(("[", "{", "<")):
        text = text.strip("[]{}<> ")
    text = BASS_IN_WORDS.sub(r"/\1", _root(text))
    text = GERMAN_BASS.sub(lambda bass: "/" + GERMAN_ROOTS[bass[1].capitalize()], text)
    if degree := DEGREE_BASS.fullmatch(text):
        number = degree[3][-1]
        semitones = STEPS[number] + SIGNS[degree[3][:-1]]
        text = f"{degree[1]}{degree[2]}/{note_above(degree[1], int(number) - 1, semitones)}"
    if text[:1].islower():  # a word, unless all of it is a chord
        text = _root(text[:1].upper() + text[1:])
        if not is_chord(text):
            return
    yield text


def _root(text: str) -> str:
    """Return a symbol with its root as a letter and accidentals."""
    if german := GERMAN.match(text):
        return GERMAN_ROOTS[german[1]] + text[german.end() :]
    if latin := LATIN.match(text):
        return LATIN_ROOTS[latin[1]] + text[latin.end() :]
    if sign := SIGN_IN_WORDS.match(text):
        return sign[1].upper() + ("b" if sign[2].lower() == "flat" else "#") + text[sign.end() :]
    return SIGN_APART.sub(r"\1\2", text, count=1) if SIGN_APART.match(text) else text
