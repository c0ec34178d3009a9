"""`jazzgen train-titles`: trains a character-level model on titles of tunes."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jazzgen.cli.options import Given, configured
from jazzgen.cli.output import say, show, show_json
from jazzgen.config import TitleConfig
from jazzgen.errors import ModelError, OutputError
from jazzgen.rnn.clipping import clipping_defaults
from jazzgen.runtime.settings import setting
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.titles.training import TitleProgress

__all__ = ["train_titles"]


@dataclass(frozen=True, kw_only=True)
class TrainTitlesRequest:
    """What a model of titles is trained on, and where it is written.

    Args:
        source: A text file with one title per line, or None for the titles that ship.
        out: The file of the model.
        overwrite: Whether a model of other lines, or a file that jazzgen has not written, may be
            replaced.
        json: Whether the result is printed as JSON.
    """

    source: Path | None = setting(
        None,
        argument=True,
        metavar="FILE.txt",
        text="A text with one title or name per line; by default the titles of jazz tunes that "
        "come with jazzgen.",
    )
    out: Path = setting(
        Path("models/titles.safetensors"), metavar="FILE.safetensors", text="The file to write."
    )
    overwrite: bool = setting(
        False, text="Replace a model of other lines, or a file that jazzgen did not write."
    )
    json: bool = setting(False, text="Print JSON.")


@configured
def train_titles(request: TrainTitlesRequest, training: Given[TitleConfig]) -> None:
    """Train a character-level model on titles, with our own backpropagation through time.

    Args:
        request: The titles and the file of the model.
        training: The settings of the model and of its training.
    """
    from jazzgen.runtime.atomic import check_writable
    from jazzgen.runtime.ownership import check_replaceable
    from jazzgen.titles.text import JAZZ_TITLES, read_lines
    from jazzgen.titles.training import train

    config = training.build(**clipping_defaults(training.values))
    check_writable(request.out)
    read = filter(None, [request.source])
    check_replaceable(request.out, overwrite=request.overwrite, read=read)
    lines = read_lines(request.source or JAZZ_TITLES)
    if not request.overwrite:
        _check_same_lines(request.out, lines)
    began = time.monotonic()
    model, figures = train(lines, config, _report)
    model.save(request.out)
    losses = [epoch.judged for epoch in figures]
    if request.json:
        show_json(
            {
                "model": str(request.out),
                "lines": len(lines),
                "characters": len(model.alphabet),
                "epochs": len(figures),
                "nats_per_character": round(min(losses), 4),
                "seconds": round(time.monotonic() - began, 3),
            }
        )
        return
    show(
        f"{request.out}: {counted(len(lines), 'line')}, "
        f"{len(model.alphabet)} different characters, "
        f"{min(losses):.3f} nats per character, "
        f"best epoch {losses.index(min(losses)) + 1} of {len(figures)}"
    )
    show(f"next: jazzgen titles --model {request.out}")


def _check_same_lines(out: Path, lines: Sequence[str]) -> None:
    """Check that no model of other lines would be replaced, such as the one that ships."""
    from jazzgen.titles.model_file import read_model_file

    try:
        known = read_model_file(out).known
    except ModelError:  # nothing is there, or no model that could be used
        return
    if known != tuple(lines):
        raise OutputError(
            f"{out}: holds a model of other lines: replace it with --overwrite, or choose another "
            "--out"
        )


def _report(done: TitleProgress) -> None:
    held_out = "" if math.isnan(done.held_out) else f", held-out {done.held_out:.4f}"
    say(
        f"epoch {done.epoch}: loss {done.loss:.4f}{held_out} nats per character: "
        f"{', '.join(done.samples)}"
    )
