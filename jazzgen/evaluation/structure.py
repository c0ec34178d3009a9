"""Structure: how a solo develops, and which motifs it repeats.

Source: own descriptors of what *Inside the Jazzomat* (Pfleiderer et al., 2017) discusses
as dramaturgy (density and register in the course of a solo) and as motivic work.

Conventions: a solo is cut into windows of four bars, the first of which begins at the first
bar with a note. A window without a note has density 0 and is left out of register. NaN where
nothing can be counted: fewer than three windows, or fewer notes than a motif.
"""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import NDArray

from jazzgen.evaluation.metrics import SoloMetric
from jazzgen.evaluation.positions import mean, played_bars
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = [
    "FEWEST",
    "METRICS",
    "correlation",
    "density_trend",
    "density_variation",
    "motif_recurrence",
    "neighbouring_density",
    "register_trend",
    "register_variation",
    "windows",
]

WINDOW = 4
"""Bars of a window."""
FEWEST = 3
"""Windows that a figure needs."""
MOTIF = 4
"""Notes of a motif."""

Floats = NDArray[np.float64]


def density_variation(solo: Solo) -> float:
    """Return the standard deviation of notes per quarter over the windows."""
    return _spread(_densities(solo))


def register_variation(solo: Solo) -> float:
    """Return the standard deviation of the windows' mean pitches, in semitones."""
    return _spread(_registers(solo))


def density_trend(solo: Solo) -> float:
    """Return Pearson's correlation of density with time, over the windows."""
    return _trend(_densities(solo))


def register_trend(solo: Solo) -> float:
    """Return Pearson's correlation of mean pitch with time, over the windows."""
    return _trend(_registers(solo))


def neighbouring_density(solo: Solo) -> float:
    """Return the correlation of density in neighbouring windows (at lag one)."""
    found = _densities(solo)
    return correlation(found[:-1], found[1:]) if len(found) > FEWEST else nan


def motif_recurrence(solo: Solo) -> float:
    """Return the share of four-note motifs that the solo has played before.

    A motif consists of the intervals between four notes and their inter-onset intervals.
    """
    notes = solo.notes
    motifs = [
        tuple(
            (b.pitch - a.pitch, b.onset - a.onset)
            for a, b in zip(notes[k : k + MOTIF - 1], notes[k + 1 : k + MOTIF], strict=True)
        )
        for k in range(len(notes) - MOTIF + 1)
    ]
    return 1 - len(set(motifs)) / len(motifs) if motifs else nan


def windows(solo: Solo) -> list[list[Note]]:
    """Return the notes of each window; bars at the end that fill no window are left out."""
    first, last = played_bars(solo)
    found: list[list[Note]] = [[] for _ in range((last - first) // WINDOW)]
    for note in solo.notes:
        window = (solo.chart.bar_at(note.onset) - first) // WINDOW
        if window < len(found):
            found[window].append(note)
    return found


def correlation(first: Floats, second: Floats) -> float:
    """Return Pearson's correlation; 0 where one of the two never changes.

    Args:
        first: The values of one variable, shape (n,).
        second: Those of the other, shape (n,).
    """
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _densities(solo: Solo) -> Floats:
    first, _ = played_bars(solo)
    starts, counts = solo.chart.bar_starts, [len(window) for window in windows(solo)]
    quarters = [
        (starts[first + (k + 1) * WINDOW] - starts[first + k * WINDOW]) / TICKS_PER_QUARTER
        for k in range(len(counts))
    ]
    return np.array(counts, dtype=np.float64) / np.array(quarters, dtype=np.float64)


def _registers(solo: Solo) -> Floats:
    return np.array([mean(note.pitch for note in window) for window in windows(solo) if window])


def _spread(values: Floats) -> float:
    return float(values.std()) if len(values) >= FEWEST else nan


def _trend(values: Floats) -> float:
    return correlation(np.arange(float(len(values))), values) if len(values) >= FEWEST else nan


METRICS = (
    SoloMetric(
        name="density_variation",
        group="structure",
        label="density over 4 bars, std",
        text="standard deviation of notes per quarter over windows of four bars",
        measure=density_variation,
    ),
    SoloMetric(
        name="density_trend",
        group="structure",
        label="density with time, correlation",
        text="correlation of notes per quarter with time, over windows of four bars",
        measure=density_trend,
    ),
    SoloMetric(
        name="neighbouring_density",
        group="structure",
        label="density of neighbours, correlation",
        text="correlation of notes per quarter in neighbouring windows of four bars",
        measure=neighbouring_density,
    ),
    SoloMetric(
        name="register_variation",
        group="structure",
        label="pitch over 4 bars, std",
        text="standard deviation of mean pitch over windows of four bars, in semitones",
        measure=register_variation,
    ),
    SoloMetric(
        name="register_trend",
        group="structure",
        label="pitch with time, correlation",
        text="correlation of mean pitch with time, over windows of four bars",
        measure=register_trend,
    ),
    SoloMetric(
        name="motif_recurrence",
        group="structure",
        label="motifs played before",
        text="share of four-note motifs, with their rhythm, that the solo has played before",
        measure=motif_recurrence,
    ),
)
"""The metrics of structure, in the order of the tables."""
