"""Subdivision: the number of equal parts into which the notes of a beat divide it.

Played by people, eighths, triplets and sixteenths look alike. So each subdivision from 1 to 16
is tried: the notes are assigned to its parts, in order, with the least squared error. Then a
small network chooses the subdivision; it was trained on 88,000 beats of the Weimar Jazz
Database, which had been subdivided by FlexQ (Frieler and Pfleiderer, "Inside the Jazzomat",
Schott 2017).

`scripts/train_subdivision.py` trains the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = [
    "FEATURES",
    "MOST_NOTES",
    "SUBDIVISIONS",
    "assign",
    "features",
    "inputs",
    "scores",
    "subdivide",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Weights = NDArray[np.float32]

SUBDIVISIONS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16)
"""The numbers of parts that a beat can have."""
FEATURES = 18
"""The number of features that tell how well notes fit a subdivision."""
MOST_NOTES = 8
"""The largest number of notes in a beat that the network knows; more count as this many."""
LONGEST_BEAT = 1.5
"""The longest beat that the network knows, in seconds; longer ones count as this long."""
WEIGHTS = Path(__file__).with_name("subdivision.safetensors")


def subdivide(phases: Floats, seconds: Floats) -> Ints:
    """Quantize the notes of beats that have n notes each.

    Args:
        phases: The onsets of each beat's notes as shares of the beat, from slightly below 0 to
            below 1, ascending, shape (B, n); n is at most `TICKS_PER_QUARTER`.
        seconds: The length of each beat in seconds, shape (B,).

    Returns:
        Ticks after the beat, ascending, shape (B, n).
    """
    count = phases.shape[1]
    possible = [division for division in SUBDIVISIONS if division >= count]
    if not possible:  # more notes than anybody writes: on the nearest free ticks
        return assign(phases, np.full(len(phases), TICKS_PER_QUARTER))
    beats = len(phases)
    parts, each = np.repeat(possible, beats), np.tile(phases.T, len(possible)).T
    slots = assign(each, parts)
    described = inputs(each, np.tile(seconds, len(possible)), slots, parts)
    scored = scores(_weights(), described).reshape(len(possible), beats)
    chosen = scored.argmax(0) * beats + np.arange(beats)
    ticks: Floats = np.rint(TICKS_PER_QUARTER * slots[chosen] / parts[chosen, None])
    return ticks.astype(np.int64)


def assign(phases: Floats, divisions: Ints) -> Ints:
    """Assign the notes of beats to parts, in order, with the least sum of squared errors.

    Args:
        phases: The onsets as shares of the beat (see `subdivide`), shape (B, n).
        divisions: The number of parts of each beat, at least n, shape (B,).

    Returns:
        The part of each note, counted from 0, strictly ascending, shape (B, n).
    """
    beats, count = phases.shape
    numbers = np.arange(divisions.max(initial=0))[:, None]
    parts = np.where(numbers < divisions, numbers / divisions, np.inf)
    apart = (phases.T[:, None] - parts) ** 2  # (n, most divisions, B): many beats at once
    # Dynamic programming: the least cost of the notes so far, if the last is in each part.
    cost, came_from = apart[0], []
    for note in range(1, count):
        least = np.minimum.accumulate(cost)
        came_from.append(np.maximum.accumulate(np.where(cost == least, numbers, 0)))
        cost = apart[note]
        cost[1:] += least[:-1]
        cost[0] = np.inf
    rows = np.arange(beats)
    path = [cost.argmin(0)]
    for back in reversed(came_from):
        path.append(back[path[-1] - 1, rows])
    return np.stack(path[::-1]).T


def inputs(phases: Floats, seconds: Floats, slots: Ints, divisions: Ints) -> Floats:
    """Return the network's inputs for subdivided beats.

    Args:
        phases: The onsets as shares of the beat (see `subdivide`), shape (B, n).
        seconds: The length of each beat in seconds, shape (B,).
        slots: The part of each note (see `assign`), shape (B, n).
        divisions: The number of parts of each beat, shape (B,).

    Returns:
        The features, the number of notes and the subdivision as one-hot rows, shape (B, I).
    """
    count = phases.shape[1]
    alike = np.zeros((MOST_NOTES + len(SUBDIVISIONS), len(phases)))
    alike[min(count, MOST_NOTES) - 1] = 1
    alike[MOST_NOTES + np.searchsorted(SUBDIVISIONS, divisions), np.arange(len(phases))] = 1
    return np.concatenate([features(phases, seconds, slots, divisions).T, alike]).T


def features(phases: Floats, seconds: Floats, slots: Ints, divisions: Ints) -> Floats:
    """Return features that tell how well the notes of beats fit a subdivision.

    Args:
        phases: The onsets as shares of the beat (see `subdivide`), shape (B, n).
        seconds: The length of each beat in seconds, shape (B,).
        slots: The part of each note (see `assign`), shape (B, n).
        divisions: The number of parts of each beat, shape (B,).

    Returns:
        Shape (B, FEATURES).
    """
    beats, count = phases.shape
    filled = slots.T  # (n, B): many short sums at once
    left = phases.T - filled / divisions
    off, gaps = np.abs(left), np.diff(filled, axis=0)
    mean, shift, largest = off.mean(0), left.mean(0), off.max(0)
    spread = left.std(0, mean=shift[None])
    parts = np.gcd(np.gcd.reduce(filled, axis=0), divisions)
    none = np.zeros(beats)
    return np.stack([
        mean, largest, spread, shift,
        mean * seconds, largest * seconds, spread * seconds, shift * seconds,
        largest * divisions, spread * divisions,
        count / divisions, parts > 1,
        left[0], left[-1], filled[0] == 0,
        gaps.min(0) / divisions if count > 1 else none + 1,
        gaps.max(0) / divisions if count > 1 else none,
        np.minimum(seconds, LONGEST_BEAT),
    ]).T  # fmt: skip


def scores(weights: Mapping[str, Weights], described: Floats) -> Weights:
    """Return the logit of each subdivision's being what a transcriber would choose.

    Args:
        weights: The network's weights, by name.
        described: What `inputs` gives, shape (B, I).

    Returns:
        Shape (B,).
    """
    normal = (described.astype(np.float32) - weights["mean"]) / weights["scale"]
    hidden = np.tanh(normal @ weights["w1"] + weights["b1"])
    hidden = np.tanh(hidden @ weights["w2"] + weights["b2"])
    logits: Weights = hidden @ weights["w3"]
    return logits


@lru_cache(maxsize=1)
def _weights() -> dict[str, Weights]:
    # Through the package and not through its path, for it may lie in an archive.
    content = files(__name__.rpartition(".")[0]).joinpath(WEIGHTS.name).read_bytes()
    return dict(load(content))
