"""The line of a part: its melody, with onsets and durations on the grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.io.midi.part import MidiNote, MidiPart, table_of
from jazzgen.io.midi.score import MidiScore
from jazzgen.io.midi.tempo import DEFAULT_TEMPO
from jazzgen.music.solo import Note
from jazzgen.music.swing import STRAIGHT
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.transcription.likeness import chord_likeness, line_likeness
from jazzgen.transcription.quantization import machine_swing, quantize_onsets
from jazzgen.transcription.voice import has_voices, melody_voice

Ints = NDArray[np.int64]

__all__ = ["Line", "line_of", "swing_of_band", "upper_voice"]

TOGETHER = 0.03
"""Seconds within which notes count as simultaneous."""
GAP = 4
"""Ticks: a shorter gap between two played notes is closed."""


class Line(NamedTuple):
    """The line of a part.

    Args:
        notes: Its notes on the grid, which do not overlap.
        swing: Its swing ratio.
        confidence: How certain it is that they are a line, 0 to 1; None for a part that plays one
            note at a time, or all of its notes together, as soloists do (see `likeness`).
        rest: The part's other notes, if it has several voices: they accompany the line.
    """

    notes: tuple[Note, ...]
    swing: float
    confidence: float | None = None
    rest: tuple[MidiNote, ...] = ()


def line_of(score: MidiScore, part: MidiPart) -> Line:
    """Return a part's melody on the grid: its upper voice, or that of two hands (see `voice`).

    Notes do not overlap. The deviation of a note is the distance from its tick at which it was
    played. In played (not written) lines, gaps shorter than a sixteenth triplet are closed.

    Args:
        score: The file, for its ticks and tempi.
        part: The part.
    """
    seconds = _seconds_per_tick(score, part.table[:, 0])
    confidence: float | None = None
    rest: tuple[MidiNote, ...] = ()
    if not score.exact and has_voices(part):
        rows, confidence = melody_voice(part.table, seconds)
        chosen = {(start, pitch) for start, _, pitch, _ in rows.tolist()}
        rest = tuple(note for note in part.notes if (note.start, note.pitch) not in chosen)
        seconds = _seconds_per_tick(score, rows[:, 0])
    else:
        rows = part.table
    voice = upper_voice(rows, seconds, written=score.exact)
    if not score.exact:
        together = int(TOGETHER / float(np.median(seconds)))
        like = min(line_likeness(voice), chord_likeness(voice, part.table, score.ppq, together))
        if like < 1:
            confidence = round(like * (1.0 if confidence is None else confidence), 3)
    start, end, pitch, velocity = voice.T
    onset, swing = _onsets(score, start)
    length = np.rint((end - start) * TICKS_PER_QUARTER / score.ppq).astype(np.int64)
    length = np.maximum(length, 1)
    following = np.append(onset[1:], np.iinfo(np.int64).max)
    reaches = onset + length > following - (0 if score.exact else GAP)
    length[reaches] = (following - onset)[reaches]
    deviation = (start * TICKS_PER_QUARTER - onset * score.ppq) / score.ppq  # exactly 0 on it
    columns = (onset, length, pitch, velocity, deviation)
    kept = (column[following != onset].tolist() for column in columns)
    return Line(tuple(map(Note, *kept)), swing, confidence, rest)


def _onsets(score: MidiScore, starts: Ints) -> tuple[Ints, float]:
    """Return the onsets of notes on the grid, and their swing ratio."""
    if score.exact:
        return np.array([score.grid(start) for start in starts.tolist()]), STRAIGHT.ratio
    quarter = _seconds_per_tick(score, starts) * score.ppq
    found = quantize_onsets(starts / score.ppq, quarter)
    return found.ticks, found.swing


def swing_of_band(score: MidiScore, band: Sequence[MidiPart]) -> float | None:
    """Return the swing ratio of a band that a machine plays (see `machine_swing`).

    Args:
        score: The file, for its ticks and tempi.
        band: The parts of the band, drums included.
    """
    starts = np.unique(table_of(band)[:, 0])
    return machine_swing(starts / score.ppq, _seconds_per_tick(score, starts) * score.ppq)


def upper_voice(notes: Ints, seconds: NDArray[np.float64], *, written: bool = False) -> Ints:
    """Return the highest of simultaneous notes, without inner voices under long notes.

    Args:
        notes: The notes of a part in order of their starts (see `MidiPart.table`), shape (N, 4).
        seconds: The length of a tick of the file at each note, in seconds, shape (N,).
        written: Whether the notes are of a score, in which notes of one voice do not overlap.

    Returns:
        The notes of the upper voice, shape (M, 4).
    """
    start, end, pitch, _ = notes.T
    gap, shared = np.diff(start), np.minimum(end[1:], end[:-1]) - start[1:]
    together = (gap * seconds[1:] < TOGETHER) & ((gap == 0) | (2 * shared > gap))
    under = (pitch[1:] < pitch[:-1]) & ((end[1:] <= end[:-1]) | (written & (start[1:] < end[:-1])))
    if not (together | under).any():  # one voice only, as in most parts
        return notes
    voice: list[MidiNote] = []
    for note, tick in zip(map(MidiNote._make, notes.tolist()), seconds.tolist(), strict=True):
        last = voice[-1] if voice else None
        if last is not None and _together(note, last, tick):
            if note.pitch > last.pitch and _lasts(note, last):
                voice[-1] = note._replace(start=last.start)
        elif last is None or not _is_under(note, last, written):
            voice.append(note)
    return np.array(voice)


def _together(note: MidiNote, last: MidiNote, tick: float) -> bool:
    """Return whether notes are simultaneous, unlike a grace note, which ends as the next begins."""
    near = (note.start - last.start) * tick < TOGETHER
    shared = min(note.end, last.end) - note.start
    return near and (note.start == last.start or 2 * shared > note.start - last.start)


def _lasts(note: MidiNote, other: MidiNote) -> bool:
    """Return whether a note is not much shorter than another."""
    return 4 * (note.end - note.start) > other.end - other.start


def _is_under(note: MidiNote, last: MidiNote, written: bool) -> bool:
    """Return whether a note is of a lower voice: below one that lasts longer, or still sounds."""
    return note.pitch < last.pitch and (note.end <= last.end or (written and note.start < last.end))


def _seconds_per_tick(
    score: MidiScore, ticks: Sequence[int] | NDArray[np.int64]
) -> NDArray[np.float64]:
    changes = np.array([tick for tick, _ in score.tempos], np.int64)
    tempi = np.array([DEFAULT_TEMPO, *(tempo for _, tempo in score.tempos)])
    seconds: NDArray[np.float64] = 60 / (tempi * score.ppq)
    return seconds[np.searchsorted(changes, ticks, "right")]
