"""The layers that both graphs share.

A `SharedLayers` object owns the recurrent cells and everything around them. The
training graph and the inference graph are built from the same object, so that
training the one trains the other: there is one set of variables and no copying.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from jazzgen.config import ModelConfig
from jazzgen.data.chart_table import Column
from jazzgen.data.encoding import REST
from jazzgen.data.vocabulary import REST_DEGREE, JointVocabulary
from jazzgen.errors import ModelError
from jazzgen.nn.features import (
    CONTEXT_FEATURES,
    LINE_FEATURES,
    context_features,
    counting_pitch,
    line_features,
)
from jazzgen.nn.heads import DurationHead, PitchHead
from jazzgen.nn.recurrence import make_cell, step_cells
from jazzgen.nn.sampling import MASKED, Sampler, inverse_cdf

__all__ = [
    "Choice",
    "ClassicLayers",
    "ImproviserLayers",
    "SharedLayers",
    "Situation",
    "make_layers",
]

EMBEDDING = 128
DURATION_UNITS = 128


class Situation(NamedTuple):
    """Where a line stands when its next value is to be played; every field is (B,) or (B, …)."""

    history: Any
    """What was played, shape (B, HISTORY)."""
    value: Any
    """Index of the last joint value, -1 at the beginning, shape (B,)."""
    row: Any
    """The chart at the clock's place, shape (B, COLUMNS)."""
    low: Any
    """Lowest pitch allowed, shape (B,)."""
    high: Any
    """Highest pitch allowed, shape (B,)."""
    forced_pitch: Any
    """A pitch to play whatever the model says, or -1, shape (B,)."""
    forced_duration: Any
    """Its duration, shape (B,)."""


class Choice(NamedTuple):
    """What was played: pitch or REST, duration, joint value (or -1), each of shape (B,)."""

    pitch: Any
    duration: Any
    value: Any


class SharedLayers(ABC):
    """The cells of a model, and its way from a situation to a choice.

    Args:
        config: The architecture.
        features: Size of the cells' input.
    """

    def __init__(self, config: ModelConfig, features: int) -> None:
        self.config = config
        self.cells = [
            make_cell(config.cell, config.units, name=f"cell_{number}")
            for number in range(config.layers)
        ]
        for number, cell in enumerate(self.cells):
            cell.build((None, features if number == 0 else config.units))

    @property
    @abstractmethod
    def layers(self) -> list[keras.layers.Layer]:
        """Every layer with weights, in a fixed order."""

    @property
    def weights(self) -> dict[str, Any]:
        """Every variable by its name on disk, such as `cell_0/kernel`."""
        return {
            f"{layer.name}/{variable.path.split(layer.name + '/', 1)[-1]}": variable
            for layer in self.layers
            for variable in layer.trainable_variables
        }

    def count_params(self) -> int:
        """Return how many numbers the weights hold."""
        return sum(int(np.prod(variable.shape)) for variable in self.weights.values())

    def set_weights(self, tensors: dict[str, Any]) -> None:
        """Put values into the variables.

        Raises:
            ModelError: A name is missing or too many, or a shape or dtype differs,
                or a number is not finite.
        """
        own = self.weights
        if own.keys() != tensors.keys():
            odd = sorted(own.keys() ^ tensors.keys())
            raise ModelError(f"weights do not fit the architecture: {', '.join(odd[:3])}")
        for name, variable in own.items():
            value = np.asarray(tensors[name])
            if value.shape != tuple(variable.shape) or value.dtype != np.float32:
                raise ModelError(f"weights {name}: expected float32 of shape "
                                 f"{tuple(variable.shape)}, got {value.dtype} "
                                 f"of {value.shape}")  # fmt: skip
            if not np.isfinite(value).all():
                raise ModelError(f"weights {name}: not every number is finite")
        for name, variable in own.items():
            variable.assign(tensors[name])

    def get_weights(self) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
        """Return a copy of every variable's value."""
        return {
            name: np.array(ops.convert_to_numpy(variable), dtype=np.float32)
            for name, variable in self.weights.items()
        }

    @abstractmethod
    def play(
        self, now: Situation, states: list[Any], uniforms: Any, sampler: Sampler
    ) -> tuple[Choice, list[Any]]:
        """Choose the next value and step the cells.

        Args:
            now: The situation.
            states: The cells' states, each of shape (B, U).
            uniforms: Noise for two draws, shape (B, 2).
            sampler: How to draw.

        Returns:
            The choice, and the new states.
        """


class ClassicLayers(SharedLayers):
    """The course's model: one-hot joint values, one cell, a dense softmax.

    Args:
        config: The architecture.
        vocabulary: The joint values.
    """

    def __init__(self, config: ModelConfig, vocabulary: JointVocabulary) -> None:
        super().__init__(config, len(vocabulary))
        self.vocabulary = vocabulary
        self.dense = keras.layers.Dense(len(vocabulary), name="values")
        self.dense.build((None, config.units))

    @property
    def layers(self) -> list[keras.layers.Layer]:
        """The cells and the dense layer."""
        return [*self.cells, self.dense]

    def play(
        self, now: Situation, states: list[Any], uniforms: Any, sampler: Sampler
    ) -> tuple[Choice, list[Any]]:
        """Draw a joint value; the first one is drawn from those that solos open with."""
        begun = (now.value >= 0)[:, None]  # (B, 1)
        inputs = ops.one_hot(ops.maximum(now.value, 0), len(self.vocabulary))  # (B, V)
        hidden, stepped = step_cells(self.cells, inputs, states)
        states = [ops.where(begun, new, old) for new, old in zip(stepped, states, strict=True)]
        pitches = self._pitches(now)  # (B, V)
        outside = ops.logical_or(pitches < now.low[:, None], pitches > now.high[:, None])
        outside = ops.logical_and(outside, pitches != REST)
        logits = ops.where(outside, MASKED, self.dense(hidden))
        opening = ops.where(outside, MASKED, self._opening())  # (B, V)
        drawn = ops.where(
            begun[:, 0], sampler(logits, uniforms[:, 0]), inverse_cdf(opening, uniforms[:, 0])
        )
        value = self._forced(now, pitches, drawn)
        pitch = ops.take_along_axis(pitches, value[:, None], axis=-1)[:, 0]
        duration = ops.take(ops.convert_to_tensor(self.vocabulary.table[:, 2]), value)
        given = now.forced_pitch >= 0
        return Choice(
            ops.where(given, now.forced_pitch, pitch),
            ops.where(given, now.forced_duration, duration),
            value,
        ), states

    def _pitches(self, now: Situation) -> Any:
        """The pitch that each joint value would be now, (B, V)."""
        degree, octaves, _ = (ops.convert_to_tensor(column) for column in self.vocabulary.table.T)
        last = counting_pitch(now.history)[:, None]
        pitch_class = now.row[:, Column.ROOT, None] + degree
        pitch = last + ops.mod(pitch_class - last + 6, 12) - 6 + 12 * octaves
        return ops.where(ops.equal(degree, REST_DEGREE), REST, pitch)

    def _opening(self) -> Any:
        counts = np.asarray(self.vocabulary.openings, dtype=np.float32)
        return np.where(counts > 0, np.log(np.maximum(counts, 1)), MASKED).astype(np.float32)

    def _forced(self, now: Situation, pitches: Any, drawn: Any) -> Any:
        """The value nearest to a forced note: its pitch first, then its duration."""
        durations = ops.convert_to_tensor(self.vocabulary.table[:, 2])
        miss = ops.abs(pitches - now.forced_pitch[:, None]) * 1000 + ops.abs(
            durations - now.forced_duration[:, None]
        )
        nearest = ops.cast(ops.argmin(miss, axis=-1), "int32")
        return ops.where(now.forced_pitch >= 0, nearest, drawn)


class ImproviserLayers(SharedLayers):
    """Relative features into stacked cells; the context again; pitch, then duration."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config, EMBEDDING)
        self.embed = keras.layers.Dense(EMBEDDING, use_bias=False, name="embed")
        self.embed.build((None, LINE_FEATURES + CONTEXT_FEATURES))
        self.pitch_head = PitchHead(name="pitch_head")
        self.pitch_head.build((None, config.units + CONTEXT_FEATURES))
        self.duration_head = DurationHead(DURATION_UNITS, name="duration_head")
        self.duration_head.build((None, config.units + CONTEXT_FEATURES))

    @property
    def layers(self) -> list[keras.layers.Layer]:
        """Embedding, cells and heads."""
        return [self.embed, *self.cells, self.pitch_head, self.duration_head]

    def inputs(self, history: Any, rows: Any) -> tuple[Any, Any]:
        """Return the cells' input (…, `EMBEDDING`) and the context (…, `CONTEXT_FEATURES`)."""
        context = context_features(rows)
        return self.embed(ops.concatenate([line_features(history, rows), context], -1)), context

    def play(
        self, now: Situation, states: list[Any], uniforms: Any, sampler: Sampler
    ) -> tuple[Choice, list[Any]]:
        """Draw a pitch or a rest, then its duration."""
        inputs, context = self.inputs(now.history, now.row)
        hidden, states = step_cells(self.cells, inputs, states)
        hidden = ops.concatenate([hidden, context], axis=-1)
        last, root = counting_pitch(now.history), now.row[:, Column.ROOT]
        logits = self.pitch_head(hidden, last, root) + _outside(now)
        given = now.forced_pitch >= 0
        pitch = ops.where(given, now.forced_pitch, sampler(logits, uniforms[:, 0]))
        logits = self.duration_head(hidden, pitch, last, root)
        drawn = sampler(logits, uniforms[:, 1]) + 1
        duration = ops.where(given, now.forced_duration, drawn)
        return Choice(pitch, duration, ops.zeros_like(pitch)), states


def _outside(now: Situation) -> Any:
    """What to add to pitch logits so that none outside the range is played, (B, 129)."""
    pitches = ops.arange(REST + 1, dtype="int32")
    outside = ops.logical_or(pitches < now.low[:, None], pitches > now.high[:, None])
    return ops.where(ops.logical_and(outside, pitches != REST), MASKED, 0.0)


def make_layers(config: ModelConfig, vocabulary: JointVocabulary | None = None) -> SharedLayers:
    """Make a preset's layers, freshly initialised.

    Raises:
        ModelError: A classic model without a vocabulary.
    """
    if config.preset == "improviser":
        return ImproviserLayers(config)
    if vocabulary is None:
        raise ModelError("a classic model needs its vocabulary")
    return ClassicLayers(config, vocabulary)
