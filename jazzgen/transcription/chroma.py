"""What sounds in each beat: pitch classes, and the lowest one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jazzgen.music.chart import Chart
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["BAR_LINE", "ELSEWHERE", "MIDDLE", "Profile", "Sounding", "profile_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Sounding = ArrayLike
"""Rows of notes: from where to where they sound, in ticks; their pitch; how much they count,
up to 1; shape (N, 4)."""

BAR_LINE, MIDDLE, ELSEWHERE = 0, 1, 2
ANTICIPATION = 13
"""Ticks before a beat from which on what goes on beyond it is played for it."""
TAIL = 6
"""Ticks that a low note may reach into a beat without being its bass."""
HIGHEST_BASS = 57
"""Pitches from which on the lowest one is no bass."""


class Profile(NamedTuple):
    """What sounds in each beat.

    Args:
        pitches: For how much of the beat each pitch class sounds, shape (B, 12).
        bass: 1 for the lowest pitch class, shape (B, 12).
        starts: The tick of each beat, shape (B,).
        places: `BAR_LINE`, `MIDDLE` of a bar or `ELSEWHERE`, shape (B,).
        accompanied: Whether anything sounds that counts 1, shape (B,).
    """

    pitches: Floats
    bass: Floats
    starts: NDArray[np.int64]
    places: NDArray[np.int64]
    accompanied: NDArray[np.bool_]


def profile_of(sounding: Sounding, chart: Chart) -> Profile:
    """Return what sounds in each beat of a chart; notes count for the bass if they count 1."""
    starts, places = _beats(chart)
    ends = np.append(starts[1:], chart.ticks)
    begin, end, heights, counts = np.asarray(sounding, np.float64).reshape(-1, 4).T
    pitch = heights.astype(np.int64)
    first = np.maximum(np.searchsorted(starts, begin + 1e-6, "right") - 1, 0)
    beyond = np.minimum(ends[first], end)
    anticipates = (end > beyond) & (begin >= beyond - ANTICIPATION) & (first + 1 < len(starts))
    first += anticipates
    last = np.searchsorted(starts, end, "left")
    beats = np.maximum(last - first, 0)
    note = np.repeat(np.arange(len(beats)), beats)
    beat: Ints = np.arange(len(note)) - np.repeat(np.cumsum(beats) - beats, beats) + first[note]
    overlap = np.minimum(end[note], ends[beat]) - np.maximum(begin[note], starts[beat])
    sounds = np.maximum(overlap, 0) / TICKS_PER_QUARTER * counts[note]
    cells = 12 * beat + pitch[note] % 12
    filled = np.bincount(cells, sounds, 12 * len(starts)).astype(np.float64)
    band = counts[note] == 1
    accompanied = np.zeros(len(starts), np.bool_)
    accompanied[beat[band & (overlap > 0)]] = True
    low = band & (overlap > TAIL)
    lowest = np.full(len(starts), HIGHEST_BASS)
    np.minimum.at(lowest, beat[low], pitch[note][low])
    bass = np.zeros((len(starts), 12))
    known = np.flatnonzero(lowest < HIGHEST_BASS)
    bass[known, lowest[known] % 12] = 1
    return Profile(np.minimum(filled, 1.0).reshape(-1, 12), bass, starts, places, accompanied)


def _beats(chart: Chart) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the tick of each beat, and whether it is on a bar line or in the middle of a bar."""
    lengths = np.diff(chart.bar_starts)
    beats = -(-lengths // TICKS_PER_QUARTER)
    bar = np.repeat(np.arange(len(beats)), beats)
    within = TICKS_PER_QUARTER * (np.arange(len(bar)) - (np.cumsum(beats) - beats)[bar])
    places = np.where(2 * within == lengths[bar], MIDDLE, ELSEWHERE)
    places[within == 0] = BAR_LINE
    return np.array(chart.bar_starts)[bar] + within, places
