"""One line out of a part: upper voice, onsets on the grid, lengths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jazzgen.io.midi.score import DEFAULT_TEMPO, MidiNote, MidiPart, MidiScore, table_of
from jazzgen.music.solo import Note
from jazzgen.music.swing import STRAIGHT
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.transcription.quantization import machine_swing, place_notes

Ints = NDArray[np.int64]

__all__ = ["line_of", "swing_of_band", "upper_voice"]

TOGETHER = 0.03
"""Seconds within which notes begin together."""
GAP = 4
"""Ticks that may lie between a note and the next one that it is tied to."""


def line_of(score: MidiScore, part: MidiPart) -> tuple[tuple[Note, ...], float]:
    """Return a part's upper voice on the grid, and its swing ratio.

    Notes do not overlap. How far each note was played from its place is its deviation; of
    what is played, a gap that is shorter than a sixteenth triplet is closed.

    Args:
        score: The file, for its ticks and tempi.
        part: The part.
    """
    seconds = _seconds_a_tick(score, part.table[:, 0])
    start, end, pitch, velocity = upper_voice(part.table, seconds).T
    onset, swing = _places(score, start)
    length = np.rint((end - start) * TICKS_PER_QUARTER / score.ppq).astype(np.int64)
    length = np.maximum(length, 1)
    following = np.append(onset[1:], np.iinfo(np.int64).max)
    reaches = onset + length > following - (0 if score.exact else GAP)
    length[reaches] = (following - onset)[reaches]
    deviation = (start * TICKS_PER_QUARTER - onset * score.ppq) / score.ppq  # exactly 0 on it
    columns = (onset, length, pitch, velocity, deviation)
    kept = (column[following != onset].tolist() for column in columns)
    return tuple(map(Note, *kept)), swing


def _places(score: MidiScore, starts: Ints) -> tuple[Ints, float]:
    """Return the ticks on which notes are meant to begin, and their swing ratio."""
    if score.exact:
        return np.array([score.grid(start) for start in starts.tolist()]), STRAIGHT.ratio
    places = place_notes(starts / score.ppq, _seconds_a_tick(score, starts) * score.ppq)
    return places.ticks, places.swing


def swing_of_band(score: MidiScore, band: Sequence[MidiPart]) -> float | None:
    """Return the swing ratio of a band that a machine plays, drums included (see `metre`)."""
    starts = np.unique(table_of(band)[:, 0])
    return machine_swing(starts / score.ppq, _seconds_a_tick(score, starts) * score.ppq)


def upper_voice(notes: Ints, seconds: NDArray[np.float64]) -> Ints:
    """Return the highest of notes that begin together, without inner voices under long ones.

    Args:
        notes: The notes of a part by start (see `MidiPart.table`), shape (N, 4).
        seconds: How long a tick of the file lasts at each, shape (N,).

    Returns:
        Those that are left, shape (M, 4).
    """
    start, end, pitch, _ = notes.T
    gap, shared = np.diff(start), np.minimum(end[1:], end[:-1]) - start[1:]
    together = (gap * seconds[1:] < TOGETHER) & ((gap == 0) | (2 * shared > gap))
    under = (pitch[1:] < pitch[:-1]) & (end[1:] <= end[:-1])
    if not (together | under).any():  # one voice, as most soloists have
        return notes
    voice: list[MidiNote] = []
    for note, tick in zip(map(MidiNote._make, notes.tolist()), seconds.tolist(), strict=True):
        last = voice[-1] if voice else None
        if last is not None and _together(note, last, tick):
            if note.pitch > last.pitch and _lasts(note, last):
                voice[-1] = note._replace(start=last.start)
        elif last is None or not _is_under(note, last):
            voice.append(note)
    return np.array(voice)


def _together(note: MidiNote, last: MidiNote, tick: float) -> bool:
    """Whether notes begin together; a grace note ends where the next one begins."""
    near = (note.start - last.start) * tick < TOGETHER
    shared = min(note.end, last.end) - note.start
    return near and (note.start == last.start or 2 * shared > note.start - last.start)


def _lasts(note: MidiNote, other: MidiNote) -> bool:
    """Whether a note is no mere flick beside another."""
    return 4 * (note.end - note.start) > other.end - other.start


def _is_under(note: MidiNote, last: MidiNote) -> bool:
    """Whether a note is an inner voice: lower than one that sounds on beyond it."""
    return note.pitch < last.pitch and note.end <= last.end


def _seconds_a_tick(
    score: MidiScore, ticks: Sequence[int] | NDArray[np.int64]
) -> NDArray[np.float64]:
    changes = np.array([tick for tick, _ in score.tempos], np.int64)
    tempi = np.array([DEFAULT_TEMPO, *(tempo for _, tempo in score.tempos)])
    seconds: NDArray[np.float64] = 60 / (tempi * score.ppq)
    return seconds[np.searchsorted(changes, ticks, "right")]
