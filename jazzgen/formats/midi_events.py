"""The events of a Standard MIDI File: bytes in, mido messages at absolute ticks out.

Source: "Standard MIDI Files 1.0", MIDI Manufacturers Association, RP-001.

This walks chunks and events itself and lets mido decode each message, because
`mido.MidiFile` takes time that grows with the square of an endless
variable-length number, loses the delta time of meta events it does not know, and
decodes text by a setting of the whole process.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from mido import Message, MetaMessage
from mido.messages import SPEC_BY_STATUS
from mido.midifiles.meta import KeySignatureError, build_meta_message

from jazzgen.errors import MidiError

__all__ = ["MAX_BYTES", "MAX_EVENTS", "Event", "MidiEvents", "MidiTrack", "read_events"]

MAX_BYTES = 10_000_000
MAX_EVENTS = 250_000

SYSEX = (0xF0, 0xF7)
META = 0xFF
TEXTS = {0x01: "text", 0x05: "lyrics", 0x06: "marker", 0x07: "cue_marker"}
TRACK_NAME = 0x03
TEMPO, METER, KEY, SEQUENCER = 0x51, 0x58, 0x59, 0x7F
NOTE_OFF, NOTE_ON, PROGRAM = 0x80, 0x90, 0xC0


class Event(NamedTuple):
    """A mido message at a tick of the file, counted from its beginning."""

    tick: int
    message: Any


class MidiTrack(NamedTuple):
    """The notes, programs and meta events of one track, and the tick of its last event."""

    events: tuple[Event, ...]
    end: int


@dataclass(frozen=True)
class MidiEvents:
    """A file's events.

    Args:
        format: 0 (one track) or 1 (tracks that sound together).
        ppq: File ticks a quarter note.
        tracks: The tracks in the file's order.
    """

    format: int
    ppq: int
    tracks: tuple[MidiTrack, ...]


class Cursor:
    """A place in the bytes of a file that never runs past `end`."""

    def __init__(self, content: bytes, source: str, start: int, end: int) -> None:
        self.content, self.source, self.place, self.end = content, source, start, end

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return self.end - self.place

    def take(self, count: int) -> bytes:
        """Return the next bytes.

        Raises:
            MidiError: Fewer are left.
        """
        if count > self.left:
            raise self.error("is truncated")
        self.place += count
        return self.content[self.place - count : self.place]

    def byte(self) -> int:
        """Return the next byte."""
        if self.place >= self.end:
            raise self.error("is truncated")
        self.place += 1
        return self.content[self.place - 1]

    def quantity(self) -> int:
        """Return the next variable-length number, of four bytes at most."""
        value = 0
        for _ in range(4):
            byte = self.byte()
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        raise self.error("is damaged: a number of more than four bytes")

    def error(self, what: str) -> MidiError:
        """Return an error that names the file and the place."""
        return MidiError(f"{self.source}: {what} (at byte {self.place})")


def read_events(path: str | Path) -> MidiEvents:
    """Read the events of a Standard MIDI File, format 0 or 1.

    Args:
        path: The file.

    Returns:
        Its note, program, text, tempo, meter and key events. Text is read as UTF-8,
        or as Latin-1 where it is not UTF-8.

    Raises:
        MidiError: No such file, not a MIDI file, damaged, truncated, too long, or
            timed by SMPTE frames.
    """
    content, source = _content(Path(path)), str(path)
    if not content:
        raise MidiError(f"{source}: is empty; expected a Standard MIDI File")
    if content[:4] != b"MThd":
        raise MidiError(f"{source}: not a Standard MIDI File")
    cursor = Cursor(content, source, 0, len(content))
    kind, count, ppq = _header(cursor)
    tracks: list[MidiTrack] = []
    budget = MAX_EVENTS
    while len(tracks) < count:
        name, chunk = _chunk(cursor)
        if name == b"MTrk":  # RP-001 asks to skip chunks of other kinds
            track, budget = _track(chunk, budget)
            tracks.append(track)
    return MidiEvents(kind, ppq, tuple(tracks))


def _content(path: Path) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise MidiError(f"{path}: is a folder; expected a MIDI file")
        if not stat.S_ISREG(status.st_mode):  # a pipe or a device might never end
            raise MidiError(f"{path}: is no ordinary file; expected a MIDI file")
        if status.st_size > MAX_BYTES:
            raise MidiError(f"{path}: has {status.st_size:,} bytes; expected at most {MAX_BYTES:,}")
        return path.read_bytes()
    except FileNotFoundError:
        raise MidiError(f"{path}: no such file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MidiError(f"{path}: cannot be read: {reason}") from error


def _chunk(cursor: Cursor) -> tuple[bytes, Cursor]:
    name, size = cursor.take(4), int.from_bytes(cursor.take(4))
    start = cursor.place
    cursor.take(size)
    return name, Cursor(cursor.content, cursor.source, start, cursor.place)


def _header(cursor: Cursor) -> tuple[int, int, int]:
    _, chunk = _chunk(cursor)
    kind, count, division = (int.from_bytes(chunk.take(2)) for _ in range(3))
    if kind not in (0, 1):
        raise MidiError(f"{cursor.source}: is of format {kind}; expected format 0 or 1")
    if division & 0x8000:
        raise MidiError(f"{cursor.source}: is timed by SMPTE frames; expected ticks a quarter note")
    if division == 0:
        raise MidiError(f"{cursor.source}: has 0 ticks a quarter note; expected 1 or more")
    return kind, count, division


def _track(cursor: Cursor, budget: int) -> tuple[MidiTrack, int]:
    """Read a track; `budget` is how many events the file may still hold."""
    events: list[Event] = []
    tick, running = 0, 0
    while cursor.left:
        if (budget := budget - 1) < 0:
            raise MidiError(f"{cursor.source}: has more than {MAX_EVENTS:,} events")
        tick += cursor.quantity()
        status = cursor.byte()
        if status < 0x80:  # running status: this is the first data byte already
            cursor.place -= 1
            status = running
        if status == META:
            message = _meta(cursor)
        elif status in SYSEX:
            cursor.take(cursor.quantity())
            continue
        else:
            message = _message(cursor, status)
            running = status if status < SYSEX[0] else running
        if message is not None:
            events.append(Event(tick, message))
    return MidiTrack(tuple(events), tick), budget


def _message(cursor: Cursor, status: int) -> Any:
    """Read a channel message; None where it does not concern us."""
    spec = SPEC_BY_STATUS.get(status)
    if spec is None:
        raise cursor.error("is damaged: no event where one is due")
    data = cursor.take(spec["length"] - 1)
    if data and max(data) > 0x7F:
        raise cursor.error("is damaged: a data byte over 127")
    if status & 0xF0 in (NOTE_OFF, NOTE_ON, PROGRAM):
        return Message.from_bytes([status, *data])
    return None


def _meta(cursor: Cursor) -> Any:
    """Read a meta event; None where it does not concern us."""
    kind = cursor.byte()
    data = cursor.take(cursor.quantity())
    if kind in TEXTS:
        return MetaMessage(TEXTS[kind], text=_text(data))
    if kind == TRACK_NAME:
        return MetaMessage("track_name", name=_text(data))
    if kind == SEQUENCER:
        return MetaMessage("sequencer_specific", data=tuple(data))
    if kind not in (TEMPO, METER, KEY):
        return None
    try:
        return build_meta_message(kind, list(data))
    except KeySignatureError:  # no such key: the file is no worse off without one
        return None
    except LookupError:
        raise cursor.error("is damaged: a meta event that is too short") from None
    except ValueError:  # mido knows no notes shorter than some power of two
        raise cursor.error(f"is damaged: a meter over 2 to the {data[1]}") from None


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
