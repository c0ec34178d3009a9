"""Training the character-level model with our own backpropagation through time."""

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


HELD_OUT = 20  # one line in so many
SAMPLES = 4


class TitleProgress(NamedTuple):
    """Where training stands after an epoch; losses are nats a character."""

    epoch: int
    loss: float
    held_out: float
    """NaN where no line is held out."""
    samples: tuple[str, ...]

    @property
    def judged(self) -> float:
        """The loss that an epoch is chosen by."""
        return self.loss if math.isnan(self.held_out) else self.held_out


def train_step(
    model: TitleModel, lines: Sequence[str], optimizer: Optimizer, rate: float, config: TitleConfig
) -> float:
    """Take one step on a batch of lines; return the loss before it."""
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
        config: How.
        on_epoch: Told the figures of each epoch, and titles invented then.

    Returns:
        The model with the weights of its best epoch (by the lines held out, where there are
        twenty or more), and the figures of every epoch.
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
    """Lines in random batches; those of like length go together, so that little is padding."""
    shuffled = [lines[number] for number in rng.permutation(len(lines))]
    pool = size * 8
    batches = []
    for start in range(0, len(shuffled), pool):
        near = sorted(shuffled[start : start + pool], key=len)
        batches += [near[begin : begin + size] for begin in range(0, len(near), size)]
    return [batches[number] for number in rng.permutation(len(batches))]


def _copy(model: TitleModel) -> Weights:
    return {name: value.copy() for name, value in model.weights.items()}
