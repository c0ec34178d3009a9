"""Pictures for the report: SVG text, drawn by matplotlib, which loads when one is drawn.

The same figures give the same text: no dates, no random names.
"""

from __future__ import annotations

import importlib
import io
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.evaluation.labels import row_label
from jazzgen.evaluation.rows import Row
from jazzgen.runtime.extras import require

__all__ = ["Floats", "distance_plot", "distribution_plot", "validate"]

Floats = NDArray[np.float64]

OURS, THEIRS, INK, SOFT = "#c0392b", "#1f5fa8", "#20262c", "#d5dade"
STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": 8,
    "svg.fonttype": "path",
    "axes.spines.top": False,
    "axes.spines.right": False,
}
FARTHEST = 3.0
"""Human standard deviations; larger distances are drawn at the edge."""
COLUMNS = 5
"""Small pictures beside one another."""
BINS = 16
"""Bins of a histogram."""


def validate() -> None:
    """Check that matplotlib is there.

    Raises:
        MissingPackageError: It is not.
    """
    require("the report's pictures need", "matplotlib")


def distance_plot(rows: Mapping[str, Row]) -> str:
    """Draw each row's distance from the reference, in its standard deviations."""
    names = list(rows)[::-1]
    found = np.array([rows[name].distance for name in names])
    distances = np.clip(np.nan_to_num(found), -FARTHEST, FARTHEST)

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        for reach in (1.0, 0.5):
            axes.axvspan(-reach, reach, color=SOFT, alpha=0.5, linewidth=0)
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.hlines(range(len(names)), 0, distances, color=OURS, linewidth=1.2)
        axes.plot(distances, range(len(names)), "o", color=OURS, markersize=4)
        axes.set_yticks(range(len(names)), [row_label(name) for name in names])
        axes.set_xlim(-FARTHEST - 0.1, FARTHEST + 0.1)
        axes.set_xlabel("distance from human, in human standard deviations")

    return _svg(draw, (7.5, 0.6 + 0.19 * len(names)), "distance", "tight")


def distribution_plot(ours: Mapping[str, Floats], theirs: Mapping[str, Floats]) -> str:
    """Draw the distributions of each metric in both sets, a small picture for each.

    Args:
        ours: Values of the solos, by metric.
        theirs: Values of human solos, by metric; metrics without are left out.
    """
    names = [name for name in ours if len(ours[name]) and len(theirs.get(name, ()))]

    def draw(figure: Any) -> None:
        lines = -(-len(names) // COLUMNS)
        grid = figure.subplots(lines, COLUMNS, squeeze=False).ravel()
        for axes, name in zip(grid, names, strict=False):
            _histograms(axes, ours[name], theirs[name])
            axes.set_title(row_label(name), fontsize=7)
            axes.set_yticks([])
            axes.tick_params(labelsize=6)
        for axes in grid[len(names) :]:
            axes.set_axis_off()
        height = figure.get_figheight()
        figure.subplots_adjust(
            left=0.02, right=0.98, bottom=0.25 / height, top=1 - 0.3 / height, hspace=0.7
        )

    return _svg(draw, (11, 1.35 * -(-len(names) // COLUMNS)), "rows")


def _histograms(axes: Any, ours: Floats, theirs: Floats) -> None:
    both = np.concatenate([ours, theirs])
    low, high = np.quantile(both, [0.005, 0.995])
    edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
    for values, color in ((theirs, THEIRS), (ours, OURS)):
        share = np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0] / len(values)
        axes.stairs(share, edges, color=color, fill=True, alpha=0.35)
        axes.stairs(share, edges, color=color, linewidth=0.8)


def _svg(draw: Any, size: tuple[float, float], salt: str, box: str | None = None) -> str:
    matplotlib = importlib.import_module("matplotlib")
    content = io.StringIO()
    with matplotlib.rc_context({**STYLE, "svg.hashsalt": salt}):
        figure = importlib.import_module("matplotlib.figure").Figure(figsize=size)
        draw(figure)
        figure.savefig(
            content, format="svg", bbox_inches=box, metadata={"Date": None, "Creator": None}
        )
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", content.getvalue(), flags=re.DOTALL)
    return text[text.index("<svg") :]
