"""The beginning of a MusicXML score: titles, credits and the list of parts.

Source: MusicXML 4.0, W3C Music Notation Community Group.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from jazzgen.io.midi.own_texts import SOFTWARE
from jazzgen.io.musicxml.double_time import DOUBLE_TIME
from jazzgen.io.musicxml.titles import TUNE

__all__ = ["PartHead", "add_header", "printable"]


class PartHead(NamedTuple):
    """What the list of parts says of a part: its name, the performer or "", and the MIDI program.

    Args:
        name: Its name.
        performer: Who plays it, or "".
        program: General MIDI program.
    """

    name: str
    performer: str
    program: int


def add_header(
    score: Element,
    titles: tuple[str, str],
    parts: Sequence[PartHead],
    credit: str = "",
    *,
    double_time: bool = False,
) -> None:
    """Add to a score what comes before its first part.

    Args:
        score: The element of the score.
        titles: The title of the piece and that of the tune, which may be the same.
        parts: The parts.
        credit: Who the solo is by; by default the performers.
        double_time: Whether it is written in double time.
    """
    title, tune = (printable(text) for text in titles)
    title = title or "Untitled"
    SubElement(SubElement(score, "work"), "work-title").text = title
    identification = SubElement(score, "identification")
    performers = ", ".join(dict.fromkeys(part.performer for part in parts if part.performer))
    by = credit or (f"Solo: {performers}" if performers else "")
    # Programs print the composer at the head of the page, and not the performer.
    for kind, text in (("composer", by), ("performer", performers)):
        if text:
            SubElement(identification, "creator", {"type": kind}).text = printable(text)
    SubElement(SubElement(identification, "encoding"), "software").text = SOFTWARE
    fields = {TUNE: tune if tune != title else "", DOUBLE_TIME: "yes" if double_time else ""}
    if any(fields.values()):
        said = SubElement(identification, "miscellaneous")
        for name, text in fields.items():
            if text:
                SubElement(said, "miscellaneous-field", {"name": name}).text = text
    scaling = SubElement(SubElement(score, "defaults"), "scaling")
    SubElement(scaling, "millimeters").text = "6.4"  # the height of a staff
    SubElement(scaling, "tenths").text = "40"
    _credit(score, "title", title, {"justify": "center", "font-size": "22"})
    if by:
        _credit(score, "composer", by, {"justify": "right", "valign": "bottom", "font-size": "11"})
    listed = SubElement(score, "part-list")
    for number, part in enumerate(parts, 1):
        _add_part(listed, part, number)


def _add_part(listed: Element, head: PartHead, number: int) -> None:
    """Add a part to the list of parts; the parts are counted from 1."""
    part = SubElement(listed, "score-part", {"id": f"P{number}"})
    SubElement(part, "part-name").text = printable(head.name)
    sound = SubElement(part, "score-instrument", {"id": f"P{number}-I1"})
    SubElement(sound, "instrument-name").text = printable(head.name)
    midi = SubElement(part, "midi-instrument", {"id": f"P{number}-I1"})
    # Channel 10 is that of the drums.
    SubElement(midi, "midi-channel").text = str(number if number < 10 else number + 1)
    SubElement(midi, "midi-program").text = str(head.program + 1)


def _credit(score: Element, kind: str, text: str, look: dict[str, str]) -> None:
    """Add a line of text at the head of the first page."""
    credit = SubElement(score, "credit", {"page": "1"})
    SubElement(credit, "credit-type").text = kind
    words = SubElement(credit, "credit-words", {"valign": "top", **look})
    words.text = printable(text)


def printable(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return "".join(character for character in text if character.isprintable())
