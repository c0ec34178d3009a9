"""Bootstrap intervals: how certain a figure is that comes from a few solos.

Source: B. Efron, "Bootstrap methods: another look at the jackknife", Annals of
Statistics 7(1), 1979; percentile intervals.

Convention: whole solos (or tunes) are resampled, never notes, since the notes of one solo
are not independent.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["DRAWS", "interval", "ratio_interval"]

DRAWS = 2000
"""Bootstrap samples of an interval."""
LEVEL = 0.95
"""Share of the samples that lie within the interval."""


def interval(
    statistic: Callable[[NDArray[np.int64]], float], size: int, seed: int = 0, draws: int = DRAWS
) -> tuple[float, float]:
    """Return the 95 % percentile interval of a statistic.

    Args:
        statistic: Returns the figure of the items whose indices were drawn, shape (size,).
        size: Number of items (solos or tunes).
        seed: Draws the samples.
        draws: Number of samples.
    """
    draw = np.random.default_rng(seed)
    values = [statistic(draw.integers(size, size=size)) for _ in range(draws)]
    return _percentiles(np.array(values))


def ratio_interval(
    parts: NDArray[np.float64], wholes: NDArray[np.float64], seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % percentile interval of a ratio of sums over solos.

    Args:
        parts: What each solo adds to the numerator, shape (solos,).
        wholes: What each solo adds to the denominator, shape (solos,).
        seed: Draws the samples.
    """
    drawn = np.random.default_rng(seed).integers(len(parts), size=(DRAWS, len(parts)))
    return _percentiles(parts[drawn].sum(axis=1) / wholes[drawn].sum(axis=1))


def _percentiles(values: NDArray[np.float64]) -> tuple[float, float]:
    values = values[~np.isnan(values)]
    if not len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
