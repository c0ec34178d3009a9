"""The output heads in NumPy: probabilities of pitches, durations, loudness and timing.

They compute what `keras_engine.heads` does. The input of a head's hidden layer has parts: the
cells' output, the chart at this tick, the note that was just drawn. Each part contributes a product
(or a row of the kernel, where it is one-hot) to the sum, so that a part that does not change is
computed once. `member` adds up the first two; the functions here add the third.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.cache import CACHE_CLASSES
from jazzgen.encoding.expression import TOUCH_CLASSES
from jazzgen.encoding.lick_ngrams import LONGEST, STEPS
from jazzgen.encoding.repeat_features import WIDEST
from jazzgen.encoding.sequence import START_PITCH
from jazzgen.encoding.values import REST
from jazzgen.nn.editions import Edition
from jazzgen.nn.numpy_engine.lookup import leap_indices, rows_at
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
from jazzgen.rnn.activations import sigmoid, softmax
from jazzgen.rnn.products import RowKernel

__all__ = ["Caches", "LightDurationHead", "LightExpressionHead", "LightPitchHead", "twice_gelu"]

Array = NDArray[Any]

# Which column of a projection belongs to each pitch, for any last pitch or root: tables of a few
# KiB replace the arithmetic of every step.
_INTERVAL_AT = leap_indices(MAX_INTERVAL)  # (last, pitch)
_AWAY = np.abs(np.arange(PITCHES) - np.arange(PITCHES)[:, None])
# Licks and caches know no wider leaps: these get the column behind the last one, which holds 0.
_BEYOND = np.where(_AWAY > MAX_INTERVAL, INTERVALS, _INTERVAL_AT)
# What cache and licks may predict: the pitch to which each interval leads, and a rest.
_LEADS_TO = np.full((PITCHES, CACHE_CLASSES), REST)  # (last, class)
_LEADS_TO[:, :STEPS] = np.clip(
    np.arange(PITCHES)[:, None] + np.arange(-WIDEST, WIDEST + 1), 0, PITCHES - 1
)
# Degrees lie behind the intervals among the columns.
_DEGREE_AT = (np.arange(PITCHES) - np.arange(12)[:, None]) % 12 + INTERVALS  # (root, pitch)
_LANDING_AT = (
    DURATION_CLASSES
    + (np.arange(LANDINGS)[:, None] + np.arange(1, DURATION_CLASSES + 1)) % LANDINGS
)  # (tick in the half bar, duration)

_FIT, _LEAST_FIT = np.float32(FIT), np.float32(LEAST_FIT)
_SLOPE, _BEND = np.float32(np.sqrt(2 / np.pi)), np.float32(0.044715 * np.sqrt(2 / np.pi))


def twice_gelu(x: Array) -> Array:
    """Return 2 x Φ(x), approximated with the hyperbolic tangent (Hendrycks and Gimpel 2016).

    The kernels that it is multiplied with are halved instead.
    """
    # x (1 + tanh(√(2/π) (x + 0.044715 x³))), in place, without intermediate arrays.
    y = x * x
    y *= _BEND
    y += _SLOPE
    y *= x
    np.tanh(y, out=y)
    y += np.float32(1)
    y *= x
    return y


def _halved(weights: Mapping[str, Array]) -> RowKernel:
    """Half the kernel of a head's projection (see `twice_gelu`)."""
    return RowKernel(weights["project/kernel"] * np.float32(0.5))


class Caches(NamedTuple):
    """The predictions of the lines' caches (see `encoding.cache`)."""

    shares: Array
    """The probability of each class, shape (B, CACHE_CLASSES)."""
    outlook: Array
    """The probability that is left to the network, and that of the likeliest class: what the
    mixing weights depend on, shape (B, 2)."""

    @classmethod
    def of(cls, shares: Array) -> Caches:
        """Return the predictions with these probabilities, shape (B, CACHE_CLASSES)."""
        left = 1 - shares.sum(axis=1, keepdims=True)
        return cls(shares, np.concatenate([left, shares.max(axis=1, keepdims=True)], axis=1))


class LightPitchHead:
    """Probabilities of pitches and of a rest.

    Args:
        weights: The weights of a Keras `PitchHead` by their names.
        states: S, the number of states of the lick n-grams.
    """

    def __init__(self, weights: Mapping[str, Array], states: int) -> None:
        self.hidden, self.bias = weights["hidden/kernel"], weights["hidden/bias"]
        # The last rows of the kernel belong to the features of cache and licks, in the order of
        # `keras_engine.heads`: outlook of the cache (2), outlook of the licks (2), the length of
        # the lick's context, one-hot (LONGEST + 1), ln(1 + its count).
        self.weigh = weights["weigh/kernel"][:-WEIGHED]
        self.weigh_bias = weights["weigh/bias"] - np.float32(PRIOR_LOGIT)
        self._project, self._project_bias = _halved(weights), weights["project/bias"]
        # The bias of each register and the fall-off of far leaps depend on nothing but the two
        # pitches, so that their sum is a table.
        self._offset = (  # (last, pitch)
            np.repeat(weights["register"], 3)[:PITCHES]
            - np.float32(FALL_OFF) * np.maximum(_AWAY - MAX_INTERVAL, 0)
        ).astype(np.float32)
        known = weights["weigh/kernel"][-WEIGHED:]
        self._cache_kernel, self._lick_kernel = RowKernel(known[:2]), known[2:]
        # The features of a lick depend on its state alone: their products with the kernel are kept
        # for each state that a line has come to.
        self._lick_table = np.zeros((states, 3), np.float32)
        self._lick_known = bytearray(states)

    def _lick_terms(self, lick: Array, licks: Array) -> Array:
        """The terms of both mixing logits, and the sum of the licks' probabilities, (B, 3).

        Args:
            lick: Each line's state in the lick n-grams, shape (B,).
            licks: What these states predict, shape (B, LICK_COLUMNS).
        """
        known = self._lick_known
        new = [row for row, state in enumerate(lick.tolist()) if not known[state]]
        if new:
            rows, kernel = licks[new], self._lick_kernel
            shares, length = rows[:, :STEPS], rows[:, STEPS].astype(int)
            taken = shares.sum(axis=1, keepdims=True)
            self._lick_table[lick[new], :2] = (
                (1 - taken) * kernel[0] + shares.max(axis=1, keepdims=True) * kernel[1]
                + kernel[2 + length] + rows[:, STEPS + 1 :] * kernel[2 + LONGEST + 1]
            )  # fmt: skip
            self._lick_table[lick[new], 2:] = taken
            for state in lick[new].tolist():
                known[state] = 1
        return np.asarray(self._lick_table.take(lick, axis=0))

    def shares(
        self, hidden: Array, mixing: Array, last: Array, root: Array, cache: Caches, lick: Array,
        licks: Array,
    ) -> Array:  # fmt: skip
        """Return probabilities of pitches and, last, of a rest.

        Args:
            hidden: Pre-activations of the hidden layer, shape (B, PITCH_UNITS).
            mixing: Logits of the weights of cache and licks, without the terms of their own
                features, shape (B, 2).
            last: The pitch that each line's interval is counted from, shape (B,).
            root: The root's pitch class, from which degrees are counted, shape (B,).
            cache: The predictions of each line's cache.
            lick: Each line's state in the lick n-grams, shape (B,).
            licks: What these states predict, shape (B, LICK_COLUMNS).

        Returns:
            Shape (B, PITCH_CLASSES).
        """
        views = self._project.times(twice_gelu(hidden))
        views += self._project_bias
        # Columns of the projection: intervals, then degrees, then the rest. A pitch's logit is the
        # sum of the logits of its interval, its degree and its register.
        logits = np.empty((len(views), PITCHES + 1), np.float32)
        sounding = logits[:, :-1]
        np.add(rows_at(views, _INTERVAL_AT.take(last, axis=0)),
               rows_at(views, _DEGREE_AT.take(root, axis=0)), out=sounding)  # fmt: skip
        sounding += self._offset.take(last, axis=0)
        logits[:, -1] = views[:, -1]
        own = softmax(logits)
        notes, rest = own[:, :-1], own[:, -1:]
        lick_terms = self._lick_terms(lick, licks)
        weight = sigmoid(
            mixing + self._cache_kernel.times(cache.outlook) + lick_terms[:, :2]
        )  # (B, 2): how far the cache and the licks are trusted
        fit = np.maximum(rows_at(own, _LEADS_TO.take(last, axis=0)), _LEAST_FIT) ** _FIT
        to_cache = weight[:, :1] * (1 - cache.outlook[:, :1])
        to_licks = weight[:, 1:] * lick_terms[:, 2:]
        # The licks are mixed into the network's notes, and the cache into the outcome, so that what
        # the cache leaves multiplies both. Both predict intervals, not pitches: they are added up
        # by interval first, and spread over the pitches once.
        left = 1 - to_cache
        cached = _fitted(cache.shares, fit, to_cache)
        played = _fitted(licks[:, :STEPS], fit[:, :STEPS], to_licks)
        played *= left * (1 - rest)  # licks predict notes alone, no rests
        mixed = np.empty((len(views), STEPS + 1), np.float32)
        np.add(played, cached[:, :STEPS], out=mixed[:, :STEPS])
        mixed[:, STEPS] = 0  # leaps beyond all classes
        notes *= left * (1 - to_licks)
        notes += rows_at(mixed, _BEYOND.take(last, axis=0))
        rest *= left
        rest += cached[:, -1:]
        return own


def _fitted(shares: Array, fit: Array, total: Array) -> Array:
    """Predictions shared out anew: the more counts the better the network finds that it fits.

    Args:
        shares: Probabilities, shape (B, V).
        fit: How well each fits, shape (B, V).
        total: Their new sum, shape (B, 1).
    """
    fitted = shares * fit
    fitted *= total / np.maximum(np.add.reduce(fitted, axis=1, keepdims=True), _LEAST_FIT)
    return fitted


class LightDurationHead:
    """Probabilities of durations, given the new note.

    Args:
        weights: The weights of a Keras `DurationHead` by their names.
    """

    def __init__(self, weights: Mapping[str, Array]) -> None:
        kernel = weights["hidden/kernel"]
        self.bias = weights["hidden/bias"]
        # The last rows belong to the new note: its interval (INTERVALS + 1 classes, the last for
        # none) and its degree (12, and one for a rest).
        self.hidden, self._note_rows = kernel[: -INTERVALS - 14], kernel[-INTERVALS - 14 :]
        self._project, self._project_bias = _halved(weights), weights["project/bias"]

    def shares(self, hidden: Array, interval: Array, degree: Array, in_bar: Array) -> Array:
        """Return probabilities of durations.

        Args:
            hidden: Pre-activations of the hidden layer, without the terms of the new note,
                shape (B, DURATION_UNITS).
            interval: The class of the new note's interval, shape (B,).
            degree: Its degree above the root, 12 for a rest, shape (B,).
            in_bar: Ticks since the bar line, shape (B,).

        Returns:
            Shape (B, DURATION_CLASSES).
        """
        hidden = hidden + self._note_rows.take(interval, axis=0)
        hidden += self._note_rows.take(degree + (INTERVALS + 1), axis=0)
        views = self._project.times(twice_gelu(hidden))
        views += self._project_bias
        # A duration's logit is the sum of its own and that of the tick in the half bar at which the
        # note would end.
        return softmax(
            views[:, :DURATION_CLASSES]
            + rows_at(views, _LANDING_AT.take(in_bar % LANDINGS, axis=0))
        )


class LightExpressionHead:
    """Unnormalised probabilities of how a note is played, given the note.

    Args:
        weights: The weights of a Keras `ExpressionHead` by their names.
        edition: What it receives and says.
    """

    def __init__(self, weights: Mapping[str, Array], edition: Edition) -> None:
        sizes = [INTERVALS + 1, 13, DURATION_CLASSES, *edition.heard.values()]
        sizes += [REGISTERS] if edition.registers else []
        ends = np.cumsum([0, *edition.expression.values()]).tolist()
        self._outputs = [slice(*own) for own in pairwise(ends)]
        kernel = weights["hidden/kernel"]
        self.hidden, self._note_rows = kernel[: -sum(sizes)], kernel[-sum(sizes) :]
        self.bias = weights["hidden/bias"]
        self._first = np.cumsum([0, *sizes[:-1]])  # the index of each feature's first row
        self._project, self._project_bias = _halved(weights), weights["project/bias"]
        # How much louder or softer each pitch is for each class of the column `LEAN_COLUMN`.
        lean = weights["lean"] if edition.registers else np.zeros(TOUCH_CLASSES, np.float32)
        above = (np.arange(PITCHES + 1) - START_PITCH).astype(np.float32)
        # As a list of rows, since a number is taken from it at each step.
        self._lean = [*(lean[:, None] * above / np.float32(12))]  # (class, pitch or rest)
        self._tilt = np.zeros(sum(edition.expression.values()), np.float32)
        self._tilt[: len(LOUDNESS_TILT)] = LOUDNESS_TILT

    def lean(self, touch: Sequence[int], pitch: Sequence[int]) -> Array:
        """Return how much louder or softer notes are for their pitch, shape (B,).

        Args:
            touch: The column `LEAN_COLUMN` of each line.
            pitch: The new pitch of each line, or `REST`.
        """
        return np.array([self._lean[one][at] for one, at in zip(touch, pitch, strict=True)])

    def shares(self, hidden: Array, classes: Array, lean: Array) -> list[Array]:
        """Return what the probabilities of each output, such as loudness, are proportional to.

        Args:
            hidden: Pre-activations of the hidden layer, without the terms of the note, shape
                (B, EXPRESSION_UNITS).
            classes: The class of the note's interval, its degree, its duration in ticks - 1, what
                the edition hears of the history, and the register if it hears that, shape (B, n).

            lean: What `lean` returns, shape (B,).

        Returns:
            For each of the edition's outputs shape (B, classes). They do not add up to 1: a draw
            needs no more (see `sampling.draw`).
        """
        hidden = hidden + np.add.reduce(self._note_rows.take(classes + self._first, axis=0), 1)
        logits = self._project.times(twice_gelu(hidden))
        logits += self._project_bias
        logits += lean[:, None] * self._tilt
        # Minus the largest of all, so that the exponential cannot overflow.
        logits -= np.maximum.reduce(logits, axis=1, keepdims=True)
        shares = np.exp(logits, out=logits)
        return [shares[:, own] for own in self._outputs]
