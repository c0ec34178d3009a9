"""Overlap area: how much two distributions have in common.

Source: Yang and Lerch, *On the evaluation of generative models in music*, Neural
Computing and Applications 32, 2020: densities by a Gaussian kernel, and the area under
the lower of the two.

Conventions
-----------
- The bandwidth is Scott's, standard deviation × n^(-1/5). Both samples get the mean of
  their bandwidths, so that they are smoothed equally. It is at least 1/500 of the range of
  both, so that equal values are a narrow peak. Samples are put on a grid of 2,048 points
  before they are convolved with the kernel.
- 1 is the same distribution, 0 is nothing in common. NaN where a sample is empty.
- Finite samples of one distribution stay below 1. The *ceiling* is the overlap of two
  halves of one sample, mean over random halvings: .80 to .88 for 46 human solos, .87 to
  .94 for 410. Solos that belong together (over one tune) stay in one half.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

__all__ = ["HALVINGS", "ceiling", "halves", "overlap_area"]

Floats = NDArray[np.float64]

GRID = 2048
"""Points of the grid."""
REACH = 4.0
"""Bandwidths from the kernel's middle to its end."""
HALVINGS = 8
"""Random halvings of a sample."""


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


def ceiling(
    values: Floats, groups: Sequence[Hashable], seed: int = 0, halvings: int = HALVINGS
) -> float:
    """Return the overlap area of two halves of a sample, mean over random halvings.

    Args:
        values: Shape (n,); NaN is left out.
        groups: The group of each value, its tune for example; a group stays in one half.
        seed: Draws the halvings.
        halvings: Number of halvings.
    """
    areas = [
        overlap_area(*(values[half & ~np.isnan(values)] for half in (one, ~one)))
        for one in halves(groups, seed, halvings)
    ]
    found = [area for area in areas if not np.isnan(area)]
    return float(np.mean(found)) if found else nan


def halves(
    groups: Sequence[Hashable], seed: int = 0, halvings: int = HALVINGS
) -> list[NDArray[np.bool_]]:
    """Return random halvings of values.

    Args:
        groups: The group of each value; a group stays in one half.
        seed: Draws the halvings.
        halvings: Number of halvings.

    Returns:
        Masks of shape (n,), none where there are fewer than two groups.
    """
    names = sorted(set(groups), key=str)
    if len(names) < 2:
        return []
    draw = np.random.default_rng(seed)
    chosen = [
        {names[k] for k in draw.permutation(len(names))[: len(names) // 2]} for _ in range(halvings)
    ]
    return [np.array([group in half for group in groups]) for half in chosen]


def _scott(sample: Floats) -> float:
    return float(sample.std(ddof=1)) * len(sample) ** -0.2 if len(sample) > 1 else 0.0


def _density(sample: Floats, width: float, low: float, high: float) -> Floats:
    """The share of a sample's density that falls on each point of the grid."""
    step = (high - low) / (GRID - 1)
    position = (sample - low) / step
    left = np.clip(position.astype(np.int64), 0, GRID - 2)
    share = position - left  # each value is shared out between the two points beside it
    counts = np.bincount(left, 1 - share, GRID) + np.bincount(left + 1, share, GRID)
    reach = int(np.ceil(REACH * width / step))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / width) ** 2)
    density = np.convolve(counts, kernel)[reach : reach + GRID]
    return np.asarray(density / density.sum())
