"""Chord symbols of Yamaha's XF format: sequencer-specific events with a root, a type and a bass.

Source: "XF Format Specifications", version 2.01, Yamaha Corporation. The event's bytes are
`43 7B 01`, the root, the type, and perhaps the bass and the type of the chord on that bass.
"""

from __future__ import annotations

__all__ = ["xf_chord"]

MARK = b"\x43\x7b\x01"
STEPS = ("", "C", "D", "E", "F", "G", "A", "B")
ACCIDENTALS = ("bbb", "bb", "b", "", "#", "##", "###")
NO_BASS = 0x7F
TYPES = (
    "", "6", "maj7", "maj7#11", "add9", "maj9", "6/9", "aug", "m", "m6", "m7", "m7b5", "madd9",
    "m9", "m11", "mmaj7", "mmaj9", "dim", "dim7", "7", "7sus4", "7b5", "9", "7#11", "13", "7b9",
    "7b13", "7#9", "maj7#5", "7#5", "", "5", "sus4", "sus2",
)  # fmt: skip
"""The quality of each type of chord; the type behind the last one takes the chord back."""


def xf_chord(data: bytes) -> str | None:
    """Return the chord symbol of a sequencer-specific event, None if it is no chord of XF.

    >>> xf_chord(bytes([0x43, 0x7B, 1, 0x22, 0x0A, 0x7F, 0x7F]))
    'Dbm7'

    Args:
        data: The bytes of the event.
    """
    if not data.startswith(MARK) or len(data) < len(MARK) + 2:
        return None
    root, kind = data[3], data[4]
    if kind == len(TYPES):
        return "N.C."
    name = _note(root)
    if name is None or kind > len(TYPES):
        return None
    bass = _note(data[5]) if len(data) > 5 and data[5] != NO_BASS else None
    return f"{name}{TYPES[kind]}" + (f"/{bass}" if bass and bass != name else "")


def _note(byte: int) -> str | None:
    accidental, step = byte >> 4, byte & 0x0F
    if not 1 <= step < len(STEPS) or accidental >= len(ACCIDENTALS):
        return None
    return STEPS[step] + ACCIDENTALS[accidental]
