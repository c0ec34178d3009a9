"""The events of a Standard MIDI File: bytes in, events at absolute ticks out.

Source: "Standard MIDI Files 1.0", MIDI Manufacturers Association, RP-001; RP-029 (RIFF).

Chunks and events are read here; only meta events are left to mido. `mido.MidiFile` itself takes
time that grows with the square of the length of a variable-length number, reads a track count of
65,535 as 0, loses the delta time of meta events that it does not know, and decodes text by a
setting of the whole process.

Faults that lose nothing are repaired, with a warning: bytes before or after the file, wrong
counts and lengths, a missing end of track. A file that has lost something is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from jazzgen.errors import MidiError
from jazzgen.io.bounded import MAX_BYTES, read_content
from jazzgen.io.midi.track import MAX_EVENTS, MidiTrack, TrackError, read_track
from jazzgen.io.other_kinds import other_kind

__all__ = [
    "MAX_BYTES",
    "MAX_EVENTS",
    "MAX_TRACKS",
    "MidiEvents",
    "MidiTrack",
    "parse_events",
    "read_events",
]

MAX_TRACKS = 256
"""The largest number of tracks in a file."""
LONGEST_PREFIX = 4096
"""The largest number of bytes before the header, such as those of RIFF or MacBinary."""

HEADER, TRACK = b"MThd", b"MTrk"
RIFF_CHUNK = re.compile(rb"[A-Za-z]\w{2}[\w ]")
"""The name of a chunk of RIFF, such as that of sounds or of a list of texts."""
SMPTE_PPQ = 480
"""File ticks per quarter note of a file that is timed by SMPTE frames."""
DROP_FRAME = 29
"""The code of a header for 30000/1001 frames per second."""


@dataclass(frozen=True)
class MidiEvents:
    """The events of a file.

    Args:
        format: 0 (one track), 1 (tracks that sound together) or 2 (each a piece).
        ppq: File ticks per quarter note.
        tracks: The tracks in the file's order.
        metrical: Whether ticks are fractions of a beat. In a file that is timed by SMPTE frames
            they are fractions of a second, given as if a quarter note lasted half a second.
        warnings: Faults that were repaired without loss.
    """

    format: int
    ppq: int
    tracks: tuple[MidiTrack, ...]
    metrical: bool = True
    warnings: tuple[str, ...] = ()

    @property
    def are_pieces(self) -> bool:
        """Whether each track is a piece of its own.

        In some files that say so, one track has only the tempi of all others.
        """
        if self.format != 2:
            return False
        timed = [
            bool(track.notes)
            for track in self.tracks
            if any(event.message.type == "set_tempo" for event in track.metas)
        ]
        return len(self.tracks) < 2 or timed != [False]


class _Header(NamedTuple):
    """What the header says; `scale` turns ticks of SMPTE frames into ticks of a quarter note."""

    format: int
    tracks: int
    ppq: int
    scale: Fraction | None
    end: int


def read_events(path: str | Path) -> MidiEvents:
    """Read the events of a Standard MIDI File of any format.

    Args:
        path: The file.

    Returns:
        Its notes, programs, and text, tempo, meter and key events. Text is read as UTF-8 or, if
        it is not valid UTF-8, as Latin-1.

    Raises:
        MidiError: No such file, not a MIDI file, damaged, truncated, or too long.
    """
    return parse_events(read_content(path, "a MIDI file"), str(path))


def parse_events(content: bytes, source: str) -> MidiEvents:
    """Read the events of a Standard MIDI File from its bytes (see `read_events`).

    Args:
        content: The bytes.
        source: What messages call the file.

    Raises:
        MidiError: Not a MIDI file, damaged, truncated, or too long.
    """
    if not content:
        raise MidiError(f"{source}: is empty; expected a Standard MIDI File")
    warnings: list[str] = []
    try:
        start = _beginning(content, warnings)
        content = _without_riff(content, start)
        header = _header(content, start)
        tracks = tuple(_tracks(content, header, warnings))
    except TrackError as error:
        raise MidiError(f"{source}: {error}") from None
    if header.scale is not None:
        tracks = tuple(_scaled(track, header.scale) for track in tracks)
    metrical = header.scale is None
    return MidiEvents(header.format, header.ppq, tracks, metrical, tuple(warnings))


def _beginning(content: bytes, warnings: list[str]) -> int:
    """Return the byte at which the header begins."""
    start = content.find(HEADER, 0, LONGEST_PREFIX + len(HEADER))
    if start < 0:
        kind = other_kind(content)
        wanted = "; a solo is MIDI or MusicXML, a chart may also be text, iReal Pro or JSON"
        known = f": it is {kind}{wanted}" if kind else ""
        raise TrackError(f"not a Standard MIDI File{known}")
    if start and content[:4] != b"RIFF":
        warnings.append(f"{start} bytes before the file were passed over")
    return start


def _without_riff(content: bytes, start: int) -> bytes:
    """Return a file without the chunks that follow it in a file of RIFF, such as sounds.

    Args:
        content: The bytes.
        start: The byte at which the header of the MIDI file begins.
    """
    if content[:4] != b"RIFF" or content[start - 8 : start - 4] != b"data":
        return content
    end = start + int.from_bytes(content[start - 4 : start], "little")
    names = (content[at : at + 4] for at in (end, end + 1))
    follows = any(RIFF_CHUNK.fullmatch(name) for name in names)
    return content[:end] if follows else content


def _header(content: bytes, start: int) -> _Header:
    head = content[start + 4 : start + 14]
    size = int.from_bytes(head[:4])
    if len(head) < 10 or size > len(content) - start - 8:
        raise TrackError(f"is truncated (at byte {len(content)})")
    if size < 6:
        raise TrackError(f"has a header of {size} bytes; expected 6")
    kind, count, division = (int.from_bytes(head[byte : byte + 2]) for byte in (4, 6, 8))
    if kind > 2:
        raise TrackError(f"is of format {kind}; expected format 0, 1 or 2")
    end = start + 8 + size
    if not division & 0x8000:
        if division == 0:
            raise TrackError("has 0 ticks per quarter note; expected 1 or more")
        return _Header(kind, count, division, None, end)
    frames, ticks = 256 - (division >> 8), division & 0xFF
    if frames not in (24, 25, DROP_FRAME, 30) or not ticks:
        raise TrackError(
            f"has {ticks} ticks in each of {frames} frames a second; expected "
            "24, 25, 29 or 30 frames of 1 tick or more"
        )
    rate = Fraction(30_000, 1001) if frames == DROP_FRAME else Fraction(frames)
    return _Header(kind, count, SMPTE_PPQ, 2 * SMPTE_PPQ / (rate * ticks), end)


def _tracks(content: bytes, header: _Header, warnings: list[str]) -> Iterator[MidiTrack]:
    """Yield all tracks, whatever number of them the header claims."""
    byte, count, budget = header.end, 0, MAX_EVENTS
    while 0 <= byte < len(content):
        if content[byte : byte + 4] != TRACK:
            byte = _next_chunk(content, byte, warnings)
            continue
        if (count := count + 1) > MAX_TRACKS:
            raise TrackError(f"has more than {MAX_TRACKS} tracks")
        track, byte = _track(content, byte, budget, warnings)
        budget -= track.events
        yield track
    if header.tracks and not count:
        raise TrackError(f"is truncated (at byte {len(content)})")
    if count != header.tracks:
        warnings.append(f"says that it has {header.tracks} tracks, and has {count}")


def _next_chunk(content: bytes, byte: int, warnings: list[str]) -> int:
    """Return the byte after a chunk of another kind, or of the next track after junk."""
    end = byte + 8 + int.from_bytes(content[byte + 4 : byte + 8])
    if _is_border(content, byte) and byte + 8 <= len(content) and _is_border(content, end):
        return end  # RP-001 asks to skip chunks of other kinds
    track = content.find(TRACK, byte)
    if any(content[byte : track if track >= 0 else len(content)]):
        warnings.append(f"bytes between or behind the tracks were passed over (at byte {byte})")
    return track


def _is_border(content: bytes, byte: int) -> bool:
    """Whether a chunk, or the end of the file, is at a byte."""
    name = content[byte : byte + 4]
    return byte == len(content) or (len(name) == 4 and name.isascii() and name.isalnum())


def _track(content: bytes, byte: int, budget: int, warnings: list[str]) -> tuple[MidiTrack, int]:
    """Read the track of a chunk; return it and the byte at which the next chunk begins."""
    start = byte + 8
    end = start + int.from_bytes(content[byte + 4 : start])
    if end <= len(content):
        try:
            track = read_track(content, start, end, budget, warnings)
        except TrackError:
            if _is_border(content, end):
                raise
        else:
            swallowed = TRACK in content[track.stop : end]
            if (track.ended or _is_border(content, end)) and not swallowed:
                return track, end
    # The length is wrong. Nothing is lost if the track has an event that ends it.
    track = read_track(content, start, len(content), budget, warnings, to_end_of_track=True)
    if not track.ended:
        raise TrackError(f"is truncated (at byte {len(content)})")
    warnings.append(f"a track's length is wrong (at byte {byte})")
    return track, track.stop


def _scaled(track: MidiTrack, scale: Fraction) -> MidiTrack:
    """Return a track that is timed by SMPTE frames in ticks of a quarter note."""

    def to(tick: int) -> int:
        return round(tick * scale)

    return track._replace(
        notes=[(to(tick), channel, pitch, loud) for tick, channel, pitch, loud in track.notes],
        programs=[(to(tick), channel, program) for tick, channel, program in track.programs],
        silences=[(to(tick), channel, place) for tick, channel, place in track.silences],
        metas=tuple(event._replace(tick=to(event.tick)) for event in track.metas),
        end=to(track.end),
    )
