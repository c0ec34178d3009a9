"""Into how many parts a beat is divided by the notes that begin in it, and which ones they fill.

A beat with an eighth, two triplets or five sixteenths looks alike once people play it. Every
division from 1 to 16 is tried: its parts are filled by the notes in turn, with the least
squares of what is left over; then a small network that has seen how transcribers divided
88,000 beats says which division they would have chosen. (Frieler and Pfleiderer's FlexQ
divided those of the Weimar Jazz Database; "Inside the Jazzomat", Schott 2017.)

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

__all__ = ["CROWD", "DIVISIONS", "FEATURES", "assign", "divide", "features", "inputs", "scores"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Weights = NDArray[np.float32]

DIVISIONS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16)
FEATURES = 18
CROWD = 8
"""Notes in a beat from which on more make no difference to the network."""
LONGEST_BEAT = 1.5  # seconds
WEIGHTS = Path(__file__).with_name("subdivision.safetensors")


def divide(phases: Floats, seconds: Floats) -> Ints:
    """Return where notes stand in their beats.

    Args:
        phases: When the notes of each beat begin, in beats after it, shape (B, n),
            rising from slightly below 0 to below 1; n is at most `TICKS_PER_QUARTER`.
        seconds: How long each beat lasts, shape (B,).

    Returns:
        Ticks after the beat, rising, shape (B, n).
    """
    count = phases.shape[1]
    possible = [division for division in DIVISIONS if division >= count]
    if not possible:  # more than anybody writes: wherever they are
        return assign(phases, np.full(len(phases), TICKS_PER_QUARTER))
    beats = len(phases)
    parts, each = np.repeat(possible, beats), np.tile(phases.T, len(possible)).T
    slots = assign(each, parts)
    heard = inputs(each, np.tile(seconds, len(possible)), slots, parts)
    scored = scores(_weights(), heard).reshape(len(possible), beats)
    chosen = scored.argmax(0) * beats + np.arange(beats)
    places: Floats = np.rint(TICKS_PER_QUARTER * slots[chosen] / parts[chosen, None])
    return places.astype(np.int64)


def assign(phases: Floats, divisions: Ints) -> Ints:
    """Return the parts of beats that notes fill: rising lines with the least squares.

    Args:
        phases: See `divide`, shape (B, n).
        divisions: How many parts each beat has, n or more, shape (B,).

    Returns:
        Numbers of parts from 0, shape (B, n).
    """
    beats, count = phases.shape
    numbers = np.arange(divisions.max(initial=0))[:, None]
    parts = np.where(numbers < divisions, numbers / divisions, np.inf)
    apart = (phases.T[:, None] - parts) ** 2  # (n, most divisions, B): many beats at once
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
    """Return what the network hears of beats that are divided, shape (B, I).

    Args:
        phases: See `divide`, shape (B, n).
        seconds: How long each beat lasts, shape (B,).
        slots: What `assign` gives, shape (B, n).
        divisions: Into how many parts each beat is divided, shape (B,).
    """
    count = phases.shape[1]
    alike = np.zeros((CROWD + len(DIVISIONS), len(phases)))
    alike[min(count, CROWD) - 1] = 1
    alike[CROWD + np.searchsorted(DIVISIONS, divisions), np.arange(len(phases))] = 1
    return np.concatenate([features(phases, seconds, slots, divisions).T, alike]).T


def features(phases: Floats, seconds: Floats, slots: Ints, divisions: Ints) -> Floats:
    """Return how well notes fit a division, shape (B, FEATURES)."""
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


def scores(weights: Mapping[str, Weights], heard: Floats) -> Weights:
    """Return how likely transcribers choose each division, as logits, shape (B,)."""
    told = (heard.astype(np.float32) - weights["mean"]) / weights["scale"]
    hidden = np.tanh(told @ weights["w1"] + weights["b1"])
    hidden = np.tanh(hidden @ weights["w2"] + weights["b2"])
    logits: Weights = hidden @ weights["w3"]
    return logits


@lru_cache(maxsize=1)
def _weights() -> dict[str, Weights]:
    # Through the package and not through its path, for it may lie in an archive.
    content = files(__name__.rpartition(".")[0]).joinpath(WEIGHTS.name).read_bytes()
    return dict(load(content))
