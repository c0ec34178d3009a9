#!/usr/bin/env python3
"""Match how often a finished improviser plays each interval with how often players do.

    scripts/match_intervals.py models/improviser train.jsonl

A model that foretells real solos well still plays others: each of its notes is heard by the next
step, and what is a little too rare at one step becomes rarer from step to step. Thus rising thirds
were a quarter rarer than in the solos that it has learned, and arpeggios with them. So the model
improvises over the charts of these solos, and the bias of each interval's logit moves until it
plays each as often as players do. Held-out solos are foretold as well as before.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jazzgen.datasets.corpus import load_corpus
from jazzgen.errors import InputError
from jazzgen.improviser import Improviser
from jazzgen.music.solo import Solo
from jazzgen.nn.folder import ModelFiles, read_facts, read_model_folder, write_model_folder
from jazzgen.nn.numpy_engine.engine import LightEngine
from jazzgen.nn.sizes import MAX_INTERVAL

__all__ = ["interval_shares", "main", "matched"]

INTERVALS = np.array([-4, -3, -2, -1, 1, 2, 3, 4])
"""The intervals that are matched, in semitones: steps and thirds.

How often a pitch is repeated, and how often a line leaps, stays as the model has learned it: a leap
that is rare in all solos would come where no player plays it.
"""
GAIN, FARTHEST = 0.8, 0.4
"""How far a bias moves for a ratio of e in the first round, and the farthest in any round."""
PARTS = 3
"""Each round plays over every third chart, beginning with another one."""
LEAST = 1e-3
"""Shares below this are too rare to be compared."""
SMOOTH = 0.5
"""The part of the rounds, the last ones, over which biases are averaged."""


def interval_shares(solos: Iterable[Solo]) -> NDArray[np.float64]:
    """Return how often each of `INTERVALS` is played, of all of them.

    Args:
        solos: The solos; each counts the same, however long it is.
    """
    total = np.zeros(len(INTERVALS))
    for solo in solos:
        steps = np.diff([note.pitch for note in solo.notes])
        counted = (steps[:, None] == INTERVALS).sum(axis=0)
        total += counted / max(counted.sum(), 1)
    return total / total.sum()


def matched(files: ModelFiles, solos: Sequence[Solo], rounds: int, part: float = 1) -> ModelFiles:
    """Return a model that plays each interval as often as some solos do.

    Args:
        files: The model.
        solos: The solos that it was trained on.
        rounds: The number of rounds.
        part: How far the biases move, as a part of what was found.
    """
    offset, tried = np.zeros(len(INTERVALS)), []
    for number in range(rounds):
        improviser = Improviser(LightEngine(_raised(files, offset)))
        parts = min(PARTS, len(solos))
        here = solos[number % parts :: parts]
        people = interval_shares(here)
        seeds = range(number * len(solos), (number + 1) * len(solos))
        played = interval_shares(
            improviser.takes(solo.chart, [seed], draws=1)[0]
            for solo, seed in zip(here, seeds, strict=False)
        )
        missing = np.log(np.maximum(people, LEAST) / np.maximum(played, LEAST))
        print(f"round {number + 1} of {rounds}: off by {(people * abs(missing)).sum():.3f}")
        # Smaller and smaller steps, since some of what is missing is chance.
        offset += GAIN / (1 + number / 2) * np.clip(missing, -FARTHEST, FARTHEST)
        offset -= (people * offset).sum()
        tried.append(offset.copy())
    mean = part * np.mean(tried[int(SMOOTH * rounds) :], axis=0)
    print("raised by", dict(zip(INTERVALS.tolist(), mean.round(2).tolist(), strict=True)))
    return _raised(files, mean)


def _raised(files: ModelFiles, offset: NDArray[np.float64]) -> ModelFiles:
    """A model whose logits of intervals are higher by these offsets."""
    changed = {}
    for name, bias in files.tensors.items():
        if name.startswith("pitch_head_") and name.endswith("project/bias"):
            raised = bias.astype(np.float32)
            raised[MAX_INTERVAL + INTERVALS] += offset.astype(np.float32)
            changed[name] = raised.astype(bias.dtype)
    return replace(files, tensors=files.tensors | changed)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=Path, help="the model folder, which is changed")
    parser.add_argument("solos", help="the solos that the model was trained on")
    parser.add_argument("--rounds", type=int, default=8, help="how often it plays")
    parser.add_argument(
        "--part", type=float, default=0.7, help="of what is found; a judge does some of it too"
    )
    arguments = parser.parse_args()
    try:
        facts, card = read_facts(arguments.model)
        files = read_model_folder(arguments.model)
        solos = load_corpus(arguments.solos).solos
        files = matched(files, solos, max(arguments.rounds, 1), arguments.part)
        write_model_folder(arguments.model, files, facts, card)
    except InputError as error:
        print(f"match_intervals: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
