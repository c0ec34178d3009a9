"""The parts of a MIDI file: note-ons paired with note-offs, by track and channel."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable
from functools import partial

from jazzgen.errors import MidiError
from jazzgen.io.midi.grid import MARK
from jazzgen.io.midi.instruments import Channel, join_channels, join_tracks
from jazzgen.io.midi.part import MidiNote, MidiPart
from jazzgen.io.midi.silence import shortened, with_silences
from jazzgen.io.midi.track import MidiTrack, NoteEvent, ProgramEvent
from jazzgen.runtime.wording import counted, tidy

__all__ = ["parts_of", "track_name", "written_name"]

MAX_HANGING = 1000
"""The number of notes without an end that any file may have."""
LONGEST_HANGING = 8
"""Quarter notes after the last event of the notes until which a note without an end may sound."""
MOST_HANGING = 32
"""The number of notes without an end per note with one that a longer file may have: in a strummed
guitar part few strokes are ended."""

_note = partial(tuple.__new__, MidiNote)
"""Makes a note from a tuple of its fields, in half the time that the constructor takes."""


def parts_of(
    tracks: Iterable[MidiTrack], *, ppq: int, by_channel: bool, join: bool
) -> tuple[MidiPart, ...]:
    """Return the parts of a file: one for each channel of each track that has notes.

    Args:
        tracks: The tracks.
        ppq: File ticks per quarter note.
        by_channel: Whether parts are numbered by channel instead of by track (format 0).
        join: Whether channels and tracks of one instrument become one part.

    Raises:
        MidiError: Hardly any note ends.
    """
    found = [_channels(track, number, by_channel, ppq) for number, track in enumerate(tracks)]
    sounding = [channels for channels in found if channels]
    if not join:
        return tuple(channel.part for channels in sounding for channel in channels)
    alone = len(sounding) == 1
    joined = [join_channels(channels, ppq, alone=alone, parted=by_channel) for channels in sounding]
    return join_tracks([channel for channels in joined for channel in channels], ppq)


def _channels(track: MidiTrack, number: int, by_channel: bool, ppq: int) -> list[Channel]:
    """Return the channels of a track that have notes."""
    name, programs, grid = track_name(track), _programs(track.programs), _grid(track)
    if track.notes:  # a note without an end does not last through a long silence
        track = track._replace(end=min(track.end, track.notes[-1][0] + LONGEST_HANGING * ppq))
    channels = []
    for channel, notes in sorted(_notes(track, ppq).items()):
        part = MidiPart(
            track=channel + 1 if by_channel else number,
            name=name,
            channel=channel,
            program=programs.get(channel, 0),
            notes=_sounding(notes),
            grid=grid,
        )
        channels.append(Channel(part, programs.get(channel)))
    return channels


def _sounding(notes: list[MidiNote]) -> tuple[MidiNote, ...]:
    """Return notes by start, without those of no length, unless most have none.

    A controller that is touched by accident leaves such notes; drum machines write no others.
    """
    lasting = [note for note in notes if note[1] > note[0]]
    return tuple(sorted(lasting if 2 * len(lasting) > len(notes) else notes))


def track_name(track: MidiTrack) -> str:
    """Return the first name that a track is given, "" if it has none, as it can be shown."""
    return tidy(written_name(track))


def written_name(track: MidiTrack) -> str:
    """Return the first name that a track is given, "" if it has none, as it is written."""
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


def _notes(track: MidiTrack, ppq: int) -> dict[int, list[MidiNote]]:
    """Pair note-ons with note-offs, first in, first out.

    If a key is struck more often than it is released, as with the strings of a strummed guitar,
    each stroke ends the one before, and the last one ends with the track.

    Args:
        track: The track.
        ppq: File ticks per quarter note.

    Raises:
        MidiError: Hardly any note ends.
    """
    sounding: dict[int, deque[NoteEvent]] = defaultdict(deque)
    notes: dict[int, list[MidiNote]] = defaultdict(list)
    events = with_silences(track.notes, track.silences)
    for event in events:
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
        _pair_strokes(track._replace(notes=list(events)), hanging, notes, ppq)
    return {channel: played for channel, played in notes.items() if played}


def _pair_strokes(
    track: MidiTrack, keys: Collection[int], notes: dict[int, list[MidiNote]], ppq: int
) -> None:
    """Add the notes of some keys; each ends when its key is struck again or released."""
    begun: dict[int, tuple[int, int]] = {}
    unended: dict[int, list[MidiNote]] = defaultdict(list)
    for tick, channel, pitch, velocity in track.notes:
        key = channel << 7 | pitch
        if key not in keys:
            continue
        if key in begun:
            start, loudness = begun.pop(key)
            note = MidiNote(start, tick, pitch, loudness)
            (unended if velocity else notes)[channel].append(note)
        if velocity:
            begun[key] = (tick, velocity)
    for key, (start, loudness) in begun.items():
        unended[key >> 7].append(MidiNote(start, track.end, key & 0x7F, loudness))
    for channel, without in unended.items():
        notes[channel] += shortened(without, notes[channel], ppq)
