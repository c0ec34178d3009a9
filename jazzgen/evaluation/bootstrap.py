"""Bootstrap intervals: how sure a figure is, seeing how few solos it comes from.

Source: B. Efron, "Bootstrap methods: another look at the jackknife", Annals of
Statistics 7(1), 1979; percentile intervals.

Convention: what is drawn again is whole solos (or tunes), never notes: the notes of one
solo are no independent witnesses.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["DRAWS", "interval", "ratio_interval"]

DRAWS = 2000
LEVEL = 0.95


def interval(
    statistic: Callable[[NDArray[np.int64]], float], size: int, seed: int = 0, draws: int = DRAWS
) -> tuple[float, float]:
    """Return the 95 % percentile interval of a statistic.

    Args:
        statistic: Of the indices that were drawn, shape (size,).
        size: How many witnesses there are.
        seed: Draws them.
        draws: How often.
    """
    draw = np.random.default_rng(seed)
    values = [statistic(draw.integers(size, size=size)) for _ in range(draws)]
    return _percentiles(np.array(values))


def ratio_interval(
    parts: NDArray[np.float64], wholes: NDArray[np.float64], seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % interval of sum of parts ÷ sum of wholes.

    Args:
        parts: What each solo adds above, shape (solos,).
        wholes: What each solo adds below, shape (solos,).
        seed: Draws the solos.
    """
    drawn = np.random.default_rng(seed).integers(len(parts), size=(DRAWS, len(parts)))
    return _percentiles(parts[drawn].sum(axis=1) / wholes[drawn].sum(axis=1))


def _percentiles(values: NDArray[np.float64]) -> tuple[float, float]:
    values = values[~np.isnan(values)]
    if not len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
