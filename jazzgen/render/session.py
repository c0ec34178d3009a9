"""A MIDI file as a session of a DAW: tracks with their mix, tempi, meters and markers.

`dawproject` and `reaper` write it down. Several takes become one session: the band of the first,
and a track for the solo of each, of which the first is heard.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from jazzgen.errors import MidiError
from jazzgen.io.midi.messages import Track as MidiTrack
from jazzgen.io.midi.messages import end_of, name_of, open_tracks
from jazzgen.io.midi.own_texts import SOLO
from jazzgen.io.midi.tempo import tempo_of
from jazzgen.music.part import DRUM_CHANNEL

__all__ = ["Session", "SessionNote", "SessionTrack", "printable", "session_of", "session_of_takes"]

USUAL_TEMPO = 120.0
VOLUME, PAN = 7, 10
USUAL_VOLUME = 100
"""The volume of a channel that names none (General MIDI), which is 0 dB here."""
CENTER = 64
LOUDEST = 2.0
COLORS = ("#d9783c", "#4f7ab8", "#5d9a63", "#8a6bb0", "#b8a13c", "#3c9a9a")
"""The colors of tracks in turn: solo, piano, bass, drums, others."""


class SessionNote(NamedTuple):
    """A note; times are in quarter notes."""

    start: float
    duration: float
    channel: int
    pitch: int
    velocity: int


class Meter(NamedTuple):
    """A meter from a time on, which is in quarter notes."""

    time: float
    numerator: int
    denominator: int


@dataclass(frozen=True, kw_only=True)
class SessionTrack:
    """A track.

    Args:
        name: Its name.
        channel: Its MIDI channel, 0 to 15.
        program: Its General MIDI program, 0 to 127.
        notes: Its notes by start.
        volume: Its gain as a factor.
        pan: From 0 (left) to 1 (right).
        muted: Whether it is silent.
    """

    name: str
    channel: int
    program: int
    notes: tuple[SessionNote, ...]
    volume: float = 1.0
    pan: float = 0.5
    muted: bool = False


@dataclass(frozen=True, kw_only=True)
class Session:
    """What a DAW opens; times are in quarter notes.

    Args:
        title: The name of the tune.
        tracks: The tracks, each with a color of `COLORS` in turn.
        tempi: Quarter notes per minute by time, the first at 0.
        meters: The meters, the first at 0.
        markers: The chords, sections and choruses by time.
        end: The end of the last bar.
    """

    title: str
    tracks: tuple[SessionTrack, ...]
    tempi: tuple[tuple[float, float], ...]
    meters: tuple[Meter, ...]
    markers: tuple[tuple[float, str], ...]
    end: float

    def seconds(self, time: float) -> float:
        """Return the seconds from the beginning to a time in quarter notes."""
        starts = [start for start, _ in self.tempi[1:] if start < time]
        ends = [*starts, time]
        return sum(
            (end - start) * 60 / tempo
            for (start, tempo), end in zip(self.tempi, ends, strict=False)
        )


def session_of(content: bytes, source: str) -> Session:
    """Return a MIDI file as a session.

    Args:
        content: The bytes of the file.
        source: What messages call the file.

    Raises:
        MidiError: The file is damaged, has no beats, or has no notes.
    """
    ppq, tracks = open_tracks(content, source)
    placed = sorted(
        (one for track in tracks for one in track if one.message.is_meta), key=lambda one: one.tick
    )
    tempi = {
        tick / ppq: tempo_of(message.tempo)
        for tick, message in placed
        if message.type == "set_tempo" and message.tempo
    }
    meters = {
        tick / ppq: Meter(tick / ppq, message.numerator, message.denominator)
        for tick, message in placed
        if message.type == "time_signature"
    }
    sounding = [made for track in tracks for made in _tracks(track, ppq)]
    if not sounding:
        raise MidiError(f"{source}: has no notes")
    silent = [track for track in tracks if not any(m.type == "note_on" for _, m in track)]
    return Session(
        title=printable(name_of(silent[0])) if silent else "",
        tracks=tuple(sounding),
        tempi=tuple(sorted({0.0: USUAL_TEMPO, **tempi}.items())),
        meters=tuple(sorted({0.0: Meter(0.0, 4, 4), **meters}.values())),
        markers=tuple(
            (
                tick / ppq,
                printable(message.text.encode("latin-1", "replace").decode("utf-8", "replace")),
            )
            for tick, message in placed
            if message.type == "marker"
        ),
        end=max(end_of(track) for track in tracks) / ppq,
    )


def session_of_takes(takes: Sequence[bytes], source: str) -> Session:
    """Return several takes of a solo as one session.

    Args:
        takes: The MIDI file of each take, the best first, over one chart.
        source: What messages call them.

    Returns:
        The band of the first take, and the solos of all: those after the first are muted.

    Raises:
        MidiError: A file is damaged, has no beats, or has no notes.
    """
    first, *others = (session_of(content, source) for content in takes)
    if not others:
        return first
    solos, band = _apart(first)
    tracks = [replace(track, name=_of_take(track.name, 1)) for track in solos]
    for number, other in enumerate(others, 2):
        tracks += [
            replace(track, name=_of_take(track.name, number), muted=True)
            for track in _apart(other)[0]
        ]
    return replace(first, tracks=(*tracks, *band))


def _of_take(name: str, number: int) -> str:
    """Return the name of a soloist's track in a take: "Solo take 2: trumpet"."""
    who, colon, on = name.partition(":")
    return f"{who} take {number}{colon}{on}"


def _apart(session: Session) -> tuple[list[SessionTrack], list[SessionTrack]]:
    """Return the tracks of soloists, and the others."""
    solos = [track for track in session.tracks if track.name.startswith(SOLO)]
    return solos, [track for track in session.tracks if track not in solos]


def _tracks(track: MidiTrack, ppq: int) -> list[SessionTrack]:
    """Return a track for each channel that has notes in a track of MIDI."""
    notes: dict[int, list[SessionNote]] = defaultdict(list)
    begun: dict[tuple[int, int], deque[tuple[int, int]]] = defaultdict(deque)
    settings: dict[tuple[int, str], int] = {}
    for tick, message in track:
        if message.type in ("note_on", "note_off"):
            channel, pitch = message.channel, message.note
            if message.type == "note_on" and message.velocity:
                begun[channel, pitch].append((tick, message.velocity))
            elif begun[channel, pitch]:
                start, velocity = begun[channel, pitch].popleft()
                length = max(tick - start, 1) / ppq
                notes[channel].append(SessionNote(start / ppq, length, channel, pitch, velocity))
        else:
            _set(settings, message)
    name = printable(name_of(track))
    several = len(notes) > 1
    return [
        SessionTrack(
            name=(f"{name} {channel + 1}".strip() if several else name) or _usual(channel),
            channel=channel,
            program=settings.get((channel, "program"), 0),
            notes=tuple(sorted(notes[channel])),
            volume=_gain(settings.get((channel, "volume"), USUAL_VOLUME)),
            pan=min(max(0.5 + (settings.get((channel, "pan"), CENTER) - CENTER) / 126, 0), 1),
        )
        for channel in sorted(notes)
    ]


def _usual(channel: int) -> str:
    return "Drums" if channel == DRUM_CHANNEL else f"Channel {channel + 1}"


def _set(settings: dict[tuple[int, str], int], message: Any) -> None:
    """Keep the first program, volume and pan of each channel."""
    if message.type == "program_change":
        settings.setdefault((message.channel, "program"), message.program)
    elif message.type == "control_change" and message.control == VOLUME:
        settings.setdefault((message.channel, "volume"), message.value)
    elif message.type == "control_change" and message.control == PAN:
        settings.setdefault((message.channel, "pan"), message.value)


def _gain(volume: int) -> float:
    """Return the gain of a channel's volume: General MIDI's curve, 0 dB at the usual volume."""
    return min((volume / USUAL_VOLUME) ** 2, LOUDEST)


def printable(text: str) -> str:
    """Return a text on one line without control characters, which neither XML nor Reaper takes."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
