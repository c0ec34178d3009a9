"""Write solos as Standard MIDI Files of format 1 that open in a DAW.

The first track holds tempi, meters, the key, and markers for chords (`Dm7`), sections (`[A]`) and
choruses (`Chorus 2`). The second is the solo's, and each instrument of the band has one of its
own. Players who trade have a track each in place of the solo's, and a text says whose bars are
whose. The bytes hold no date: the same solo gives the same file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from jazzgen.errors import ConfigError
from jazzgen.io.midi.conductor import FIRST, OFF, ON, Timeline, conductor, track_name
from jazzgen.io.midi.encode import encode_file, encode_track, key_stroke
from jazzgen.io.midi.grid import FILE_TICKS, PPQ, Span, pack_grid, played
from jazzgen.io.midi.own_texts import solo_label, turns_text
from jazzgen.io.midi.written import control_change, program_change, sequencer_specific
from jazzgen.music.chart import Chart
from jazzgen.music.part import DRUM_CHANNEL, Mix, Part
from jazzgen.music.solo import Note, Solo
from jazzgen.music.swing import STRAIGHT, Swing, hundredths, sounding_spans
from jazzgen.music.trade import Trade
from jazzgen.runtime import atomic

__all__ = [
    "ALTO_SAX",
    "PPQ",
    "SOLO_CHANNEL",
    "TRADE_CHANNELS",
    "backing_to_midi",
    "backing_to_stems",
    "played",
    "saved",
    "solo_to_midi",
    "solo_to_stems",
    "soloist_mix",
    "tracks_of",
    "trade_to_midi",
    "trade_to_stems",
    "write_solo",
]

ALTO_SAX = 65
SOLO_CHANNEL = 0
TRADE_CHANNELS = (SOLO_CHANNEL, *(channel for channel in range(3, 16) if channel != DRUM_CHANNEL))
"""The channels of players who trade: those that the band leaves (see `band.trio`)."""
VOLUME, PAN, REVERB = 7, 10, 91
"""The numbers of the MIDI controllers of a mix."""
SOLO_VOLUME, SOLO_REVERB, SOLO_WIDTH = 88, 52, 64
"""The volume and the reverb of soloists above a band, and the pan from the first to the last."""
CONDUCTOR = ""
"""The name under which the conductor's track is kept among those of the parts."""


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
    band: str = "",
) -> bytes:
    """Return a solo as a MIDI file: format 1, 480 ticks per quarter note.

    Args:
        solo: The solo.
        program: General MIDI program of the solo, 0 to 127 (65: alto sax).
        accompaniment: What the band plays, a track each.
        swing: How all of them swing.
        band: How the band was made (see `render.band_text`).

    Returns:
        The bytes of the file. `transcription.read.read` reads the same solo from them, its
        deviations rounded to a hundredth of a tick (see `grid`).

    Raises:
        ConfigError: The program is out of range.
    """
    line = (_solo_part(solo, program), solo)
    return saved(list(tracks_of(solo, [line], accompaniment, swing, band=band).values()))


def trade_to_midi(
    trade: Trade,
    *,
    programs: Sequence[int],
    accompaniment: Sequence[Part] = (),
    swing: Swing = STRAIGHT,
    band: str = "",
) -> bytes:
    """Return the solos of players who trade as a MIDI file, with a track for each.

    Args:
        trade: The solos.
        programs: General MIDI program of each player.
        accompaniment: See `solo_to_midi`.
        swing: See `solo_to_midi`.
        band: See `solo_to_midi`.

    Returns:
        The bytes of the file. `transcription.read.read_transcription` reads the same trade from
        them.

    Raises:
        ConfigError: A program is out of range, or there are more players than channels.
    """
    tracks = _trade_tracks(trade, programs, accompaniment, swing, band)
    return saved(list(tracks.values()))


def trade_to_stems(
    trade: Trade,
    *,
    programs: Sequence[int],
    accompaniment: Sequence[Part] = (),
    swing: Swing = STRAIGHT,
    band: str = "",
) -> dict[str, bytes]:
    """Return each part as a MIDI file of its own, as `solo_to_stems` does.

    Args:
        trade: See `trade_to_midi`.
        programs: See `trade_to_midi`.
        accompaniment: See `solo_to_midi`; the names differ from each other.
        swing: See `solo_to_midi`.
        band: See `solo_to_midi`.

    Returns:
        The files by the parts' names, the players' first.

    Raises:
        ConfigError: See `trade_to_midi`.
    """
    return _stems(_trade_tracks(trade, programs, accompaniment, swing, band))


def solo_to_stems(
    solo: Solo,
    *,
    program: int = ALTO_SAX,
    accompaniment: Sequence[Part] = (),
    swing: Swing = STRAIGHT,
    band: str = "",
) -> dict[str, bytes]:
    """Return each part as a MIDI file of its own, with the conductor's track.

    Args:
        solo: See `solo_to_midi`.
        program: See `solo_to_midi`.
        accompaniment: See `solo_to_midi`; the names differ from each other.
        swing: See `solo_to_midi`.
        band: See `solo_to_midi`.

    Returns:
        The files by the parts' names, the solo's first.

    Raises:
        ConfigError: The program is out of range.
    """
    line = (_solo_part(solo, program), solo)
    return _stems(tracks_of(solo, [line], accompaniment, swing, band=band))


def backing_to_midi(
    tune: Solo, accompaniment: Sequence[Part], *, swing: Swing = STRAIGHT, band: str = ""
) -> bytes:
    """Return what a band plays without a soloist as a MIDI file.

    Args:
        tune: The tune; its notes are left out.
        accompaniment: What the band plays, a track each.
        swing: How all of them swing.
        band: See `solo_to_midi`.
    """
    return saved(list(tracks_of(tune, (), accompaniment, swing, band=band).values()))


def backing_to_stems(
    tune: Solo, accompaniment: Sequence[Part], *, swing: Swing = STRAIGHT, band: str = ""
) -> dict[str, bytes]:
    """Return each part of a backing track as a MIDI file of its own, by the parts' names.

    Args:
        tune: See `backing_to_midi`.
        accompaniment: See `backing_to_midi`; the names differ from each other.
        swing: See `backing_to_midi`.
        band: See `solo_to_midi`.
    """
    return _stems(tracks_of(tune, (), accompaniment, swing, band=band))


def _stems(tracks: dict[str, bytes]) -> dict[str, bytes]:
    """Return a file for each track but the conductor's, which is in all of them."""
    conductor = tracks.pop(CONDUCTOR)
    return {name: saved([conductor, track]) for name, track in tracks.items()}


def _solo_part(solo: Solo, program: int) -> Part:
    """Return the part of a single soloist.

    Raises:
        ConfigError: The program is out of range.
    """
    return Part(solo_label(solo.instrument), SOLO_CHANNEL, _checked(program), solo.notes)


def _checked(program: int) -> int:
    if not 0 <= program <= 127:
        raise ConfigError(f"program {program}: expected a General MIDI program, 0 to 127")
    return program


def _trade_tracks(
    trade: Trade, programs: Sequence[int], accompaniment: Sequence[Part], swing: Swing, band: str
) -> dict[str, bytes]:
    """Return the tracks of a trade by their names, the conductor's first."""
    if len(trade.solos) > len(TRADE_CHANNELS):
        raise ConfigError(
            f"{len(trade.solos)} soloists: expected at most {len(TRADE_CHANNELS)}, since MIDI has "
            "16 channels and the band plays on three of them"
        )
    parts = map(
        Part, trade.labels, TRADE_CHANNELS, map(_checked, programs), map(_notes, trade.solos)
    )
    lines = list(zip(parts, trade.solos, strict=True))
    return tracks_of(trade.line, lines, accompaniment, swing, turns_text(trade.turns), band)


def _notes(solo: Solo) -> tuple[Note, ...]:
    return solo.notes


def tracks_of(
    tune: Solo,
    lines: Sequence[tuple[Part, Solo]],
    accompaniment: Sequence[Part],
    swing: Swing,
    turns: str = "",
    band: str = "",
) -> dict[str, bytes]:
    """Return the tracks by their names, the conductor's first.

    Args:
        tune: All that is improvised, for the conductor's track.
        lines: Each soloist's part and solo.
        accompaniment: See `solo_to_midi`.
        swing: See `solo_to_midi`.
        turns: Whose bars are whose, as a text; "" for a single soloist.
        band: How the band was made, as a text.
    """
    end = tune.chart.ticks * FILE_TICKS
    tracks = {CONDUCTOR: encode_track(conductor(tune, swing, turns, band), end)}
    mixed = any(part.mix for part in accompaniment)
    for number, (part, solo) in enumerate(lines):
        if mixed and part.mix is None:
            part = replace(part, mix=soloist_mix(number, len(lines)))
        tracks[part.name] = encode_track(
            _part(part, _solo_line(solo, swing, end)), end, part.channel
        )
    for other in accompaniment:
        notes = _chordal(other.notes, tune.chart, swing, end)
        tracks[other.name] = encode_track(_part(other, notes), end, other.channel)
    return tracks


def soloist_mix(number: int, soloists: int) -> Mix:
    """Return where a soloist stands: in the middle, or several from left to right.

    Args:
        number: The index of the soloist.
        soloists: How many there are.
    """
    place = (number + 0.5) / soloists - 0.5
    return Mix(volume=SOLO_VOLUME, pan=64 + round(SOLO_WIDTH * place), reverb=SOLO_REVERB)


def saved(tracks: Iterable[bytes]) -> bytes:
    """Return the bytes of a file of some tracks, the conductor's first."""
    return encode_file(tracks, PPQ)


def _solo_line(solo: Solo, swing: Swing, end: int) -> Timeline:
    """Return the solo's messages, with its written onsets if it sounds at other ones."""
    swings = swing != STRAIGHT
    spans = sounding_spans(solo.notes, solo.chart, swing) if swings else ()
    content = pack_grid(solo.notes, swings)
    written = [(0, FIRST, sequencer_specific(bytes(content)))] if content else []
    return written + _line(solo.notes, end, spans)


def _line(notes: Sequence[Note], end: int, spans: Sequence[Span] = ()) -> Timeline:
    """Return the messages of notes that sound one after the other (channel 0)."""
    timeline: Timeline = []
    for note, (start, stop) in zip(notes, played(notes, end, spans), strict=True):
        timeline.append((start, ON, key_stroke("note_on", note.pitch, note.velocity)))
        timeline.append((stop, OFF, key_stroke("note_off", note.pitch, 0)))
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
        (0, FIRST, track_name(part.name)),
        (0, FIRST, program_change(part.channel, part.program)),
    ]
    return timeline + _mixed(part) + notes


def _mixed(part: Part) -> Timeline:
    """Return the controllers that place a part in the mix."""
    if part.mix is None:
        return []
    levels = (VOLUME, part.mix.volume), (PAN, part.mix.pan), (REVERB, part.mix.reverb)
    return [(0, FIRST, control_change(part.channel, control, value)) for control, value in levels]
