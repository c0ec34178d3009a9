"""One track of a Standard MIDI File: notes, programs and meta events at absolute ticks.

Source: "Standard MIDI Files 1.0", MIDI Manufacturers Association, RP-001.

Most events are notes, so these are plain tuples, and texts are light objects, for speed. Tempi,
meters and keys are parsed by mido.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from mido.midifiles.meta import KeySignatureError, build_meta_message

from jazzgen.errors import MidiError
from jazzgen.io.legacy_text import decoded

__all__ = [
    "MAX_EVENTS",
    "Event",
    "MidiTrack",
    "NoteEvent",
    "ProgramEvent",
    "TrackError",
    "read_track",
]

MAX_EVENTS = 1_000_000
"""The largest number of events in a file."""
MOST_LARGE = 2
"""The largest number of data bytes over 127 in a track that is read all the same."""
LONGEST_QUANTITY = 4
"""The largest number of bytes in a variable-length number."""

NOTE_OFF, NOTE_ON, PRESSURE, CONTROL, PROGRAM = 0x80, 0x90, 0xA0, 0xB0, 0xC0
SILENCES = (120, 123)
"""The controllers that end all sounds, or all notes, of a channel."""
SYSEX, ESCAPE, META = 0xF0, 0xF7, 0xFF
DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
SYSTEM_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0, 0xF8: 0, 0xFA: 0, 0xFB: 0, 0xFC: 0, 0xFE: 0}
"""The number of data bytes of system messages, which some files hold although none should."""
TEXTS = {0x01: "text", 0x05: "lyrics", 0x06: "marker", 0x07: "cue_marker"}
TRACK_NAME, END_OF_TRACK = 0x03, 0x2F
TEMPO, METER, KEY, SEQUENCER = 0x51, 0x58, 0x59, 0x7F

NoteEvent = tuple[int, int, int, int]
"""Tick, channel, pitch, velocity; an event of velocity 0 ends a note."""
ProgramEvent = tuple[int, int, int]
"""Tick, channel, program."""
SilenceEvent = tuple[int, int, int]
"""Tick, channel, and the number of note events of the track before it."""


class TextEvent(NamedTuple):
    """A text, lyric, marker or cue."""

    type: str
    text: str


class NameEvent(NamedTuple):
    """A track's name."""

    type: str
    name: str


class DataEvent(NamedTuple):
    """An event for sequencers: its bytes have a meaning for one program only."""

    type: str
    data: bytes


class TrackError(MidiError):
    """The fault of a track; the caller adds the name of the file."""


class Event(NamedTuple):
    """A meta event and its tick, counted from the beginning of the file."""

    tick: int
    message: Any


class MidiTrack(NamedTuple):
    """The events of a track that matter here.

    Args:
        notes: The beginnings and ends of notes, by tick.
        programs: Changes of program, by tick.
        silences: Where all notes of a channel end, by tick.
        metas: Texts, names, tempi, meters, keys, sequencer-specific events.
        end: The tick of the last event.
        events: The number of all events, of every kind.
        ended: Whether the track has an end-of-track event.
        stop: The first byte after the track.
    """

    notes: list[NoteEvent]
    programs: list[ProgramEvent]
    silences: list[SilenceEvent]
    metas: tuple[Event, ...]
    end: int
    events: int
    ended: bool
    stop: int


def read_track(
    content: bytes,
    start: int,
    end: int,
    budget: int,
    warnings: list[str],
    *,
    to_end_of_track: bool = False,
) -> MidiTrack:
    """Read the events of a track.

    Args:
        content: The bytes of the file.
        start: The first byte of the track's data.
        end: The byte after them, within the file.
        budget: The number of events that the file may still hold.
        warnings: A list to which a fault that is repaired is added.
        to_end_of_track: Whether to stop at an end-of-track event, even before `end`.

    Raises:
        TrackError: The track is damaged, truncated, or has too many events.
    """
    walk = _Walk(content, start, end, budget)
    try:
        walk.run(to_end_of_track)
        walk.check_bytes(end, warnings)
    except IndexError:
        if not walk.repair(warnings):
            raise walk.too_large() or TrackError(f"is truncated (at byte {end})") from None
    except TrackError as error:
        if not walk.repair(warnings):
            raise walk.too_large() or error from None
    return MidiTrack(
        notes=walk.notes,
        programs=walk.programs,
        silences=[silence for silence in walk.silences if silence[2] <= len(walk.notes)],
        metas=tuple(walk.metas),
        end=walk.tick,
        events=budget - walk.budget,
        ended=walk.ended,
        stop=walk.place,
    )


class _Walk:
    """A walk through the bytes of a track; `place` is the byte that it has reached."""

    def __init__(self, content: bytes, start: int, end: int, budget: int) -> None:
        self.content, self.place, self.end, self.budget = content, start, end, budget
        self.notes: list[NoteEvent] = []
        self.programs: list[ProgramEvent] = []
        self.silences: list[SilenceEvent] = []
        self.metas: list[Event] = []
        self.tick = 0
        self.ended = False
        self.large: list[int] = []  # the data bytes over 127
        # The byte, the tick and the numbers of events at the last end-of-track event.
        self.state_at_end = (0, 0, 0, 0, 0)

    def run(self, to_end_of_track: bool) -> None:  # noqa: C901 - calls would take too long here
        """Read event after event. Notes are read in the loop itself, for speed."""
        content, place, end = self.content, self.place, self.end
        tick, running, budget = self.tick, 0, self.budget
        add_note = self.notes.append
        while place < end:
            if budget <= 0:
                raise self._over()
            budget -= 1
            step = content[place]
            place += 1
            if step > 0x7F:
                second = content[place]
                if second > 0x7F:
                    step, place = _quantity(content, place - 1)
                else:
                    step, place = (step & 0x7F) << 7 | second, place + 1
            tick += step
            status = content[place]
            if status > 0x7F:
                place += 1
            else:  # running status: this is the first data byte already
                status = running
            if NOTE_OFF <= status < PRESSURE:  # the beginning or the end of a note
                pitch, velocity = content[place], content[place + 1]
                place += 2
                running = status
                if (pitch | velocity) > 0x7F:
                    self._found_large(place - 2 if pitch > 0x7F else place - 1)
                    if pitch > 0x7F:  # nobody knows which note this was
                        continue
                    velocity = 0x7F
                add_note((tick, status & 15, pitch, velocity if status >= NOTE_ON else 0))
                continue
            self.tick, self.budget = tick, budget
            if status < SYSEX:
                place = self._channel_message(status, place)
                running = status
            else:
                place = self._other(status, place)
                if self.ended and to_end_of_track:
                    break
        if place > end:  # the last event reaches beyond the track
            raise IndexError
        self.place, self.tick, self.budget = place, tick, budget

    def repair(self, warnings: list[str]) -> bool:
        """Go back to the end-of-track event, if the track has one, and return whether it has.

        Bytes after it that are no events are then no fault of the music.
        """
        if not self.ended:
            return False
        self.place, self.tick, notes, programs, metas = self.state_at_end
        del self.notes[notes:], self.programs[programs:], self.metas[metas:]
        warnings.append(f"bytes behind the end of a track were passed over (at byte {self.place})")
        return True

    def check_bytes(self, end: int, warnings: list[str]) -> None:
        """Accept data bytes over 127 if nothing else is wrong with the track, with a warning.

        Such a byte may also be the beginning of the next event, some bytes of which are lost; then
        what follows hardly ever reads as a track that ends where it should.

        Args:
            end: The byte after the track's data.
            warnings: A list to which the warning is added.

        Raises:
            TrackError: The track does not end with an end-of-track event, or ends before a byte.
        """
        if not self.large:
            return
        if not self.ended or self.place != end or self.state_at_end[0] != end:
            raise _too_large(self.large[0])
        content = self.content
        warnings.extend(
            f"a data byte is {content[place]}; expected at most 127 (at byte {place})"
            for place in self.large
        )

    def too_large(self) -> TrackError | None:
        """Return the error of the first data byte over 127, None if there is none."""
        return _too_large(self.large[0]) if self.large else None

    def _found_large(self, place: int) -> None:
        self.large.append(place)
        if len(self.large) > MOST_LARGE:
            raise _too_large(self.large[0])

    def _over(self) -> TrackError:
        self.ended = False  # so that this is not repaired
        return TrackError(f"has more than {MAX_EVENTS:,} events")

    def _channel_message(self, status: int, place: int) -> int:
        """Read a channel message other than a note; return the byte after it."""
        size = DATA_BYTES.get(status & 0xF0)
        if size is None:
            raise _damaged("no event where one is due", place)
        data = self.content[place : self._skip(place, size)]
        if max(data) > 0x7F:
            self._found_large(place + (data[0] <= 0x7F))
        elif status & 0xF0 == PROGRAM:
            self.programs.append((self.tick, status & 15, data[0]))
        elif status & 0xF0 == CONTROL and data[0] in SILENCES:
            self.silences.append((self.tick, status & 15, len(self.notes)))
        return place + size

    def _other(self, status: int, place: int) -> int:
        """Read a meta, system exclusive or system message; return the byte after it."""
        if status in SYSTEM_BYTES:
            return self._skip(place, SYSTEM_BYTES[status])
        if status == META:
            kind = self.content[place]
            size, place = _quantity(self.content, place + 1)
            after = self._skip(place, size)
            self._meta(kind, self.content[place:after], after)
            return after
        if status not in (SYSEX, ESCAPE):
            raise _damaged("no event where one is due", place)
        size, place = _quantity(self.content, place)
        return self._skip(place, size)

    def _skip(self, place: int, size: int) -> int:
        if size > self.end - place:
            raise IndexError
        return place + size

    def _meta(self, kind: int, data: bytes, after: int) -> None:
        if kind == END_OF_TRACK:
            self.ended = True
            self.state_at_end = (
                after,
                self.tick,
                len(self.notes),
                len(self.programs),
                len(self.metas),
            )
        elif (message := _meta_message(kind, data, after)) is not None:
            self.metas.append(Event(self.tick, message))


def _quantity(content: bytes, place: int) -> tuple[int, int]:
    """Return the variable-length number at a byte, and the byte after it."""
    value = 0
    for here in range(place, place + LONGEST_QUANTITY):
        byte = content[here]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, here + 1
    raise _damaged("a number of more than four bytes", place)


def _damaged(what: str, place: int) -> TrackError:
    return TrackError(f"is damaged: {what} (at byte {place})")


def _too_large(place: int) -> TrackError:
    return _damaged("a data byte over 127", place)


def _meta_message(kind: int, data: bytes, place: int) -> Any:
    """Return a meta event with the fields that mido gives it; None if nothing here uses it."""
    if kind in TEXTS:
        return TextEvent(TEXTS[kind], decoded(data))
    if kind == TRACK_NAME:
        return NameEvent("track_name", decoded(data))
    if kind == SEQUENCER:
        return DataEvent("sequencer_specific", data)
    if kind not in (TEMPO, METER, KEY):
        return None
    try:
        return build_meta_message(kind, list(data))
    except KeySignatureError:  # a key that does not exist; the file is read without it
        return None
    except LookupError:
        raise _damaged("a meta event that is too short", place) from None
    except ValueError:  # mido rejects powers of two that are too large
        raise _damaged(f"a meter over 2 to the {data[1]}", place) from None
