"""`jazzgen train-titles` and `jazzgen titles`: a character-level model of tune titles."""

from __future__ import annotations

import math
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jazzgen.cli.choices import choice_option
from jazzgen.cli.output import naming_options, say, show, show_json
from jazzgen.config import TitleConfig
from jazzgen.rnn.registry import CELLS

__all__ = ["titles", "train_titles"]


class OptimizerName(StrEnum):
    """The optimizers."""

    adam = "adam"
    sgd = "sgd"


def train_titles(
    source: Annotated[Path | None, typer.Argument(help="Text, one title or name a line; by "
                      "default the titles of jazz tunes that come with jazzgen.",
                      metavar="FILE.txt")] = None,
    out: Annotated[Path, typer.Option(help="The file to write.", metavar="FILE.safetensors")
                   ] = Path("models/titles.safetensors"),
    cell: Annotated[str, choice_option(CELLS, "The recurrent cell.")] = TitleConfig.cell,
    units: Annotated[int, typer.Option(help="Its units.")] = TitleConfig.units,
    optimizer: Annotated[OptimizerName, typer.Option(help="What moves the weights.")
                         ] = OptimizerName.adam,
    learning_rate: Annotated[float, typer.Option(help="At the beginning; it falls to a tenth.")
                             ] = TitleConfig.learning_rate,
    clip_norm: Annotated[float | None, typer.Option(help="Largest global gradient norm (5); 0 for "
                         "none.")] = None,
    clip_value: Annotated[float | None, typer.Option(help="Largest absolute gradient, in place of "
                          "the norm.")] = None,
    batch_size: Annotated[int, typer.Option(help="Lines in a step.")] = TitleConfig.batch_size,
    epochs: Annotated[int, typer.Option(help="Passes over the lines at most.")
                      ] = TitleConfig.epochs,
    patience: Annotated[int, typer.Option(help="Epochs without a better held-out loss before it "
                        "stops.")] = TitleConfig.patience,
    seed: Annotated[int, typer.Option(help="Decides weights and order.")] = TitleConfig.seed,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Train a character-level model on titles, with our own backpropagation through time."""
    from jazzgen.runtime.atomic import check_writable
    from jazzgen.titles.text import JAZZ_TITLES, read_lines
    from jazzgen.titles.training import TitleProgress, train

    usual_norm = 0.0 if clip_value else TitleConfig.clip_norm
    with naming_options():
        config = TitleConfig(
            cell, units, optimizer.value, learning_rate,
            usual_norm if clip_norm is None else clip_norm, clip_value or 0.0,
            batch_size, epochs, patience, seed,
        )  # fmt: skip
    check_writable(out)
    lines = read_lines(source or JAZZ_TITLES)
    began = time.monotonic()

    def report(done: TitleProgress) -> None:
        held_out = "" if math.isnan(done.held_out) else f", held-out {done.held_out:.4f}"
        say(f"epoch {done.epoch}: loss {done.loss:.4f}{held_out} nats a character: "
            f"{', '.join(done.samples)}")  # fmt: skip

    model, figures = train(lines, config, report)
    model.save(out)
    judged = [one.judged for one in figures]
    if json:
        show_json({
            "model": str(out), "lines": len(lines), "characters": len(model.alphabet),
            "epochs": len(figures), "nats_per_character": round(min(judged), 4),
            "seconds": round(time.monotonic() - began, 3),
        })  # fmt: skip
        return
    show(f"{out}: {len(lines)} lines of {len(model.alphabet)} characters, {min(judged):.3f} nats "
         f"a character, best epoch {judged.index(min(judged)) + 1} of {len(figures)}")  # fmt: skip
    show(f"next: jazzgen titles --model {out}")


def titles(
    count: Annotated[int, typer.Option(help="How many.", min=1, max=10_000)] = 10,
    model: Annotated[Path | None, typer.Option(help="What train-titles wrote; by default the one "
                     "that ships.", metavar="FILE.safetensors")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same titles.", min=0)] = 0,
    temperature: Annotated[float, typer.Option(help="Below 1 safer, above 1 bolder.")] = 0.8,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Invent titles."""
    from jazzgen.nn.registry import find_title_model
    from jazzgen.titles.model import TitleModel

    inventor = TitleModel.load(model or find_title_model())
    found = [inventor.invent([seed, number], temperature) for number in range(count)]
    if json:
        show_json(found)
        return
    for title in found:
        show(title)
