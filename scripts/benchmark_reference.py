"""The plain way to build the same network, to measure jazzgen's graphs against.

An LSTM is often taught by unrolling it in Python: a loop cuts the window into
its time steps and calls one shared LSTM layer and one shared softmax layer on
each, so that the graph holds Tx copies of the network and has Tx outputs. A
second unrolled model generates: the argmax of each prediction, as a one-hot
vector, is the input of the next step. This module builds both from public
Keras layers alone. They compute what jazzgen's classic preset computes, at a
cost that grows with every step that is unrolled.

What can be timed only once (`time_first_batch`, `time_first_solo`) is returned in
seconds of wall-clock time. What can be repeated (`time_training`, `time_solos`)
is returned as a warm function that times itself at each call, so that a comparison
can alternate between both sides and take the medians.

Shapes: B windows, Tx time steps trained, Ty time steps generated, V values,
U units.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

__all__ = [
    "ReferenceLayers",
    "Windows",
    "build_layers",
    "generation_model",
    "make_layers",
    "make_windows",
    "time_first_batch",
    "time_first_solo",
    "time_solos",
    "time_training",
    "training_model",
]

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class ReferenceLayers:
    """The layers that the training model and the generation model share.

    Attributes:
        values: V, the number of values.
        units: U, the number of units of the LSTM.
        to_step: Gives a cut (B, V) its time axis: (B, 1, V).
        lstm: The recurrent layer, called once per step.
        softmax: The dense layer over the values, called once per step.
    """

    values: int
    units: int
    to_step: keras.Layer
    lstm: keras.Layer
    softmax: keras.Layer


@dataclass(frozen=True)
class Windows:
    """A batch of windows as the unrolled model takes it.

    Attributes:
        x: One-hot inputs, (B, Tx, V).
        y: Tx one-hot targets, each (B, V).
        a0: First hidden state, zeros, (B, U).
        c0: First cell state, zeros, (B, U).
    """

    x: Floats
    y: list[Floats]
    a0: Floats
    c0: Floats

    @property
    def trained_values(self) -> int:
        """Return the number of values that one pass over the windows trains: B · Tx."""
        return len(self.x) * len(self.y)


def make_layers(values: int = 90, units: int = 64) -> ReferenceLayers:
    """Make the shared layers, not yet built."""
    return ReferenceLayers(
        values=values,
        units=units,
        to_step=layers.Reshape((1, values)),
        lstm=layers.LSTM(units, return_state=True),
        softmax=layers.Dense(values, activation="softmax"),
    )


def make_windows(windows: int, steps: int, values: int, units: int, seed: int = 0) -> Windows:
    """Draw random windows whose targets are their own next values.

    Args:
        windows: B, the number of windows.
        steps: Tx, time steps in a window.
        values: V, size of the vocabulary.
        units: U, size of the zero states.
        seed: The seed of the random values.

    Returns:
        Inputs and targets in the unrolled model's shapes.
    """
    drawn = np.random.default_rng(seed).integers(values, size=(windows, steps + 1))
    onehot = np.eye(values, dtype=np.float32)[drawn]  # (B, Tx + 1, V)
    zeros = np.zeros((windows, units), np.float32)
    targets = [np.ascontiguousarray(onehot[:, t + 1]) for t in range(steps)]
    return Windows(np.ascontiguousarray(onehot[:, :-1]), targets, zeros, zeros)


def training_model(shared: ReferenceLayers, steps: int) -> keras.Model:
    """Unroll the shared layers over `steps` cuts of a window.

    Args:
        shared: The layers that every step calls.
        steps: Tx, the number of steps to unroll.

    Returns:
        A model from [X (B, Tx, V), a0 (B, U), c0 (B, U)] to Tx outputs (B, V).
    """
    x = keras.Input((steps, shared.values))
    a0, c0 = keras.Input((shared.units,)), keras.Input((shared.units,))
    a, c, outputs = a0, c0, []
    for t in range(steps):
        cut = shared.to_step(x[:, t, :])
        a, _, c = shared.lstm(cut, initial_state=[a, c])
        outputs.append(shared.softmax(a))
    return keras.Model([x, a0, c0], outputs)


def generation_model(shared: ReferenceLayers, steps: int) -> keras.Model:
    """Unroll the shared layers over `steps` predictions that feed one another.

    Args:
        shared: The layers that the training model trains.
        steps: Ty, the number of values to generate.

    Returns:
        A model from [x0 (B, 1, V), a0 (B, U), c0 (B, U)] to Ty outputs (B, V).
    """
    x0 = keras.Input((1, shared.values))
    a0, c0 = keras.Input((shared.units,)), keras.Input((shared.units,))
    x, a, c, outputs = x0, a0, c0, []
    for _ in range(steps):
        a, _, c = shared.lstm(x, initial_state=[a, c])
        probabilities = shared.softmax(a)
        outputs.append(probabilities)
        x = layers.RepeatVector(1)(_choose(shared.values)(probabilities))
    return keras.Model([x0, a0, c0], outputs)


def time_first_batch(steps: int, windows: int = 60, values: int = 90, units: int = 64) -> float:
    """Return the seconds from building the layers to the end of the first trained batch.

    Args:
        steps: Tx, the number of unrolled steps.
        windows: B, the number of windows of the batch.
        values: V, the size of the vocabulary.
        units: U, the number of units of the LSTM.
    """
    batch = make_windows(windows, steps, values, units)
    start = time.perf_counter()
    train = _trainer(make_layers(values, units), batch)
    train()
    return time.perf_counter() - start


def time_training(
    steps: int, windows: int = 60, values: int = 90, units: int = 64
) -> Callable[[], float]:
    """Build, trace and warm up the model, and return a function that times one more batch.

    Args:
        steps: Tx, the number of unrolled steps.
        windows: B, the number of windows of the batch.
        values: V, the size of the vocabulary.
        units: U, the number of units of the LSTM.

    Returns:
        A function that trains on the batch once and returns the seconds *per value*.
    """
    batch = make_windows(windows, steps, values, units)
    train = _trainer(make_layers(values, units), batch)
    for _ in range(3):
        train()

    def one_batch() -> float:
        start = time.perf_counter()
        train()
        return (time.perf_counter() - start) / batch.trained_values

    return one_batch


def time_first_solo(shared: ReferenceLayers, steps: int = 50) -> tuple[float, keras.Model]:
    """Return the seconds from built layers to the first `steps` generated values.

    Args:
        shared: Layers whose weights exist (see `build_layers`).
        steps: Ty, the number of unrolled steps.

    Returns:
        The seconds, and the model for `time_solos`.
    """
    start = time.perf_counter()
    model = generation_model(shared, steps)
    model.predict(_empty_start(shared), verbose=0)
    return time.perf_counter() - start, model


def time_solos(shared: ReferenceLayers, model: keras.Model, steps: int = 50) -> Callable[[], float]:
    """Return a function that times one solo through a warm `predict`.

    Args:
        shared: The layers of `model`.
        model: The model that `time_first_solo` returns.
        steps: Ty, the number of values that `model` generates.

    Returns:
        A function that generates one solo and returns the seconds *per value*.
    """
    start_values = _empty_start(shared)

    def one_solo() -> float:
        start = time.perf_counter()
        model.predict(start_values, verbose=0)
        return (time.perf_counter() - start) / steps

    return one_solo


def build_layers(shared: ReferenceLayers) -> ReferenceLayers:
    """Build the weights of the shared layers, and return the layers."""
    training_model(shared, steps=1)
    return shared


def _trainer(shared: ReferenceLayers, batch: Windows) -> Callable[[], None]:
    """Compile the unrolled model, and return a function that trains it on the batch once."""
    model = training_model(shared, len(batch.y))
    model.compile(
        optimizer=keras.optimizers.Adam(0.01, beta_1=0.9, beta_2=0.999),
        loss=["categorical_crossentropy"] * len(batch.y),
    )

    def train() -> None:
        model.train_on_batch([batch.x, batch.a0, batch.c0], batch.y)

    return train


def _choose(values: int) -> keras.Layer:
    """Return a layer from probabilities (B, V) to the likeliest value, one-hot (B, V)."""
    return layers.Lambda(
        lambda p: ops.one_hot(ops.argmax(p, axis=-1), values), output_shape=(values,)
    )


def _empty_start(shared: ReferenceLayers) -> list[Floats]:
    """Return the zero input and the zero states of one solo."""
    return [
        np.zeros((1, 1, shared.values), np.float32),
        np.zeros((1, shared.units), np.float32),
        np.zeros((1, shared.units), np.float32),
    ]
