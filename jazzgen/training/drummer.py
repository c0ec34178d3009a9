"""Training of the drummer on the bars of performances."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from jazzgen.band.drummer import BARS, STEP_SIZE, next_drift, step_input, struck_values
from jazzgen.band.drummer_conditions import CONDITIONS, condition_row
from jazzgen.band.stroke_values import BAR_LINE, DrumStroke
from jazzgen.config.drummer import DrummerConfig
from jazzgen.errors import DatasetError
from jazzgen.nn.keras_engine.drummer import DrummerLayers
from jazzgen.training.drum_bars import DrumBar

__all__ = ["HEADS", "DrummerBits", "DrummerFigures", "drummer_bits", "train_drummer"]

Tensors = dict[str, NDArray[np.float32]]
HEADS = ("value", "velocity", "late")


class DrummerBits(NamedTuple):
    """How many bits the strokes of held-out performances take."""

    value: float
    """Bits of where and what, per stroke, those of bar lines among them."""
    velocity: float
    """Bits of the class of the velocity, per stroke."""
    late: float
    """Bits of the class of the deviation, per stroke."""

    @property
    def total(self) -> float:
        """Bits per stroke."""
        return self.value + self.velocity + self.late


class DrummerFigures(NamedTuple):
    """The figures of an epoch."""

    epoch: int
    """Its number, from 1."""
    held_out: DrummerBits
    """Bits per stroke on the held-out performances."""


class _Windows(NamedTuple):
    """Performances as inputs and targets; N windows of T steps."""

    x: NDArray[np.float32]
    """Shape (N, T, F)."""
    last: NDArray[np.int32]
    """The value before, -1 at the beginning of a bar, shape (N, T)."""
    bars: NDArray[np.uint8]
    """Which values were struck in the last two bars, shape (N, T, 2, PLACES, DRUMS)."""
    target: NDArray[np.int32]
    """Value, velocity and deviation, shape (3, N, T)."""
    weight: NDArray[np.float32]
    """1 for a step, 0 for padding, shape (N, T)."""
    struck: NDArray[np.float32]
    """1 for a stroke, 0 for a bar line or padding, shape (N, T)."""


def train_drummer(
    played: Sequence[Sequence[DrumBar]],
    held_out: Sequence[Sequence[DrumBar]],
    styles: Sequence[str],
    config: DrummerConfig | None = None,
    on_epoch: Callable[[DrummerFigures, Tensors | None], None] = lambda _figures, _best: None,
) -> tuple[Tensors, DrummerBits]:
    """Train a drummer.

    Args:
        played: The bars of each training performance.
        held_out: Those of the validation performances, by which the best epoch is chosen.
        styles: The names of the styles, in the order of the bars' numbers.
        config: How to train.
        on_epoch: Called after each epoch, with its figures and, if it is the best so far, the
            weights.

    Returns:
        The weights by their names on disk, and the bits per stroke on the held-out performances.

    Raises:
        DatasetError: There is nothing to train on.
    """
    config = config or DrummerConfig()
    if not any(played) or not any(held_out):
        raise DatasetError("no performance has bars to learn from")
    keras.utils.set_random_seed(config.seed)
    layers = DrummerLayers(config.units, config.width, len(styles))
    training = _windows(played, len(styles), config.window)
    validation = _windows(held_out, len(styles), config.window)
    graph = layers.training_graph(config.dropout)
    steps = config.epochs * -(-len(training.x) // config.batch_size)
    graph.compile(
        keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(config.learning_rate, steps),
            weight_decay=config.weight_decay,
            global_clipnorm=1.0,
        ),
        loss={name: keras.losses.SparseCategoricalCrossentropy(True) for name in HEADS},
        jit_compile=False,
    )
    best, best_bits = layers.weights, DrummerBits(np.inf, np.inf, np.inf)
    for epoch in range(config.epochs):
        noise = np.random.default_rng([config.seed, epoch])
        order = noise.permutation(len(training.x))
        for start in range(0, len(order), config.batch_size):
            chosen = order[start : start + config.batch_size]
            _train_on(graph, training, chosen, noise.random(len(chosen)) < config.unknown_style)
        bits = _bits(graph, validation)
        is_best = bits.total < best_bits.total
        if is_best:
            best, best_bits = layers.weights, bits
        on_epoch(DrummerFigures(epoch + 1, bits), best if is_best else None)
    return best, best_bits


def drummer_bits(
    tensors: Tensors, played: Sequence[Sequence[DrumBar]], styles: Sequence[str]
) -> DrummerBits:
    """Return how many bits the strokes of performances take.

    Args:
        tensors: The weights of the drummer by their names on disk.
        played: The bars of each performance.
        styles: The names of the styles, in the order of the bars' numbers.
    """
    units, width = len(tensors["cell/recurrent_kernel"]), len(tensors["stroke/bias"])
    layers = DrummerLayers(units, width, len(styles))
    layers.set_weights(tensors)
    windows = _windows(played, len(styles), DrummerConfig.window)
    return _bits(layers.training_graph(), windows)


def _train_on(
    graph: Any, windows: _Windows, chosen: NDArray[np.int64], hidden: NDArray[np.bool_]
) -> None:
    x = windows.x[chosen]
    x[hidden, :, STEP_SIZE + CONDITIONS + 1 :] = 0
    x[hidden, :, STEP_SIZE + CONDITIONS] = 1
    weights = (windows.weight, windows.struck, windows.struck)
    graph.train_on_batch(
        {"x": x, **_known(windows, chosen)},
        {name: windows.target[number][chosen] for number, name in enumerate(HEADS)},
        sample_weight={name: one[chosen] for name, one in zip(HEADS, weights, strict=True)},
    )


def _known(windows: _Windows, chosen: NDArray[np.int64] | slice) -> dict[str, NDArray[Any]]:
    return {
        "last": windows.last[chosen],
        "bars": windows.bars[chosen],
        "struck": windows.target[0][chosen],
        "loud": windows.target[1][chosen],
    }


def _windows(played: Sequence[Sequence[DrumBar]], styles: int, size: int) -> _Windows:
    parts = [
        [column[start : start + size] for column in steps]
        for steps in (_steps(bars, styles) for bars in played if bars)
        for start in range(0, len(steps[0]), size)
    ]
    number, features = len(parts), parts[0][0].shape[1]
    found = _Windows(
        np.zeros((number, size, features), np.float32),
        np.full((number, size), -1, np.int32),
        np.zeros((number, size, *BARS), np.uint8),
        np.zeros((3, number, size), np.int32),
        np.zeros((number, size), np.float32),
        np.zeros((number, size), np.float32),
    )
    for index, (x, last, around, target) in enumerate(parts):
        length = len(x)
        found.x[index, :length], found.last[index, :length] = x, last
        found.bars[index, :length] = around
        found.target[:, index, :length] = target.T
        found.weight[index, :length] = 1
        found.struck[index, :length] = target[:, 0] != BAR_LINE
    return found


def _steps(bars: Sequence[DrumBar], styles: int) -> tuple[NDArray[Any], ...]:
    """Return the steps of a performance.

    They are inputs (T, F), the values before (T,), the last two bars (T, 2, PLACES, DRUMS) and
    targets (T, 3).
    """
    x, last, around, target = [], [], [], []
    drift = 0.0
    played = np.zeros(BARS, np.uint8)
    for bar in bars:
        conditions = condition_row(bar.conditions, styles)
        before: DrumStroke | None = None
        for stroke in (*bar.strokes, DrumStroke(BAR_LINE, 0, 0)):
            x.append(np.concatenate([step_input(before, drift), conditions]))
            last.append(-1 if before is None else before.value)
            around.append(played)
            target.append(stroke)
            if stroke.value != BAR_LINE:
                drift = next_drift(drift, stroke)
            before = stroke
        played = np.stack([struck_values(bar.strokes).astype(np.uint8), played[0]])
    return (
        np.stack(x),
        np.array(last, np.int32),
        np.stack(around),
        np.array(target, np.int32),
    )


def _bits(graph: Any, windows: _Windows) -> DrummerBits:
    nats = np.zeros(3)
    for start in range(0, len(windows.x), 32):
        chosen = slice(start, start + 32)
        logits = graph.predict_on_batch({"x": windows.x[chosen], **_known(windows, chosen)})
        weights = (windows.weight, windows.struck, windows.struck)
        for number, name in enumerate(HEADS):
            shares = np.asarray(ops.log_softmax(logits[name], axis=-1))
            target = windows.target[number][chosen][..., None]
            own = np.take_along_axis(shares, target, axis=-1)[..., 0]
            nats[number] -= float((own * weights[number][chosen]).sum())
    return DrummerBits(*(nats / windows.struck.sum() / np.log(2)).tolist())
