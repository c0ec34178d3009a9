"""Change a MIDI file as it is, whoever wrote it: its tempo, its key, its bars, its parts.

What is not asked to change stays: controllers, texts, names of tracks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import Any, NamedTuple

from mido import MetaMessage

from jazzgen.errors import ChordError, ConfigError, MidiError
from jazzgen.io.midi.conductor import key_signature
from jazzgen.io.midi.grid import MARK
from jazzgen.io.midi.messages import Placed, Track, end_of, name_of, open_tracks, save_tracks
from jazzgen.io.midi.tempo import MICROSECONDS_PER_MINUTE, midi_tempo
from jazzgen.music.chart import MOST_BARS
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.excerpt import Excerpt
from jazzgen.music.part import DRUM_CHANNEL
from jazzgen.music.pitch import Key
from jazzgen.music.timing import check_tempo

__all__ = ["MidiPart", "edited", "parts_of"]

USUAL_TEMPO = 500_000
"""The tempo before the first one that a file names, in microseconds per quarter note."""
EARLY = 12
"""The part of a quarter note before a bar line in which a note is an early one of the next bar."""
NOTES = ("note_on", "note_off")
KEPT = {
    "set_tempo": (),
    "time_signature": (),
    "key_signature": (),
    "track_name": (),
    "program_change": ("channel",),
    "control_change": ("channel", "control"),
    "pitchwheel": ("channel",),
}
"""The messages of which the last before an excerpt still holds in it, and for what it holds."""

CONDUCTING = ("set_tempo", "time_signature", "key_signature", "marker")
"""The messages that hold for all tracks, whichever they are in."""


class MidiPart(NamedTuple):
    """A part of a MIDI file: what its track is called, and a file with this track alone."""

    name: str
    content: bytes


def edited(content: bytes, excerpt: Excerpt, source: str) -> bytes:
    """Return a MIDI file with what is left of its music.

    Args:
        content: The bytes of the file.
        excerpt: What is left.
        source: What messages call the file.

    Raises:
        ConfigError: There are no such bars, or a tempo or a note would be out of range.
        MidiError: The file is damaged, or has no beats.
    """
    ppq, tracks = open_tracks(content, source)
    if excerpt.cuts:
        lines = _bar_lines(tracks, ppq, source)
        first, end = excerpt.bars(len(lines) - 1, source)
        early = ppq // EARLY
        tracks = [_cut(track, lines[first], lines[end], early) for track in tracks]
    if excerpt.tempo is not None:
        tracks = _at_tempo(tracks, excerpt.tempo)
    if excerpt.transpose:
        tracks = [
            [Placed(tick, _moved(message, excerpt.transpose)) for tick, message in track]
            for track in tracks
        ]
    return save_tracks(ppq, tracks)


def parts_of(content: bytes, source: str) -> list[MidiPart]:
    """Return the parts of a MIDI file, each with the tempi, meters and markers of all.

    Args:
        content: The bytes of the file.
        source: What messages call the file.

    Raises:
        MidiError: The file is damaged, has no beats, or has no notes.
    """
    ppq, tracks = open_tracks(content, source)
    if len(tracks) == 1:  # format 0: the channels are the parts
        channels = sorted({m.channel for _, m in tracks[0] if m.type == "note_on"})
        shared = [one for one in tracks[0] if one.message.is_meta]
        tracks = [shared] + [
            [one for one in tracks[0] if getattr(one.message, "channel", None) == channel]
            for channel in channels
        ]
    sounding = [track for track in tracks if any(m.type == "note_on" for _, m in track)]
    if not sounding:
        raise MidiError(f"{source}: has no notes")
    conductor = [
        one
        for track in tracks
        for one in track
        if one.message.is_meta and (track not in sounding or one.message.type in CONDUCTING)
    ]
    conductor.sort(key=lambda one: one.tick)
    end = max(end_of(track) for track in tracks)
    return [
        MidiPart(name_of(track) or f"part {number}", save_tracks(ppq, [conductor, track], end))
        for number, track in enumerate(sounding, 1)
    ]


def _bar_lines(tracks: list[Track], ppq: int, source: str) -> list[int]:
    """Return the tick of each bar line, and of the end of the last bar.

    Args:
        tracks: The messages of each track.
        ppq: Ticks per quarter note.
        source: What messages call the file.

    Raises:
        MidiError: There are more bars than a chart can have.
    """
    end = max(end_of(track) for track in tracks)
    meters = sorted(
        (tick, message.numerator * 4 * ppq // message.denominator)
        for track in tracks
        for tick, message in track
        if message.type == "time_signature"
    )
    starts, lines = [tick for tick, _ in meters], [0]
    while lines[-1] < end:
        number = bisect_right(starts, lines[-1]) - 1
        length = meters[number][1] if number >= 0 else 4 * ppq
        lines.append(lines[-1] + max(length, 1))
        if len(lines) > MOST_BARS:
            raise MidiError(f"{source}: has more than {MOST_BARS:,} bars")
    return lines


def _cut(track: Track, begin: int, end: int, early: int) -> Track:
    """Return what of a track lies between two bar lines, and what still holds of what comes before.

    Args:
        track: The track.
        begin: The tick of the first bar line.
        end: The tick of the second.
        early: How many ticks before a bar line a note belongs to the bar after it: it is played
            a little early. Before the first one, it then begins with the bar line.
    """
    held: dict[tuple[Any, ...], Any] = {}
    inside: Track = []
    sounding: Counter[tuple[int, int]] = Counter()
    for tick, message in track:
        if message.type in NOTES:
            pitch = (message.channel, message.note)
            if message.type == "note_on" and message.velocity:
                if begin - early <= tick < end - early:
                    sounding[pitch] += 1
                    inside.append(Placed(max(tick - begin, 0), message))
            elif sounding[pitch]:
                sounding[pitch] -= 1
                inside.append(Placed(max(min(tick, end) - begin, 1), message))
        elif tick < end and not _is_stale(message):
            key = _holds(tick, message)
            if tick <= begin and key:
                held[key] = message
            elif tick >= begin:
                inside.append(Placed(tick - begin, message))
    # A note that ends where the excerpt does was found after what comes later in the track.
    inside.sort(key=lambda one: (one.tick, one.message.type == "note_on"))
    first = [Placed(0, message) for message in held.values()]
    return [*first, *inside, Placed(end - begin, MetaMessage("end_of_track"))]


def _holds(tick: int, message: Any) -> tuple[Any, ...]:
    """Return what a message holds for until another one of it; () if it is of its tick alone."""
    kind = message.type
    if kind in KEPT:
        return (kind, *(getattr(message, name) for name in KEPT[kind]))
    if kind == "marker" and _chord(message.text) is not None:
        return ("chord",)
    return ("text", message.text) if kind == "text" and not tick else ()


def _is_stale(message: Any) -> bool:
    """Return whether a message says of the whole file what no longer holds for a part of it."""
    if message.type == "sequencer_specific":
        return bytes(message.data).startswith(MARK)
    return bool(message.type == "text" and message.text.startswith("turns: "))


def _at_tempo(tracks: list[Track], tempo: float) -> list[Track]:
    """Return tracks that begin at a tempo, to which the later tempi keep their ratio.

    Raises:
        ConfigError: A tempo would be out of range.
    """
    tempi = sorted(
        (tick, message.tempo)
        for track in tracks
        for tick, message in track
        if message.type == "set_tempo" and message.tempo
    )
    named = bool(tempi) and tempi[0][0] == 0
    ratio = midi_tempo(tempo) / (tempi[0][1] if named else USUAL_TEMPO)
    changed = [[Placed(tick, _slower(message, ratio)) for tick, message in t] for t in tracks]
    if not named:
        changed[0].insert(0, Placed(0, MetaMessage("set_tempo", tempo=midi_tempo(tempo))))
    return changed


def _slower(message: Any, ratio: float) -> Any:
    if message.type != "set_tempo" or not message.tempo:
        return message
    tempo = round(message.tempo * ratio)
    check_tempo(MICROSECONDS_PER_MINUTE / max(tempo, 1), "a later tempo")
    return message.copy(tempo=tempo)


def _moved(message: Any, semitones: int) -> Any:
    """Return a message transposed by semitones.

    Raises:
        ConfigError: A note would be out of MIDI's range.
    """
    if message.type in NOTES and message.channel != DRUM_CHANNEL:
        pitch = message.note + semitones
        if not 0 <= pitch <= 127:
            raise ConfigError(f"transpose {semitones}: a note would leave MIDI's range of 0 to 127")
        return message.copy(note=pitch)
    if message.type == "key_signature":
        return message.copy(key=key_signature(Key.parse(message.key).transpose(semitones)))
    if message.type == "marker" and (chord := _chord(message.text)) is not None:
        return message.copy(text=str(chord.transpose(semitones)))
    return message


def _chord(text: str) -> ChordSymbol | None:
    try:
        return ChordSymbol.parse(text)
    except ChordError:
        return None
