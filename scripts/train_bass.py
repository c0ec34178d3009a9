#!/usr/bin/env python3
"""Train the bass on the bass lines of the Weimar Jazz Database, and write it into `models/band`.

    python scripts/train_bass.py wjazzd.db --names train.txt --valid valid.txt

It learns from the lines behind the named solos that swing, and the epoch is chosen by those behind
the solos held out. It prints bits per beat on the held-out lines, beside those of n-grams and of a
model without a cell. Takes two minutes on one core; the same database gives the same bytes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bass_baselines import cost_model_bits, ngram_bits
from weimar_arguments import parse_training_arguments

from jazzgen.band.bass_file import write_bass
from jazzgen.band.bass_training import BassEpoch, train_bass
from jazzgen.band.bass_windows import Phrase, phrases_of
from jazzgen.errors import InputError
from jazzgen.io.wjazzd.bass_lines import read_bass_lines

__all__ = ["lines_behind", "main"]

RHYTHM = "SWING"
"""The feel of the lines that a walking bass learns from."""


def lines_behind(path: Path, names: frozenset[str]) -> list[Phrase]:
    """Return the phrases of the bass behind named solos.

    Args:
        path: The database.
        names: The names of the solos.
    """
    return [
        phrase
        for line in read_bass_lines(path)
        if line.rhythm == RHYTHM and line.name in names
        for phrase in phrases_of(line.chart, line.pitches)
    ]


def main() -> int:
    """Run the command line."""
    arguments = parse_training_arguments(__doc__, Path("models/band/bass.safetensors"))
    began = time.perf_counter()

    def say(figures: BassEpoch) -> None:
        seconds = time.perf_counter() - began
        print(
            f"epoch {figures.epoch:2}: {figures.training:.3f} bits per beat in training, "
            f"{figures.held_out:.3f} held out, {seconds:.0f} s",
            flush=True,
        )

    try:
        training = lines_behind(arguments.database, arguments.names)
        held_out = lines_behind(arguments.database, arguments.valid)
        beats = [sum(len(line.pitches) for line in side) for side in (training, held_out)]
        print(f"{beats[0]} beats to learn from, {beats[1]} held out")
        model, figures = train_bass(training, held_out, on_epoch=say)
        best = min(figure.held_out for figure in figures)
        others = ngram_bits(training, held_out)
        others["cost model"] = cost_model_bits(training, held_out)
        print(f"held out: {best:.3f} bits per beat; others: {others}")
        known = {"held_out": round(best, 3)} | others
        print(write_bass(arguments.out, model, known))
    except InputError as error:
        print(f"train_bass: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
