"""Quantization: the onsets of played notes on the grid, given the beats.

A note that begins less than 30 ms before a beat belongs to that beat. If most off-beat eighths
are within a few milliseconds of one position in the beat, they are swung by a machine, and are
quantized to the middle of the beat, wherever that position is. That may be three quarters of a
beat where somebody has written swing as dotted eighths and sixteenths, perhaps with triplets among
them, and nothing else. Notes that a machine has put on the grid stay there. Beats that people play
are subdivided as transcribers would do it (see `subdivision`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.transcription.subdivision import subdivide

__all__ = ["QuantizedOnsets", "machine_swing", "quantize_onsets"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EARLY = 0.030
"""Seconds by which a note may be early and still belong to the beat that follows."""
SECTION = 64
"""Beats in a section, over which the swing ratio is taken to be constant."""
MIN_OFF_BEATS = 6
"""The number of off-beat eighths that a swing ratio is estimated from, at least."""
OFF_BEAT = (0.46, 0.74)
"""The range, as shares of a beat, in which its second eighth is played."""
DOTTED = 0.75
"""The position of the second of two eighths where swing is written as a dotted eighth and a
sixteenth, as a share of the beat."""
DOTTED_RANGE = (0.46, 0.79)
"""The range in which a beat's second eighth is played there."""
LEAST_DOTTED = 0.2
"""The least share of notes there; a melody may have a few dotted notes that are meant."""
MIXED = (2 / 3, DOTTED)
"""The positions of off-beats where swing is written as triplets and as dotted eighths, too."""
LEAST_MIXED = 0.25
"""The least share of dotted eighths among these there."""
NEAR_DOTTED = 0.025
"""The largest distance from such positions, as a share of the beat."""
OTHERS = 0.1
"""The largest share of beats with a sixteenth or an even eighth, relative to dotted ones, there."""
RUNS = 0.5
"""The largest share of beats with more notes, such as runs of sixteenths, relative to these."""
ON_BEAT = 0.16
"""The largest distance of a beat's first eighth from the beat, as a share of the beat."""
MOST = 0.5
"""The least share of off-beats at one position if a machine has put them there."""
EXACT = 0.004
"""The largest distance from that position, in seconds."""
MECHANICAL = 0.6
"""The least share of beats with all notes on the grid if a machine has put them there."""
EXACT_TICKS = 0.1
"""The largest distance from the grid, in ticks; by chance a fifth of all notes is as near."""
SWUNG = 1.12
"""The swing ratio above which eighths are not even."""


class QuantizedOnsets(NamedTuple):
    """The onsets of a line on the grid.

    Args:
        ticks: Onsets in ticks, ascending, shape (N,).
        swing: The ratio of a beat's first eighth to its second.
    """

    ticks: Ints
    swing: float


def quantize_onsets(onsets: Floats, seconds: Floats) -> QuantizedOnsets:
    """Quantize the onsets of a line.

    Args:
        onsets: Onsets as played, in quarter notes from the beginning, ascending, shape (N,).
        seconds: The length of a quarter note at each, in seconds, shape (N,).

    Returns:
        A tick for each onset, and the swing ratio. Only simultaneous notes share a tick, unless
        a beat has more notes than ticks.
    """
    if not len(onsets):
        return QuantizedOnsets(np.zeros(0, np.int64), 1.0)
    line, back = np.unique(onsets, return_inverse=True)
    lasts = np.zeros(len(line))
    lasts[back] = seconds
    beats = np.maximum(np.floor(line + EARLY / lasts), 0).astype(np.int64)
    phases = line - beats
    starts = np.flatnonzero(np.diff(beats, prepend=-1))  # the first note of each beat
    counts = np.diff(starts, append=len(line))
    swing, even = _unswung(phases, lasts, beats, starts, counts)
    ticks = beats * TICKS_PER_QUARTER
    nearest = np.clip(np.rint(even * TICKS_PER_QUARTER), 0, TICKS_PER_QUARTER - 1).astype(np.int64)
    off = np.abs(even * TICKS_PER_QUARTER - nearest)
    off[1:][(np.diff(nearest) == 0) & (np.diff(beats) == 0)] = 1  # two notes on one tick
    exact = np.maximum.reduceat(off, starts) < EXACT_TICKS
    kept = exact & (exact.mean() > MECHANICAL) | (counts > TICKS_PER_QUARTER)
    for count in np.unique(counts):  # all beats with as many notes at once
        for taken in (True, False):
            chosen = starts[(counts == count) & (kept == taken)]
            if not len(chosen):
                continue
            rows = chosen[:, None] + np.arange(count)
            ticks[rows] += nearest[rows] if taken else subdivide(even[rows], lasts[chosen])
    return QuantizedOnsets(ticks[back], swing)


def machine_swing(onsets: Floats, seconds: Floats) -> float | None:
    """Return the swing ratio of a band that a machine plays.

    Args:
        onsets: The onsets of all its notes, in quarter notes, shape (N,).
        seconds: The length of a quarter note at each, in seconds, shape (N,).

    Returns:
        The ratio, 1 for even eighths; None if the off-beats have no common position.
    """
    phases = onsets % 1.0
    low, high = DOTTED_RANGE if _written_swing(phases, np.floor(onsets))[0] else OFF_BEAT
    off = (phases > low) & (phases < high)
    if off.sum() < MIN_OFF_BEATS:
        return None
    width = EXACT / _median(np.sort(seconds[off]))
    phase = _densest(phases[off], width)
    if (np.abs(phases[off] - phase) <= width).mean() < MOST:
        return None
    return max(phase / (1 - phase), 1.0)


def _written_swing(phases: Floats, beats: Floats | Ints) -> tuple[bool, bool]:
    """Return whether swing is written as dotted eighths, and whether with triplets among them.

    Then beats with a note at three quarters, or at two thirds, are many, and those with one at
    half or at a quarter are few, except in runs of sixteenths.

    Args:
        phases: The onsets as shares of their beats, in order, shape (N,).
        beats: The number of the beat of each, shape (N,).
    """
    if not len(phases):
        return False, False
    starts = np.flatnonzero(np.diff(beats, prepend=-1.0))
    counts = np.diff(starts, append=len(phases))
    is_pair = (counts == 2) & (np.abs(phases[starts]) < ON_BEAT)
    second = phases[np.concatenate([starts[counts == 1], starts[is_pair] + 1])]
    triplet, dotted, even, sixteenth = (
        int((np.abs(second - place) < NEAR_DOTTED).sum()) for place in (*MIXED, 0.5, 0.25)
    )
    inner = np.abs(phases - 0.5) < 0.25 + NEAR_DOTTED
    at = inner & (np.abs(phases * 4 - np.rint(phases * 4)) < 4 * NEAR_DOTTED)
    runs = int((np.add.reduceat(at, starts) > 1).sum())

    def are_swung(number: int) -> bool:
        many = number >= LEAST_DOTTED * len(phases)
        return many and even + sixteenth <= OTHERS * number and runs <= RUNS * number

    if dotted < MIN_OFF_BEATS:
        return False, False
    swung = dotted + triplet
    return are_swung(dotted), dotted >= LEAST_MIXED * swung and are_swung(swung)


def _nearest(phases: Floats, places: Sequence[float], width: float) -> NDArray[np.bool_]:
    """Return which phases are within `width` of one of some places, shape (N,)."""
    near: NDArray[np.bool_] = np.abs(phases[:, None] - np.array(places)).min(1) <= width
    return near


def _unswung(
    phases: Floats, seconds: Floats, beats: Ints, starts: Ints, counts: Ints
) -> tuple[float, Floats]:
    """Return the swing ratio, and phases in which off-beats of machines are at half the beat."""
    dotted, mixed = _written_swing(phases, beats)
    bounds = DOTTED_RANGE if dotted or mixed else OFF_BEAT
    second = _second_eighths(phases, bounds, starts, counts)
    if len(second) < MIN_OFF_BEATS:
        return 1.0, phases
    even = phases.copy()
    sections = beats[second] // SECTION
    ratios = []
    for section in np.unique(sections):
        own = second[sections == section]
        found = phases[own] if len(own) >= MIN_OFF_BEATS else phases[second]
        width = EXACT / _median(np.sort(seconds[own]))
        phase = _densest(found, width)
        near = np.abs(found - phase) <= width
        if mixed and (both := _nearest(found, MIXED, width)).mean() >= MOST:
            swung = own[_nearest(phases[own], MIXED, 2 * width)]
            even[swung] = 0.5
            phase = _median(np.sort(found[both]))
        elif near.mean() < MOST:  # people play
            phase = _median(np.sort(found))
        elif phase / (1 - phase) > SWUNG:
            swung = own[np.abs(phases[own] - phase) <= 2 * width]
            even[swung] += 0.5 - phase
        ratios += [phase / (1 - phase)] * len(own)
    return max(_median(np.sort(ratios)), 1.0), even


def _densest(phases: Floats, width: float) -> float:
    """Return the median of the largest group of phases that are within `width` of one of them."""
    ordered = np.sort(phases)
    first = np.searchsorted(ordered, ordered - width, "left")
    end = np.searchsorted(ordered, ordered + width, "right")
    middle = int((end - first).argmax())
    return _median(ordered[first[middle] : end[middle]])


def _median(ordered: Floats) -> float:
    """Return the median of at least one value, in ascending order; quicker than NumPy's."""
    half = len(ordered) // 2
    return float(ordered[half] + ordered[~half]) / 2


def _second_eighths(
    phases: Floats, bounds: tuple[float, float], starts: Ints, counts: Ints
) -> Ints:
    """Return the notes that are the second of two in a beat, or the only one, within bounds."""
    low, high = bounds
    alone = starts[counts == 1]
    pairs = starts[counts == 2]
    pairs = pairs[np.abs(phases[pairs]) < ON_BEAT] + 1
    found = np.sort(np.concatenate([alone, pairs]))
    within: Ints = found[(phases[found] > low) & (phases[found] < high)]
    return within
