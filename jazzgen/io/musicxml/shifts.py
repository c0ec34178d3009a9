"""Notes that begin or end elsewhere than they are written: `attack` and `release`.

Source: MusicXML 4.0, W3C Music Notation Community Group, attributes of `note`: both say by how
many divisions a note begins and ends later than written. music21 does not read them but keeps
lyrics, so that for music21 they are moved into a line of lyrics with a name of its own.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

if TYPE_CHECKING:
    from music21.note import GeneralNote

__all__ = ["keep_shifts", "shifts_of"]

LINE = "jazzgen shift"
"""The name of the line of lyrics."""
NUMBER = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{1,6})?")
SHIFT = re.compile(r"([+-][0-9]+)([+-][0-9]+)")
FURTHEST = 4
"""The largest shift in quarters; a larger one is an error of the file and is ignored."""


def keep_shifts(part: Element, ppq: int) -> None:
    """Write the shifts of a part's notes where music21 keeps them.

    Args:
        part: The part; its notes get lyrics.
        ppq: The ticks per quarter in which shifts are counted there.
    """
    divisions = Fraction(1)
    for element in (child for measure in part.findall("measure") for child in measure):
        if element.tag == "attributes":
            divisions = _number(element.findtext("divisions")) or divisions
        elif element.tag == "note" and not {"attack", "release"}.isdisjoint(element.attrib):
            shifts = [_number(element.get(name)) / divisions for name in ("attack", "release")]
            if max(map(abs, shifts)) <= FURTHEST:
                lyric = SubElement(element, "lyric", {"name": LINE})
                text = "".join(f"{round(shift * ppq):+d}" for shift in shifts)
                SubElement(lyric, "text").text = text


def shifts_of(note: GeneralNote) -> tuple[int, int]:
    """Return by how much later than written a note begins and ends, as `keep_shifts` counts."""
    for lyric in note.lyrics:
        found = SHIFT.fullmatch(lyric.rawText or "") if lyric.identifier == LINE else None
        if found:
            return int(found[1]), int(found[2])
    return 0, 0


def _number(text: str | None) -> Fraction:
    """Return a number of a score; 0 for anything else."""
    return Fraction(text) if text and NUMBER.fullmatch(text.strip()) else Fraction(0)
