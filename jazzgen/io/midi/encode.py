"""Encoding tracks as the bytes of a Standard MIDI File.

mido makes an object of each message, checks it and keeps it, which takes ten times the memory of
the notes and most of the time of writing. So notes, of which there are thousands, are encoded here
as soon as their turn comes; mido encodes everything else. The bytes are those of mido.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from mido import MetaMessage

from jazzgen.io.midi.conductor import Timeline

__all__ = ["KeyStroke", "encode_file", "encode_track", "key_stroke"]

STATUS = {"note_off": 0x80, "note_on": 0x90}
HIGHEST = 127


class KeyStroke(NamedTuple):
    """A note-on or a note-off.

    Args:
        kind: "note_on" or "note_off".
        pitch: MIDI pitch, 0 to 127.
        velocity: MIDI velocity, 0 to 127.
    """

    kind: str
    pitch: int
    velocity: int


@lru_cache(maxsize=4096)
def key_stroke(kind: str, pitch: int, velocity: int) -> KeyStroke:
    """Return a `KeyStroke`: one object for all that are equal, of which long tracks have many.

    Args:
        kind: "note_on" or "note_off".
        pitch: MIDI pitch, 0 to 127.
        velocity: MIDI velocity, 0 to 127.
    """
    return KeyStroke(kind, pitch, velocity)


def encode_track(timeline: Timeline, end: int, channel: int = 0) -> bytes:
    """Return a track of messages at absolute ticks, as bytes without the chunk's header.

    Args:
        timeline: The messages; each is a `KeyStroke`, or one of mido's.
        end: The tick at which the track ends.
        channel: The MIDI channel of the key strokes, counted from 0.
    """
    data, now, running = bytearray(), 0, 0
    # By rank and then by tick, since a key of both would be one more object for each message.
    ordered = sorted(timeline, key=itemgetter(1))
    ordered.sort(key=itemgetter(0))
    for tick, _, message in ordered:
        data += _variable_length(tick - now)
        now = tick
        if isinstance(message, KeyStroke):
            encoded = _key_stroke(message, channel)
        else:
            encoded = bytes(message.bin())
        # A status byte that is the one before is left out (running status); a meta message ends it.
        status = encoded[0]
        data += encoded[1:] if status == running else encoded
        running = status if status < 0xF0 else 0
    return bytes(data + _variable_length(end - now) + MetaMessage("end_of_track").bin())


def _key_stroke(stroke: KeyStroke, channel: int) -> bytes:
    if not (0 <= stroke.pitch <= HIGHEST and 0 <= stroke.velocity <= HIGHEST):
        raise ValueError(f"{stroke}: expected pitch and velocity from 0 to {HIGHEST}")
    return bytes((STATUS[stroke.kind] | channel, stroke.pitch, stroke.velocity))


def _variable_length(value: int) -> bytes:
    """Return a number as MIDI files have it: seven bits a byte, all but the last above 127."""
    if value < 0:
        raise ValueError(f"delta time {value}: expected no negative time")
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(0x80 | (value & 0x7F))
    return bytes(reversed(found))


def encode_file(tracks: Iterable[bytes], ticks_per_quarter: int) -> bytes:
    """Return a MIDI file of format 1.

    Args:
        tracks: The tracks, encoded.
        ticks_per_quarter: The number of ticks of a quarter note.
    """
    chunks: Sequence[bytes] = [b"MTrk" + struct.pack(">L", len(track)) + track for track in tracks]
    header = struct.pack(">LHHH", 6, 1, len(chunks), ticks_per_quarter)
    return b"".join((b"MThd", header, *chunks))
