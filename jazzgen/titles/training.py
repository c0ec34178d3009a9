"""Training the character-level model with our own backpropagation through time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import ConfigError
from jazzgen.nn.cells import CELLS
from jazzgen.nn.sequences import clip_by_norm, clip_by_value
from jazzgen.titles.model import TitleModel

__all__ = ["SGD", "Adam", "TitleConfig", "TitleProgress", "train", "train_step"]

Array = NDArray[Any]
Weights = dict[str, Array]


@dataclass(frozen=True)
class TitleConfig:
    """How a character-level model is made and trained.

    Args:
        cell: "rnn", "lstm" or "gru".
        units: Units of the cell.
        optimizer: "adam" (Kingma and Ba 2015) or "sgd".
        learning_rate: Of the optimizer; it falls to a tenth by the end.
        clip_norm: Largest global norm of a step's gradients; 0 for none.
        clip_value: Largest absolute value of a gradient; 0 for none.
        batch_size: Lines in a step.
        epochs: Passes over the lines at most; the best one's weights are kept.
        patience: Epochs without a better held-out loss before training stops.
        seed: Decides weights, order and which line in twenty is held out.

    Raises:
        ConfigError: A value out of range, or clipping both ways.
    """

    cell: str = "gru"
    units: int = 192
    optimizer: Literal["adam", "sgd"] = "adam"
    learning_rate: float = 5e-3
    clip_norm: float = 5.0
    clip_value: float = 0.0
    batch_size: int = 32
    epochs: int = 60
    patience: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        bounds = {
            "units": (1, 4096), "learning_rate": (1e-9, 100), "clip_norm": (0, 1e9),
            "clip_value": (0, 1e9), "batch_size": (1, 100_000), "epochs": (1, 100_000),
            "patience": (1, 100_000), "seed": (0, 2**32 - 1),
        }  # fmt: skip
        for name, (low, high) in bounds.items():
            if not low <= getattr(self, name) <= high:
                raise ConfigError(f"{name} {getattr(self, name):g}: expected {low:g} to {high:g}")
        for name, kinds in (("cell", tuple(CELLS)), ("optimizer", tuple(OPTIMIZERS))):
            if getattr(self, name) not in kinds:
                raise ConfigError(f"{name} {getattr(self, name)!r}: expected one of "
                                  f"{', '.join(kinds)}")  # fmt: skip
        if self.clip_norm and self.clip_value:
            raise ConfigError("gradients are clipped by norm or by value, not both: give one of "
                              "clip_norm and clip_value")  # fmt: skip


class Optimizer(Protocol):
    """Moves weights against their gradients, in place."""

    def step(self, weights: Weights, gradients: Weights, rate: float) -> None:
        """Take one step."""


class SGD:
    """Stochastic gradient descent: w - rate · ∂loss/∂w."""

    def step(self, weights: Weights, gradients: Weights, rate: float) -> None:
        """Take one step."""
        for name, gradient in gradients.items():
            weights[name] -= weights[name].dtype.type(rate) * gradient


@dataclass
class Adam:
    """Steps by the gradients' running mean over the root of their running square."""

    keep: float = 0.9
    keep_square: float = 0.999
    epsilon: float = 1e-7
    steps: int = 0
    mean: Weights = field(default_factory=dict)
    square: Weights = field(default_factory=dict)

    def step(self, weights: Weights, gradients: Weights, rate: float) -> None:
        """Take one step."""
        self.steps += 1
        unbiased = math.sqrt(1 - self.keep_square**self.steps) / (1 - self.keep**self.steps)
        for name, gradient in gradients.items():
            mean = self.mean.setdefault(name, np.zeros_like(gradient))
            square = self.square.setdefault(name, np.zeros_like(gradient))
            mean += (gradient - mean) * mean.dtype.type(1 - self.keep)
            square += (gradient**2 - square) * square.dtype.type(1 - self.keep_square)
            move = mean / (np.sqrt(square) + square.dtype.type(self.epsilon))
            weights[name] -= move * move.dtype.type(rate * unbiased)


OPTIMIZERS: dict[str, Callable[[], Optimizer]] = {"adam": Adam, "sgd": SGD}

HELD_OUT = 20  # one line in so many
SAMPLES = 4


class TitleProgress(NamedTuple):
    """Where training stands after an epoch; losses are nats a character."""

    epoch: int
    loss: float
    held_out: float
    """NaN where no line is held out."""
    samples: tuple[str, ...]


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
    best, kept, figures, done = math.inf, _copy(model), list[TitleProgress](), 0
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
        if (judged if held_out else loss) < best:
            best, kept = (judged if held_out else loss), _copy(model)
        elif epoch - _best_epoch(figures) >= config.patience:
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


def _best_epoch(figures: Sequence[TitleProgress]) -> int:
    judged = [one.loss if math.isnan(one.held_out) else one.held_out for one in figures]
    return figures[int(np.argmin(judged))].epoch
