"""Which instrument plays a part of a MIDI file, as its name or its sound says."""

from __future__ import annotations

from jazzgen.errors import ConfigError
from jazzgen.io.midi.part import MidiPart
from jazzgen.music.instrument import INSTRUMENTS, find_instrument, is_instrument

__all__ = ["instrument_of", "said_by_label", "said_of"]

SHORTEST_NAME = 3
"""The fewest letters of a track's name that is an instrument: "P" and "As" may be anything."""
NO_PROGRAM = 0
"""The program of a piano, which a part also has that names none."""


def said_by_label(part: MidiPart | None) -> str:
    """Return what the label of a track says, such as "Solo 1: Lester Young"; "" for nothing.

    Args:
        part: The part, or None for nobody's.
    """
    return part.name.partition(": ")[2] if part else ""


def said_of(part: MidiPart | None) -> str:
    """Return the instrument that the label of a track names, as jazzgen writes it; "" for none.

    Args:
        part: The part, or None for nobody's.
    """
    said = said_by_label(part)
    return said if is_instrument(said) else ""


def instrument_of(part: MidiPart | None, *, is_ours: bool = False) -> str:
    """Return the instrument of a part: by its label, its name or its program; "" for none.

    Args:
        part: The part, or None for nobody's.
        is_ours: Whether jazzgen wrote the file: it names every program.
    """
    if part is None:
        return ""
    if part.program == NO_PROGRAM and not is_ours:
        return said_of(part) or _named(part.name)
    return said_of(part) or _named(part.name) or _sounding(part.program)


def _named(name: str) -> str:
    """Return the instrument that a track is called, such as "Tenor Sax"; "" for none."""
    if len(name.strip()) < SHORTEST_NAME:
        return ""
    try:
        return find_instrument(name).name
    except ConfigError:
        return ""


def _sounding(program: int) -> str:
    """Return the first instrument with a program; "" for none."""
    return next((one.name for one in INSTRUMENTS if one.program == program), "")
