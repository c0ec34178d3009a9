"""On whose beats the notes of a file are: its own, or beats that are found.

A band is tracked where its onsets do not gather around the file's beats (see `beats`). A part
alone may be a soloist who plays freely around beats that are right, or a recording in a file that
states 120 whatever was played. So its own beats are believed if there is some evidence for them.
Otherwise a steady beat is searched for (see `steady_beat`), and if none is found, it is said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from jazzgen.io.midi.line import count_overlaps
from jazzgen.io.midi.part import table_of
from jazzgen.io.midi.score import MidiScore, seconds_at
from jazzgen.io.midi.tempo import DEFAULT_TEMPO
from jazzgen.transcription.beats import BASS, MIN_NOTES, beat_times, is_on_beat, on_beats
from jazzgen.transcription.steady_beat import find_steady_beat, grid_evidence

__all__ = ["Origin", "on_grid"]

Origin = Literal["written", "given", "estimated", "unknown"]

OWN = 5.0
"""The evidence from which a file's own beats are believed; one in fifty has it by chance."""
BETTER = 10.0
"""By how much the evidence for a steady beat must exceed twice that for the file's own beats: the
tempo of a line in triplets is not that of the same line in eighths."""
FINE = (6, 8, 12, 16, 24)
"""Divisions of a beat onto which only machines put notes."""
MACHINE = 14.0
"""The least evidence that a machine has put notes onto such a division; by chance one line in a
million has it."""
POLYPHONIC = 0.3
"""The least share of overlapping notes in a part with several voices."""


def on_grid(score: MidiScore) -> tuple[MidiScore, Origin]:
    """Return a score whose quarter notes are its beats, and the origin of the beats.

    Args:
        score: The piece.
    """
    if score.exact:
        return score, "written"
    if score.is_ours:
        return score, "given"
    if len(score.parts) > 1:
        return (score, "given") if is_on_beat(score) else (on_beats(score), "estimated")
    return _alone(score)


def _alone(score: MidiScore) -> tuple[MidiScore, Origin]:
    """Return what `on_grid` does for a piece of a single part."""
    starts = np.unique(table_of(score.parts)[:, 0])
    if len(starts) < MIN_NOTES:
        return (score, "given") if score.metrical else (on_beats(score), "estimated")
    phases = starts / score.ppq
    own = grid_evidence(phases) if score.metrical else 0.0
    if score.metrical and _states_tempo(score) and _is_by_machine(phases):
        return score, "given"
    steady = find_steady_beat(seconds_at(starts, score.ppq, score.tempos))
    if steady and steady.evidence > 2 * own + BETTER:
        last = float(seconds_at(starts[-1], score.ppq, score.tempos))
        beats = np.arange(steady.first, last + 2 * steady.period, steady.period)
        return _told(on_beats(score, beats), f"a steady {60 / steady.period:.0f} a minute is taken")
    if own >= OWN:
        return score, "given"
    if _has_bass(score):
        beats = beat_times(score)
        tempo = 60 / float(np.median(np.diff(beats))) if len(beats) > 1 else 0.0
        return _told(on_beats(score, beats), f"beats are estimated, about {tempo:.0f} a minute")
    if not score.metrical:
        return on_beats(score), "estimated"
    told, _ = _told(score, "no steady beat was found either: bars and rhythms are doubtful")
    return told, "unknown"


def _states_tempo(score: MidiScore) -> bool:
    """Return whether a file states a tempo, other than that which programs write by themselves."""
    return any(tempo != DEFAULT_TEMPO for _, tempo in score.tempos)


def _is_by_machine(phases: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    """Return whether onsets in beats are exactly on a fine grid."""
    angles = 2j * np.pi * phases
    return any(
        len(phases) * abs(np.exp(division * angles).mean()) ** 2 > MACHINE for division in FINE
    )


def _has_bass(score: MidiScore) -> bool:
    """Return whether a single part has a bass that may tell the beat, as a pianist's left hand."""
    [part] = score.parts
    low = int((part.table[:, 2] < BASS).sum())
    return low >= MIN_NOTES and count_overlaps(part) > POLYPHONIC * len(part.notes)


def _told(score: MidiScore, what: str) -> tuple[MidiScore, Origin]:
    warning = f"the notes have no relation to the file's beats; {what}"
    return replace(score, warnings=(*score.warnings, warning)), "estimated"
