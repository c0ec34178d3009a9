"""How the bass learns: backpropagation through time in NumPy, on lines of real players.

A line is cut into windows (`bass_windows`). The loss is the cross-entropy of each pitch, given all
notes before it in its window. The epoch that predicts held-out lines best is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.bass_model import EXPERTS, SCORES, BassModel, weight_shapes
from jazzgen.band.bass_steps import FEATURES, PITCHES
from jazzgen.band.bass_windows import Phrase, Windows, windows_of
from jazzgen.errors import DatasetError
from jazzgen.rnn.cells import make_cell
from jazzgen.rnn.optimizers import Adam
from jazzgen.rnn.sequences import clip_by_norm, run, run_back
from jazzgen.runtime.threads import one_blas_thread

__all__ = [
    "BassEpoch",
    "BassTraining",
    "bits_of",
    "loss_and_gradients",
    "loss_of_scores",
    "train_bass",
]

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class BassTraining:
    """How a bass is trained.

    Args:
        units: U, the units of the cell.
        epochs: The largest number of epochs.
        patience: The number of epochs without progress after which training stops.
        batch_size: B, the windows of a step.
        learning_rate: The rate at the first step; it falls to a tenth in equal ratios.
        dropout: The share of the cell's outputs that are left out while training.
        weight_decay: The share of a weight by which it shrinks at each step, before the rate.
        clip_norm: The largest norm of the gradients of a step.
        seed: The same seed gives the same weights.
    """

    units: int = 128
    epochs: int = 30
    patience: int = 4
    batch_size: int = 48
    learning_rate: float = 3e-3
    dropout: float = 0.5
    weight_decay: float = 0.05
    clip_norm: float = 1.0
    seed: int = 0


class BassEpoch(NamedTuple):
    """The figures of an epoch, in bits per note."""

    epoch: int
    """Its number, from 1."""
    training: float
    """The loss while it trained, with dropout."""
    held_out: float
    """The loss on the held-out lines."""


@one_blas_thread()
def train_bass(
    training: Sequence[Phrase],
    held_out: Sequence[Phrase],
    config: BassTraining | None = None,
    on_epoch: Callable[[BassEpoch], None] = lambda _: None,
) -> tuple[BassModel, list[BassEpoch]]:
    """Train a bass.

    Args:
        training: The lines that it learns from.
        held_out: The lines by which the best epoch is chosen.
        config: How to train.
        on_epoch: Called after each epoch.

    Returns:
        The model of the best epoch, and the figures of all epochs.

    Raises:
        DatasetError: There are no lines to learn from or to choose by.
    """
    config = config or BassTraining()
    if not training or not held_out:
        raise DatasetError("no bass lines to learn from, or none held out")
    weights = _fresh(config)
    known, unknown = windows_of(training), windows_of(held_out)
    generator, optimizer = np.random.default_rng([config.seed, 1]), Adam()
    batches = -(-len(known.x) // config.batch_size)
    figures, best, kept, done = list[BassEpoch](), np.inf, weights, 0
    for epoch in range(1, config.epochs + 1):
        order, losses = generator.permutation(len(known.x)), []
        for chosen in np.array_split(order, batches):
            rate = config.learning_rate * 0.1 ** (done / (config.epochs * batches))
            batch = known.part(chosen)
            loss, gradients = loss_and_gradients(weights, batch, config.dropout, generator)
            optimizer.step(weights, clip_by_norm(gradients, config.clip_norm), rate)
            for name in ("cell/kernel", "cell/recurrent_kernel", "scores/kernel"):
                weights[name] *= np.float32(1 - rate * config.weight_decay)
            losses.append(loss)
            done += 1
        figures.append(BassEpoch(epoch, float(np.mean(losses)), _bits(weights, unknown)))
        on_epoch(figures[-1])
        if figures[-1].held_out < best:
            best, kept = figures[-1].held_out, {name: one.copy() for name, one in weights.items()}
        elif epoch - _best(figures) >= config.patience:
            break
    return BassModel(kept), figures


def bits_of(model: BassModel, lines: Sequence[Phrase]) -> float:
    """Return the mean bits per note of lines, each of whose windows begins without a memory.

    Args:
        model: The model.
        lines: The lines.
    """
    return _bits(dict(model.tensors), windows_of(lines))


def _best(figures: Sequence[BassEpoch]) -> int:
    return min(figures, key=lambda figure: figure.held_out).epoch


def _fresh(config: BassTraining) -> dict[str, Array]:
    """Return the weights of an untrained model."""
    cell = make_cell("lstm", FEATURES, config.units, config.seed)
    weights = {f"cell/{name}": value for name, value in cell.weights.items()}
    for name, shape in weight_shapes(config.units).items():
        weights.setdefault(name, np.zeros(shape, np.float32))
    generator = np.random.default_rng([config.seed, 2])
    shape = weights["scores/kernel"].shape
    weights["scores/kernel"] = generator.normal(0, 0.05, shape).astype(np.float32)
    return weights


def _logits(scores: Array, tables: NDArray[np.int16]) -> Array:
    """Return the logits of the pitches: (B, T, S) and (B, T, PITCHES, 4) to (B, T, PITCHES)."""
    rows = np.arange(scores.shape[0] * scores.shape[1])[:, None, None]
    flat = scores.reshape(len(rows), -1)
    found = flat[rows, tables.reshape(len(rows), PITCHES, -1)].sum(axis=2)
    return np.asarray(found.reshape(*scores.shape[:2], PITCHES))


def _log_probabilities(logits: Array) -> Array:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def _bits(weights: dict[str, Array], windows: Windows, size: int = 256) -> float:
    """Return the mean bits per note.

    Args:
        weights: The weights by name.
        windows: The windows.
        size: The number of windows that are in memory at a time.
    """
    cell, total = BassModel(weights).cell, 0.0
    for start in range(0, len(windows.x), size):
        part = windows.part(slice(start, start + size))
        outputs = run(cell, part.x).outputs
        scores = outputs @ weights["scores/kernel"] + weights["scores/bias"]
        logs = _log_probabilities(_logits(scores, part.tables))
        own = np.take_along_axis(logs, part.targets[..., None], axis=-1)[..., 0]
        total -= float((own * part.weights).sum(dtype=np.float64))
    return total / float(windows.weights.sum(dtype=np.float64)) / log(2)


def loss_and_gradients(
    weights: dict[str, Array], batch: Windows, dropout: float, generator: np.random.Generator
) -> tuple[float, dict[str, Array]]:
    """Return the bits per note of a batch, and the gradient of each weight.

    Args:
        weights: The weights by name.
        batch: The windows.
        dropout: The share of the outputs that are left out.
        generator: Which ones.
    """
    cell = BassModel(weights).cell
    ran = run(cell, batch.x)
    # One mask for all steps of a window (Gal and Ghahramani 2016), scaled to keep the mean.
    kept = generator.random((len(batch.x), 1, cell.units)) >= dropout
    mask = (kept / (1 - dropout)).astype(np.float32)
    outputs = ran.outputs * mask
    scores = outputs @ weights["scores/kernel"] + weights["scores/bias"]
    loss, d_scores = loss_of_scores(scores, batch)
    _, _, found = run_back(cell, ran, (d_scores @ weights["scores/kernel"].T) * mask)
    gradients = {f"cell/{name}": value for name, value in found.items()}
    flat = outputs.reshape(-1, cell.units)
    gradients["scores/kernel"] = flat.T @ d_scores.reshape(-1, SCORES)
    gradients["scores/bias"] = d_scores.sum(axis=(0, 1))
    return loss, gradients


def loss_of_scores(scores: Array, batch: Windows) -> tuple[float, Array]:
    """Return the bits per note of scores, and its gradient in nats, both per note.

    Args:
        scores: Shape (B, T, S).
        batch: The windows.
    """
    notes, targets = batch.weights.sum(), batch.targets[..., None]
    logs = _log_probabilities(_logits(scores, batch.tables))
    own = np.take_along_axis(logs, targets, axis=-1)
    loss = -float((own[..., 0] * batch.weights).sum() / notes) / log(2)
    # The gradient of the cross-entropy with respect to the logits is p - y.
    d_logits = np.exp(logs)
    np.put_along_axis(d_logits, targets, np.exp(own) - 1, axis=-1)
    d_logits *= (batch.weights / notes)[..., None]
    # Each logit is a sum of several scores, and each of them gets its error.
    size = d_logits.shape[0] * d_logits.shape[1]
    index = batch.tables.reshape(size, -1) + np.arange(size)[:, None] * SCORES
    spread = np.repeat(d_logits.reshape(size, PITCHES, 1), EXPERTS, axis=2)
    d_scores = np.bincount(index.ravel(), weights=spread.ravel(), minlength=size * SCORES)
    return loss, d_scores.astype(np.float32).reshape(scores.shape)
