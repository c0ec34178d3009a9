"""How well the notes of a piece fit a chart that begins at one tick or another.

Soloists play chord tones more often than other notes of the scale, and those more often than
notes outside; who plays the bass plays roots. Each note is weighed against what it would be worth
under the chart's chords in general, so that a note that fits all of them says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.chart import Chart
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["BASS", "END", "PITCH", "START", "fit"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

START, END, PITCH, BASS = range(4)
"""The columns of a note: first and last tick, MIDI pitch, and 1 if it is the bass, else 0."""

TONE, SCALE, OUTSIDE = 0.14, 0.085, 0.04
"""How often a soloist plays a note of the chord, another one of its scale, and any other one. They
are rounded from solos of the Weimar Jazz Database, and set so that charts are laid right."""
ROOT, FIFTH, PASSING, CHROMATIC = 0.42, 0.1, 0.05, 0.03
"""The same of a bass: its own note, other notes of the chord, of the scale, and others. Set, not
measured."""
ANTICIPATION = 13
"""Ticks: a note that begins at most so long before a beat and lasts beyond it belongs to it."""
LONGEST = 24
"""The ticks of a note that count: a long one is no better evidence than a quarter note."""
LINE, LOW = 0.05, 0.025
"""The weight of a tick of a note of a line or of chords, and of the bass. A melody's notes are not
independent of one another, and neither are those of a bass, of which one in a bar is a root."""


def fit(notes: Ints, chart: Chart, starts: Sequence[int]) -> Floats:
    """Return how well notes fit a chart from each of several ticks on, in nats.

    Args:
        notes: Notes in ticks, shape (N, 4).
        chart: The chart of one chorus, which is repeated.
        starts: The ticks at which it may begin; notes before say nothing.
    """
    spans = chart.chord_spans
    likely, lengths = _likely([span.chord for span in spans]), _lengths(chart)
    general = np.tensordot(lengths / chart.ticks, likely, 1)
    worth = np.log(likely) - np.log(general)
    begin, length = _onsets(notes), np.minimum(notes[:, END] - notes[:, START], LONGEST)
    bass, pitch = notes[:, BASS], notes[:, PITCH] % 12
    weight = np.where(bass == 1, LOW, LINE) * length
    borders = [span.start for span in spans]
    found = np.zeros(len(starts))
    for number, start in enumerate(starts):
        under = begin >= start
        chord = np.searchsorted(borders, (begin[under] - start) % chart.ticks, "right") - 1
        found[number] = weight[under] @ worth[chord, bass[under], pitch[under]]
    return found


def _lengths(chart: Chart) -> Floats:
    return np.array([span.end - span.start for span in chart.chord_spans], np.float64)


def _onsets(notes: Ints) -> Ints:
    """Return the ticks at which notes count: those that come early belong to the next beat."""
    begin, end = notes[:, START], notes[:, END]
    wait = -begin % TICKS_PER_QUARTER
    return np.where((wait <= ANTICIPATION) & (end > begin + wait), begin + wait, begin)


def _likely(chords: Sequence[ChordSymbol]) -> Floats:
    """Return how likely each pitch class is in a line and in the bass, shape (chords, 2, 12)."""
    rows = np.full((len(chords), 2, 12), 1 / 12)
    for row, chord in zip(rows, chords, strict=True):
        if chord.root_pc is None:
            continue
        row[:] = [[OUTSIDE], [CHROMATIC]]
        row[:, list(chord.scale)] = [[SCALE], [PASSING]]
        row[:, list(chord.chord_tones)] = [[TONE], [FIFTH]]
        row[0, list(chord.tensions)] = TONE
        row[1, chord.bass_pc] = ROOT
        row /= row.sum(1, keepdims=True)
    return rows
