"""The keys that people mean by names that are none here: "B flat", "E-flat minor", German "Es"."""

from __future__ import annotations

import re

__all__ = ["meant_key"]

GERMAN = {"h": "B", "es": "Eb", "as": "Ab", "cis": "C#", "dis": "D#", "eis": "E#", "fis": "F#",
          "gis": "G#", "ais": "A#", "his": "B#", "des": "Db", "ges": "Gb", "ces": "Cb",
          "fes": "Fb"}  # fmt: skip
"""German note names that are not English ones; "B" is left alone, as it is both."""
FRENCH = {"do": "C", "re": "D", "ré": "D", "mi": "E", "fa": "F", "sol": "G", "la": "A", "si": "B"}
SIGNS = {"flat": "b", "sharp": "#", "bémol": "b", "dièse": "#", "": ""}
MODES = {"moll": " minor", "mineur": " minor", "minor": " minor", "min": " minor", "m": " minor",
         "dur": "", "majeur": "", "major": "", "maj": "", "": ""}  # fmt: skip
NAMES = {**GERMAN, **FRENCH, **{letter: letter.upper() for letter in "abcdefg"}}
_BEHIND = re.compile(r"[ -]*(flat|sharp|bémol|dièse|)[ -]*([a-z]*)")
"""What follows the name of a note: a sign in words, and a mode."""


def meant_key(text: str) -> str:
    """Return the key that is probably meant; "" if there is none.

    >>> meant_key("B flat"), meant_key("E-flat minor"), meant_key("Es-Dur"), meant_key("blue")
    ('Bb', 'Eb minor', 'Eb', '')

    Args:
        text: What was given, which is no name of a key here.
    """
    spoken = text.strip().casefold()
    for name in sorted(NAMES, key=len, reverse=True):  # "es" before "e"
        behind = _BEHIND.fullmatch(spoken.removeprefix(name))
        if spoken.startswith(name) and behind and behind[2] in MODES:
            return NAMES[name] + SIGNS[behind[1]] + MODES[behind[2]]
    return ""
