"""`jazzgen diagnose`: what goes on inside a network."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jazzgen.cli.choices import choice_option
from jazzgen.cli.output import naming_options, say, show, show_json
from jazzgen.datasets.formats import sources_named
from jazzgen.rnn.registry import CELLS

if TYPE_CHECKING:
    from jazzgen.evaluation.gradient_flow import Flow, Training

__all__ = ["diagnose"]

diagnose = typer.Typer(
    name="diagnose", help="Look into a network.", no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip


@diagnose.callback()
def _about() -> None:
    """Look into a network."""


@diagnose.command()
def gradients(
    solos: Annotated[Path | None, typer.Argument(help="Solos to send errors back through: "
                     f"{sources_named()}; by default those that come with jazzgen.",
                     metavar="DATASET|MIDI_DIR")] = None,
    model: Annotated[str | None, typer.Option(help="Look into this model in place of cells from "
                     "scratch.", metavar="NAME|DIR")] = None,
    cell: Annotated[str | None, choice_option(CELLS, "From scratch: this cell alone; by default "
                                              "each that there is.")] = None,
    length: Annotated[int, typer.Option(help="T, values in a window.")] = 60,
    units: Annotated[int, typer.Option(help="From scratch: units of the cell.")] = 64,
    steps: Annotated[int, typer.Option(help="From scratch: steps of training.")] = 100,
    learning_rate: Annotated[float, typer.Option(help="From scratch: of gradient descent.")] = 3.0,
    clip_norm: Annotated[float | None, typer.Option(help="From scratch: the norm that gradients "
                         "are clipped to, where they are.", show_default="1")] = None,
    clip_value: Annotated[float | None, typer.Option(help="The largest absolute gradient, in place "
                          "of the norm.")] = None,
    gain: Annotated[float, typer.Option(help="From scratch: by what a fresh cell's recurrent "
                    "weights are multiplied to see errors explode.")] = 2.0,
    seed: Annotated[int, typer.Option(help="Decides weights and windows.")] = 0,
    picture: Annotated[Path | None, typer.Option(help="Draw it, .png or .svg; needs matplotlib.",
                       metavar="FILE.png")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, every number.")] = False,
) -> None:  # fmt: skip
    """How errors flow back through time: norms of the last step's ∂loss/∂a⟨t⟩, for every t."""
    from jazzgen.datasets.corpus import load_corpus
    from jazzgen.encoding.sequence import value_sequence
    from jazzgen.evaluation.gradient_flow import Experiment, model_flow, scratch_flows
    from jazzgen.evaluation.gradient_plot import check_picture, draw_gradients
    from jazzgen.nn.registry import find_corpus
    from jazzgen.runtime.atomic import check_writable

    if clip_norm is None:
        clip_norm = 0.0 if clip_value else 1.0
    with naming_options():
        experiment = Experiment(
            (cell,) if cell else tuple(CELLS), units, length, 16, steps,
            learning_rate, clip_norm, clip_value or 0.0, gain, seed,
        )  # fmt: skip
    if picture:
        check_picture(picture)
        check_writable(picture)
    corpus = load_corpus(solos or find_corpus())
    sequences = [value_sequence(solo) for solo in corpus.solos]
    trainings: dict[str, dict[str, Training]] = {}
    flow: Flow | None = None
    if model:
        from jazzgen.improviser import load
        from jazzgen.nn.numpy_engine.engine import LightEngine

        engine = load(model).engine
        if isinstance(engine, LightEngine):  # which it is by default
            flow = model_flow(engine, sequences, length)
    else:
        say(f"training {', '.join(experiment.cells)} twice each, {steps} steps")
        trainings = scratch_flows(sequences, experiment)
    if picture:
        draw_gradients(picture, trainings, flow, gain, clip_norm)
        say(f"{picture}: a picture of it")
    rows = _rows(trainings, flow, model or "")
    if json:
        show_json({"length": length, "windows": rows})
    else:
        _report(rows, length)


def _rows(
    trainings: dict[str, dict[str, Training]], flow: Flow | None, model: str
) -> list[dict[str, Any]]:
    """What was found, as JSON says it; numbers that are not finite are null."""
    if flow is not None:
        return [{"of": model, **_norms(flow)}]
    return [
        {
            "of": kind, "how": how, **_norms(training.flow),
            "gradient_norms": _finite(training.norms), "losses": _finite(training.losses),
        }
        for kind, found in trainings.items()
        for how, training in found.items()
    ]  # fmt: skip


def _norms(flow: Flow) -> dict[str, Any]:
    cell = {} if flow.cell is None else {"cell": _finite(flow.cell)}
    return {"reach": flow.reach(), "hidden": _finite(flow.hidden), **cell}


def _finite(values: Any) -> list[float | None]:
    return [float(value) if math.isfinite(value) else None for value in values.tolist()]


def _report(rows: list[dict[str, Any]], length: int) -> None:
    """A table: the norm at the last step, at some before it, and what training did."""
    back = [steps for steps in (0, 5, 10, 20, 50, 100) if steps < length]
    show(f"norm of dloss/da<t>, the loss being that of step {length}")
    title = "steps back"
    show(f"{title:28}" + "".join(f"{steps:>9}" for steps in back) + "   reach  largest gradient")
    for row in rows:
        name = " ".join(filter(None, (row["of"], row.get("how"))))
        norms = "".join(f"{_short(row['hidden'][-1 - steps]):>9}" for steps in back)
        found = [norm for norm in row.get("gradient_norms", []) if norm is not None]
        largest = f"{_short(max(found)):>18}" if found else ""
        show(f"{name:28}{norms}{row['reach']:>8}{largest}")
    show("reach: steps back until less than a hundredth is left (for an LSTM, in a or in c)")


def _short(value: float | None) -> str:
    return "overflow" if value is None else f"{value:.2g}"
