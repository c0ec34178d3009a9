"""The sampling rules in the NumPy engine: what they multiply probabilities by.

`keras_engine.constrained` does the same in the graph, where numbers are added to logits. A *steady*
rule depends on the settings alone: its factors are computed once. A *moving* rule depends on the
line as well: it is asked at each step, and answers mostly that it changes nothing, which takes
hardly any time.

Axes: B lines, N pitches from the lowest to the highest that may be played, V joint values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import CHART_COLUMNS
from jazzgen.encoding.sequence import EMPTY_HISTORY
from jazzgen.encoding.values import REST
from jazzgen.nn.constraint_base import Constraint, StepView, Weights
from jazzgen.nn.constraints import ActiveConstraint
from jazzgen.nn.numpy_engine.truncation import TINY
from jazzgen.nn.sizes import DURATION_CLASSES, PITCH_CLASSES, PITCHES

__all__ = ["LineConstraints", "ValueConstraints"]

Active = Sequence[ActiveConstraint]
Array = NDArray[Any]
Limits = tuple[float, ...]

_ANYWHERE = StepView(EMPTY_HISTORY, (0,) * CHART_COLUMNS, 0)
"""A step to ask steady rules about, whose answer does not depend on it."""


class LineConstraints:
    """The rules for a model that draws first a pitch, then a duration.

    Its `low` and `high` are the lowest and the highest pitch that the steady rules allow. All
    others have probability 0 at every step, so they are left out of a draw.

    Args:
        rules: For each of L lines the rules that are on.
    """

    def __init__(self, rules: Sequence[Active]) -> None:
        weights = np.stack([_steady_pitches(active) for active in rules])  # (L, PITCH_CLASSES)
        some = weights[:, :PITCHES].any(axis=1, keepdims=True)
        playable = np.flatnonzero(weights[:, :PITCHES].any(axis=0))
        self.low, self.high = map(int, playable[[0, -1]]) if len(playable) else (0, PITCHES - 1)
        self._window = slice(self.low, self.high + 1)
        # Where no note may be played a rest may, whatever forbids it.
        weights[:, REST:] = np.where(some, weights[:, REST:], np.float32(1))
        self._steady_pitches = _unless_one(weights)
        self._steady_durations = _unless_one(
            np.stack([_steady_durations(active) for active in rules])
        )
        self._pitch_rules = [_moving(active, "pitch_weights") for active in rules]
        self._duration_rules = [_moving(active, "duration_weights") for active in rules]

    def pitches(
        self, shares: Array, steps: Sequence[StepView], lines: Sequence[int]
    ) -> tuple[Array, Array]:
        """Apply the rules to the probabilities of pitches and a rest.

        Where no note may be played, a rest may, whatever forbids it. A rule that forbids some
        notes must not make a line breathe more often: what they lose, the other notes get.

        Args:
            shares: Probabilities of pitches and, last, of a rest, shape (B, PITCH_CLASSES). The
                array may be changed.
            steps: What the rules know of each line.
            lines: The index of each line among all lines, in their order.

        Returns:
            What the probabilities of the pitches from `low` to `high` are proportional to, shape
            (B, N), and the same of a rest, shape (B, 1).
        """
        sounding = np.add.reduce(shares[:, :PITCHES], axis=1, keepdims=True)
        steady = self._steady_pitches
        if steady is not None:
            shares *= steady if len(lines) == len(steady) else steady.take(lines, axis=0)
        notes, rest = shares[:, self._window], shares[:, REST:]
        # Moving rules have no array form: for a few lines, asking each about each line is quicker.
        for own, line, step in zip(shares, lines, steps, strict=True):
            for rule, limits in self._pitch_rules[line]:
                weights = rule(step, limits)
                if weights is not None:
                    own *= weights
        left = np.add.reduce(notes, axis=1, keepdims=True)
        if np.count_nonzero(left) < len(left):
            rest[left == 0] = 1  # rules that allow some notes each may allow none together
        return notes * (sounding / np.maximum(left, TINY)), rest

    def durations(
        self,
        shares: Array,
        steps: Sequence[StepView],
        pitches: Sequence[int],
        lines: Sequence[int],
    ) -> Array:
        """Apply the rules to the probabilities of durations.

        Where every duration is forbidden, none is.

        Args:
            shares: Probabilities of durations, shape (B, DURATION_CLASSES). The array may be
                changed.
            steps: What the rules know of each line.
            pitches: Each line's new pitch or `REST`.
            lines: The index of each line among all lines.

        Returns:
            What the probabilities are proportional to, shape (B, DURATION_CLASSES).
        """
        steady = self._steady_durations
        for row, (line, step, pitch) in enumerate(zip(lines, steps, pitches, strict=True)):
            # Multiplied with one another first: whether any duration is left is known only then.
            weights = None if steady is None else steady[line]
            for rule, limits in self._duration_rules[line]:
                own = rule(step, pitch, limits)
                if own is not None:
                    weights = own if weights is None else weights * own
            if weights is not None and np.count_nonzero(weights):
                shares[row] *= weights
        return shares


class ValueConstraints:
    """The rules for a model that draws joint values.

    Args:
        rules: For each of L lines the rules that are on.
        durations: The duration of each value in ticks, shape (V,).
    """

    def __init__(self, rules: Sequence[Active], durations: Array) -> None:
        self._classes = durations - 1
        # A joint value is relative to the last note, so that it may lead beyond MIDI's pitches.
        # Such a pitch gets the index behind the rest's, where the factor is 0.
        self._pitches = np.stack(
            [np.append(_steady_pitches(active), np.float32(0)) for active in rules]
        )
        self._durations = np.stack([_steady_durations(active)[self._classes] for active in rules])
        self._pitch_rules = [_moving(active, "pitch_weights") for active in rules]
        self._duration_rules = [_moving(active, "duration_weights") for active in rules]

    def weights(self, pitches: Array, steps: Sequence[StepView], lines: Sequence[int]) -> Array:
        """Return what multiplies the probability of each value.

        Args:
            pitches: The pitch that each value would have, or `REST`, shape (B, V).
            steps: What the rules know of each line.
            lines: The index of each line among all lines.

        Returns:
            Factors, 0 for what is forbidden, shape (B, V).
        """
        indices = np.where((pitches >= 0) & (pitches < PITCH_CLASSES), pitches, PITCH_CLASSES)
        weights: Array = np.take_along_axis(self._pitches.take(lines, axis=0), indices, axis=1)
        weights *= self._durations.take(lines, axis=0)
        for own, row, step, line in zip(weights, indices, steps, lines, strict=True):
            for rule, limits in self._pitch_rules[line]:
                factors = rule(step, limits)
                if factors is not None:
                    own *= np.append(factors, np.float32(0)).take(row)
            # A rule's durations may depend on the pitch: it is asked once for each pitch that
            # occurs among the values.
            for rule, limits in self._duration_rules[line]:
                for pitch in set(row.tolist()) - {PITCH_CLASSES}:
                    factors = rule(step, pitch, limits)
                    if factors is not None:
                        here = row == pitch
                        own[here] *= factors[self._classes[here]]
        return weights


def _steady_pitches(active: Active) -> Weights:
    """The product of the steady rules' factors for pitches and the rest, (PITCH_CLASSES,)."""
    asked = [rule.pitch_weights(_ANYWHERE, limits) for rule, limits in active if rule.steady]
    return _product(asked, PITCH_CLASSES)


def _steady_durations(active: Active) -> Weights:
    """The product of the steady rules' factors for durations, (DURATION_CLASSES,)."""
    asked = [
        rule.duration_weights(_ANYWHERE, REST, limits) for rule, limits in active if rule.steady
    ]
    return _product(asked, DURATION_CLASSES)


def _product(factors: Sequence[Weights | None], size: int) -> Weights:
    """The product of the factors of several rules, (size,); None stands for factors of 1."""
    product = np.ones(size, np.float32)
    for one in factors:
        if one is not None:
            product *= one
    return product


def _unless_one(weights: Weights) -> Weights | None:
    """The factors, or None if all are 1, so that a step can do without the product."""
    return None if (weights == 1).all() else weights


def _moving(active: Active, form: str) -> list[tuple[Callable[..., Weights | None], Limits]]:
    """The moving rules' own integer forms for pitches, or for durations, each with its limits.

    `Constraint` itself has both forms, which change nothing. To call them for each line and step
    would be a waste.

    Args:
        active: The rules that are on.
        form: The name of the form, `pitch_weights` or `duration_weights`.
    """
    return [
        (getattr(rule, form), limits)
        for rule, limits in active
        if not rule.steady and getattr(type(rule), form) is not getattr(Constraint, form)
    ]
