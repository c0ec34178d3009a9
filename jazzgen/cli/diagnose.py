"""`jazzgen diagnose`: what goes on inside a network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from jazzgen.cli.options import Given, configured
from jazzgen.cli.output import say, show, show_json
from jazzgen.datasets.formats import sources_named
from jazzgen.evaluation.experiment import Experiment
from jazzgen.rnn.clipping import clipping_defaults
from jazzgen.rnn.registry import CELLS
from jazzgen.runtime.settings import check_settings, setting

if TYPE_CHECKING:
    from jazzgen.evaluation.gradient_flow import Flow, Training

__all__ = ["diagnose"]

diagnose = typer.Typer(
    name="diagnose",
    help="Look into a network.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@diagnose.callback()
def _about() -> None:
    """Look into a network."""


@dataclass(frozen=True, kw_only=True)
class GradientsRequest:
    """The solos, the model or cell through which errors flow back, and how it is shown.

    Args:
        solos: Solos; by default the corpus that comes with jazzgen.
        model: A model to look into, in place of cells from scratch.
        cell: The only cell to train from scratch; by default all are trained.
        picture: The file of the picture, if one is asked for.
        overwrite: Whether a picture that jazzgen has not drawn may be replaced.
        json: Whether the result is printed as JSON.

    Raises:
        ConfigError: No such cell.
    """

    solos: Path | None = setting(
        None,
        argument=True,
        metavar="DATASET|MIDI_DIR",
        text=lambda: (
            f"Solos to send errors back through: {sources_named()}; by default those that "
            "come with jazzgen."
        ),
    )
    model: str | None = setting(
        None, metavar="NAME|DIR", text="Look into this model in place of cells from scratch."
    )
    cell: str | None = setting(
        None,
        choices=CELLS,
        text="From scratch: train this cell only; by default all are trained.",
    )
    picture: Path | None = setting(
        None, metavar="FILE.png", text="Draw a picture, .png or .svg; needs matplotlib."
    )
    overwrite: bool = setting(False, text="Replace a file even if jazzgen did not write it.")
    json: bool = setting(False, text="Print JSON, every number.")

    def __post_init__(self) -> None:
        check_settings(self)


@diagnose.command()
@configured
def gradients(request: GradientsRequest, experiment: Given[Experiment]) -> None:
    """How errors flow back through time: the norms of ∂loss/∂a⟨t⟩ for every step t.

    Args:
        request: The solos, and the model or cell to look into.
        experiment: The settings of cells that are trained from scratch.
    """
    from jazzgen.datasets.corpus import load_corpus
    from jazzgen.encoding.sequence import value_sequence
    from jazzgen.evaluation.gradient_flow import model_flow, scratch_flows
    from jazzgen.evaluation.gradient_plot import check_picture, draw_gradients
    from jazzgen.nn.registry import find_corpus
    from jazzgen.runtime.atomic import check_writable
    from jazzgen.runtime.ownership import check_replaceable

    tried = experiment.build(
        **({"cells": (request.cell,)} if request.cell else {}),
        **clipping_defaults(experiment.values),
    )
    if request.picture:
        check_picture(request.picture)
        check_writable(request.picture)
        check_replaceable(request.picture, overwrite=request.overwrite)
    corpus = load_corpus(request.solos or find_corpus())
    sequences = [value_sequence(solo) for solo in corpus.solos]
    trainings: dict[str, dict[str, Training]] = {}
    flow: Flow | None = None
    if request.model:
        from jazzgen.improviser import load
        from jazzgen.nn.numpy_engine.engine import LightEngine

        engine = load(request.model).engine
        if isinstance(engine, LightEngine):  # the default, whose states can be read
            flow = model_flow(engine, sequences, tried.length)
    else:
        say(f"training {', '.join(tried.cells)} twice each, {tried.steps} steps")
        trainings = scratch_flows(sequences, tried)
    if request.picture:
        draw_gradients(request.picture, trainings, flow, tried.gain, tried.clip_norm)
        say(f"picture: {request.picture}")
    rows = _rows(trainings, flow, request.model or "")
    if request.json:
        show_json({"length": tried.length, "windows": rows})
    else:
        _report(rows, tried.length)


def _rows(
    trainings: dict[str, dict[str, Training]], flow: Flow | None, model: str
) -> list[dict[str, Any]]:
    """Return one JSON object per network; numbers that are not finite are null."""
    if flow is not None:
        return [{"of": model, **flow.to_json()}]
    return [
        {"of": kind, "how": how, **training.to_json()}
        for kind, found in trainings.items()
        for how, training in found.items()
    ]


def _report(rows: list[dict[str, Any]], length: int) -> None:
    """Print the norms at the last step and at some before it, and the largest gradient."""
    back = [steps for steps in (0, 5, 10, 20, 50, 100) if steps < length]
    show(f"norm of dloss/da<t>, with the loss of step {length}")
    title = "steps back"
    show(f"{title:28}" + "".join(f"{steps:>9}" for steps in back) + "   reach  largest gradient")
    for row in rows:
        name = " ".join(filter(None, (row["of"], row.get("how"))))
        norms = "".join(f"{_short(row['hidden'][-1 - steps]):>9}" for steps in back)
        found = [norm for norm in row.get("gradient_norms", []) if norm is not None]
        largest = f"{_short(max(found)):>18}" if found else ""
        show(f"{name:28}{norms}{row['reach']:>8}{largest}")
    show("reach: steps back until less than a hundredth is left (for an LSTM, in both a and c)")


def _short(value: float | None) -> str:
    return "overflow" if value is None else f"{value:.2g}"
