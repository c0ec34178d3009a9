"""A part of a MIDI file as a line: one note at a time, on the grid of ticks."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from jazzgen.errors import ConfigError, MidiError
from jazzgen.io.midi.chart import chart_of
from jazzgen.io.midi.grid import PPQ, unpack_grid
from jazzgen.io.midi.part import MidiNote, MidiPart
from jazzgen.io.midi.score import MidiScore
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note
from jazzgen.music.swing import STRAIGHT, Swing, sounding_spans
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["count_overlaps", "part_called", "swing_of", "upper_line"]


def part_called(score: MidiScore, track: int | str) -> MidiPart:
    """Return the part that a user names; of several that fit, the most melodious.

    Args:
        score: The file.
        track: The number of its track from 0 (in a file of format 0, its channel from 1), or
            its name or a word of its name, in capitals or not.

    Raises:
        MidiError: There is no such part; the message lists the tracks.
    """
    wanted = str(track).strip().lower()
    names = {id(part): part.name.strip().lower() for part in score.parts}
    found = [part for part in score.parts if names[id(part)] == wanted]
    if not found or isinstance(track, int):
        found = [part for part in score.parts if wanted in map(str, (part.track, *part.joined))]
    if not found and wanted:
        found = [part for part in score.parts if wanted in names[id(part)]]
    if not found:
        tracks = ", ".join(
            f"{part.track} {part.name.strip() or '(no name)'}" for part in score.parts
        )
        raise MidiError(f"{score.source}: has no track {track!r}; its tracks are {tracks}")
    return max(found, key=_melodiousness)


def _melodiousness(part: MidiPart) -> tuple[int, int]:
    """Rank parts by the share of notes that sound alone, in tenths, then by the number of notes."""
    alone = sum(a.end <= b.start for a, b in pairwise(part.notes)) + 1
    return round(10 * alone / len(part.notes)), len(part.notes)


def upper_line(score: MidiScore, part: MidiPart) -> tuple[Note, ...]:
    """Return the upper line of a part on the grid of ticks.

    Args:
        score: The file, for its ticks.
        part: A part with at least one note.

    Returns:
        Notes that do not overlap. Deviations are at most half a tick, unless the part holds
        the written onsets of its notes (see `grid`). Swung off-beats of a file that jazzgen
        has written come back halfway between the beats.

    Raises:
        ChartError: The file swings and has too many bars.
    """
    swing = swing_of(score)
    bars = None if swing == STRAIGHT else chart_of(score, 0)
    # The written onsets are in ticks of our own files; another program may have changed them.
    if part.grid and score.ppq == PPQ:
        spans = (lambda line: sounding_spans(line, bars, swing)) if bars else None
        if notes := unpack_grid(part.grid, part.notes, score.end, spans):
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
        if limit is not None:  # a note ends at the latest where the next one begins
            end = min(end, limit)
        line.append(
            Note(onset, end - onset, note.pitch, note.velocity, score.deviation(note.start))
        )
    return tuple(line)


def swing_of(score: MidiScore) -> Swing:
    """Return the swing of a file that jazzgen has written; even eighths if it names none."""
    try:
        return Swing(float(score.properties.get("swing", "1")))
    except (ValueError, ConfigError):  # another program's property of the same name
        return STRAIGHT


def _straightened(score: MidiScore, part: MidiPart, swing: Swing, bars: Chart) -> MidiPart:
    """Return a part with its swung off-beats halfway between the beats."""

    def straight(tick: int) -> int:
        sounding = TICKS_PER_QUARTER * tick / score.ppq
        written = swing.straightened(sounding, bars)
        return tick + round((written - sounding) * score.ppq / TICKS_PER_QUARTER)

    def moved(note: MidiNote) -> MidiNote:
        start = straight(note.start)
        return note._replace(start=start, end=max(straight(note.end), start))

    return replace(part, notes=tuple(sorted(map(moved, part.notes))))


def count_overlaps(part: MidiPart) -> int:
    """Return how many notes sound together with earlier ones for over half their duration.

    The legato of a pianist, who holds each note a little into the next, does not count.
    """
    start, end = part.table[:, 0], part.table[:, 1]
    until = np.maximum.accumulate([0, *end[:-1]])  # the latest end of all notes before
    return int((2 * (np.minimum(end, until) - start) > end - start).sum())


def _prominence(score: MidiScore, note: MidiNote) -> tuple[bool, int, int]:
    """Rank notes that begin together: the highest wins, unless it is too short for the grid."""
    lasts = score.grid(note.end) > score.grid(note.start)
    return lasts, note.pitch, note.end
