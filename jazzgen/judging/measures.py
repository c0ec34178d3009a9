"""Figures of a course of values: means, correlations, runs and what comes back.

Each is NaN where nothing can be counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "autocorrelation",
    "bend",
    "correlation",
    "entropy",
    "mean",
    "place_of_most",
    "returning",
    "runs",
    "slope",
    "spread",
]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEWEST = 4
"""Values that a correlation needs."""


def returning(symbols: Sequence[object], size: int) -> float:
    """Return the share of n-grams that come more than once.

    Args:
        symbols: What the n-grams are made of, such as intervals.
        size: n, the number of symbols in each.
    """
    grams = [tuple(symbols[k : k + size]) for k in range(len(symbols) - size + 1)]
    counts: dict[tuple[object, ...], int] = {}
    for gram in grams:
        counts[gram] = counts.get(gram, 0) + 1
    return sum(count for count in counts.values() if count > 1) / len(grams) if grams else nan


def mean(values: object) -> float:
    """Return the mean of values, an iterable of numbers."""
    found = np.array(list(values), np.float64)  # type: ignore[call-overload]
    return float(found.mean()) if len(found) else nan


def spread(values: object) -> float:
    """Return the standard deviation of values, of which at least three are numbers."""
    found = np.array(values, np.float64)
    found = found[~np.isnan(found)]
    return float(found.std()) if len(found) > 2 else nan


def correlation(first: NDArray[np.generic], second: NDArray[np.generic]) -> float:
    """Return Pearson's correlation; 0 if one of the two never changes.

    Args:
        first: Values, shape (N,); pairs of which one is no number do not count.
        second: As many values.
    """
    pairs = np.stack([np.asarray(first, np.float64), np.asarray(second, np.float64)])
    pairs = pairs[:, ~np.isnan(pairs).any(axis=0)]
    if pairs.shape[1] < FEWEST:
        return nan
    centred = pairs - pairs.mean(axis=1, keepdims=True)
    size = float(np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum()))
    return float((centred[0] * centred[1]).sum()) / size if size > 1e-9 else 0.0


def autocorrelation(values: NDArray[np.generic], lag: int = 1) -> float:
    """Return the correlation of values with those some places later.

    Args:
        values: The values in their order, shape (N,).
        lag: The number of places.
    """
    return correlation(values[:-lag], values[lag:]) if len(values) > lag else nan


def slope(values: Floats) -> float:
    """Return how steadily values rise, from -1 to 1."""
    return correlation(np.arange(len(values)), values)


def bend(values: Floats) -> float:
    """Return how bent the course of values is: above 0 if the middle is lower than the ends."""
    return correlation((np.arange(len(values)) - (len(values) - 1) / 2) ** 2, values)


def place_of_most(values: Floats) -> float:
    """Return where the largest value is, from 0 at the beginning to 1 at the end."""
    found = np.where(np.isnan(values), -np.inf, values)
    return float(found.argmax() / (len(found) - 1)) if len(found) > 2 else nan


def entropy(values: Integers) -> float:
    """Return the entropy of the values' distribution, in bits."""
    counts = np.unique(values, return_counts=True)[1] / len(values)
    return float(-(counts * np.log2(counts)).sum())


def runs(breaks: NDArray[np.bool_]) -> Integers:
    """Return the lengths of the runs between breaks.

    Args:
        breaks: Whether a run ends at each place, shape (N,).
    """
    at = np.flatnonzero(breaks)
    return np.diff(np.concatenate([[-1], at, [len(breaks)]]))
