"""How rows and figures are written in tables and pictures."""

from __future__ import annotations

from math import isnan

from jazzgen.evaluation.metric_table import METRICS

__all__ = ["number", "row_label"]


def row_label(name: str) -> str:
    """Return the heading of a metric; the name with spaces if no metric has this name."""
    return METRICS[name].heading if name in METRICS else name.replace("_", " ")


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
