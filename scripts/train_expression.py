#!/usr/bin/env python3
"""Train the expression head of a finished improviser once more, with all its other layers fixed.

    scripts/train_expression.py models/improviser train.jsonl --valid valid.jsonl

A distilled model hears its teacher's solos too, but how notes are played it learns from the real
ones alone, which are few. Its figures stay as they are: they are those of notes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from jazzgen.config import TrainingConfig
from jazzgen.datasets.corpus import load_corpus
from jazzgen.datasets.windows import Windows, stack
from jazzgen.encoding.examples import Example
from jazzgen.encoding.sequence import value_sequence
from jazzgen.errors import InputError
from jazzgen.nn.folder import read_manifest, write_model_folder
from jazzgen.nn.keras_engine.graphs import training_graph
from jazzgen.nn.keras_engine.improviser import ImproviserLayers
from jazzgen.nn.keras_engine.store import files_of, load_model
from jazzgen.training.schedule import OneCycle
from jazzgen.training.trainer import EXPRESSION, cross_entropy

__all__ = ["main", "train_expression"]

SOLOS = 8
"""The number of solos that are measured at once."""


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


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=Path, help="the model folder, which is changed")
    parser.add_argument("solos", help="the solos that the model was trained on")
    parser.add_argument("--valid", required=True, help="solos to measure before and after")
    parser.add_argument("--epochs", type=int, default=8)
    arguments = parser.parse_args()
    config = TrainingConfig(
        epochs=arguments.epochs, window=128, batch_size=64, dropout=0.1, learning_rate=0.003,
        anonymous=0.15,
    )  # fmt: skip
    try:
        layers = load_model(arguments.model)
        if not isinstance(layers, ImproviserLayers):
            raise InputError(f"{arguments.model}: expected a model of the improviser preset")
        manifest = read_manifest(arguments.model)
        card = (arguments.model / "README.md").read_text(encoding="utf-8")
        training, valid = (
            [layers.example(value_sequence(solo)) for solo in load_corpus(source).solos]
            for source in (arguments.solos, arguments.valid)
        )
        before = nats_per_note(layers, valid)
        train_expression(layers, training, config)
        facts = {name: manifest[name] for name in ("data", "training", "figures")}
        write_model_folder(arguments.model, files_of(layers, half=True), facts, card)
    except InputError as error:
        print(f"train_expression: {error}", file=sys.stderr)
        return 2
    print(f"nats per note before: {before}")
    print(f"nats per note after: {nats_per_note(layers, valid)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
