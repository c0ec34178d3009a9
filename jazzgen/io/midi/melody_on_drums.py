"""Melodies on the channel of drums, and drums on another one: by how the notes are played."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from jazzgen.io.midi.part import MidiPart
from jazzgen.music.part import DRUM_CHANNEL

__all__ = ["with_melodies"]

DRUMS = re.compile(
    r"drum|perc|\bkit\b|beat|loop|click|metronom|schlagzeug|bater|batt", re.IGNORECASE
)
KIT = re.compile(r"\bdrum|\bpercussion\b", re.IGNORECASE)
STEEL_DRUMS = 114
"""The program of drums that play melodies."""
FREE = 15
"""The channel that such a part gets."""
FEWEST, PITCHES = 16, 8
"""The least number of notes and of pitches of a melody."""
STEPS, HELD, TOGETHER = 0.35, 0.5, 0.05
"""The shares of steps between its notes and of notes that last for most of the time until the next
one, at least, and of notes that begin together, at most."""


def with_melodies(parts: Sequence[MidiPart], warnings: list[str]) -> tuple[MidiPart, ...]:
    """Return parts with melodies on a channel of their own, and drums on theirs.

    Drums on another channel are known by their name, if they play no melody.

    Args:
        parts: The parts of a piece.
        warnings: Gets a line for each of them.
    """
    found = []
    for part in parts:
        named = KIT.search(part.name) and part.program != STEEL_DRUMS
        if not part.is_drums and named and not _is_melody(part):
            warnings.append(f"channel {part.channel + 1} plays drums, as its name says")
            part = replace(part, channel=DRUM_CHANNEL)
        elif part.is_drums and not DRUMS.search(part.name) and _is_melody(part):
            warnings.append("channel 10 plays a melody, although it is the channel of drums")
            part = replace(part, channel=FREE)
        found.append(part)
    return tuple(found)


def _is_melody(part: MidiPart) -> bool:
    """Return whether a part goes by steps, one note at a time, each held until the next one."""
    if len(part.notes) < FEWEST:
        return False
    start, end, pitch, _ = part.table.T
    waits, moves = np.diff(start), np.abs(np.diff(pitch))
    return bool(
        len(np.unique(pitch)) >= PITCHES
        and (waits == 0).mean() <= TOGETHER
        and ((moves > 0) & (moves <= 2)).mean() >= STEPS
        and (2 * (end - start)[:-1] >= waits).mean() >= HELD
    )
