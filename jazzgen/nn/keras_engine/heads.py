"""The improviser's output heads: pitch, duration given the pitch, and how it is played."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from jazzgen.encoding.expression import LOUDNESS_CLASSES, TIMING_CLASSES
from jazzgen.encoding.lick_ngrams import LONGEST, STEPS
from jazzgen.encoding.sequence import NO_PITCH, HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.nn.feature_table import DEGREE, INTERVAL
from jazzgen.nn.keras_engine.lick_ngrams import shares_at
from jazzgen.nn.sizes import (
    DURATION_CLASSES,
    FALL_OFF,
    INTERVALS,
    LANDINGS,
    MAX_INTERVAL,
    PITCHES,
    PRIOR_LOGIT,
    REGISTERS,
    WEIGHED,
)
from jazzgen.nn.tensor import Tensor

__all__ = ["DurationHead", "ExpressionHead", "PitchHead"]


class _Head(keras.layers.Layer):  # type: ignore[misc]
    """A hidden layer and a projection to what is chosen from.

    Args:
        units: Units of the hidden layer.
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units

    def make(self, features: int, outputs: int) -> None:
        """Make both layers."""
        self.hidden = keras.layers.Dense(self.units, activation=_gelu, name="hidden")
        self.hidden.build((None, features))
        self.project = keras.layers.Dense(outputs, name="project")
        self.project.build((None, self.units))


class PitchHead(_Head):
    """Logits of pitches from three relative views and a rest.

    The logit of pitch p is the sum of that of its interval from the last note, of
    its degree above the current root, and of a bias for its register (three
    semitones wide), which alone is absolute. Then the predictions of the lick n-grams are
    mixed in for notes, and those of the cache for notes and rests, with weights of each step.

    Args:
        units: Units of its hidden layer, in which line and harmony meet.
    """

    def build(self, hidden_shape: tuple[int | None, ...], *_: Tensor) -> None:
        """Make the hidden layer, the projection (to intervals, degrees, rest), the register."""
        self.make(hidden_shape[-1], INTERVALS + 12 + 1)  # type: ignore[arg-type]
        self.weigh = keras.layers.Dense(2, name="weigh")
        self.weigh.build((None, hidden_shape[-1] + WEIGHED))  # type: ignore[operator]
        self.register = self.add_weight(shape=(REGISTERS,), initializer="zeros", name="register")

    def call(
        self, hidden: Tensor, last: Tensor, root: Tensor, cache: Tensor, licks: Tensor
    ) -> Tensor:
        """Compute logits.

        Args:
            hidden: Shape (…, F).
            last: Pitch to count intervals from, int32, shape (…).
            root: Pitch class to count degrees from, int32, shape (…).
            cache: What the line's own past expects, shape (…, CACHE_CLASSES).
            licks: What players do here, shape (…, LICK_COLUMNS).

        Returns:
            Shape (…, `PITCH_CLASSES`): logarithms of shares.
        """
        views = self.project(self.hidden(hidden))  # (…, INTERVALS + 13)
        pitches = ops.arange(PITCHES, dtype="int32")
        leap = pitches - last[..., None]  # (…, 128)
        interval = ops.clip(leap, -MAX_INTERVAL, MAX_INTERVAL) + MAX_INTERVAL
        beyond = ops.cast(ops.maximum(ops.abs(leap) - MAX_INTERVAL, 0), "float32")
        degree = ops.mod(pitches - root[..., None], 12) + INTERVALS  # (…, 128)
        sounding = (
            ops.take_along_axis(views, interval, axis=-1)
            + ops.take_along_axis(views, degree, axis=-1)
            + ops.repeat(self.register, 3)[:PITCHES]
            - FALL_OFF * beyond
        )
        own = ops.softmax(ops.concatenate([sounding, views[..., -1:]], axis=-1), axis=-1)
        notes, rest = own[..., :-1], own[..., -1:]
        heard = ops.concatenate([hidden, *_outlook(cache), *_outlook(licks[..., :STEPS]),
                                 *_context(licks)], axis=-1)  # fmt: skip
        trust = ops.sigmoid(self.weigh(heard) - PRIOR_LOGIT)  # (…, 2)
        cached, played = trust[..., :1] * cache, trust[..., 1:] * licks[..., :STEPS]
        notes = _left(played) * notes + (1 - rest) * shares_at(played, leap)
        notes = _left(cached) * notes + shares_at(cached, leap)
        rest = _left(cached) * rest + cached[..., -1:]
        return ops.log(ops.maximum(ops.concatenate([notes, rest], axis=-1), 1e-30))


class DurationHead(_Head):
    """Logits of durations, given the new note's interval and degree, or that it is a rest.

    The logit of a duration is the sum of one of its own and of one of the place where
    the value would end, within half a bar of 4/4: rhythm aims at places in the bar.

    Args:
        units: Units of its hidden layer.
    """

    def build(self, hidden_shape: tuple[int | None, ...], *_: Tensor) -> None:
        """Make the hidden layer and the projection."""
        features = hidden_shape[-1] + INTERVALS + 1 + 13  # type: ignore[operator]
        self.make(features, DURATION_CLASSES + LANDINGS)

    def call(
        self, hidden: Tensor, pitch: Tensor, last: Tensor, root: Tensor, in_bar: Tensor
    ) -> Tensor:
        """Compute logits.

        Args:
            hidden: Shape (…, F).
            pitch: The new pitch or `REST`, int32, shape (…).
            last: Pitch to count its interval from, int32, shape (…).
            root: Pitch class to count its degree from, int32, shape (…).
            in_bar: Ticks since the bar line, int32, shape (…).

        Returns:
            Shape (…, `DURATION_CLASSES`).
        """
        given = _given(pitch, last, root)
        views = self.project(self.hidden(ops.concatenate([hidden, *given], axis=-1)))
        ends = ops.mod(in_bar[..., None] + ops.arange(1, DURATION_CLASSES + 1), LANDINGS)
        landing = ops.take_along_axis(views[..., DURATION_CLASSES:], ends, axis=-1)
        return views[..., :DURATION_CLASSES] + landing


class ExpressionHead(_Head):
    """Logits of a note's loudness and timing, given the note and how the last one was played.

    It listens to the cells and teaches them nothing (its gradient stops there): what a
    line says does not suffer from how it is said.

    Args:
        units: Units of its hidden layer.
    """

    def build(self, hidden_shape: tuple[int | None, ...], *_: Tensor) -> None:
        """Make the hidden layer and the projection."""
        before = LOUDNESS_CLASSES + TIMING_CLASSES
        features = hidden_shape[-1] + INTERVALS + 1 + 13 + DURATION_CLASSES + before  # type: ignore[operator]
        self.make(features, LOUDNESS_CLASSES + TIMING_CLASSES)

    def call(
        self,
        hidden: Tensor,
        note: tuple[Tensor, Tensor],
        last: Tensor,
        root: Tensor,
        history: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Compute logits.

        Args:
            hidden: Shape (…, F).
            note: The new pitch or `REST`, and its duration, int32, each of shape (…).
            last: Pitch to count its interval from, int32, shape (…).
            root: Pitch class to count its degree from, int32, shape (…).
            history: Histories, int32, shape (…, HISTORY_COLUMNS).

        Returns:
            Loudness, shape (…, `LOUDNESS_CLASSES`), and timing, (…, `TIMING_CLASSES`).
        """
        pitch, duration = note
        x = ops.concatenate([
            ops.stop_gradient(hidden),
            *_given(pitch, last, root),
            ops.one_hot(ops.maximum(duration, 1) - 1, DURATION_CLASSES),
            ops.one_hot(history[..., HistoryColumn.LOUDNESS], LOUDNESS_CLASSES),
            ops.one_hot(history[..., HistoryColumn.TIMING], TIMING_CLASSES),
        ], axis=-1)  # fmt: skip
        logits = self.project(self.hidden(x))
        return logits[..., :LOUDNESS_CLASSES], logits[..., LOUDNESS_CLASSES:]


def _gelu(x: Tensor) -> Tensor:
    """By the tangent (Hendrycks and Gimpel 2016), which NumPy computes as well."""
    return keras.activations.gelu(x, approximate=True)


def _left(shares: Tensor) -> Tensor:
    """How much shares leave to others, (…, 1)."""
    return 1 - ops.sum(shares, axis=-1, keepdims=True)


def _outlook(shares: Tensor) -> list[Tensor]:
    """How much shares leave to others, and how much the likeliest takes, each (…, 1)."""
    return [_left(shares), ops.max(shares, axis=-1, keepdims=True)]


def _context(licks: Tensor) -> list[Tensor]:
    """How long the lick is that was met, one-hot, and how often it was played, as a logarithm."""
    length = ops.cast(licks[..., STEPS], "int32")
    return [ops.one_hot(length, LONGEST + 1), licks[..., STEPS + 1 :]]


def _given(pitch: Tensor, last: Tensor, root: Tensor) -> list[Tensor]:
    """The new note's interval and degree, one-hot."""
    pitch = ops.where(ops.equal(pitch, REST), NO_PITCH, pitch)
    return [INTERVAL.rows(ops, pitch, last), DEGREE.rows(ops, pitch, root)]
