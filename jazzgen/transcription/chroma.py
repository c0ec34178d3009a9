"""Chroma: the pitch classes that sound in each beat, and the lowest of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jazzgen.music.chart import Chart
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["BAR_LINE", "ELSEWHERE", "MIDDLE", "Chroma", "Sounding", "chroma_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Sounding = ArrayLike
"""Notes as rows of onset and end in ticks, MIDI pitch, and weight up to 1; shape (N, 4)."""

BAR_LINE, MIDDLE, ELSEWHERE = 0, 1, 2
"""The metrical positions of beats: first of a bar, in the middle of a bar, any other."""
ANTICIPATION = 13
"""Ticks: a note that begins at most so long before a beat and lasts beyond it belongs to it."""
TAIL = 6
"""Ticks for which a low note may sound into a beat without being its bass."""
BASS_BELOW = 57
"""The pitch below which the lowest note of a beat is its bass."""


class Chroma(NamedTuple):
    """The chroma of each beat.

    Args:
        pitches: The share of the beat for which each pitch class sounds in the band, shape (B, 12).
        melody: The same of the other notes, times their weight, shape (B, 12).
        bass: 1 for the pitch class of the bass, else 0, shape (B, 12).
        starts: The tick of each beat, shape (B,).
        positions: `BAR_LINE`, `MIDDLE` or `ELSEWHERE`, shape (B,).
        accompanied: Whether any note of weight 1 sounds, shape (B,).
    """

    pitches: Floats
    melody: Floats
    bass: Floats
    starts: NDArray[np.int64]
    positions: NDArray[np.int64]
    accompanied: NDArray[np.bool_]


def chroma_of(sounding: Sounding, chart: Chart) -> Chroma:
    """Return the chroma of each beat of a chart.

    Args:
        sounding: The notes. Those of weight 1 are of a band; only they can be the bass.
        chart: The chart, for its beats.
    """
    starts, positions = _beats(chart)
    ends = np.append(starts[1:], chart.ticks)
    begin, end, heights, counts = np.asarray(sounding, np.float64).reshape(-1, 4).T
    pitch = heights.astype(np.int64)
    first = np.maximum(np.searchsorted(starts, begin + 1e-6, "right") - 1, 0)
    beyond = np.minimum(ends[first], end)
    anticipates = (end > beyond) & (begin >= beyond - ANTICIPATION) & (first + 1 < len(starts))
    first += anticipates
    last = np.searchsorted(starts, end, "left")
    beats = np.maximum(last - first, 0)
    # A row for each note in each beat in which it sounds.
    note = np.repeat(np.arange(len(beats)), beats)
    beat: Ints = np.arange(len(note)) - np.repeat(np.cumsum(beats) - beats, beats) + first[note]
    overlap = np.minimum(end[note], ends[beat]) - np.maximum(begin[note], starts[beat])
    sounds = np.maximum(overlap, 0) / TICKS_PER_QUARTER * counts[note]
    cells = 12 * beat + pitch[note] % 12
    band = counts[note] == 1
    pitches, melody = (
        np.minimum(np.bincount(cells[those], sounds[those], 12 * len(starts)), 1.0).reshape(-1, 12)
        for those in (band, ~band)
    )
    accompanied = np.zeros(len(starts), np.bool_)
    accompanied[beat[band & (overlap > 0)]] = True
    low = band & (overlap > TAIL)
    lowest = np.full(len(starts), BASS_BELOW)
    np.minimum.at(lowest, beat[low], pitch[note][low])
    bass = np.zeros((len(starts), 12))
    known = np.flatnonzero(lowest < BASS_BELOW)
    bass[known, lowest[known] % 12] = 1
    return Chroma(pitches, melody, bass, starts, positions, accompanied)


def _beats(chart: Chart) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the tick and the metrical position of each beat."""
    lengths = np.diff(chart.bar_starts)
    beats = -(-lengths // TICKS_PER_QUARTER)
    bar = np.repeat(np.arange(len(beats)), beats)
    within = TICKS_PER_QUARTER * (np.arange(len(bar)) - (np.cumsum(beats) - beats)[bar])
    positions = np.where(2 * within == lengths[bar], MIDDLE, ELSEWHERE)
    positions[within == 0] = BAR_LINE
    return np.array(chart.bar_starts)[bar] + within, positions
