"""The human row: the metrics of transcribed solos.

`human.json` was computed with this package's own code over solos of the Weimar Jazz
Database (Pfleiderer et al., *Inside the Jazzomat*, 2017; contains information from the
Weimar Jazz Database, ODbL 1.0). It holds figures only: for each metric the mean, the
standard deviation, the number of solos or phrases, the median, and the means of 48 equal
slices of the sorted values, from which the distribution can be approximated.
`scripts/human_figures.py` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Figure", "HumanRow", "human_rows", "summarise"]

SLICES = 48
"""Slices of the sorted values, at most."""
LARGEST_SAMPLE = 1000
"""Values that a sample has at most."""
DIGITS = 4
"""Digits after the point in `human.json`."""


class Figure(NamedTuple):
    """A mean and a standard deviation over solos."""

    mean: float
    std: float


@dataclass(frozen=True, kw_only=True)
class HumanRow:
    """The figures of one metric over human solos.

    Args:
        mean: Mean.
        std: Standard deviation.
        count: Number of solos (or phrases).
        median: Median.
        slices: Means of equal slices of the sorted values, ascending.
    """

    mean: float
    std: float
    count: int
    median: float
    slices: tuple[float, ...]

    @classmethod
    def of_values(cls, values: NDArray[np.float64]) -> HumanRow:
        """Return the figures of values, rounded as `human.json` holds them.

        Args:
            values: One for each solo or phrase, at least one, shape (n,).
        """
        parts = np.array_split(np.sort(values), min(SLICES, len(values)))
        return cls(
            mean=round(float(values.mean()), DIGITS),
            std=round(float(values.std()), DIGITS),
            count=len(values),
            median=round(float(np.median(values)), DIGITS),
            slices=tuple(round(float(part.mean()), DIGITS) for part in parts),
        )

    @property
    def sample(self) -> NDArray[np.float64]:
        """As many values as were counted (at most `LARGEST_SAMPLE`), distributed as they were."""
        size = min(self.count, LARGEST_SAMPLE)
        sizes = [len(part) for part in np.array_split(np.arange(size), len(self.slices))]
        return np.repeat(np.array(self.slices), sizes)

    def to_json(self) -> dict[str, Any]:
        """Return the figures as `human.json` holds them."""
        return asdict(self)


def summarise(columns: Mapping[str, NDArray[np.float64]]) -> dict[str, HumanRow]:
    """Return the figures of each metric's values; metrics without values are left out."""
    return {name: HumanRow.of_values(values) for name, values in columns.items() if len(values)}


@cache
def human_rows() -> dict[str, HumanRow]:
    """Return the built-in human figures by metric."""
    text = files("jazzgen.evaluation").joinpath("human.json").read_text(encoding="utf-8")
    return {
        name: HumanRow(**{**row, "slices": tuple(row["slices"])})
        for name, row in json.loads(text)["rows"].items()
    }
