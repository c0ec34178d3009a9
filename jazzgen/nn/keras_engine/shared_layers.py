"""The layers that both graphs share.

A `SharedLayers` object owns the recurrent cells and everything around them. The
training graph and the inference graph are built from the same object, so that
training the one trains the other: there is one set of variables and no copying.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from jazzgen.config import ModelConfig
from jazzgen.datasets.windows import Batch
from jazzgen.encoding.examples import Example
from jazzgen.encoding.sequence import (
    HISTORY_COLUMNS,
    NO_PITCH,
    START_PITCH,
    HistoryColumn,
    ValueSequence,
)
from jazzgen.nn.assets import Assets
from jazzgen.nn.constraint_base import StepView
from jazzgen.nn.keras_engine.lick_ngrams import Licks
from jazzgen.nn.keras_engine.likelihood import Judged
from jazzgen.nn.keras_engine.recurrence import make_cell
from jazzgen.nn.keras_engine.sampling import Sampler
from jazzgen.nn.presets import preset_of
from jazzgen.nn.tensor import Tensor
from jazzgen.nn.weights import check_weights

__all__ = ["SharedLayers", "StepInput", "StepOutput", "counting_pitch", "make_cells"]


def counting_pitch(history: Tensor) -> Tensor:
    """Return the pitch that the next interval is counted from, (…, HISTORY_COLUMNS) → (…)."""
    last = history[..., HistoryColumn.LAST]
    return ops.where(ops.equal(last, NO_PITCH), START_PITCH, last)


class StepInput(NamedTuple):
    """Where a line stands when its next value is to be played; every field is (B,) or (B, …)."""

    history: Tensor
    """What was played, shape (B, HISTORY_COLUMNS)."""
    value: Tensor
    """Index of the last joint value, -1 at the beginning, shape (B,)."""
    row: Tensor
    """The chart at the clock's place, shape (B, CHART_COLUMNS)."""
    start: Tensor
    """The pitch that a first interval is counted from, shape (B,)."""
    forced: Tensor
    """A value to play whatever the model says (pitch, duration, loudness and timing
    class), or -1, shape (B, 4)."""
    silence: Tensor
    """Ticks since its last note ended, shape (B,)."""
    limits: Tensor
    """The numbers that the sampler's constraints go by, shape (B, P); P may be 0."""
    encoded: Tensor
    """What the chart's encoder says of the chord that sounds, shape (B, E); E may be 0."""
    cache: Tensor = None
    """What the line's own past expects, shape (B, CACHE_CLASSES), or nothing."""
    licks: Tensor = None
    """What players do here, shape (B, LICK_COLUMNS), or nothing."""

    @property
    def given(self) -> Tensor:
        """Whether a value is forced, shape (B,)."""
        return self.forced[:, 0] >= 0

    @property
    def last(self) -> Tensor:
        """The pitch that an interval is counted from, (B,)."""
        last = self.history[:, HistoryColumn.LAST]
        return ops.where(ops.equal(last, NO_PITCH), self.start, last)

    @property
    def view(self) -> StepView:
        """What the sampling rules see of it."""
        return StepView(self.history, self.row, self.silence)


class StepOutput(NamedTuple):
    """What was played, each field of shape (B,)."""

    pitch: Tensor
    """Pitch or REST."""
    duration: Tensor
    """In ticks."""
    value: Tensor
    """The joint value; 0 where there is none."""
    loudness: Tensor
    """Loudness class, 0 where the model says none."""
    timing: Tensor
    """Timing class, 0 likewise."""


class SharedLayers(ABC):
    """The cells of a model, and its way from a `StepInput` to a `StepOutput`.

    Args:
        config: The architecture.
    """

    encoded_size = 0
    """E, what the chart's encoder says of each chord; 0 without an encoder."""
    memory = 0
    """Values that a line looks back over for repeats; 0 if the model has no such features."""
    licks: Licks | None = None
    """The licks that players share, if the model has any."""
    needed_columns: frozenset[int] = frozenset(range(HISTORY_COLUMNS))
    """Columns of the history that the model looks at: the loop keeps no others up to date."""

    def __init__(self, config: ModelConfig) -> None:
        self.config = config
        self.cells: list[keras.layers.Layer] = []

    def encode_chart(self, chords: Tensor) -> Tensor:
        """Run the chart's encoder, (B, C, CHORD_COLUMNS) → (B, C, E)."""
        return ops.cast(chords[..., :0], "float32")

    def example(self, sequence: ValueSequence) -> Example:
        """Return a solo as the training graph takes it."""
        return preset_of(self.config).example(sequence, self.assets)

    @property
    @abstractmethod
    def assets(self) -> Assets:
        """What the model keeps of its training data beside its weights."""

    @abstractmethod
    def training_graph(self, dropout: float) -> keras.Model:
        """Build the graph that learns (see `graphs.training_graph`).

        Args:
            dropout: Share of the cells' inputs and outputs that is dropped in training.
        """

    @abstractmethod
    def judge(self, outputs: dict[str, Tensor], batch: Batch) -> Iterator[Judged]:
        """Say how likely solos are: one item for each (see `likelihood.Judged`).

        Args:
            outputs: What the training graph says of the batch.
            batch: The solos.
        """

    @property
    @abstractmethod
    def layers(self) -> list[keras.layers.Layer]:
        """Every layer with weights, in a fixed order."""

    @property
    def tables(self) -> list[keras.layers.Layer]:
        """Layers whose numbers are looked up and not trained."""
        return [self.licks] if self.licks else []

    @property
    def weights(self) -> dict[str, keras.Variable]:
        """Every variable by its name on disk, such as `cell_0/kernel`."""
        return {
            f"{layer.name}/{variable.path.split(layer.name + '/', 1)[-1]}": variable
            for layer in self.layers
            for variable in layer.trainable_variables
        }

    def count_params(self) -> int:
        """Return how many numbers the weights hold."""
        return sum(int(np.prod(variable.shape)) for variable in self.weights.values())

    def set_weights(self, tensors: Mapping[str, NDArray[np.floating[Any]]]) -> None:
        """Put values into the variables.

        Raises:
            ModelError: A name is missing or too many, or a shape or dtype differs,
                or a number is not finite.
        """
        own = self.weights
        check_weights({name: tuple(variable.shape) for name, variable in own.items()}, tensors)
        for name, variable in own.items():
            variable.assign(np.asarray(tensors[name], np.float32))

    def get_weights(self) -> dict[str, NDArray[np.float32]]:
        """Return a copy of every variable's value."""
        return {
            name: np.array(ops.convert_to_numpy(variable), dtype=np.float32)
            for name, variable in self.weights.items()
        }

    @abstractmethod
    def play(
        self, now: StepInput, states: list[Tensor], uniforms: Tensor, sampler: Sampler
    ) -> tuple[StepOutput, list[Tensor]]:
        """Choose the next value and step the cells.

        Args:
            now: Where the lines stand.
            states: The cells' states, each of shape (B, U).
            uniforms: Noise for the draws, shape (B, `DRAWS`).
            sampler: How to draw.

        Returns:
            The choice, and the new states.
        """


def make_cells(config: ModelConfig, features: int, name: str) -> list[keras.layers.Layer]:
    """Make and build stacked cells.

    Args:
        config: The architecture.
        features: Size of the first cell's input.
        name: Their names, `{}` standing for a cell's number.
    """
    cells = [
        make_cell(config.cell, config.units, name.format(number)) for number in range(config.layers)
    ]
    for number, cell in enumerate(cells):
        cell.build((None, features if number == 0 else config.units))
    return cells
