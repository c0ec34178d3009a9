"""Bass lines as arrays that a network learns from: windows of notes, what is heard, what comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.bass_model import EXPERTS, which_scores
from jazzgen.band.bass_steps import (
    FEATURES,
    FOLLOWING_CLASSES,
    HIGH,
    LOW,
    PITCHES,
    BassPlace,
    find_places,
    heard_so_far,
)
from jazzgen.music.chart import Chart
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["Phrase", "Windows", "phrases_of", "windows_of"]

WINDOW = 64
"""The number of notes of a window."""
SHORTEST = 8
"""The least number of beats of a phrase."""
CLOSEST = 0.8
"""The share of roots where chords begin from which on a line follows the changes most closely."""


class Phrase(NamedTuple):
    """A line without gaps: one note for each place."""

    places: Sequence[BassPlace]
    pitches: Sequence[int]


class Windows(NamedTuple):
    """Lines as inputs and targets; N windows of T notes."""

    x: NDArray[np.float32]
    """What is known before each note, zeros and ones, shape (N, T, F)."""
    tables: NDArray[np.int16]
    """Which scores are added up for each pitch, shape (N, T, PITCHES, EXPERTS)."""
    targets: NDArray[np.intp]
    """The pitches, from 0 for `LOW`, shape (N, T)."""
    weights: NDArray[np.float32]
    """1 for a note, 0 for padding, shape (N, T)."""

    def part(self, chosen: slice | NDArray[Any]) -> Windows:
        """Return some of the windows."""
        return Windows(
            self.x[chosen], self.tables[chosen], self.targets[chosen], self.weights[chosen]
        )


def phrases_of(chart: Chart, pitches: Mapping[int, int]) -> list[Phrase]:
    """Return the phrases of a line: beats in a row that have a chord and a pitch in the range.

    How closely the line follows the changes is the share of chords at whose beginning their root
    is played. For the most part that tells how well the line was transcribed.

    Args:
        chart: The chart.
        pitches: The MIDI pitch of each beat by its tick.
    """
    begun = [
        (span.chord.bass_pc, pitches[span.start] % 12)
        for span in chart.chord_spans
        if span.chord.root is not None and span.start in pitches
    ]
    share = sum(root == played for root, played in begun) / max(len(begun), 1)
    following = min(int(share * FOLLOWING_CLASSES / CLOSEST), FOLLOWING_CLASSES - 1)
    ticks = [
        tick
        for tick, pitch in sorted(pitches.items())
        if LOW <= pitch <= HIGH and tick < chart.ticks and chart.chord_at(tick).root is not None
    ]
    cuts = [n for n, (a, b) in enumerate(pairwise(ticks), 1) if b - a != TICKS_PER_QUARTER]
    phrases = []
    for start, end in pairwise([0, *cuts, len(ticks)]):
        if end - start >= SHORTEST:
            own = ticks[start:end]
            places = find_places(chart, own, following)
            phrases.append(Phrase(places, [pitches[tick] for tick in own]))
    return phrases


def windows_of(lines: Sequence[Phrase]) -> Windows:
    """Return lines as windows, the last one of each line padded."""
    cut = [(line, start) for line in lines for start in range(0, len(line.pitches), WINDOW)]
    shape = (len(cut), WINDOW)
    x = np.zeros((*shape, FEATURES), np.float32)
    tables = np.zeros((*shape, PITCHES, EXPERTS), np.int16)
    targets, weights = np.zeros(shape, np.intp), np.zeros(shape, np.float32)
    for row, (line, start) in enumerate(cut):
        for step, number in enumerate(range(start, min(start + WINDOW, len(line.pitches)))):
            before, place = line.pitches[max(number - 4, 0) : number], line.places[number]
            x[row, step, [*place.told, *heard_so_far(before, place)]] = 1
            tables[row, step] = which_scores(before[-1] if before else None, place)
            targets[row, step] = line.pitches[number] - LOW
            weights[row, step] = 1
    return Windows(x, tables, targets, weights)
