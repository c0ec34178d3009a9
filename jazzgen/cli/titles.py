"""`jazzgen train-titles` and `jazzgen titles`: a character-level model of tune titles."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from jazzgen.cli.options import Given, configured
from jazzgen.cli.output import say, show, show_json
from jazzgen.config import TitleConfig
from jazzgen.rnn.clipping import clipping_defaults
from jazzgen.runtime.settings import setting

__all__ = ["titles", "train_titles"]


@dataclass(frozen=True, kw_only=True)
class TitlesRequest:
    """What a model of titles is trained on, and where it is written.

    Args:
        source: Text, one title a line; by default the titles that come with jazzgen.
        out: The file.
        json: Whether the result is printed as JSON.
    """

    source: Path | None = setting(
        None,
        argument=True,
        metavar="FILE.txt",
        text="Text, one title or name a line; by default the titles of jazz tunes that come with "
        "jazzgen.",
    )
    out: Path = setting(
        Path("models/titles.safetensors"), metavar="FILE.safetensors", text="The file to write."
    )
    json: bool = setting(False, text="Print JSON.")


@configured
def train_titles(request: TitlesRequest, training: Given[TitleConfig]) -> None:
    """Train a character-level model on titles, with our own backpropagation through time."""
    from jazzgen.runtime.atomic import check_writable
    from jazzgen.titles.text import JAZZ_TITLES, read_lines
    from jazzgen.titles.training import TitleProgress, train

    config = training.build(**clipping_defaults(training.values))
    check_writable(request.out)
    lines = read_lines(request.source or JAZZ_TITLES)
    began = time.monotonic()

    def report(done: TitleProgress) -> None:
        held_out = "" if math.isnan(done.held_out) else f", held-out {done.held_out:.4f}"
        say(
            f"epoch {done.epoch}: loss {done.loss:.4f}{held_out} nats a character: "
            f"{', '.join(done.samples)}"
        )

    model, figures = train(lines, config, report)
    model.save(request.out)
    judged = [one.judged for one in figures]
    if request.json:
        show_json(
            {
                "model": str(request.out),
                "lines": len(lines),
                "characters": len(model.alphabet),
                "epochs": len(figures),
                "nats_per_character": round(min(judged), 4),
                "seconds": round(time.monotonic() - began, 3),
            }
        )
        return
    show(
        f"{request.out}: {len(lines)} lines of {len(model.alphabet)} characters, "
        f"{min(judged):.3f} nats a character, "
        f"best epoch {judged.index(min(judged)) + 1} of {len(figures)}"
    )
    show(f"next: jazzgen titles --model {request.out}")


def titles(
    count: Annotated[int, typer.Option(help="How many.", min=1, max=10_000)] = 10,
    model: Annotated[
        Path | None,
        typer.Option(
            help="What train-titles wrote; by default the one that ships.",
            metavar="FILE.safetensors",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same titles.", min=0)] = 0,
    temperature: Annotated[float, typer.Option(help="Below 1 safer, above 1 bolder.")] = 0.8,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
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
