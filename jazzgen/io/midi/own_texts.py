"""The texts that jazzgen writes into MIDI files: markers, and properties without a MIDI event.

A section is the marker `[A]`, a chorus the marker `Chorus 2`, a property the text
`feel: swing`. `markers` reads them back, from files of any program.
"""

from __future__ import annotations

__all__ = ["PROPERTIES", "SOFTWARE", "chorus_marker", "property_text", "section_marker"]

SOFTWARE = "jazzgen"
"""The value of the property `software` in each file that jazzgen has written."""

PROPERTIES = ("software", "feel", "swing", "performer", "source", "key", "tune")


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
