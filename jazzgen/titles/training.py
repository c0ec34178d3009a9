"""Training of the character-level model, with our own backpropagation through time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import TitleConfig
from jazzgen.rnn.optimizers import OPTIMIZERS, Optimizer
from jazzgen.rnn.sequences import clip_by_norm, clip_by_value
from jazzgen.runtime.threads import one_blas_thread
from jazzgen.titles.model import TitleModel

__all__ = ["TitleProgress", "train", "train_step"]

Array = NDArray[Any]
Weights = dict[str, Array]


HELD_OUT = 20
"""The number of lines for each line that is held out."""
SAMPLES = 4
"""The number of titles that are invented after each epoch."""
POOL = 8
"""The number of batches whose lines are sorted by length together."""


class TitleProgress(NamedTuple):
    """The figures of an epoch; losses are in nats per character.

    Args:
        epoch: The number of the epoch, from 1.
        loss: The mean loss of its steps.
        held_out: The loss on the lines that are held out; NaN if none are.
        samples: Titles that were invented after it.
    """

    epoch: int
    loss: float
    held_out: float
    samples: tuple[str, ...]

    @property
    def judged(self) -> float:
        """The loss by which the best epoch is chosen."""
        return self.loss if math.isnan(self.held_out) else self.held_out


def train_step(
    model: TitleModel, lines: Sequence[str], optimizer: Optimizer, rate: float, config: TitleConfig
) -> float:
    """Take one step on a batch of lines, and return the loss before it.

    Args:
        model: The model; its weights are changed in place.
        lines: The lines of the batch.
        optimizer: The optimizer.
        rate: The learning rate.
        config: The settings, for the limits of the gradients.
    """
    loss, gradients = model.loss_and_gradients(model.alphabet.encode(lines))
    if config.clip_norm:
        gradients = clip_by_norm(gradients, config.clip_norm)
    if config.clip_value:
        gradients = clip_by_value(gradients, config.clip_value)
    optimizer.step(model.weights, gradients, rate)
    return loss


@one_blas_thread()
def train(
    lines: Sequence[str],
    config: TitleConfig | None = None,
    on_epoch: Callable[[TitleProgress], None] = lambda _: None,
) -> tuple[TitleModel, list[TitleProgress]]:
    """Train a model on lines.

    Args:
        lines: Cleaned lines (see `text.clean`).
        config: The settings.
        on_epoch: Called with the figures of each epoch.

    Returns:
        The model with the weights of its best epoch, and the figures of all epochs. The best one
        has the least loss on the lines held out; with fewer than twenty lines none are, and it
        is chosen by the loss in training.
    """
    config = config or TitleConfig()
    model = TitleModel.fresh(lines, config.cell, config.units, config.seed)
    rng = np.random.default_rng([config.seed, 2])
    order = rng.permutation(len(lines))
    held_out = [lines[number] for number in order[: len(lines) // HELD_OUT]]
    learnt = [lines[number] for number in order[len(held_out) :]]
    optimizer = OPTIMIZERS[config.optimizer]()
    batches = -(-len(learnt) // config.batch_size)
    best, best_epoch, kept = math.inf, 1, _copy(model)
    figures, done = list[TitleProgress](), 0
    for epoch in range(1, config.epochs + 1):
        losses = []
        for batch in _batches(learnt, config.batch_size, rng):
            # The rate decays evenly, in equal ratios, to a tenth at the last step.
            rate = config.learning_rate * 0.1 ** (done / (config.epochs * batches))
            losses.append(train_step(model, batch, optimizer, rate, config))
            done += 1
        loss = float(np.mean(losses))
        judged = model.loss(model.alphabet.encode(held_out)) if held_out else math.nan
        samples = tuple(model.sample(rng, 0.8) for _ in range(SAMPLES))
        figures.append(TitleProgress(epoch, loss, judged, samples))
        on_epoch(figures[-1])
        if figures[-1].judged < best:
            best, best_epoch, kept = figures[-1].judged, epoch, _copy(model)
        elif epoch - best_epoch >= config.patience:
            break
    for name, value in kept.items():
        model.weights[name][...] = value
    return model, figures


def _batches(lines: Sequence[str], size: int, rng: np.random.Generator) -> list[list[str]]:
    """Return random batches of lines of similar length.

    Sorting all lines by length would need the least padding, but give the same batches in each
    epoch. So the lines are shuffled, and sorted within pools of a few batches.
    """
    shuffled = [lines[number] for number in rng.permutation(len(lines))]
    pool = size * POOL
    batches = []
    for start in range(0, len(shuffled), pool):
        near = sorted(shuffled[start : start + pool], key=len)
        batches += [near[begin : begin + size] for begin in range(0, len(near), size)]
    return [batches[number] for number in rng.permutation(len(batches))]


def _copy(model: TitleModel) -> Weights:
    return {name: value.copy() for name, value in model.weights.items()}
