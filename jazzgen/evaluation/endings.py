"""Endings: where the last note of a solo begins, what it is and how long it sounds.

Source: own descriptors. Soloists stop well before the form ends: in the Weimar Jazz
Database (*Inside the Jazzomat*, Pfleiderer et al., 2017) no last note begins in the last
beat of the transcribed form, and seven in ten are chord tones.

Conventions: every function takes a solo and returns a float, NaN for a solo without
notes. Beats are quarter notes.
"""

from __future__ import annotations

from math import nan

from jazzgen.evaluation.metrics import SoloMetric
from jazzgen.evaluation.positions import mean, with_chords
from jazzgen.music.solo import Solo
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["METRICS", "beats_left", "ends_in_last_beat", "last_note_beats", "last_note_chord_tone"]


def beats_left(solo: Solo) -> float:
    """Return the time from the last onset to the end of the chart, in quarter notes."""
    if not solo.notes:
        return nan
    return (solo.chart.ticks - solo.notes[-1].onset) / TICKS_PER_QUARTER


def ends_in_last_beat(solo: Solo) -> float:
    """Return 1 if the last note begins in the chart's last beat, else 0."""
    if not solo.notes:
        return nan
    chart = solo.chart
    return float(chart.ticks - solo.notes[-1].onset <= chart.bars[-1].meter.beat_ticks)


def last_note_chord_tone(solo: Solo) -> float:
    """Return 1 if the last note is a chord tone of its chord, else 0; NaN over no chord."""
    return mean(
        note.pitch % 12 in chord.chord_tones for note, chord in with_chords(solo, solo.notes[-1:])
    )


def last_note_beats(solo: Solo) -> float:
    """Return how long the last note sounds, in quarter notes."""
    return solo.notes[-1].duration / TICKS_PER_QUARTER if solo.notes else nan


METRICS = (
    SoloMetric(
        name="beats_left",
        group="endings",
        label="last onset to the end",
        unit="quarters",
        text="time from the last onset to the end of the chart",
        measure=beats_left,
    ),
    SoloMetric(
        name="ends_in_last_beat",
        group="endings",
        label="ends in the last beat",
        text="share of solos whose last note begins in the chart's last beat",
        measure=ends_in_last_beat,
    ),
    SoloMetric(
        name="last_note_chord_tone",
        group="endings",
        label="last note a chord tone",
        text="share of solos whose last note is a chord tone",
        measure=last_note_chord_tone,
    ),
    SoloMetric(
        name="last_note_beats",
        group="endings",
        label="last note",
        unit="quarters",
        text="length of the last note",
        measure=last_note_beats,
    ),
)
"""The metrics of endings, in the order of the tables."""
