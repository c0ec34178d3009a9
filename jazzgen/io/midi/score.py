"""The content of a MIDI file in musical terms: parts, markers, tempi and meters.

Positions are ticks of the file, so nothing is rounded here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jazzgen.io.midi.own_texts import SOFTWARE
from jazzgen.io.midi.part import MidiPart
from jazzgen.io.midi.tempo import DEFAULT_TEMPO
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.timing import TICKS_PER_QUARTER, Meter

__all__ = ["MidiScore", "Timed", "seconds_at"]

T = TypeVar("T")


class Timed(NamedTuple, Generic[T]):
    """A value, such as a tempo, that begins at a tick of the file."""

    tick: int
    value: T


@dataclass(frozen=True)
class MidiScore:
    """A MIDI file.

    Args:
        source: The file's path.
        ppq: File ticks per quarter note.
        end: The tick of the last event.
        parts: What is played, by track and channel; at least one part.
        title: Name of the tune, or nothing.
        key: The first key signature, if there is one.
        tempos: Quarter notes per minute, by tick.
        meters: Time signatures, by tick.
        chords: Chord symbols, by tick.
        sections: Labels of the sections, by tick.
        choruses: Where a chorus begins.
        others: All other markers.
        properties: The text events of the form "name: value".
        metrical: Whether ticks are fractions of a beat; not in a file timed by SMPTE frames.
        exact: Whether the notes have their written onsets and durations, as in a score.
        warnings: Faults of the file that were repaired without loss.
        lead_in: The tick at which bar 1 begins: 0, or the length of a full bar that begins with
            rests and ends with a pickup.
    """

    source: str
    ppq: int
    end: int
    parts: tuple[MidiPart, ...]
    title: str
    key: Key | None
    tempos: tuple[Timed[float], ...]
    meters: tuple[Timed[Meter], ...]
    chords: tuple[Timed[ChordSymbol], ...]
    sections: tuple[Timed[str], ...]
    choruses: tuple[int, ...]
    others: tuple[Timed[str], ...]
    properties: Mapping[str, str] = field(hash=False)
    metrical: bool = True
    exact: bool = False
    warnings: tuple[str, ...] = ()
    lead_in: int = 0

    @property
    def feel(self) -> str:
        """The feel that is named in the file, or nothing."""
        return self.properties.get("feel", "")

    @property
    def performer(self) -> str:
        """The performer who is named in the file, or nothing."""
        return self.properties.get("performer", "")

    @property
    def is_ours(self) -> bool:
        """Whether jazzgen has written the file, which then holds the exact onsets of its notes."""
        return self.properties.get("software") == SOFTWARE

    def grid(self, tick: int) -> int:
        """Return the tick (1/24 quarter) nearest to a tick of the file."""
        return (2 * TICKS_PER_QUARTER * tick + self.ppq) // (2 * self.ppq)

    def deviation(self, tick: int) -> float:
        """Return by how much a tick of the file is later than `grid(tick)`, -0.5 to 0.5 ticks."""
        return (TICKS_PER_QUARTER * tick - self.grid(tick) * self.ppq) / self.ppq


def seconds_at(ticks: ArrayLike, ppq: int, tempos: Sequence[Timed[float]]) -> NDArray[np.float64]:
    """Return the seconds from the beginning of a file to some of its ticks, of the same shape.

    Args:
        ticks: Ticks of the file.
        ppq: File ticks per quarter note.
        tempos: Quarter notes per minute, by tick; 120 before the first.
    """
    changes = np.array([0, *(tick for tick, _ in tempos)])
    tempi = np.array([DEFAULT_TEMPO, *(tempo for _, tempo in tempos)])
    minutes = np.cumsum([0.0, *(np.diff(changes) / tempi[:-1])])  # times PPQ
    last = np.searchsorted(changes[1:], ticks)  # the change before each tick
    seconds: NDArray[np.float64] = (
        60 * (minutes[last] + (ticks - changes[last]) / tempi[last]) / ppq
    )
    return seconds
