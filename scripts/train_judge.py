#!/usr/bin/env python3
"""Train the judge of an improviser, which chooses among several draws, and write it into the model.

    scripts/train_judge.py train.jsonl --model improviser --out models/improviser

The model plays over the charts of the solos that it was trained on, and the judge learns to tell
what it plays from what the players have played. Use no other solos: the listener test of
`jazzgen evaluate` should hear none that the judge knows. A model that is trained again needs
another judge. Takes a few minutes; the same command gives the same judge.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jazzgen.datasets.corpus import load_corpus
from jazzgen.errors import InputError
from jazzgen.evaluation.listener import roc_auc
from jazzgen.improviser import DEFAULT_MODEL, Improviser, load
from jazzgen.judging.learning import PENALTY, feature_rows, learn_judge
from jazzgen.music.solo import Solo
from jazzgen.nn.folder import read_facts, read_model_folder, write_model_folder
from jazzgen.nn.registry import find_model

__all__ = ["auc_by_tune", "main", "play_over"]

FOLDS = 5
FIRST_SEED = 101
"""The first seed of the solos that the judge learns from, away from those that are measured."""


def play_over(improviser: Improviser, solos: Sequence[Solo], seeds: Sequence[int]) -> list[Solo]:
    """Return solos of the model over the charts of given ones, which end as the model likes.

    Args:
        improviser: The model.
        solos: The solos whose charts are played over.
        seeds: The seeds of the solos over each chart.
    """
    return [
        replace(take, title=solo.title)
        for solo in solos
        for take in improviser.takes(solo.chart, seeds, draws=1)
    ]


def auc_by_tune(
    players: NDArray[np.float64], model: NDArray[np.float64], tunes: Sequence[str], penalty: float
) -> float:
    """Return how well judges that do not know a tune tell its solos apart (ROC-AUC).

    Args:
        players: The features of the training solos.
        model: The features of the model's solos.
        tunes: The tune of each training solo, then of each of the model's.
        penalty: See `learn_judge`.
    """
    rows = np.concatenate([players, model])
    labels = np.repeat([1, 0], [len(players), len(model)])
    fold = np.array([zlib.crc32(tune.encode()) % FOLDS for tune in tunes])
    scores = np.zeros(len(rows))
    for number in range(FOLDS):
        known = fold != number
        judge = learn_judge(rows[known & (labels == 1)], rows[known & (labels == 0)], penalty)
        for judged in np.flatnonzero(~known):
            scores[judged] = judge.score_features(rows[judged].tolist())
    return roc_auc(scores, labels)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("solos", help="the solos that the model was trained on")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="the model's name or folder")
    parser.add_argument("--out", type=Path, help="a model folder; by default the model's own")
    parser.add_argument("--seeds", type=int, default=2, help="solos of the model for each chart")
    parser.add_argument("--penalty", type=float, default=PENALTY)
    arguments = parser.parse_args()
    try:
        folder = find_model(arguments.model)
        solos = [solo for solo in load_corpus(arguments.solos).solos if len(solo.notes) > 1]
        seeds = range(FIRST_SEED, FIRST_SEED + arguments.seeds)
        played = play_over(load(folder), solos, seeds)
        sides = [
            [(row, solo.tune) for solo in one for row in feature_rows([solo])]
            for one in (solos, played)
        ]
        players, model = (np.array([row for row, _ in side]) for side in sides)
        judge = learn_judge(players, model, arguments.penalty)
        tunes = [tune for side in sides for _, tune in side]
        print(
            f"AUC over tunes that a judge does not know: "
            f"{auc_by_tune(players, model, tunes, arguments.penalty):.3f}"
        )
        files, (facts, card) = read_model_folder(folder), read_facts(folder)
        files = replace(files, assets=replace(files.assets, judge=judge))
        print(f"{write_model_folder(arguments.out or folder, files, facts, card)}: with a judge")
    except InputError as error:
        print(f"train_judge: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
