"""The keys that people mean by names that are none here: "B flat", "E-flat minor", German "Es"."""

from __future__ import annotations

import re

__all__ = ["meant_key"]

GERMAN = {"h": "B", "es": "Eb", "as": "Ab", "cis": "C#", "dis": "D#", "eis": "E#", "fis": "F#",
          "gis": "G#", "ais": "A#", "his": "B#", "des": "Db", "ges": "Gb", "ces": "Cb",
          "fes": "Fb"}  # fmt: skip
"""German note names that are not English ones; "B" is left alone, as it is both."""
FRENCH = {"do": "C", "re": "D", "ré": "D", "mi": "E", "fa": "F", "sol": "G", "la": "A", "si": "B"}
SIGNS = {"flat": "b", "sharp": "#", "bémol": "b", "dièse": "#", "b": "b", "#": "#", "♭": "b",
         "♯": "#", "": ""}  # fmt: skip
MODES = {"moll": " minor", "mineur": " minor", "minor": " minor", "min": " minor", "m": " minor",
         "dur": "", "majeur": "", "major": "", "maj": "", "": "", "menor": " minor", "mayor": "",
         "dorian": " minor", "phrygian": " minor", "aeolian": " minor", "blues": "",
         "ionian": "", "lydian": "", "mixolydian": ""}  # fmt: skip
"""Modes in words; one with a minor third is minor here, any other one major."""
NAMES = {**GERMAN, **FRENCH, **{letter: letter.upper() for letter in "abcdefg"}}
_BEFORE = re.compile(r"(?:(?:the\s+)?key\s+of|key|in)\b[\s:]*")
_BEHIND = re.compile(r"(?:[ -]*(flat|sharp|bémol|dièse)|([b#♭♯]?))[ -]*([a-z]*)[ .!]*(?:\(.*\))?")
"""What follows the name of a note: a sign, and a mode."""


def meant_key(text: str) -> str:
    """Return the key that is probably meant; "" if there is none.

    >>> meant_key("B flat"), meant_key("E-flat minor"), meant_key("Es-Dur"), meant_key("blue")
    ('Bb', 'Eb minor', 'Eb', '')

    Args:
        text: What was given, which is no name of a key here.
    """
    spoken = _BEFORE.sub("", text.strip().casefold(), count=1)
    for name in sorted(NAMES, key=len, reverse=True):  # "es" before "e"
        behind = _BEHIND.fullmatch(spoken.removeprefix(name))
        if spoken.startswith(name) and behind and behind[3] in MODES:
            return NAMES[name] + SIGNS[behind[1] or behind[2]] + MODES[behind[3]]
    return ""
