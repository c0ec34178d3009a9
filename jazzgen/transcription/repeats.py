"""What repeats in a piece: bars under the same chords tell of each other.

Choruses have the same changes, and so do the A sections of a song. What the bassist blurs in one of
them, he often makes clear in another, so that the evidence of such bars is worth more together
(after Mauch, Noland and Dixon, "Using Musical Structure to Enhance Automatic Chord Transcription",
ISMIR 2009, and non-local means in image processing).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jazzgen.transcription.chroma import BAR_LINE

__all__ = ["with_repeats"]

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

AROUND = 4
"""Bars on either side of two bars that must be alike as well: a phrase, not a chord, repeats."""
ALIKE = 0.4
"""The likeness of two bars' surroundings, 0 to 1, from which each tells of the other."""
MOST = 2.0
"""The evidence of a bar together with its repeats at most, where the bar alone has 1."""
PAGE = 512
"""Bars that are compared with each other, so that long pieces take no more than their time."""


def with_repeats(likely: Floats, positions: NDArray[np.int64]) -> Floats:
    """Return log-likelihoods of chords to which bars that repeat have contributed.

    Args:
        likely: The log-probability of each chord in each beat, shape (B, STATES).
        positions: The metrical position of each beat (see `Chroma`), shape (B,).

    Returns:
        Shape (B, STATES).
    """
    bar = np.maximum(np.cumsum(positions == BAR_LINE) - 1, 0)
    first = np.searchsorted(bar, np.arange(bar[-1] + 1))
    within = np.arange(len(bar)) - first[bar]
    by_bar = np.zeros((len(first), int(within.max()) + 1, likely.shape[1]), np.float32)
    by_bar[bar, within] = np.exp(likely)
    probable = by_bar / np.maximum(np.linalg.norm(by_bar, axis=2, keepdims=True), 1e-9)
    by_bar[bar, within] = likely
    for start in range(0, len(first), PAGE):
        page = slice(start, start + PAGE)
        shares = _shares(probable[page].reshape(len(probable[page]), -1) / probable.shape[1] ** 0.5)
        by_bar[page] = np.tensordot(shares, by_bar[page], 1)
    told: Floats = by_bar[bar, within].astype(np.float64)
    return told


def _shares(bars: Singles) -> Singles:
    """Return how much each bar tells of each other one.

    Args:
        bars: What is heard in each bar, as vectors of length 1; shape (N, D).

    Returns:
        Shape (N, N): the bar that is told of, the bar that tells.
    """
    alike = _along_phrases(bars @ bars.T)
    shares = np.clip((alike - ALIKE) / (1 - ALIKE), 0, 1)
    np.fill_diagonal(shares, 1)
    # Ten choruses are no ten witnesses, for the network errs in the same way in all of them.
    total = shares.sum(1, keepdims=True)
    told: Singles = shares * np.minimum(1, MOST / total)
    return told


def _along_phrases(alike: Singles) -> Singles:
    """Return the mean likeness of the bars around each two bars, which advance together."""
    count, steps = len(alike), range(2 * AROUND + 1)
    padded = np.pad(alike, AROUND)
    total = sum(padded[n : n + count, n : n + count] for n in steps)
    here = np.arange(count)
    before, after = np.minimum(here, AROUND), np.minimum(here[::-1], AROUND)
    pairs = np.minimum.outer(before, before) + np.minimum.outer(after, after) + 1
    # Near an end there are fewer pairs; less than half of them are not enough to go by.
    mean: Singles = (total / np.maximum(pairs, AROUND + 1)).astype(np.float32)
    return mean
