#!/usr/bin/env python3
"""Train the network that divides beats, on the Weimar Jazz Database.

    python scripts/train_subdivision.py wjazzd.db --names train.txt --valid valid.txt

Writes `jazzgen/transcription/subdivision.safetensors`; the same database gives the same bytes.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from weimar_arguments import parse_training_arguments

from jazzgen.io.wjazzd.database import read_rows
from jazzgen.io.wjazzd.rows import SoloRows
from jazzgen.rnn.optimizers import Adam
from jazzgen.transcription.subdivision import (
    FEATURES,
    MOST_NOTES,
    SUBDIVISIONS,
    WEIGHTS,
    assign,
    inputs,
)

HIDDEN, EPOCHS, BATCH, RATE = 32, 40, 512, 6e-3
SEED = 0


class Beats(NamedTuple):
    """Beats in the order of their numbers of notes, and how they are divided.

    Shapes: B beats, D subdivisions, I inputs.
    """

    inputs: NDArray[np.float64]  # (B, D, I)
    possible: NDArray[np.bool_]  # (B, D)
    division: NDArray[np.int64]  # (B,)
    right: NDArray[np.int64]  # (B, D): notes at the right position with this subdivision
    notes: NDArray[np.int64]  # (B,)


def main() -> int:
    """Train, write the weights, and print how good they are."""
    given = parse_training_arguments(__doc__, WEIGHTS)
    training, valid = (
        beats_of(read_rows(given.database, names)) for names in (given.names, given.valid)
    )
    weights = train(training)
    save_file({name: array.astype(np.float32) for name, array in weights.items()}, given.out)
    for name, beats in (("training", training), ("valid", valid)):
        print(f"{name}: {accuracy(weights, beats):.4f} of {beats.notes.sum():,} notes placed")
    return 0


def beats_of(solos: list[SoloRows]) -> Beats:
    """Return the beats of solos in which notes begin."""
    groups: dict[int, list[tuple[list[float], float, int, list[int]]]] = defaultdict(list)
    for rows in solos:
        times = {(beat.bar, beat.beat): beat.onset for beat in rows.beats()}
        order = sorted(times.items(), key=lambda item: item[1])
        length = {position: after - time for (position, time), (_, after) in pairwise(order)}
        beats = defaultdict(list)
        for note in rows.notes():
            if (note.bar, note.beat) in length:
                beats[note.bar, note.beat].append(note)
        for position, notes in beats.items():
            if len(notes) <= SUBDIVISIONS[-1]:
                phases = [(note.onset - times[position]) / length[position] for note in notes]
                groups[len(notes)].append(
                    (phases, length[position], notes[0].division, [n.tatum - 1 for n in notes])
                )
    parts = [_group(count, rows) for count, rows in sorted(groups.items())]
    return Beats(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _group(count: int, rows: list[tuple[list[float], float, int, list[int]]]) -> Beats:
    phases = np.array([row[0] for row in rows])
    seconds = np.array([row[1] for row in rows])
    true = np.array([[round(24 * tatum / row[2]) for tatum in row[3]] for row in rows])
    size = len(SUBDIVISIONS)
    features = np.zeros((len(rows), size, FEATURES + MOST_NOTES + size))
    possible = np.tile(np.array(SUBDIVISIONS) >= count, (len(rows), 1))
    right = np.zeros((len(rows), size), np.int64)
    for index, division in enumerate(SUBDIVISIONS):
        if division >= count:
            slots = assign(phases, np.full(len(rows), division))
            features[:, index] = inputs(phases, seconds, slots, np.full(len(rows), division))
            right[:, index] = (np.rint(24 * slots / division) == true).sum(1)
    known = {division: index for index, division in enumerate(SUBDIVISIONS)}
    division = np.array([known.get(row[2], -1) if row[2] >= count else -1 for row in rows])
    return Beats(features, possible, division, right, np.full(len(rows), count))


def train(beats: Beats) -> dict[str, NDArray[np.float64]]:
    """Return the weights with the least cross entropy of the transcribers' subdivisions."""
    chance = np.random.default_rng(SEED)
    known = np.flatnonzero(beats.division >= 0)
    flat = beats.inputs[known][beats.possible[known]]
    size = flat.shape[1]
    weights = {
        "w1": chance.normal(0, size**-0.5, (size, HIDDEN)),
        "b1": np.zeros(HIDDEN),
        "w2": chance.normal(0, HIDDEN**-0.5, (HIDDEN, HIDDEN)),
        "b2": np.zeros(HIDDEN),
        "w3": chance.normal(0, HIDDEN**-0.5, HIDDEN),
    }
    mean, scale = flat.mean(0), flat.std(0) + 1e-6
    scaled = (beats.inputs - mean) / scale
    adam, steps = Adam(), EPOCHS * -(-len(known) // BATCH)
    for epoch in range(EPOCHS):
        order, total = chance.permutation(known), 0.0
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            loss, gradients = _gradients(
                weights, scaled[batch], beats.possible[batch], beats.division[batch]
            )
            total += loss * len(batch)
            progress = adam.steps / steps
            rate = RATE * (progress / 0.2 if progress < 0.2 else (1 - progress) / 0.8)
            adam.step(weights, gradients, rate)
        print(f"epoch {epoch + 1}: {total / len(order):.4f} nats per beat", file=sys.stderr)
    return {**weights, "mean": mean, "scale": scale}


def _gradients(
    weights: dict[str, NDArray[np.float64]],
    scaled: NDArray[np.float64],
    possible: NDArray[np.bool_],
    division: NDArray[np.int64],
) -> tuple[float, dict[str, NDArray[np.float64]]]:
    """Return the cross entropy and its gradients."""
    first = np.tanh(scaled @ weights["w1"] + weights["b1"])
    second = np.tanh(first @ weights["w2"] + weights["b2"])
    logits = np.where(possible, second @ weights["w3"], -1e9)
    shares = np.exp(logits - logits.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    rows = np.arange(len(division))
    loss = -np.log(shares[rows, division] + 1e-12).mean()
    error = shares
    error[rows, division] -= 1
    error /= len(division)  # (B, D)
    to_second = error[..., None] * weights["w3"] * (1 - second**2)
    to_first = to_second @ weights["w2"].T * (1 - first**2)
    return float(loss), {
        "w1": np.tensordot(scaled, to_first, ((0, 1), (0, 1))),
        "b1": to_first.sum((0, 1)),
        "w2": np.tensordot(first, to_second, ((0, 1), (0, 1))),
        "b2": to_second.sum((0, 1)),
        "w3": (error[..., None] * second).sum((0, 1)),
    }


def accuracy(weights: dict[str, NDArray[np.float64]], beats: Beats) -> float:
    """Return the share of notes quantized to their true positions, given their beats.

    Args:
        weights: The weights of the network.
        beats: The beats.
    """
    scaled = (beats.inputs - weights["mean"]) / weights["scale"]
    hidden = np.tanh(
        np.tanh(scaled @ weights["w1"] + weights["b1"]) @ weights["w2"] + weights["b2"]
    )
    chosen = np.where(beats.possible, hidden @ weights["w3"], -1e9).argmax(1)
    return float(beats.right[np.arange(len(chosen)), chosen].sum() / beats.notes.sum())


if __name__ == "__main__":
    sys.exit(main())
