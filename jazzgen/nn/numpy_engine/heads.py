"""`heads` in NumPy, for the light engine: shares of pitches, durations, loudness and timing.

The input of a head's hidden layer comes in parts: from the cells, from the position in the chart,
from the note that is given. Each part contributes a product, or a row of the kernel, to the sum, so
that a part that does not change is computed once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.expression import LOUDNESS_CLASSES, TIMING_CLASSES
from jazzgen.encoding.lick_ngrams import LONGEST, STEPS
from jazzgen.nn.numpy_engine.rows import row_products
from jazzgen.nn.numpy_engine.sampling import leap_indices, rows_at
from jazzgen.nn.sizes import (
    DURATION_CLASSES,
    FALL_OFF,
    INTERVALS,
    LANDINGS,
    MAX_INTERVAL,
    PITCHES,
    PRIOR_LOGIT,
    WEIGHED,
)
from jazzgen.rnn.activations import sigmoid, softmax

__all__ = ["Caches", "LightDurationHead", "LightExpressionHead", "LightPitchHead", "gelu"]

Array = NDArray[Any]

_INTERVAL_AT = leap_indices(MAX_INTERVAL)  # (last, pitch)
_AWAY = np.abs(np.arange(PITCHES) - np.arange(PITCHES)[:, None])
_BEYOND = np.where(_AWAY > MAX_INTERVAL, INTERVALS, _INTERVAL_AT)  # INTERVALS for beyond all
_DEGREE_AT = (np.arange(PITCHES) - np.arange(12)[:, None]) % 12 + INTERVALS  # (root, pitch)
_LANDING_AT = (
    DURATION_CLASSES
    + (np.arange(LANDINGS)[:, None] + np.arange(1, DURATION_CLASSES + 1)) % LANDINGS
)  # (tick in the half bar, duration)

_SLOPE, _BEND = np.float32(np.sqrt(2 / np.pi)), np.float32(0.044715 * np.sqrt(2 / np.pi))


def gelu(x: Array) -> Array:
    """Return x Φ(x), by the tangent (Hendrycks and Gimpel 2016)."""
    y = x * x
    y *= _BEND
    y += _SLOPE
    y *= x
    np.tanh(y, out=y)
    y += np.float32(1)
    y *= x
    y *= np.float32(0.5)
    return y


class Caches(NamedTuple):
    """What the caches of lines expect."""

    shares: Array
    """Shape (B, CACHE_CLASSES)."""
    outlook: Array
    """What they leave to others, and how much the likeliest takes, shape (B, 2)."""

    @classmethod
    def of(cls, shares: Array) -> Caches:
        """Return what shares (B, CACHE_CLASSES) say."""
        left = 1 - shares.sum(axis=1, keepdims=True)
        return cls(shares, np.concatenate([left, shares.max(axis=1, keepdims=True)], axis=1))


class LightPitchHead:
    """Shares of pitches and of a rest.

    Args:
        weights: The weights of a `PitchHead` by their names.
        expectations: What the states of the lick n-grams predict, shape (S, LICK_COLUMNS).
    """

    def __init__(self, weights: Mapping[str, Array], expectations: Array) -> None:
        self.hidden, self.bias = weights["hidden/kernel"], weights["hidden/bias"]
        self.weigh = weights["weigh/kernel"][:-WEIGHED]
        self.weigh_bias = weights["weigh/bias"] - np.float32(PRIOR_LOGIT)
        self._project, self._project_bias = weights["project/kernel"], weights["project/bias"]
        self._offset = (  # (last, pitch)
            np.repeat(weights["register"], 3)[:PITCHES]
            - np.float32(FALL_OFF) * np.maximum(_AWAY - MAX_INTERVAL, 0)
        ).astype(np.float32)
        known = weights["weigh/kernel"][-WEIGHED:]
        self._of_cache = known[:2]
        length = expectations[:, STEPS].astype(int)
        taken = expectations[:, :STEPS].sum(axis=1, keepdims=True)
        self._of_licks = (  # (S, 3), for each state: what weighs both, what its shares add up to
            np.concatenate([
                (1 - taken) * known[2]
                + expectations[:, :STEPS].max(axis=1, keepdims=True) * known[3]
                + known[4 + length] + expectations[:, STEPS + 1 :] * known[4 + LONGEST + 1],
                taken,
            ], axis=1)
        )  # fmt: skip

    def shares(
        self, hidden: Array, weighed: Array, last: Array, root: Array, cache: Caches, lick: Array,
        licks: Array,
    ) -> Array:  # fmt: skip
        """Return shares, (B, 129).

        Args:
            hidden: The hidden layer before its activation, shape (B, PITCH_UNITS).
            weighed: The same of cache and licks, without what they say, shape (B, 2).
            last: Pitches to count intervals from, shape (B,).
            root: Pitch classes to count degrees from, shape (B,).
            cache: What each line's own past expects.
            lick: States of the lick n-grams, shape (B,).
            licks: What they expect, shape (B, LICK_COLUMNS).
        """
        views = row_products(gelu(hidden), self._project)
        views += self._project_bias
        logits = np.empty((len(views), PITCHES + 1), np.float32)
        sounding = logits[:, :-1]
        np.add(rows_at(views, _INTERVAL_AT.take(last, axis=0)),
               rows_at(views, _DEGREE_AT.take(root, axis=0)), out=sounding)  # fmt: skip
        sounding += self._offset.take(last, axis=0)
        logits[:, -1] = views[:, -1]
        own = softmax(logits)
        notes, rest = own[:, :-1], own[:, -1:]
        known = self._of_licks.take(lick, axis=0)  # (B, 3)
        trust = sigmoid(weighed + row_products(cache.outlook, self._of_cache) + known[:, :2])
        cached, played = trust[:, :1] * cache.shares, trust[:, 1:] * licks[:, :STEPS]
        left = 1 - trust[:, :1] * (1 - cache.outlook[:, :1])
        mixed = np.zeros((len(views), STEPS + 1), np.float32)  # the last one is beyond all
        near = mixed[:, :STEPS]
        np.multiply(played, left * (1 - rest), out=near)
        near += cached[:, :STEPS]
        notes *= left * (1 - trust[:, 1:] * known[:, 2:])
        notes += rows_at(mixed, _BEYOND.take(last, axis=0))
        rest *= left
        rest += cached[:, -1:]
        return own


class LightDurationHead:
    """Shares of durations, given the new note.

    Args:
        weights: The weights of a `DurationHead` by their names.
    """

    def __init__(self, weights: Mapping[str, Array]) -> None:
        kernel = weights["hidden/kernel"]
        self.bias = weights["hidden/bias"]
        self.hidden, self._given = kernel[: -INTERVALS - 14], kernel[-INTERVALS - 14 :]
        self._project, self._project_bias = weights["project/kernel"], weights["project/bias"]

    def shares(self, hidden: Array, interval: Array, degree: Array, in_bar: Array) -> Array:
        """Return shares, (B, 96).

        Args:
            hidden: The hidden layer before its activation, without what the new note
                says, shape (B, DURATION_UNITS).
            interval: The new note's class of interval, shape (B,).
            degree: Its degree, shape (B,).
            in_bar: Ticks since the bar line, shape (B,).
        """
        hidden = hidden + self._given.take(interval, axis=0)
        hidden += self._given.take(degree + (INTERVALS + 1), axis=0)
        views = row_products(gelu(hidden), self._project)
        views += self._project_bias
        return softmax(
            views[:, :DURATION_CLASSES]
            + rows_at(views, _LANDING_AT.take(in_bar % LANDINGS, axis=0))
        )


class LightExpressionHead:
    """Shares of loudness and timing, given the note.

    Args:
        weights: The weights of an `ExpressionHead` by their names.
    """

    def __init__(self, weights: Mapping[str, Array]) -> None:
        sizes = [INTERVALS + 1, 13, DURATION_CLASSES, LOUDNESS_CLASSES, TIMING_CLASSES]
        kernel = weights["hidden/kernel"]
        self.hidden, self._given = kernel[: -sum(sizes)], kernel[-sum(sizes) :]
        self.bias = weights["hidden/bias"]
        self._first = np.cumsum([0, *sizes[:-1]])
        self._project, self._project_bias = weights["project/kernel"], weights["project/bias"]

    def shares(self, hidden: Array, ones: Array) -> tuple[Array, Array]:
        """Return shares of loudness (B, LOUDNESS_CLASSES) and of timing (B, TIMING_CLASSES).

        They do not add up to 1.

        Args:
            hidden: The hidden layer before its activation, without what the note says, shape
                (B, EXPRESSION_UNITS).
            ones: The note's class of interval, its degree, its duration - 1, loudness and
                timing class of the note before, shape (B, 5).
        """
        hidden = hidden + np.add.reduce(self._given.take(ones + self._first, axis=0), 1)
        logits = row_products(gelu(hidden), self._project)
        logits += self._project_bias
        logits -= np.maximum.reduce(logits, axis=1, keepdims=True)
        shares = np.exp(logits, out=logits)
        return shares[:, :LOUDNESS_CLASSES], shares[:, LOUDNESS_CLASSES:]
