#!/usr/bin/env python3
"""Train the bass on the bass lines of the Weimar Jazz Database, and write it into `models/band`.

    python scripts/train_bass.py wjazzd.db [--out models/band]

It learns from the lines behind the training solos in swing, and the epoch is chosen by those behind
the solos held out: the split is that of `jazzgen train`, by tune. It prints bits per beat on the
held-out lines, beside those of n-grams and of a model
without memory. Takes two minutes on one core; the same command gives the
same model.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bass_baselines import cost_model_bits, ngram_bits

from jazzgen.band.bass_file import write_bass
from jazzgen.band.bass_training import BassEpoch, BassTraining, train_bass
from jazzgen.band.bass_windows import Phrase, phrases_of
from jazzgen.datasets.corpus import load_corpus, split_by_tune
from jazzgen.errors import InputError
from jazzgen.io.wjazzd.bass_lines import read_bass_lines

__all__ = ["main", "split_lines"]

RHYTHM = "SWING"
"""The feel of the lines that a walking bass learns from."""


def split_lines(path: str) -> tuple[list[Phrase], list[Phrase]]:
    """Return the lines behind the training solos, and those behind the solos held out.

    Args:
        path: The database.
    """
    training, _ = split_by_tune(load_corpus(path))
    known = {solo.source for solo in training}
    sides: tuple[list[Phrase], list[Phrase]] = ([], [])
    for line in read_bass_lines(path):
        if line.rhythm == RHYTHM:
            sides[line.name not in known].extend(phrases_of(line.chart, line.pitches))
    return sides


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("database", help="the file wjazzd.db")
    parser.add_argument("--out", type=Path, default=Path("models/band"), help="a folder")
    parser.add_argument("--epochs", type=int, default=BassTraining().epochs)
    arguments = parser.parse_args()
    began = time.perf_counter()

    def say(figures: BassEpoch) -> None:
        seconds = time.perf_counter() - began
        print(
            f"epoch {figures.epoch:2}: {figures.training:.3f} bits per beat in training, "
            f"{figures.held_out:.3f} held out, {seconds:.0f} s",
            flush=True,
        )

    try:
        training, held_out = split_lines(arguments.database)
        beats = [sum(len(line.pitches) for line in side) for side in (training, held_out)]
        print(f"{beats[0]} beats to learn from, {beats[1]} held out")
        model, figures = train_bass(training, held_out, BassTraining(epochs=arguments.epochs), say)
        best = min(figure.held_out for figure in figures)
        others = ngram_bits(training, held_out)
        others["cost model"] = cost_model_bits(training, held_out)
        print(f"held out: {best:.3f} bits per beat; others: {others}")
        print(
            write_bass(arguments.out / "bass.safetensors", model, {"held_out_bits": round(best, 3)})
        )
    except InputError as error:
        print(f"train_bass: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
