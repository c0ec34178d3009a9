"""The improviser's output heads: pitch, duration given the pitch, and expression given both."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from jazzgen.encoding.expression import TOUCH_CLASSES
from jazzgen.encoding.lick_ngrams import LONGEST, STEPS
from jazzgen.encoding.repeat_features import WIDEST
from jazzgen.encoding.sequence import NO_PITCH, START_PITCH
from jazzgen.encoding.values import REST
from jazzgen.nn.editions import LEAN_COLUMN, Edition, one_hots
from jazzgen.nn.keras_engine.lick_ngrams import shares_at
from jazzgen.nn.keras_engine.lookup import look_up
from jazzgen.nn.line_features import DEGREE, INTERVAL
from jazzgen.nn.sizes import (
    DURATION_CLASSES,
    FALL_OFF,
    FIT,
    INTERVALS,
    LANDINGS,
    LEAST_FIT,
    LOUDNESS_TILT,
    MAX_INTERVAL,
    PITCHES,
    PRIOR_LOGIT,
    REGISTERS,
    WEIGHED,
)
from jazzgen.nn.tensor import Tensor

__all__ = ["DurationHead", "ExpressionHead", "PitchHead"]

_PITCHES = np.arange(PITCHES, dtype=np.int32)
_STEPS = np.arange(-WIDEST, WIDEST + 1, dtype=np.int32)
_DURATIONS = np.arange(1, DURATION_CLASSES + 1, dtype=np.int32)


class _Head(keras.layers.Layer):  # type: ignore[misc]
    """A hidden layer and a projection to the outputs.

    It computes in float32 also where the cells do not (see `TrainingConfig.precision`): small
    differences of probabilities would be lost.

    Args:
        units: Units of the hidden layer.
        kwargs: A layer's usual arguments, such as `name`.
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(dtype="float32", **kwargs)
        self.units = units

    def make(self, features: int, outputs: int) -> None:
        """Make both layers.

        Args:
            features: F, size of the hidden layer's input.
            outputs: Size of the projection's output.
        """
        self.hidden = keras.layers.Dense(
            self.units, activation=_gelu, dtype="float32", name="hidden"
        )
        self.hidden.build((None, features))
        self.project = keras.layers.Dense(outputs, dtype="float32", name="project")
        self.project.build((None, self.units))


class PitchHead(_Head):
    """Logits of pitches from three relative views and a rest.

    The logit of a pitch is the sum of three: that of its interval from the last note, that
    of its degree above the current root, and a bias for its register (three semitones
    wide). Only the last is absolute, so what is learnt in one key holds in all of them. Then
    the predictions of the lick n-grams are mixed in for notes, and those of the cache for
    notes and rests; the network weighs both at each step. Neither knows the chords: of what they
    predict, the more counts the better the network finds that it fits.

    Args:
        units: Units of the hidden layer, in which line and harmony meet.
    """

    def build(self, hidden_shape: tuple[int | None, ...], *_: Tensor) -> None:
        """Make the layers for hidden states of F features.

        Args:
            hidden_shape: Shape of the cells' output with the context, (…, F).
            _: Shapes of the other inputs, which do not matter.
        """
        self.make(hidden_shape[-1], INTERVALS + 12 + 1)  # type: ignore[arg-type]
        self.weigh = keras.layers.Dense(2, dtype="float32", name="weigh")
        self.weigh.build((None, hidden_shape[-1] + WEIGHED))  # type: ignore[operator]
        self.register = self.add_weight(shape=(REGISTERS,), initializer="zeros", name="register")

    def call(
        self,
        hidden: Tensor,
        last: Tensor,
        root: Tensor,
        cache: Tensor,
        licks: Tensor,
        returns: float = 0.0,
    ) -> Tensor:
        """Compute logits.

        Args:
            hidden: The cells' output with the context, shape (…, F).
            last: Pitch to count intervals from, int32, shape (…).
            root: Pitch class to count degrees from, int32, shape (…).
            cache: What the line's own past predicts, shape (…, CACHE_CLASSES).
            licks: What the lick n-grams predict, shape (…, LICK_COLUMNS).
            returns: What is added to the logit of the cache's weight.

        Returns:
            Logarithms of probabilities, shape (…, `PITCH_CLASSES`).
        """
        views = self.project(self.hidden(hidden))  # (…, INTERVALS + 13)
        leap = _PITCHES - ops.expand_dims(last, -1)  # (…, 128)
        interval = ops.clip(leap, -MAX_INTERVAL, MAX_INTERVAL) + MAX_INTERVAL
        # All intervals beyond the widest class share its logit; without this they would be as
        # likely as that class however far away they are.
        beyond = ops.cast(ops.maximum(ops.abs(leap) - MAX_INTERVAL, 0), "float32")
        degree = ops.mod(_PITCHES - ops.expand_dims(root, -1), 12) + INTERVALS  # (…, 128)
        register = ops.reshape(ops.tile(ops.expand_dims(self.register, 1), (1, 3)), (-1,))
        sounding = (
            look_up(views, interval)
            + look_up(views, degree)
            + register[:PITCHES]
            - FALL_OFF * beyond
        )
        own = ops.softmax(ops.concatenate([sounding, views[..., -1:]], axis=-1), axis=-1)
        notes, rest = own[..., :-1], own[..., -1:]
        evidence = ops.concatenate(
            [hidden, *_outlook(cache), *_outlook(licks[..., :STEPS]), *_context(licks)], axis=-1
        )
        # The prior keeps both weights small until training has shown that they help.
        raised = np.array([returns, 0], np.float32)
        trust = ops.sigmoid(self.weigh(evidence) - PRIOR_LOGIT + raised)  # (…, 2)
        fit = _fit(own, last)
        cached = trust[..., :1] * _fitted(cache, fit)
        played = trust[..., 1:] * _fitted(licks[..., :STEPS], fit[..., :STEPS])
        # The lick n-grams know no rests, so they share out what the network gives to notes.
        # The cache knows rests too, and takes its part from both.
        notes = _left(played) * notes + (1 - rest) * shares_at(played, leap)
        notes = _left(cached) * notes + shares_at(cached, leap)
        rest = _left(cached) * rest + cached[..., -1:]
        # A mixture of probabilities has no logits of its own: their logarithms serve as such,
        # kept finite for what has no probability at all.
        return ops.log(ops.maximum(ops.concatenate([notes, rest], axis=-1), 1e-30))


class DurationHead(_Head):
    """Logits of durations, given the new note's interval and degree, or that it is a rest.

    The logit of a duration is the sum of two: one for the duration itself, and one for the
    tick at which the value would end, counted within half a bar of 4/4: rhythm aims at
    points in the bar.

    Args:
        units: Units of the hidden layer.
    """

    def build(self, hidden_shape: tuple[int | None, ...], *_: Tensor) -> None:
        """Make the layers for hidden states of F features.

        Args:
            hidden_shape: Shape of the cells' output with the context, (…, F).
            _: Shapes of the other inputs, which do not matter.
        """
        features = hidden_shape[-1] + INTERVALS + 1 + 13  # type: ignore[operator]
        self.make(features, DURATION_CLASSES + LANDINGS)

    def call(
        self, hidden: Tensor, pitch: Tensor, last: Tensor, root: Tensor, in_bar: Tensor
    ) -> Tensor:
        """Compute logits.

        Args:
            hidden: The cells' output with the context, shape (…, F).
            pitch: The new pitch or `REST`, int32, shape (…).
            last: Pitch to count its interval from, int32, shape (…).
            root: Pitch class to count its degree from, int32, shape (…).
            in_bar: Ticks since the bar line, int32, shape (…).

        Returns:
            Logits of 1, 2, … ticks, shape (…, `DURATION_CLASSES`).
        """
        given = _given(pitch, last, root)
        views = self.project(self.hidden(ops.concatenate([hidden, *given], axis=-1)))
        # (…, DURATION_CLASSES): where each duration would end, which picks its second logit.
        ends = ops.mod(ops.expand_dims(in_bar, -1) + _DURATIONS, LANDINGS)
        landing = look_up(views[..., DURATION_CLASSES:], ends)
        return views[..., :DURATION_CLASSES] + landing


class ExpressionHead(_Head):
    """Logits of how a note is played, given the note and how those before it were played.

    The gate is that of the note before: how short a note is played depends on what follows it,
    a slur into a semitone or the same note again.

    Its gradient stops before the cells: learning how notes are played must not make the
    choice of notes worse.

    Args:
        units: Units of the hidden layer.
        edition: What it receives and says.
        kwargs: A layer's usual arguments, such as `name`.
    """

    def __init__(self, units: int, edition: Edition, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.edition = edition
        self.heard = one_hots(edition.heard)

    def build(self, hidden_shape: tuple[int | None, ...], *_: Tensor) -> None:
        """Make the layers for hidden states of F features.

        Args:
            hidden_shape: Shape of the cells' output with the context, (…, F).
            _: Shapes of the other inputs, which do not matter.
        """
        given = INTERVALS + 1 + 13 + DURATION_CLASSES + self.edition.expression_inputs
        self.make(hidden_shape[-1] + given, sum(self.edition.expression.values()))  # type: ignore[operator]
        if self.edition.registers:
            self.lean = self.add_weight(shape=(TOUCH_CLASSES,), initializer="zeros", name="lean")

    def call(
        self,
        hidden: Tensor,
        note: tuple[Tensor, Tensor],
        last: Tensor,
        root: Tensor,
        history: Tensor,
    ) -> dict[str, Tensor]:
        """Compute logits.

        Args:
            hidden: The cells' output with the context, shape (…, F).
            note: The new pitch or `REST`, and its duration, int32, each of shape (…).
            last: Pitch to count its interval from, int32, shape (…).
            root: Pitch class to count its degree from, int32, shape (…).
            history: Histories, int32, shape (…, HISTORY_COLUMNS).

        Returns:
            Logits of each of the edition's outputs by name, such as loudness, shape (…,
            classes).
        """
        pitch, duration = note
        registers = [ops.one_hot(pitch // 3, REGISTERS)] if self.edition.registers else []
        x = ops.concatenate(
            [
                ops.stop_gradient(hidden),
                *_given(pitch, last, root),
                ops.one_hot(ops.maximum(duration, 1) - 1, DURATION_CLASSES),
                self.heard.tensor(history),
                *registers,
            ],
            axis=-1,
        )
        logits, first = self.project(self.hidden(x)), 0
        outputs = {}
        for name, classes in self.edition.expression.items():
            outputs[name] = logits[..., first : first + classes]
            first += classes
        if self.edition.registers:
            # A product of two inputs, which the hidden layer would learn badly.
            lean = ops.take(self.lean, history[..., LEAN_COLUMN], axis=0)
            tilt = lean * ops.cast(pitch - START_PITCH, "float32") / 12  # (…)
            outputs["loudness"] += ops.expand_dims(tilt, -1) * np.array(LOUDNESS_TILT, np.float32)
        return outputs


def _gelu(x: Tensor) -> Tensor:
    """Return x Φ(x) in the tanh approximation (Hendrycks and Gimpel 2016): NumPy has no erf."""
    return keras.activations.gelu(x, approximate=True)


def _left(shares: Tensor) -> Tensor:
    """The probability that predictions leave over, (…, V) → (…, 1)."""
    return 1 - ops.sum(shares, axis=-1, keepdims=True)


def _fit(own: Tensor, last: Tensor) -> Tensor:
    """How well what cache or licks may predict fits: a power of the network's own probability.

    Args:
        own: The network's probabilities, shape (B, PITCH_CLASSES).
        last: Pitch to count intervals from, int32, shape (B,).

    Returns:
        Of each interval from -WIDEST to WIDEST, and of a rest, shape (B, CACHE_CLASSES).
    """
    there = ops.clip(ops.expand_dims(last, -1) + _STEPS, 0, PITCHES - 1)
    of_each = ops.concatenate([look_up(own, there), own[..., -1:]], axis=-1)
    return ops.power(ops.maximum(of_each, LEAST_FIT), FIT)


def _fitted(shares: Tensor, fit: Tensor) -> Tensor:
    """Predictions shared out anew by how well each fits; their sum stays as it is.

    Args:
        shares: Probabilities, shape (B, V).
        fit: How well each fits, shape (B, V).
    """
    fitted = shares * fit
    before, after = (ops.sum(one, axis=-1, keepdims=True) for one in (shares, fitted))
    return fitted * (before / ops.maximum(after, LEAST_FIT))


def _outlook(shares: Tensor) -> list[Tensor]:
    """The probability that predictions leave over, and that of the likeliest, each (…, 1)."""
    return [_left(shares), ops.max(shares, axis=-1, keepdims=True)]


def _context(licks: Tensor) -> list[Tensor]:
    """The length of the lick that was recognised, one-hot, and the logarithm of its count."""
    length = ops.cast(licks[..., STEPS], "int32")
    return [ops.one_hot(length, LONGEST + 1), licks[..., STEPS + 1 :]]


def _given(pitch: Tensor, last: Tensor, root: Tensor) -> list[Tensor]:
    """The new note's interval and degree, one-hot."""
    pitch = ops.where(ops.equal(pitch, REST), NO_PITCH, pitch)
    return [INTERVAL.rows(ops, pitch, last), DEGREE.rows(ops, pitch, root)]
