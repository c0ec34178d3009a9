"""What one instrument plays in a MIDI file, in ticks of the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.part import DRUM_CHANNEL

__all__ = ["MidiNote", "MidiPart", "table_of"]


class MidiNote(NamedTuple):
    """A note as it was played, in ticks of the file."""

    start: int
    end: int
    pitch: int
    velocity: int


@dataclass(frozen=True)
class MidiPart:
    """What one track plays on one channel, or one instrument on several.

    Args:
        track: Number of the track in the file, from 0; in a file of format 0, which
            has one track only, the number of the channel, from 1.
        name: The track's name, or nothing.
        channel: MIDI channel, 0 to 15.
        program: General MIDI program, 0 to 127.
        notes: The notes by start.
        grid: The bytes with the written onsets of the notes (see `grid`); empty if there are none.
        joined: The numbers of further tracks that play this part in turn (see `instruments`).
    """

    track: int
    name: str
    channel: int
    program: int
    notes: tuple[MidiNote, ...]
    grid: bytes = b""
    joined: tuple[int, ...] = ()

    @property
    def is_drums(self) -> bool:
        """Whether this is the drums' part."""
        return self.channel == DRUM_CHANNEL

    @cached_property
    def table(self) -> NDArray[np.int64]:
        """The notes as rows of start, end, pitch and velocity, shape (N, 4)."""
        return np.fromiter(chain.from_iterable(self.notes), np.int64).reshape(-1, 4)


def table_of(parts: Iterable[MidiPart]) -> NDArray[np.int64]:
    """Return the notes of parts, one part after the other (see `MidiPart.table`)."""
    return np.concatenate([np.zeros((0, 4), np.int64), *(part.table for part in parts)])
