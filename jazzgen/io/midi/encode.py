"""Encoding tracks as the bytes of a Standard MIDI File.

mido makes an object of each message, checks it and keeps it, which takes ten times the memory of
the notes and most of the time of writing. So notes, of which there are thousands, are encoded here
as soon as their turn comes, and `written` encodes everything else. The bytes are those of mido.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from jazzgen.io.midi.conductor import Timeline
from jazzgen.io.midi.written import END_OF_TRACK, variable_length

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
        timeline: The messages; each is a `KeyStroke`, or bytes.
        end: The tick at which the track ends.
        channel: The MIDI channel of the key strokes, counted from 0.
    """
    data, now, running = bytearray(), 0, 0
    # By rank and then by tick, since a key of both would be one more object for each message.
    ordered = sorted(timeline, key=itemgetter(1))
    ordered.sort(key=itemgetter(0))
    for tick, _, message in ordered:
        data += variable_length(tick - now)
        now = tick
        encoded = message if isinstance(message, bytes) else _key_stroke(message, channel)
        # A status byte that is the one before is left out (running status); a meta message ends it.
        status = encoded[0]
        data += encoded[1:] if status == running else encoded
        running = status if status < 0xF0 else 0
    return bytes(data + variable_length(end - now) + END_OF_TRACK)


def _key_stroke(stroke: KeyStroke, channel: int) -> bytes:
    if not (0 <= stroke.pitch <= HIGHEST and 0 <= stroke.velocity <= HIGHEST):
        raise ValueError(f"{stroke}: expected pitch and velocity from 0 to {HIGHEST}")
    return bytes((STATUS[stroke.kind] | channel, stroke.pitch, stroke.velocity))


def encode_file(tracks: Iterable[bytes], ticks_per_quarter: int) -> bytes:
    """Return a MIDI file of format 1.

    Args:
        tracks: The tracks, encoded.
        ticks_per_quarter: The number of ticks of a quarter note.
    """
    chunks: Sequence[bytes] = [b"MTrk" + struct.pack(">L", len(track)) + track for track in tracks]
    header = struct.pack(">LHHH", 6, 1, len(chunks), ticks_per_quarter)
    return b"".join((b"MThd", header, *chunks))
