"""The human row: how the metrics come out on transcribed solos.

`human.json` was computed with this package's own code over solos of the Weimar Jazz
Database (Pfleiderer et al., *Inside the Jazzomat*, 2017; contains information from the
Weimar Jazz Database, ODbL 1.0). It holds figures only: for each row the mean, the
standard deviation, how many solos or phrases they are over, the median, and the means of
48 slices of equal size from the smallest values to the largest, from which the
distribution can be drawn again.
`scripts/human_figures.py` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Figure", "HumanRow", "human_rows", "summarise"]

SLICES = 48
MOST = 1000
DIGITS = 4


class Figure(NamedTuple):
    """A mean and a standard deviation over solos."""

    mean: float
    std: float


@dataclass(frozen=True)
class HumanRow:
    """One row's figures.

    Args:
        mean: Mean.
        std: Standard deviation.
        count: How many solos (or phrases) it is over.
        median: Median.
        slices: Means of equal slices, ascending.
    """

    mean: float
    std: float
    count: int
    median: float
    slices: tuple[float, ...]

    @property
    def sample(self) -> NDArray[np.float64]:
        """As many values as were counted (at most `MOST`), spread as they were."""
        whole = np.arange(min(self.count, MOST))
        sizes = [len(part) for part in np.array_split(whole, len(self.slices))]
        return np.repeat(np.array(self.slices), sizes)


def summarise(columns: Mapping[str, NDArray[np.float64]]) -> dict[str, dict[str, Any]]:
    """Return what `human.json` holds of each row's values; empty rows are left out."""
    return {
        name: {
            "mean": round(float(values.mean()), DIGITS),
            "std": round(float(values.std()), DIGITS),
            "count": len(values),
            "median": round(float(np.median(values)), DIGITS),
            "slices": _rounded(np.sort(values)),
        }
        for name, values in columns.items()
        if len(values)
    }


@cache
def human_rows() -> dict[str, HumanRow]:
    """Return the built-in human figures by row."""
    text = files("jazzgen.evaluation").joinpath("human.json").read_text(encoding="utf-8")
    return {
        name: HumanRow(row["mean"], row["std"], row["count"], row["median"], tuple(row["slices"]))
        for name, row in json.loads(text)["rows"].items()
    }


def _rounded(values: NDArray[np.float64]) -> list[float]:
    slices = np.array_split(values, min(SLICES, len(values)))
    return [round(float(part.mean()), DIGITS) for part in slices]
