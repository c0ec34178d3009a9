"""All messages of a MIDI file at absolute ticks: bytes in, bytes out, nothing lost between."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, NamedTuple

from mido import MetaMessage, MidiFile, MidiTrack
from mido.midifiles.meta import KeySignatureError

from jazzgen.errors import MidiError
from jazzgen.io.midi.events import parse_events

__all__ = ["Placed", "Track", "decoded", "end_of", "name_of", "open_tracks", "save_tracks"]

HEADER = b"MThd"


class Placed(NamedTuple):
    """A message at a tick of the file."""

    tick: int
    message: Any


Track = list[Placed]
"""The messages of a track by tick."""


def open_tracks(content: bytes, source: str) -> tuple[int, list[Track]]:
    """Return the ticks per quarter note of a MIDI file, and the messages of each track.

    Args:
        content: The bytes of the file.
        source: What messages call it.

    Raises:
        MidiError: The file is damaged, or has no beats.
    """
    events = parse_events(content, source)  # which says in a line what is wrong with it
    if not events.metrical or events.format == 2:
        raise MidiError(f"{source}: has no beats that all of its tracks share")
    try:
        file = MidiFile(file=io.BytesIO(content[content.index(HEADER) :]), clip=True)
    except (OSError, EOFError, ValueError, LookupError, KeySignatureError) as error:
        raise MidiError(f"{source}: cannot be changed: {error}") from error
    tracks = []
    for track in file.tracks:
        tick, placed = 0, []
        for message in track:
            tick += message.time
            placed.append(Placed(tick, message))
        tracks.append(placed)
    return file.ticks_per_beat, tracks


def save_tracks(ppq: int, tracks: Iterable[Track], end: int = 0) -> bytes:
    """Return the bytes of a MIDI file of format 1.

    Args:
        ppq: Ticks per quarter note.
        tracks: The messages of each track.
        end: The tick until which all tracks last at least.
    """
    file = MidiFile(type=1, ticks_per_beat=ppq)
    for placed in tracks:
        track, now = MidiTrack(), 0
        for tick, message in placed:
            if message.type != "end_of_track":
                track.append(message.copy(time=tick - now))
                now = tick
        stop = max(end, end_of(placed))
        track.append(MetaMessage("end_of_track", time=stop - now))
        file.tracks.append(track)
    content = io.BytesIO()
    file.save(file=content)
    return content.getvalue()


def end_of(track: Track) -> int:
    """Return the tick of the last message of a track."""
    return track[-1].tick if track else 0


def name_of(track: Track) -> str:
    """Return the name of a track; "" if it has none."""
    names = [str(message.name) for _, message in track if message.type == "track_name"]
    return decoded(names[0]) if names else ""


def decoded(text: str) -> str:
    """Return a text that mido has read as Latin-1, which is UTF-8 as a rule."""
    return text.encode("latin-1", "replace").decode("utf-8", "replace")
