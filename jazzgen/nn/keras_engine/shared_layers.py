"""The layers that both graphs share.

A `SharedLayers` object owns the recurrent cells and all layers around them. The training
graph and the inference graph are built from the same object, so training one trains the
other: there is one set of variables, and nothing is copied.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from jazzgen.config import ModelConfig
from jazzgen.datasets.windows import Batch
from jazzgen.encoding.chart_table import CHART_COLUMNS
from jazzgen.encoding.examples import Example
from jazzgen.encoding.sequence import (
    HISTORY_COLUMNS,
    NO_PITCH,
    START_PITCH,
    HistoryColumn,
    ValueSequence,
)
from jazzgen.errors import ModelError
from jazzgen.nn.assets import Assets
from jazzgen.nn.constraint_base import StepView
from jazzgen.nn.keras_engine.lick_ngrams import Licks
from jazzgen.nn.keras_engine.likelihood import Judged
from jazzgen.nn.keras_engine.recurrence import make_cell, state_sizes
from jazzgen.nn.keras_engine.sampling import Sampler
from jazzgen.nn.planner import Planner
from jazzgen.nn.presets import preset_of
from jazzgen.nn.tensor import Tensor
from jazzgen.nn.weights import check_weights

__all__ = ["SharedLayers", "StepInput", "StepOutput", "counting_pitch", "make_cells"]


def counting_pitch(history: Tensor) -> Tensor:
    """Return the pitch from which the next interval is counted, (…, HISTORY_COLUMNS) → (…)."""
    last = history[..., HistoryColumn.LAST]
    return ops.where(ops.equal(last, NO_PITCH), START_PITCH, last)


class StepInput(NamedTuple):
    """What a model receives at one step of the loop, for each line of a batch."""

    history: Tensor
    """The values so far: the columns of `HistoryColumn`, int32, shape (B, HISTORY_COLUMNS)."""
    value: Tensor
    """Index of the last joint value, -1 at the beginning, shape (B,)."""
    row: Tensor
    """The chart table's row at the line's clock, int32, shape (B, CHART_COLUMNS)."""
    start: Tensor
    """The pitch from which the first interval is counted, int32, shape (B,)."""
    forced: Tensor
    """A value to play whatever the model predicts (the columns of `encoding.performance.Column`),
    or -1, shape (B, FORCED)."""
    limits: Tensor
    """The limits of the sampler's constraints, float32, shape (B, P); P may be 0."""
    encoded: Tensor
    """The encoding of the chord that sounds, float32, shape (B, E); E may be 0."""
    cache: Tensor = None
    """What the line's own past predicts, float32, shape (B, CACHE_CLASSES), or None."""
    licks: Tensor = None
    """What the lick n-grams predict, float32, shape (B, LICK_COLUMNS), or None."""

    @property
    def given(self) -> Tensor:
        """Whether a value is forced, shape (B,)."""
        return self.forced[:, 0] >= 0

    @property
    def last(self) -> Tensor:
        """The pitch from which the next interval is counted, (B,)."""
        last = self.history[:, HistoryColumn.LAST]
        return ops.where(ops.equal(last, NO_PITCH), self.start, last)

    @property
    def view(self) -> StepView:
        """What the sampling rules read of it."""
        line = ops.split(self.history, HISTORY_COLUMNS, axis=-1)
        chart = ops.split(self.row, CHART_COLUMNS, axis=-1)
        silence = ops.squeeze(line[HistoryColumn.SILENCE], -1)
        return StepView(self.history, self.row, silence, (line, chart))


class StepOutput(NamedTuple):
    """What a model played at one step of the loop; each field int32, shape (B,)."""

    pitch: Tensor
    """The pitch or `REST`."""
    duration: Tensor
    """The duration in ticks."""
    value: Tensor
    """The index of the joint value; 0 for models without joint values."""
    loudness: Tensor
    """The loudness class; 0 for models without expression."""
    timing: Tensor
    """The timing class; 0 for models without expression."""
    gate: Tensor
    """The gate class of the note before; 0 after a rest, and for models without gates."""
    spread: Tensor
    """The place within these classes (see `encoding.performance.Column`)."""


class SharedLayers(ABC):
    """A model's layers, and its step from a `StepInput` to a `StepOutput`.

    Args:
        config: The architecture.
    """

    encoded_size = 0
    """E, the size of a chord's encoding; 0 without an encoder of the chart."""
    memory = 0
    """The number of values in which repeats are looked for; 0 without repeat features."""
    places = False
    """Whether the model hears what was played at earlier places of the form, and its plan."""
    licks: Licks | None = None
    """The lick n-grams, if the model has any."""
    needed_columns: frozenset[int] = frozenset(range(HISTORY_COLUMNS))
    """The columns of the history that the model reads; the loop keeps no others up to date."""

    def __init__(self, config: ModelConfig) -> None:
        self.config = config
        self.cells: list[keras.layers.Layer] = []

    @property
    def state_sizes(self) -> list[int]:
        """The size of each state that a step passes on to the next, in their order."""
        return state_sizes(self.cells)

    def encode_chart(self, chords: Tensor) -> Tensor:
        """Encode the chords of a chart, (B, C, CHORD_COLUMNS) → (B, C, E)."""
        return ops.cast(chords[..., :0], "float32")

    def example(self, sequence: ValueSequence) -> Example:
        """Return the training graph's inputs and targets for a solo."""
        return preset_of(self.config).example(sequence, self.assets)

    @property
    @abstractmethod
    def assets(self) -> Assets:
        """What the model keeps of its training data beside its weights."""

    def take_planner(self, _planner: Planner) -> None:
        """Let a planner plan what the model plays.

        Raises:
            ModelError: The model plays without a plan.
        """
        raise ModelError("plays without a plan")

    @cached_property
    def predicting_graph(self) -> keras.Model:
        """The training graph, built and traced once for all who let it predict, never trained."""
        return self.training_graph(0.0)

    def graph_of_playing(self, _returns: float) -> keras.Model:
        """The graph that tells how likely the model itself goes on so, by default as it predicts.

        Args:
            _returns: How much more the model relies on what it has played (see `SamplingConfig`).
        """
        return self.predicting_graph

    @abstractmethod
    def training_graph(self, dropout: float) -> keras.Model:
        """Build the graph for training (see `graphs.training_graph`).

        Args:
            dropout: Share of the cells' inputs and outputs that is dropped in training.
        """

    @abstractmethod
    def judge(self, outputs: dict[str, Tensor], batch: Batch) -> Iterator[Judged]:
        """Compute how likely the solos of a batch are.

        Args:
            outputs: The training graph's outputs for the batch.
            batch: The solos.

        Returns:
            One item for each solo (see `likelihood.Judged`).
        """

    def judge_playing(self, outputs: dict[str, Tensor], batch: Batch) -> Iterator[Judged]:
        """Compute how likely it is that the model itself goes on so, by default as `judge`.

        Args:
            outputs: The training graph's outputs for the batch.
            batch: The solos.
        """
        return self.judge(outputs, batch)

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
            for variable in layer.weights
        }

    def count_params(self) -> int:
        """Return the number of parameters."""
        return sum(int(np.prod(variable.shape)) for variable in self.weights.values())

    def set_weights(self, tensors: Mapping[str, NDArray[np.floating[Any]]]) -> None:
        """Set the variables' values.

        Args:
            tensors: The values by their names on disk, float32 or float16.

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
        """Run the cells for one step and draw the next value.

        Args:
            now: The lines at this step.
            states: The states before the step, of `state_sizes`, each of shape (B, U).
            uniforms: Noise for the draws, shape (B, `DRAWS`).
            sampler: How to draw.

        Returns:
            What was played, and the new states.
        """


def make_cells(config: ModelConfig, features: int, name: str) -> list[keras.layers.Layer]:
    """Make and build stacked cells.

    Args:
        config: The architecture.
        features: F, size of the first cell's input.
        name: The pattern of their names, in which `{}` stands for the cell's number.

    Returns:
        The cells, from the one that receives the input up.
    """
    cells = [
        make_cell(config.cell, config.units, name.format(number)) for number in range(config.layers)
    ]
    for number, cell in enumerate(cells):
        cell.build((None, features if number == 0 else config.units))
    return cells
