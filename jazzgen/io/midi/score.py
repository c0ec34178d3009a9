"""The content of a MIDI file in musical terms: parts, markers, tempi and meters.

Positions are ticks of the file, so nothing is rounded here.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jazzgen.errors import MidiError
from jazzgen.io.midi.grid import MARK
from jazzgen.io.midi.own_texts import SOFTWARE
from jazzgen.io.midi.tempo import DEFAULT_TEMPO
from jazzgen.io.midi.track import MidiTrack, NoteEvent, ProgramEvent
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.part import DRUM_CHANNEL
from jazzgen.music.pitch import Key
from jazzgen.music.timing import TICKS_PER_QUARTER, Meter
from jazzgen.runtime.wording import counted

__all__ = [
    "MidiNote",
    "MidiPart",
    "MidiScore",
    "Timed",
    "parts_of",
    "seconds_at",
    "table_of",
    "track_name",
]

T = TypeVar("T")
MAX_HANGING = 1000
"""The number of notes without an end that any file may have."""
MOST_HANGING = 32
"""The number of notes without an end per note with one that a longer file may have: in a strummed
guitar part few strokes are ended."""


class Timed(NamedTuple, Generic[T]):
    """A value, such as a tempo, that begins at a tick of the file."""

    tick: int
    value: T


class MidiNote(NamedTuple):
    """A note as it was played, in ticks of the file."""

    start: int
    end: int
    pitch: int
    velocity: int


_note = partial(tuple.__new__, MidiNote)
"""Makes a note from a tuple of its fields, in half the time that the constructor takes."""


@dataclass(frozen=True)
class MidiPart:
    """What one track plays on one channel.

    Args:
        track: Number of the track in the file, from 0; in a file of format 0, which
            has one track only, the number of the channel, from 1.
        name: The track's name, or nothing.
        channel: MIDI channel, 0 to 15.
        program: General MIDI program, 0 to 127.
        notes: The notes by start.
        grid: The bytes with the written onsets of the notes (see `grid`); empty if there are none.
    """

    track: int
    name: str
    channel: int
    program: int
    notes: tuple[MidiNote, ...]
    grid: bytes = b""

    @property
    def is_drums(self) -> bool:
        """Whether this is the drums' part."""
        return self.channel == DRUM_CHANNEL

    @cached_property
    def table(self) -> NDArray[np.int64]:
        """The notes as rows of start, end, pitch and velocity, shape (N, 4)."""
        return np.fromiter(chain.from_iterable(self.notes), np.int64).reshape(-1, 4)


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


def table_of(parts: Iterable[MidiPart]) -> NDArray[np.int64]:
    """Return the notes of parts, one part after the other (see `MidiPart.table`)."""
    return np.concatenate([np.zeros((0, 4), np.int64), *(part.table for part in parts)])


def parts_of(tracks: Iterable[MidiTrack], by_channel: bool) -> tuple[MidiPart, ...]:
    """Return the parts of a file: one for each channel of each track that has notes.

    Args:
        tracks: The tracks.
        by_channel: Whether parts are numbered by channel instead of by track (format 0).
    """
    parts: list[MidiPart] = []
    for number, track in enumerate(tracks):
        name = track_name(track)
        programs = _programs(track.programs)
        for channel, notes in sorted(_notes(track).items()):
            part = MidiPart(
                channel + 1 if by_channel else number,
                name,
                channel,
                programs.get(channel, 0),
                tuple(sorted(notes)),
                _grid(track),
            )
            parts.append(part)
    return tuple(parts)


def track_name(track: MidiTrack) -> str:
    """Return the first name that a track is given, "" if it has none."""
    names = (event.message.name for event in track.metas if event.message.type == "track_name")
    return next(names, "")


def _grid(track: MidiTrack) -> bytes:
    """Return the first sequencer-specific event that jazzgen has written, b"" if there is none."""
    events = (
        event.message.data for event in track.metas if event.message.type == "sequencer_specific"
    )
    return next((content for content in events if content.startswith(MARK)), b"")


def _programs(events: Iterable[ProgramEvent]) -> dict[int, int]:
    """Return the first program of each channel."""
    programs: dict[int, int] = {}
    for _, channel, program in events:
        programs.setdefault(channel, program)
    return programs


def _notes(track: MidiTrack) -> dict[int, list[MidiNote]]:
    """Pair note-ons with note-offs, first in, first out.

    If a key is struck more often than it is released, as with the strings of a strummed guitar,
    each stroke ends the one before, and the last one ends with the track.

    Raises:
        MidiError: Hardly any note ends.
    """
    sounding: dict[int, deque[NoteEvent]] = defaultdict(deque)
    notes: dict[int, list[MidiNote]] = defaultdict(list)
    for event in track.notes:
        tick, channel, pitch, velocity = event
        begun = sounding[channel << 7 | pitch]
        if velocity:
            begun.append(event)
        elif begun:
            start, _, _, loudness = begun.popleft()
            notes[channel].append(_note((start, tick, pitch, loudness)))
    hanging = {key for key, begun in sounding.items() if begun}
    if hanging:
        unended = sum(map(len, sounding.values()))
        if unended > max(MAX_HANGING, MOST_HANGING * sum(map(len, notes.values()))):
            raise MidiError(f"is damaged: {counted(unended, 'note')} without an end")
        for channel, played in notes.items():
            notes[channel] = [note for note in played if channel << 7 | note.pitch not in hanging]
        _pair_strokes(track, hanging, notes)
    return {channel: played for channel, played in notes.items() if played}


def _pair_strokes(
    track: MidiTrack, keys: Collection[int], notes: dict[int, list[MidiNote]]
) -> None:
    """Add the notes of some keys; each ends when its key is struck again or released."""
    begun: dict[int, tuple[int, int]] = {}
    for tick, channel, pitch, velocity in track.notes:
        key = channel << 7 | pitch
        if key not in keys:
            continue
        if key in begun:
            start, loudness = begun.pop(key)
            notes[channel].append(MidiNote(start, tick, pitch, loudness))
        if velocity:
            begun[key] = (tick, velocity)
    for key, (start, loudness) in begun.items():
        notes[key >> 7].append(MidiNote(start, track.end, key & 0x7F, loudness))
