"""Write solos as Standard MIDI Files of format 1 that open in a DAW.

The first track holds tempi, meters, the key, and markers for chords (`Dm7`), sections (`[A]`) and
choruses (`Chorus 2`). The second is the solo's, and each instrument of the band has one of its
own. The bytes hold no date: the same solo gives the same file.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mido import Message, MetaMessage, MidiFile, MidiTrack

from jazzgen.errors import ConfigError
from jazzgen.io.midi.grid import FILE_TICKS, PPQ, Span, pack_grid, played
from jazzgen.io.midi.own_texts import SOFTWARE, chorus_marker, property_text, section_marker
from jazzgen.io.midi.tempo import midi_tempo
from jazzgen.music.chart import Chart, TempoChange
from jazzgen.music.part import Part
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Note, Solo
from jazzgen.music.swing import STRAIGHT, Swing, hundredths, sounding_spans
from jazzgen.music.timing import Meter
from jazzgen.runtime import atomic

__all__ = [
    "ALTO_SAX",
    "PPQ",
    "SOLO_CHANNEL",
    "played",
    "solo_to_midi",
    "solo_to_stems",
    "write_solo",
]

ALTO_SAX = 65
SOLO_CHANNEL = 0
CONDUCTOR = ""
"""The name under which the conductor's track is kept among those of the parts."""
# From seven flats to seven sharps.
MAJOR_KEYS = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
MINOR_KEYS = ("Abm", "Ebm", "Bbm", "Fm", "Cm", "Gm", "Dm", "Am", "Em", "Bm", "F#m", "C#m", "G#m",
              "D#m", "A#m")  # fmt: skip

# Messages at one tick: conductor's and programs first, then note-offs before note-ons.
FIRST, OFF, ON = range(3)

Timeline = list[tuple[int, int, Any]]
"""(tick of the file, rank among those at one tick, message or `KeyStroke`)."""


class KeyStroke(NamedTuple):
    """A note-on or a note-off, of which a message is made when its delta time is known.

    mido checks a message each time it is made or copied, and there are thousands.
    """

    kind: str
    pitch: int
    velocity: int


def write_solo(
    solo: Solo,
    path: str | Path,
    *,
    program: int = ALTO_SAX,
    accompaniment: Sequence[Part] = (),
    swing: Swing = STRAIGHT,
) -> Path:
    """Write a solo to a MIDI file, whole or not at all.

    Args:
        solo: The solo.
        path: Where to write.
        program: See `solo_to_midi`.
        accompaniment: See `solo_to_midi`.
        swing: See `solo_to_midi`.

    Returns:
        The path that was written.

    Raises:
        ConfigError: The program is out of range.
        OutputError: The file cannot be written.
    """
    content = solo_to_midi(solo, program=program, accompaniment=accompaniment, swing=swing)
    return atomic.write_bytes(path, content)


def solo_to_midi(
    solo: Solo,
    *,
    program: int = ALTO_SAX,
    accompaniment: Sequence[Part] = (),
    swing: Swing = STRAIGHT,
) -> bytes:
    """Return a solo as a MIDI file: format 1, 480 ticks per quarter note.

    Args:
        solo: The solo.
        program: General MIDI program of the solo, 0 to 127 (65: alto sax).
        accompaniment: What the band plays, a track each.
        swing: How all of them swing.

    Returns:
        The bytes of the file. `transcription.read.read` reads the same solo from them, its
        deviations rounded to a hundredth of a tick (see `grid`).

    Raises:
        ConfigError: The program is out of range.
    """
    return _saved(list(_tracks(solo, program, accompaniment, swing).values()))


def solo_to_stems(
    solo: Solo,
    *,
    program: int = ALTO_SAX,
    accompaniment: Sequence[Part] = (),
    swing: Swing = STRAIGHT,
) -> dict[str, bytes]:
    """Return each part as a MIDI file of its own, with the conductor's track.

    Args:
        solo: See `solo_to_midi`.
        program: See `solo_to_midi`.
        accompaniment: See `solo_to_midi`; the names differ from each other.
        swing: See `solo_to_midi`.

    Returns:
        The files by the parts' names, the solo's first.

    Raises:
        ConfigError: The program is out of range.
    """
    tracks = _tracks(solo, program, accompaniment, swing)
    conductor = tracks.pop(CONDUCTOR)
    return {name: _saved([conductor, track]) for name, track in tracks.items()}


def _tracks(
    solo: Solo, program: int, accompaniment: Sequence[Part], swing: Swing
) -> dict[str, MidiTrack]:
    """Return the tracks by their names, the conductor's first."""
    if not 0 <= program <= 127:
        raise ConfigError(f"program {program}: expected a General MIDI program, 0 to 127")
    end = solo.chart.ticks * FILE_TICKS
    part = Part("Solo", SOLO_CHANNEL, program, solo.notes)
    tracks = {
        CONDUCTOR: _track(_conductor(solo, swing), end),
        part.name: _track(_part(part, _solo_line(solo, swing, end)), end, part.channel),
    }
    for other in accompaniment:
        notes = _chordal(other.notes, solo.chart, swing, end)
        tracks[other.name] = _track(_part(other, notes), end, other.channel)
    return tracks


def _saved(tracks: Sequence[MidiTrack]) -> bytes:
    file = MidiFile(type=1, ticks_per_beat=PPQ, tracks=list(tracks))
    content = io.BytesIO()
    file.save(file=content)
    return content.getvalue()


def _solo_line(solo: Solo, swing: Swing, end: int) -> Timeline:
    """Return the solo's messages, with its written onsets if it sounds at other ones."""
    swings = swing != STRAIGHT
    spans = sounding_spans(solo.notes, solo.chart, swing) if swings else ()
    content = pack_grid(solo.notes, swings)
    message = MetaMessage("sequencer_specific", data=tuple(content))
    return ([(0, FIRST, message)] if content else []) + _line(solo.notes, end, spans)


def _line(notes: Sequence[Note], end: int, spans: Sequence[Span] = ()) -> Timeline:
    """Return the messages of notes that sound one after the other (channel 0)."""
    timeline: Timeline = []
    for note, (start, stop) in zip(notes, played(notes, end, spans), strict=True):
        timeline.append((start, ON, KeyStroke("note_on", note.pitch, note.velocity)))
        timeline.append((stop, OFF, KeyStroke("note_off", note.pitch, 0)))
    return timeline


def _chordal(notes: Iterable[Note], chart: Chart, swing: Swing, end: int) -> Timeline:
    """Return the messages of notes that may sound together: a line for each pitch."""
    lines: dict[int, list[Note]] = defaultdict(list)
    for note in notes:
        if note.onset * FILE_TICKS < end:
            lines[note.pitch].append(note)
    return [
        item
        for _, line in sorted(lines.items())
        for item in _line(line, end, _band_spans(line, chart, swing))
    ]


def _band_spans(line: Sequence[Note], chart: Chart, swing: Swing) -> list[Span]:
    starts = swing.sounding_onsets([note.onset for note in line], chart)
    stops = swing.sounding_ends([note.end for note in line], chart)
    late = [hundredths(note.deviation) for note in line]
    return [(a + c, b + c) for a, b, c in zip(starts, stops, late, strict=True)]


def _part(part: Part, notes: Timeline) -> Timeline:
    timeline: Timeline = [
        (0, FIRST, _name(part.name)),
        (0, FIRST, Message("program_change", channel=part.channel, program=part.program)),
    ]
    return timeline + notes


def _conductor(solo: Solo, swing: Swing) -> Timeline:
    chart = solo.chart
    timeline: Timeline = [(0, FIRST, _name(solo.title))] if solo.title else []
    timeline += [(0, FIRST, _text("text", text)) for text in _properties(solo, swing)]
    timeline.append((0, FIRST, MetaMessage("key_signature", key=_key_signature(chart.key))))
    for tick, tempo in (TempoChange(0, chart.tempo), *chart.tempo_changes):
        tempo_message = MetaMessage("set_tempo", tempo=midi_tempo(tempo))
        timeline.append((tick * FILE_TICKS, FIRST, tempo_message))
    return timeline + _bar_lines(chart) + _chords(chart)


def _properties(solo: Solo, swing: Swing) -> list[str]:
    """Return texts for properties that have no MIDI event."""
    chart = solo.chart
    said = {
        "software": SOFTWARE,
        "feel": chart.feel,
        "performer": solo.performer,
        "source": solo.source,
    }
    if swing != STRAIGHT:
        said["swing"] = repr(swing.ratio)
    if Key.parse(_key_signature(chart.key)) != chart.key:
        said["key"] = str(chart.key)
    if chart.title != solo.title:
        said["tune"] = chart.title
    always = ("software", "feel", "tune")
    return [property_text(name, text) for name, text in said.items() if text or name in always]


def _key_signature(key: Key) -> str:
    """Return the name that MIDI has for the signature of a key."""
    return (MAJOR_KEYS if key.mode == "major" else MINOR_KEYS)[key.fifths + 7]


def _bar_lines(chart: Chart) -> Timeline:
    """Return the messages at bar lines: meters, choruses, sections."""
    timeline: Timeline = []
    meter: Meter | None = None
    # A single chorus that begins with the first bar needs no marker.
    starts = () if chart.chorus_starts == (0,) else chart.chorus_starts
    for number, (tick, bar) in enumerate(zip(chart.bar_starts, chart.bars, strict=False)):
        messages = []
        if bar.meter != meter:
            messages.append(_time_signature(bar.meter))
        if number in starts:
            messages.append(_text("marker", chorus_marker(starts.index(number) + 1)))
        if bar.section:
            messages.append(_text("marker", section_marker(bar.section)))
        timeline += [(tick * FILE_TICKS, FIRST, message) for message in messages]
        meter = bar.meter
    return timeline


def _chords(chart: Chart) -> Timeline:
    return [
        (tick * FILE_TICKS, FIRST, _text("marker", str(chord)))
        for tick, chord in chart.placed_chords()
    ]


def _time_signature(meter: Meter) -> MetaMessage:
    """Return a time signature; the metronome clicks each beat (a tick is a MIDI clock)."""
    return MetaMessage(
        "time_signature",
        numerator=meter.numerator,
        denominator=meter.denominator,
        clocks_per_click=meter.beat_ticks,
        notated_32nd_notes_per_beat=8,
    )


def _name(text: str) -> MetaMessage:
    return MetaMessage("track_name", name=_utf8(text))


def _text(kind: str, text: str) -> MetaMessage:
    return MetaMessage(kind, text=_utf8(text))


def _utf8(text: str) -> str:
    """Return text that mido encodes as UTF-8.

    mido encodes by a setting of the whole process, Latin-1 by default, which leaves a text with
    one character for each byte of the UTF-8 unchanged.
    """
    return text.encode("utf-8", "replace").decode("latin-1")


def _track(timeline: Timeline, end: int, channel: int = 0) -> MidiTrack:
    """Return a track of messages at absolute ticks that ends at the tick `end`."""
    track, now = MidiTrack(), 0
    for tick, _, message in sorted(timeline, key=lambda item: item[:2]):
        if isinstance(message, KeyStroke):
            kind, pitch, velocity = message
            track.append(
                Message(kind, channel=channel, note=pitch, velocity=velocity, time=tick - now)
            )
        else:
            track.append(message.copy(time=tick - now))
        now = tick
    track.append(MetaMessage("end_of_track", time=end - now))
    return track
