"""Read MIDI files: as a score, and as a solo over the chart that its markers spell.

`read_midi` says what the file says, unrounded; `solo_from_midi` gives one line on the
grid of ticks, with its chart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from jazzgen.errors import ChartError, ConfigError, MidiError
from jazzgen.io.midi.chart import chart_of, cover, with_tempo
from jazzgen.io.midi.events import MidiEvents, read_events
from jazzgen.io.midi.grid import PPQ, unpack_grid
from jazzgen.io.midi.markers import read_texts
from jazzgen.io.midi.score import (
    MidiNote,
    MidiPart,
    MidiScore,
    Timed,
    parts_of,
    seconds_at,
    track_name,
)
from jazzgen.io.midi.tempo import tempo_of
from jazzgen.io.midi.track import Event, MidiTrack
from jazzgen.music.chart import Chart
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Note, Solo
from jazzgen.music.swing import STRAIGHT, Swing, sounding_spans
from jazzgen.music.timing import TICKS_PER_QUARTER, Meter, check_tempo

__all__ = ["MidiNote", "MidiPart", "MidiScore", "Timed", "melody_part", "part_called", "read_midi",
           "read_pieces", "solo_from_midi", "swing_of", "together", "upper_line"]  # fmt: skip

# Names of parts that play the melody, those that say so first.
MELODY_NAMES = (
    r"\bsolo|\bmelod|\blead\b|\bimpro|\btheme\b",
    r"sax|trumpet|trombone|clarinet|flute|cornet|horn\b|vocal|voice|vibes|vibraphone|violin",
)
BASS_NAME = r"\bbass\b(?! (clarinet|flute|trombone|sax))"
BASS_PROGRAMS = range(32, 40)
LONGEST = 24 * 3600
"""Seconds that a file may last."""


def read_midi(path: str | Path) -> MidiScore:
    """Read a Standard MIDI File that holds one piece.

    Args:
        path: The file.

    Returns:
        Its parts, markers, tempi and meters, in ticks of the file.

    Raises:
        MidiError: The file cannot be used: missing, no MIDI file, damaged,
            truncated, without notes, of several pieces, longer than a day, or with a
            meter or tempo out of range.
    """
    pieces = read_pieces(path)
    if len(pieces) > 1:
        raise MidiError(f"{path}: holds {len(pieces)} pieces (format 2); expected one")
    return pieces[0]


def read_pieces(path: str | Path) -> tuple[MidiScore, ...]:
    """Read the pieces of a Standard MIDI File: one, or in format 2 one a track.

    Args:
        path: The file.

    Returns:
        The pieces that have notes, at least one.

    Raises:
        MidiError: See `read_midi`.
    """
    events = read_events(path)
    alone = [(track,) for track in events.tracks] if events.format == 2 else [events.tracks]
    try:
        scores = [_score(str(path), events, tracks) for tracks in alone]
    except MidiError as error:
        raise MidiError(f"{path}: {error}") from None
    except ChartError as error:
        raise MidiError(f"{path}: {error}") from error
    pieces = tuple(score for score in scores if score.parts)
    if not pieces:
        raise MidiError(f"{path}: has no notes")
    return pieces


def solo_from_midi(
    path: str | Path, *, track: int | str | None = None, chart: Chart | None = None
) -> Solo:
    """Read a solo from a MIDI file.

    The line is the upper one where notes begin together, each note ending where
    the next begins at the latest. Onsets are rounded to the nearest tick, where the file
    does not say better; the rest is kept as the notes' deviation.

    Args:
        path: The file.
        track: Which part plays the solo: the number of its track in the file, from
            0 (in a file of format 0, its channel, from 1), or its name. By default
            see `melody_part`.
        chart: The chart that is played over, repeated or cut at a bar line to cover
            the notes; its bars are taken as they are, the tempo is the file's. By
            default the file's own chord markers; without any, no chord.

    Returns:
        The solo.

    Raises:
        MidiError: See `read_midi`; or there is no such track, or only drums.
    """
    score = read_midi(path)
    part = melody_part(score) if track is None else part_called(score, track)
    try:
        notes = upper_line(score, part)
        if chart is None:
            whole = chart_of(score, notes[-1].end)
        else:
            whole = with_tempo(score, cover(chart, notes[-1].end))
    except ChartError as error:
        raise MidiError(f"{path}: {error}") from error
    ours = "software" in score.properties
    source = score.properties.get("source", "" if ours else Path(path).name)
    title = score.title or (chart.title if chart else "")
    return Solo(notes, whole, title, score.performer, source)


def melody_part(score: MidiScore) -> MidiPart:
    """Return the part that most likely plays the melody.

    One whose name says so; otherwise, leaving out drums and, where there is
    anything else, the bass, the most nearly monophonic one with the most notes.

    Raises:
        MidiError: There are only drums.
    """
    pitched = [part for part in score.parts if not part.is_drums]
    if not pitched:
        raise MidiError(f"{score.source}: has only drums; expected a melody")
    for pattern in MELODY_NAMES:
        named = [part for part in pitched if _is_called(part, pattern) and not _is_bass(part)]
        if named:
            return max(named, key=_melodiousness)
    return max([part for part in pitched if not _is_bass(part)] or pitched, key=_melodiousness)


def upper_line(score: MidiScore, part: MidiPart) -> tuple[Note, ...]:
    """Return the upper line of a part on the grid of ticks.

    Args:
        score: The file, for its ticks.
        part: A part with at least one note.

    Returns:
        Notes that do not overlap. Deviations lie within half a tick, unless the part
        says where its notes stand (see `midi_grid`). Off-beats that our files swing come
        back halfway between the beats.

    Raises:
        ChartError: The file swings, and has too many bars.
    """
    swing = swing_of(score)
    bars = None if swing == STRAIGHT else chart_of(score, 0)
    if part.grid and score.ppq == PPQ:
        places = (lambda line: sounding_spans(line, bars, swing)) if bars else None
        if notes := unpack_grid(part.grid, part.notes, score.end, places):
            return notes
    if bars:
        part = _straightened(score, part, swing, bars)
    by_onset: dict[int, MidiNote] = {}
    for note in part.notes:
        onset = score.grid(note.start)
        rival = by_onset.get(onset)
        if rival is None or _prominence(score, note) > _prominence(score, rival):
            by_onset[onset] = note
    onsets = sorted(by_onset)
    line = []
    for onset, limit in zip(onsets, [*onsets[1:], None], strict=True):
        note = by_onset[onset]
        end = max(score.grid(note.end), onset + 1)
        line.append(Note(
            onset, (end if limit is None else min(end, limit)) - onset, note.pitch,
            note.velocity, score.deviation(note.start),
        ))  # fmt: skip
    return tuple(line)


def swing_of(score: MidiScore) -> Swing:
    """Return how a file that we wrote swings; even eighths, if it does not say."""
    try:
        return Swing(float(score.properties.get("swing", "1")))
    except (ValueError, ConfigError):  # somebody else's property of the same name
        return STRAIGHT


def _straightened(score: MidiScore, part: MidiPart, swing: Swing, bars: Chart) -> MidiPart:
    """Return a part with its swung off-beats halfway between the beats."""

    def straight(tick: int) -> int:
        place = TICKS_PER_QUARTER * tick / score.ppq
        return tick + round((swing.straightened(place, bars) - place) * score.ppq / 24)

    return replace(part, notes=tuple(sorted(
        note._replace(start=straight(note.start), end=max(straight(note.end), straight(note.start)))
        for note in part.notes
    )))  # fmt: skip


def together(part: MidiPart) -> int:
    """Return how many notes sound together with earlier ones for over half their length.

    A player at the keys who holds a note a little into the next does not.
    """
    start, end = part.table[:, 0], part.table[:, 1]
    until = np.maximum.accumulate([0, *end[:-1]])  # what was before has ended
    return int((2 * (np.minimum(end, until) - start) > end - start).sum())


def _prominence(score: MidiScore, note: MidiNote) -> tuple[bool, int, int]:
    """Rank notes that begin together: the highest, unless it is a mere flick."""
    lasts = score.grid(note.end) > score.grid(note.start)
    return lasts, note.pitch, note.end


def _score(source: str, events: MidiEvents, tracks: Sequence[MidiTrack]) -> MidiScore:
    parts = parts_of(tracks, by_channel=events.format == 0)
    texts = read_texts(tracks)
    merged = [event for track in tracks for event in track.metas]
    keys = [Key.parse(event.message.key) for event in merged if _is(event, "key_signature")]
    tempos = _tempos(merged) if events.metrical else ()
    end = max((track.end for track in tracks), default=0)
    if (seconds := float(seconds_at(end, events.ppq, tempos))) > LONGEST:
        raise MidiError(f"lasts {seconds / 3600:,.0f} hours; expected at most {LONGEST // 3600}")
    return MidiScore(
        source=source,
        ppq=events.ppq,
        end=end,
        parts=parts,
        title=_title(events.format, tracks, parts),
        key=keys[0] if keys else None,
        tempos=tempos,
        meters=_meters(merged),
        chords=tuple(texts.chords),
        sections=tuple(texts.sections),
        choruses=tuple(texts.choruses),
        others=tuple(texts.others),
        properties=texts.properties,
        metrical=events.metrical,
        warnings=events.warnings,
    )


def _is(event: Event, kind: str) -> bool:
    return bool(event.message.type == kind)


def _title(kind: int, tracks: Sequence[MidiTrack], parts: tuple[MidiPart, ...]) -> str:
    """Return the name of the first track, unless it is that of a part."""
    names_a_part = kind == 1 and any(part.track == 0 for part in parts)
    return "" if names_a_part or not tracks else track_name(tracks[0])


def _tempos(events: Iterable[Event]) -> tuple[Timed[float], ...]:
    tempos = [
        Timed(event.tick, check_tempo(tempo_of(event.message.tempo)))
        for event in events if _is(event, "set_tempo")
    ]  # fmt: skip
    return tuple(sorted(tempos, key=lambda timed: timed.tick))


def _meters(events: Iterable[Event]) -> tuple[Timed[Meter], ...]:
    meters = [
        Timed(event.tick, Meter(event.message.numerator, event.message.denominator))
        for event in events if _is(event, "time_signature")
    ]  # fmt: skip
    return tuple(sorted(meters, key=lambda timed: timed.tick))


def part_called(score: MidiScore, track: int | str) -> MidiPart:
    """Return the part with a number or a name; of several, the most melodious.

    Raises:
        MidiError: There is none; the message lists the tracks.
    """
    wanted = str(track).strip().lower()
    names = {id(part): part.name.strip().lower() for part in score.parts}
    found = [part for part in score.parts if names[id(part)] == wanted]
    if not found or isinstance(track, int):
        found = [part for part in score.parts if str(part.track) == wanted]
    if not found and wanted:
        found = [part for part in score.parts if wanted in names[id(part)]]
    if not found:
        tracks = ", ".join(
            f"{part.track} {part.name.strip() or '(no name)'}" for part in score.parts
        )
        raise MidiError(f"{score.source}: has no track {track!r}; its tracks are {tracks}")
    return max(found, key=_melodiousness)


def _is_called(part: MidiPart, pattern: str) -> bool:
    return re.search(pattern, part.name, re.IGNORECASE) is not None


def _is_bass(part: MidiPart) -> bool:
    return part.program in BASS_PROGRAMS or _is_called(part, BASS_NAME)


def _melodiousness(part: MidiPart) -> tuple[int, int]:
    """Rank parts: the share of notes that sound alone, in tenths, then how many there are."""
    alone = sum(a.end <= b.start for a, b in pairwise(part.notes)) + 1
    return round(10 * alone / len(part.notes)), len(part.notes)
