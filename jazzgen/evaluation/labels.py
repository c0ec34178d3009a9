"""How rows and figures are written in tables and pictures."""

from __future__ import annotations

from math import isnan

from jazzgen.evaluation.metric_table import METRICS
from jazzgen.evaluation.rows import Row

__all__ = ["ROW_HEAD", "number", "row_cells", "row_label"]

ROW_HEAD = ("mean", "± std", "human", "± std", "distance", "overlap", "ceiling")
"""The headings of `row_cells` after the first column, which each table calls as it likes."""


def row_label(name: str) -> str:
    """Return the heading of a metric; the name with spaces if no metric has this name."""
    return METRICS[name].heading if name in METRICS else name.replace("_", " ")


def row_cells(name: str, row: Row) -> tuple[str, ...]:
    """Return the cells of a metric's row: its heading, and its figures under `ROW_HEAD`.

    Args:
        name: The metric's name.
        row: Its figures.
    """
    return (
        row_label(name),
        number(row.mean),
        number(row.std),
        number(row.reference_mean),
        number(row.reference_std),
        number(row.distance, 2, sign=True),
        number(row.overlap, 2),
        number(row.ceiling, 2),
    )


def number(value: float | None, digits: int = 3, sign: bool = False) -> str:
    """Return a figure as it is printed.

    Args:
        value: The figure; None and NaN are printed as "–".
        digits: Digits after the point, at most; figures from 10 upwards have one.
        sign: Whether positive figures have a plus sign.

    >>> number(0.5057), number(28.71), number(None), number(0.25, 2, sign=True)
    ('0.506', '28.7', '–', '+0.25')
    """
    if value is None or isnan(value):
        return "–"
    digits = min(digits, 1) if abs(value) >= 10 else digits
    return f"{value:+.{digits}f}" if sign else f"{value:.{digits}f}"
