"""Where played notes stand on the grid: beats given, swing and lateness found.

A note that comes less than 30 ms before a beat belongs to it. Where most second eighths
lie within a few milliseconds of one place, a machine swings: they stand halfway through the
beat, wherever that place is. What a machine has put on the grid stays there. Where people
play, beats are divided as transcribers divide them (see `divisions`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.transcription.subdivision import divide

__all__ = ["Places", "machine_swing", "place_notes"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EARLY = 0.030
"""Seconds before a beat from which on a note belongs to it."""
SECTION = 64
"""Beats over which swing is taken to be the same."""
FEWEST = 6
"""Second notes from which on a section has a swing of its own."""
OFF_BEAT = (0.46, 0.74)
"""Between which shares of a beat its second eighth may lie."""
ON_BEAT = 0.16
MOST = 0.5
"""The share of off-beats at one place from which on a machine has put them there."""
EXACT = 0.004
"""Seconds: how near to its places a machine puts notes."""
MECHANICAL = 0.6
"""The share of beats with every note on its place from which on a machine has put them there."""
EXACT_TICKS = 0.1
"""The same on the grid, in ticks: chance would put a fifth of all notes there."""
SWUNG = 1.12
"""Ratios from which on eighths are not even."""


class Places(NamedTuple):
    """Where notes stand.

    Args:
        ticks: Onsets on the grid, rising, shape (N,).
        swing: The ratio of a beat's first eighth to its second.
    """

    ticks: Ints
    swing: float


def place_notes(onsets: Floats, seconds: Floats) -> Places:
    """Return where a line's notes stand.

    Args:
        onsets: When they begin, in quarter notes from the beginning, rising, shape (N,).
        seconds: How long a quarter note lasts at each, shape (N,).

    Returns:
        A tick for each, and the swing ratio. Notes that begin together share a tick; no
        others do unless a beat has more than 24.
    """
    if not len(onsets):
        return Places(np.zeros(0, np.int64), 1.0)
    line, back = np.unique(onsets, return_inverse=True)
    lasts = np.zeros(len(line))
    lasts[back] = seconds
    beats = np.maximum(np.floor(line + EARLY / lasts), 0).astype(np.int64)
    phases = line - beats
    starts = np.flatnonzero(np.diff(beats, prepend=-1))
    counts = np.diff(starts, append=len(line))
    swing, even = _unswung(phases, lasts, beats, starts, counts)
    ticks = beats * TICKS_PER_QUARTER
    nearest = np.clip(np.rint(even * TICKS_PER_QUARTER), 0, TICKS_PER_QUARTER - 1).astype(np.int64)
    off = np.abs(even * TICKS_PER_QUARTER - nearest)
    off[1:][(np.diff(nearest) == 0) & (np.diff(beats) == 0)] = 1  # two notes on one tick
    exact = np.maximum.reduceat(off, starts) < EXACT_TICKS
    kept = exact & (exact.mean() > MECHANICAL) | (counts > TICKS_PER_QUARTER)
    for count in np.unique(counts):
        for taken in (True, False):
            chosen = starts[(counts == count) & (kept == taken)]
            if not len(chosen):
                continue
            rows = chosen[:, None] + np.arange(count)
            ticks[rows] += nearest[rows] if taken else divide(even[rows], lasts[chosen])
    return Places(ticks[back], swing)


def machine_swing(onsets: Floats, seconds: Floats) -> float | None:
    """Return the swing ratio of a band that a machine plays.

    Args:
        onsets: When any of its notes begin, in quarter notes, shape (N,).
        seconds: How long a quarter note lasts at each, shape (N,).

    Returns:
        The ratio, 1 for even eighths; None if the off-beats have no place of their own.
    """
    phases = onsets % 1.0
    low, high = OFF_BEAT
    off = (phases > low) & (phases < high)
    if off.sum() < FEWEST:
        return None
    width = EXACT / _median(np.sort(seconds[off]))
    place = _densest(phases[off], width)
    if (np.abs(phases[off] - place) <= width).mean() < MOST:
        return None
    return max(place / (1 - place), 1.0)


def _unswung(
    phases: Floats, seconds: Floats, beats: Ints, starts: Ints, counts: Ints
) -> tuple[float, Floats]:
    """Return the swing ratio, and phases with the off-beats of machines halfway through."""
    second = _second_eighths(phases, starts, counts)
    if len(second) < FEWEST:
        return 1.0, phases
    even = phases.copy()
    sections = beats[second] // SECTION
    ratios = []
    for section in np.unique(sections):
        own = second[sections == section]
        found = phases[own] if len(own) >= FEWEST else phases[second]
        width = EXACT / _median(np.sort(seconds[own]))
        place = _densest(found, width)
        near = np.abs(found - place) <= width
        if near.mean() < MOST:
            place = _median(np.sort(found))
        elif place / (1 - place) > SWUNG:
            swung = own[np.abs(phases[own] - place) <= 2 * width]
            even[swung] += 0.5 - place
        ratios += [place / (1 - place)] * len(own)
    return max(_median(np.sort(ratios)), 1.0), even


def _densest(places: Floats, width: float) -> float:
    """Return the median of the places that lie within `width` of most others."""
    ordered = np.sort(places)
    first = np.searchsorted(ordered, ordered - width, "left")
    behind = np.searchsorted(ordered, ordered + width, "right")
    middle = int((behind - first).argmax())
    return _median(ordered[first[middle] : behind[middle]])


def _median(ordered: Floats) -> float:
    """Return the median of values that rise, at least one."""
    half = len(ordered) // 2
    return float(ordered[half] + ordered[~half]) / 2


def _second_eighths(phases: Floats, starts: Ints, counts: Ints) -> Ints:
    """Return which notes are the second of two in their beats, or alone on its off-beat."""
    low, high = OFF_BEAT
    alone = starts[counts == 1]
    pairs = starts[counts == 2]
    pairs = pairs[np.abs(phases[pairs]) < ON_BEAT] + 1
    found = np.sort(np.concatenate([alone, pairs]))
    within: Ints = found[(phases[found] > low) & (phases[found] < high)]
    return within
