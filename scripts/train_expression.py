#!/usr/bin/env python3
"""Train the expression head of a finished improviser once more, with all its other layers fixed.

    scripts/train_expression.py models/improviser train.jsonl --valid valid.jsonl

A distilled model hears its teacher's solos too, but how notes are played it learns from the real
ones alone, which are few. Its figures stay as they are: they are those of notes.

How much louder high notes are than low ones is set last, by what the model plays: a head that draws
each note's loudness by itself follows pitch half as closely as the players whose touch it is told.
With `--follow` it follows its plan of loudness more closely.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from jazzgen.config import TrainingConfig
from jazzgen.datasets.corpus import load_corpus
from jazzgen.datasets.windows import Windows, stack
from jazzgen.encoding.examples import Example
from jazzgen.encoding.expression import touch_classes
from jazzgen.encoding.plan import PlanColumn
from jazzgen.encoding.sequence import HistoryColumn, value_sequence
from jazzgen.errors import InputError
from jazzgen.evaluation.dynamics import velocity_follows_pitch
from jazzgen.improviser import Improviser
from jazzgen.music.solo import Solo
from jazzgen.nn.editions import EDITIONS
from jazzgen.nn.folder import ModelFiles, read_facts, write_model_folder
from jazzgen.nn.keras_engine.graphs import training_graph
from jazzgen.nn.keras_engine.improviser import ImproviserLayers
from jazzgen.nn.keras_engine.store import files_of, load_model
from jazzgen.nn.numpy_engine.engine import LightEngine
from jazzgen.nn.sizes import REGISTERS
from jazzgen.training.schedule import OneCycle
from jazzgen.training.trainer import EXPRESSION, cross_entropy

__all__ = ["following", "main", "settled", "train_expression"]

SOLOS = 8
"""The number of solos that are measured at once."""
LEANING = 1
"""The figure of a player's touch that says how velocity goes with pitch."""
GAIN = 2.0
"""How much a lean moves for a missing correlation of 1."""


def train_expression(
    layers: ImproviserLayers,
    training: Sequence[Example],
    config: TrainingConfig,
) -> None:
    """Train the expression head of a model.

    Args:
        layers: The model; only its expression head changes.
        training: The training solos.
        config: Epochs, windows and learning rate.
    """
    for layer in layers.layers:
        layer.trainable = layer is layers.expression_head
    graph = training_graph(layers, config.dropout)
    windows = Windows(
        training, config.window, config.batch_size, config.seed, 0, config.anonymous,
        config.unplanned,
    )  # fmt: skip
    graph.compile(
        keras.optimizers.AdamW(
            OneCycle(config.learning_rate, config.epochs * len(windows)),
            weight_decay=config.weight_decay,
        ),
        loss=dict.fromkeys(graph.output, cross_entropy),
        loss_weights={name: float(name in EXPRESSION) for name in graph.output},
        jit_compile=False,
    )
    for epoch in range(config.epochs):
        for step in range(len(windows)):
            batch = windows.batch(epoch, step)
            weights = dict.fromkeys(batch.targets, batch.weights * batch.notes)
            graph.train_on_batch(batch.inputs, batch.targets, sample_weight=weights)
        print(f"epoch {epoch + 1} of {config.epochs}", flush=True)


def nats_per_note(layers: ImproviserLayers, solos: Sequence[Example]) -> dict[str, float]:
    """Return the cost of each output of the expression head, in nats per note.

    Args:
        layers: The model.
        solos: The solos.
    """
    graph, notes = training_graph(layers), sum(int(solo.notes.sum()) for solo in solos)
    total = dict.fromkeys(layers.edition.expression, 0.0)
    for start in range(0, len(solos), SOLOS):
        batch = stack(solos[start : start + SOLOS])
        outputs = graph.predict_on_batch(batch.inputs)
        for name in total:
            cost = cross_entropy(batch.targets[name], outputs[name])
            total[name] += float(np.sum(np.asarray(cost) * batch.weights * batch.notes))
    return {name: round(cost / notes, 4) for name, cost in total.items()}


def settled(files: ModelFiles, solos: Sequence[Solo], rounds: int) -> ModelFiles:
    """Return a model whose velocities follow pitch as closely as the players' whom it plays like.

    Each round plays over half of the charts. For each class of touch, the lean (see
    `keras_engine.heads.ExpressionHead`) moves by `GAIN` times what the correlation of velocity with
    pitch falls short of the players'.

    Args:
        files: The model.
        solos: The solos that it was trained on.
        rounds: The number of rounds.
    """
    people = _means((touch_classes(solo)[LEANING], velocity_follows_pitch(solo)) for solo in solos)
    [name] = (name for name in files.tensors if name.endswith("expression_head/lean"))
    for number in range(rounds):
        improviser, played = Improviser(LightEngine(files)), []
        for seed, solo in enumerate(solos[number % 2 :: 2]):
            [soloist] = improviser.choose_soloists(solo.chart, [seed])
            [take] = improviser.takes(solo.chart, [seed], draws=1)
            played.append((soloist.touch[LEANING], velocity_follows_pitch(take)))
        lean = files.tensors[name].astype(np.float32)
        for touch, mean in _means(played).items():
            # A profile may be of a class that none of these solos has.
            lean[touch] += GAIN * (people[touch] - mean) if touch and touch in people else 0.0
        print(f"leans, round {number + 1} of {rounds}: {lean.round(2).tolist()}", flush=True)
        own = {name: lean.astype(files.tensors[name].dtype)}
        files = replace(files, tensors=files.tensors | own)
    return files


def following(files: ModelFiles, follow: float) -> ModelFiles:
    """Return a model whose expression head hears the plan of loudness more strongly.

    Args:
        files: The model.
        follow: By how much the classes of planned loudness lie farther apart than was learned.
    """
    name, edition = "expression_head/hidden/kernel", EDITIONS[files.config.edition]
    planned = HistoryColumn.PLAN + PlanColumn.LOUDNESS
    if planned not in edition.heard:
        return files
    # The kernel's last rows belong to what the head hears, and to the register of the note.
    sizes = [*edition.heard.values(), REGISTERS * edition.registers]
    kernel = files.tensors[name].astype(np.float32)
    behind = sum(sizes[[*edition.heard].index(planned) :])
    first = len(kernel) - behind + 1  # class 0 stands for no plan
    rows = kernel[first : first + edition.heard[planned] - 1]
    rows += (follow - 1) * (rows - rows.mean(axis=0))
    return replace(files, tensors=files.tensors | {name: kernel.astype(files.tensors[name].dtype)})


def _means(pairs: Iterable[tuple[int, float]]) -> dict[int, float]:
    """The mean of what is known of each class."""
    found: dict[int, list[float]] = {}
    for touch, figure in pairs:
        if not np.isnan(figure):
            found.setdefault(touch, []).append(figure)
    return {touch: float(np.mean(figures)) for touch, figures in found.items()}


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=Path, help="the model folder, which is changed")
    parser.add_argument("solos", help="the solos that the model was trained on")
    parser.add_argument("--valid", required=True, help="solos to measure before and after")
    parser.add_argument("--epochs", type=int, default=8, help="0 to settle the leans alone")
    parser.add_argument("--rounds", type=int, default=3, help="rounds that settle the leans")
    parser.add_argument(
        "--follow", type=float, default=1.0, help="how much farther apart planned loudness lies"
    )
    arguments = parser.parse_args()
    config = TrainingConfig(
        epochs=max(arguments.epochs, 1), window=128, batch_size=64, dropout=0.1,
        learning_rate=0.003, anonymous=0.15,
    )  # fmt: skip
    try:
        layers = load_model(arguments.model)
        if not isinstance(layers, ImproviserLayers):
            raise InputError(f"{arguments.model}: expected a model of the improviser preset")
        facts, card = read_facts(arguments.model)
        solos = [load_corpus(source).solos for source in (arguments.solos, arguments.valid)]
        training, valid = (
            [layers.example(value_sequence(solo)) for solo in side] for side in solos
        )
        before = nats_per_note(layers, valid)
        if arguments.epochs:
            train_expression(layers, training, config)
        files = following(files_of(layers, half=True), arguments.follow)
        files = settled(files, solos[0], arguments.rounds)
        write_model_folder(arguments.model, files, facts, card)
    except InputError as error:
        print(f"train_expression: {error}", file=sys.stderr)
        return 2
    print(f"nats per note before: {before}")
    print(f"nats per note after: {nats_per_note(layers, valid)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
