"""The picture of how errors flow back through time."""

from __future__ import annotations

import importlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from jazzgen.errors import ConfigError
from jazzgen.evaluation.gradient_flow import Flow, Training
from jazzgen.rnn.registry import CELLS
from jazzgen.runtime.atomic import write_bytes
from jazzgen.runtime.extras import require
from jazzgen.runtime.ownership import PROGRAM

__all__ = ["check_picture", "draw_gradients"]

COLORS = ("#c0392b", "#1f5fa8", "#3a8f5c", "#b07a1c", "#7a4fa3", "#4a8f9c")
"""The colors of cells in their order; a seventh cell has the first one's again."""
MODEL_COLOR = "#20262c"
STYLES = {"fresh": ":", "scaled": "-.", "unclipped": "--", "clipped": "-", "model": "-"}
LABELS = {
    "fresh": "untrained",
    "scaled": "untrained, recurrent weights × {gain:g}",
    "unclipped": "trained",
    "clipped": "trained with clipping",
}
STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": 8,
    "svg.fonttype": "path",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "gradients",
}
SMALLEST, LARGEST = 1e-9, 1e7
"""Norms that are drawn; others are drawn at the edge."""


def check_picture(path: str | Path) -> None:
    """Check that a picture can be drawn to a path.

    Raises:
        ConfigError: Another suffix, or matplotlib is not installed.
    """
    if Path(path).suffix.lower() not in (".png", ".svg"):
        raise ConfigError(f"{path}: expected a picture's name, ending in .png or .svg")
    require("pictures need", "matplotlib")


def draw_gradients(
    path: str | Path,
    trainings: Mapping[str, Mapping[str, Training]],
    model: Flow | None = None,
    gain: float = 2.0,
    limit: float = 0.0,
) -> Path:
    """Draw the norms of errors over time, and those of the weights' gradients over training.

    Args:
        path: The file to write, .png or .svg.
        trainings: For each cell what `gradient_flow.scratch_flows` found; may be empty.
        model: How errors flow back through a model.
        gain: Factor of the recurrent weights of `scaled` cells.
        limit: Norm to which gradients were clipped, 0 for none.

    Returns:
        The path.

    Raises:
        ConfigError: See `check_picture`.
        OutputError: It cannot be written.
    """
    check_picture(path)
    matplotlib = importlib.import_module("matplotlib")
    with matplotlib.rc_context(STYLE):
        panels = 2 if trainings else 1
        figure = importlib.import_module("matplotlib.figure").Figure(figsize=(4.6 * panels, 4.6))
        grid = figure.subplots(1, panels, squeeze=False)[0]
        _flows(grid[0], trainings, model, gain)
        if trainings:
            _trainings(grid[1], trainings, limit)
        figure.tight_layout()
        content = io.BytesIO()
        suffix = Path(path).suffix.lower()[1:]
        # Without versions and dates, so that the same figures give the same file.
        made_by = {"Software": PROGRAM} if suffix == "png" else {"Date": None, "Creator": PROGRAM}
        figure.savefig(content, format=suffix, dpi=130, metadata=made_by)
    return write_bytes(path, content.getvalue())


def _flows(
    axes: Any, trainings: Mapping[str, Mapping[str, Training]], model: Flow | None, gain: float
) -> None:
    for kind, found in trainings.items():
        for how, training in found.items():
            _line(axes, training.flow, _color(kind), STYLES[how])
            label = f"{kind.upper()}, {LABELS[how].format(gain=gain)}"
            axes.plot([], [], STYLES[how], color=_color(kind), linewidth=1, label=label)
    if model is not None:
        _line(axes, model, MODEL_COLOR, "-")
        axes.plot([], [], "-", color=MODEL_COLOR, label=f"{model.label}: a⟨t⟩")
        if model.cell is not None:
            steps = np.arange(1, len(model.cell) + 1)
            axes.plot(steps, np.maximum(model.cell, SMALLEST), ":", color=MODEL_COLOR,
                      label=f"{model.label}: c⟨t⟩")  # fmt: skip
    axes.set_yscale("log")
    axes.set_ylim(SMALLEST, None)
    if axes.get_ylim()[1] > LARGEST:
        axes.set_ylim(SMALLEST, LARGEST)
    axes.set_xlabel("step t")
    axes.set_ylabel("norm of ∂loss/∂a⟨t⟩, with the loss of the last step")
    axes.legend(fontsize=6, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2)


def _color(kind: str) -> str:
    return COLORS[list(CELLS).index(kind) % len(COLORS)]


def _line(axes: Any, flow: Flow, color: str, style: str) -> None:
    steps = np.arange(1, len(flow.hidden) + 1)
    norms = np.nan_to_num(flow.hidden, nan=LARGEST, posinf=LARGEST)
    axes.plot(steps, np.clip(norms, SMALLEST, LARGEST), style, color=color, linewidth=1)


def _trainings(axes: Any, trainings: Mapping[str, Mapping[str, Training]], limit: float) -> None:
    for kind, found in trainings.items():
        for how in ("unclipped", "clipped"):
            norms = np.nan_to_num(found[how].norms, nan=LARGEST, posinf=LARGEST)
            axes.plot(np.arange(1, len(norms) + 1), np.clip(norms, SMALLEST, LARGEST), STYLES[how],
                      color=_color(kind), linewidth=0.9,
                      label=f"{kind.upper()}, {LABELS[how]}")  # fmt: skip
    if limit:
        axes.axhline(limit, color="#888", linewidth=0.7)
        axes.annotate(" clipped to this", (1, limit), fontsize=6, va="bottom")
    axes.set_yscale("log")
    axes.set_xlabel("step of training")
    axes.set_ylabel("global norm of the gradients, before clipping")
    axes.legend(fontsize=6, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2)
