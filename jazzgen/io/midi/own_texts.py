"""The texts that jazzgen writes into MIDI files: markers, and properties without a MIDI event.

A section is the marker `[A]`, a chorus the marker `Chorus 2`, a property the text
`feel: swing`. `markers` reads them back, from files of any program. The property `turns` says
which of several soloists has which bars, `1 1-4, 2 5-8`: the first one has bars 1 to 4, and so on.
The property `band` says how the band was made (see `render.band_text`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from jazzgen.music.trade import Turn

__all__ = [
    "PROPERTIES",
    "SOFTWARE",
    "SOLO",
    "chorus_marker",
    "property_text",
    "read_turns",
    "section_marker",
    "solo_label",
    "turns_text",
]

SOFTWARE = "jazzgen"
"""The value of the property `software` in each file that jazzgen has written."""

SOLO = "Solo"
"""What the name of each soloist's track begins with."""
PROPERTIES = ("software", "feel", "swing", "performer", "source", "key", "tune", "turns", "band")


def section_marker(label: str) -> str:
    """Return the marker of a section."""
    return f"[{label}]"


def chorus_marker(number: int) -> str:
    """Return the marker of a chorus, counted from 1."""
    return f"Chorus {number}"


def property_text(name: str, value: str) -> str:
    """Return the text event of a property.

    Args:
        name: One of `PROPERTIES`.
        value: Its value.
    """
    return f"{name}: {value}"


def solo_label(instrument: str, take: str = "") -> str:
    """Return the name of a soloist's track.

    >>> solo_label("tenor saxophone"), solo_label("", "take 2")
    ('Solo: tenor saxophone', 'Solo take 2')

    Args:
        instrument: The soloist's instrument, or "".
        take: Which of several takes it is, or "".
    """
    who = " ".join(filter(None, (SOLO, take)))
    return f"{who}: {instrument}" if instrument else who


def turns_text(turns: Iterable[Turn]) -> str:
    """Return turns as the value of the property `turns`."""
    return ", ".join(f"{turn.player + 1} {turn.first}-{turn.last}" for turn in turns)


def read_turns(text: str) -> tuple[Turn, ...]:
    """Return the turns of a value of the property `turns`; none if it is not one."""
    found = [re.fullmatch(r"(\d{1,2}) (\d{1,6})-(\d{1,6})", turn) for turn in text.split(", ")]
    turns = tuple(
        Turn(player=int(match[1]) - 1, first=int(match[2]), last=int(match[3]))
        for match in found
        if match
    )
    return turns if len(turns) == len(found) else ()
