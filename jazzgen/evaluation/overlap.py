"""Overlap area: how much two distributions have in common.

Source: Yang and Lerch, *On the evaluation of generative models in music*, Neural
Computing and Applications 32, 2020: densities by a Gaussian kernel, and the area under
the lower of the two.

Conventions
-----------
- The bandwidth is Scott's, standard deviation × n^(-1/5), the mean of the two samples',
  so that they are seen equally sharply. It has a floor of 1/500 of the range of both, so
  that equal values are a narrow peak. Samples are put on a grid of 2,048 points before
  the kernel is laid over them.
- 1 is the same distribution, 0 is nothing in common. NaN where a sample is empty.
- Finite samples never reach 1. The *ceiling* is what two halves of one sample reach,
  mean over `HALVINGS` random halvings: .80 to .88 over 46 human solos, .87 to .94 over
  410. Groups of solos that belong together (one tune) stay in one half.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

__all__ = ["HALVINGS", "ceiling", "halves", "overlap_area"]

Floats = NDArray[np.float64]

GRID = 2048  # points
REACH = 4.0  # bandwidths over which a kernel is laid
HALVINGS = 8


def overlap_area(first: Floats, second: Floats) -> float:
    """Return the area that the densities of two samples share.

    Args:
        first: Values, shape (n,).
        second: Values, shape (m,).

    >>> overlap_area(np.arange(9.0), np.arange(9.0))
    1.0
    >>> round(overlap_area(np.arange(9.0), np.arange(9.0) + 100), 3)
    0.0
    """
    if not len(first) or not len(second):
        return nan
    both = np.concatenate([first, second])
    span = float(np.ptp(both))
    if span == 0:
        return 1.0
    width = max((_scott(first) + _scott(second)) / 2, span / 500)
    low, high = both.min() - REACH * width, both.max() + REACH * width
    densities = [_density(sample, width, low, high) for sample in (first, second)]
    return float(min(np.minimum(*densities).sum(), 1.0))


def ceiling(values: Floats, groups: Sequence[Hashable], seed: int = 0) -> float:
    """Return the overlap area of two halves of a sample, mean over random halvings.

    Args:
        values: Shape (n,); NaN is left out.
        groups: What each value belongs to; a group stays together.
        seed: Draws the halvings.
    """
    areas = [
        overlap_area(*(values[half & ~np.isnan(values)] for half in (one, ~one)))
        for one in halves(groups, seed)
    ]
    found = [area for area in areas if not np.isnan(area)]
    return float(np.mean(found)) if found else nan


def halves(groups: Sequence[Hashable], seed: int = 0) -> list[NDArray[np.bool_]]:
    """Return random halvings as masks of shape (n,); none with fewer than two groups."""
    names = sorted(set(groups), key=str)
    if len(names) < 2:
        return []
    draw = np.random.default_rng(seed)
    chosen = [
        {names[k] for k in draw.permutation(len(names))[: len(names) // 2]} for _ in range(HALVINGS)
    ]
    return [np.array([group in half for group in groups]) for half in chosen]


def _scott(sample: Floats) -> float:
    return float(sample.std(ddof=1)) * len(sample) ** -0.2 if len(sample) > 1 else 0.0


def _density(sample: Floats, width: float, low: float, high: float) -> Floats:
    """The share of a sample's density that falls on each point of the grid."""
    step = (high - low) / (GRID - 1)
    place = (sample - low) / step
    left = np.clip(place.astype(np.int64), 0, GRID - 2)
    share = place - left
    counts = np.bincount(left, 1 - share, GRID) + np.bincount(left + 1, share, GRID)
    reach = int(np.ceil(REACH * width / step))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / width) ** 2)
    density = np.convolve(counts, kernel)[reach : reach + GRID]
    return np.asarray(density / density.sum())
