"""Rhythm: density, silence, and where in the bar the onsets fall.

Source: *Inside the Jazzomat* (Pfleiderer et al., 2017); grooving similarity from Wu and
Yang, *The Jazz Transformer on the Front Line*, ISMIR 2020, with its 64 slots per bar
and over every pair of bars (their program draws 1,000 pairs where there are more).

Conventions: as in `positions`; NaN where nothing can be counted.
"""

from __future__ import annotations

from math import nan

import numpy as np

from jazzgen.evaluation.metrics import SoloMetric
from jazzgen.evaluation.phrases import gaps
from jazzgen.evaluation.positions import mean, played_bars, with_beats
from jazzgen.music.solo import Solo
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = [
    "GROOVE_SLOTS",
    "METRICS",
    "grooving_similarity",
    "notes_per_beat",
    "off_beat_ratio",
    "silence",
    "triplet_off_beats",
]

SILENCE_GAP = EIGHTH
"""Ticks of the shortest gap that is a rest; a shorter one is articulation."""
LAST_TRIPLET = TICKS_PER_QUARTER * 2 // 3
"""Tick of the last triplet in a quarter."""
GROOVE_SLOTS = 64
"""Slots of a bar in which onsets are compared."""


def off_beat_ratio(solo: Solo) -> float:
    """Return the share of onsets that are not on a beat."""
    return mean(not on for _, on in with_beats(solo))


def triplet_off_beats(solo: Solo) -> float:
    """Return the share of off-beat onsets on the last triplet of a quarter note.

    That is where swung off-beat eighths lie if they are written as triplets.
    """
    chart = solo.chart
    within = [
        (note.onset - chart.bar_starts[chart.bar_at(note.onset)]) % TICKS_PER_QUARTER
        for note in solo.notes
    ]
    return mean(tick == LAST_TRIPLET for tick in within if tick)


def notes_per_beat(solo: Solo) -> float:
    """Return the notes per beat, over the bars from the first note's to the last note's."""
    bars = [solo.chart.bars[b] for b in range(*played_bars(solo))]
    return len(solo.notes) / sum(bar.meter.beats for bar in bars) if bars else nan


def silence(solo: Solo) -> float:
    """Return the share of time, first onset to last end, in gaps of at least an eighth."""
    if not solo.notes:
        return nan
    rests = sum(gap for gap in gaps(solo) if gap >= SILENCE_GAP)
    return rests / (solo.notes[-1].end - solo.notes[0].onset)


def grooving_similarity(solo: Solo) -> float:
    """Return how similar the bars' onset patterns are, mean over pairs of bars.

    For two bars it is one minus the share of the 64 slots in which exactly one of them has
    an onset. It falls with density: compare at equal density only.
    """
    first, last = played_bars(solo)
    bars = last - first
    if bars < 2:
        return nan
    grid = np.zeros((bars, GROOVE_SLOTS), dtype=np.int64)  # (bars, slots)
    for note in solo.notes:
        bar = solo.chart.bar_at(note.onset)
        ticks = solo.chart.bars[bar].meter.bar_ticks
        grid[bar - first, (note.onset - solo.chart.bar_starts[bar]) * GROOVE_SLOTS // ticks] = 1
    # A slot that k of n bars have an onset in tells k (n - k) pairs of bars apart.
    played = grid.sum(axis=0)  # (slots,)
    differing = int((played * (bars - played)).sum())
    return 1 - differing / (bars * (bars - 1) / 2) / GROOVE_SLOTS


METRICS = (
    SoloMetric(
        name="off_beat_ratio",
        group="rhythm",
        label="off-beat onsets",
        text="share of onsets that are not on a beat",
        measure=off_beat_ratio,
    ),
    SoloMetric(
        name="triplet_off_beats",
        group="rhythm",
        label="off-beats on the last triplet",
        text="share of off-beat onsets that lie on the last triplet of a quarter note",
        measure=triplet_off_beats,
    ),
    SoloMetric(
        name="notes_a_beat",
        group="rhythm",
        label="notes per beat",
        text="notes per beat, over the bars from the first note's to the last note's",
        measure=notes_per_beat,
    ),
    SoloMetric(
        name="silence",
        group="rhythm",
        label="silence",
        text="share of the time in gaps of at least an eighth",
        measure=silence,
    ),
    SoloMetric(
        name="grooving_similarity",
        group="rhythm",
        label="grooving similarity",
        text="likeness of the bars' onset patterns, mean over pairs of bars; falls with density",
        measure=grooving_similarity,
    ),
)
"""The metrics of rhythm, in the order of the tables."""
