"""The sampling rules over lines, for the light engine: what shares are multiplied by.

`keras_engine.constrained` does the same in the graph, in logits. What looks at the settings
alone is computed once; what looks at the line is asked at each step, and says mostly nothing,
which costs next to nothing.
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
from jazzgen.nn.sizes import DURATION_CLASSES, PITCH_CLASSES, PITCHES

__all__ = ["LineConstraints", "ValueConstraints"]

Active = Sequence[ActiveConstraint]
Array = NDArray[Any]

_ANYWHERE = StepView(EMPTY_HISTORY, (0,) * CHART_COLUMNS, 0)
"""What steady rules are shown, which do not look at it."""


class LineConstraints:
    """Rules for pitches and durations.

    Args:
        active: The rules that are on.
    """

    def __init__(self, active: Active) -> None:
        weights = _steady_pitches(active)
        playable = np.flatnonzero(weights[:PITCHES])
        self.low, self.high = map(int, playable[[0, -1]]) if len(playable) else (0, PITCHES - 1)
        self._window = slice(self.low, self.high + 1)
        self._notes = _unless_one(weights[self._window])
        # Where no note may be played a rest may, whatever forbids it.
        self._rest = weights[REST] if len(playable) else np.float32(1)
        self._steady_durations = _unless_one(_steady_durations(active))
        self._pitch_rules = _moving(active, "pitch_weights")
        self._duration_rules = _moving(active, "duration_weights")

    def pitches(self, shares: Array, steps: Sequence[StepView]) -> tuple[Array, Array]:
        """Return shares of the notes from `low` to `high`, (B, N), and of a rest, (B, 1).

        Args:
            shares: Of pitches and the rest, shape (B, PITCH_CLASSES); they may be changed.
            steps: Where each line stands.
        """
        notes, rest = shares[:, self._window], shares[:, REST:]
        if self._notes is not None:
            notes = notes * self._notes
        if self._rest != 1:
            rest = rest * self._rest
        for number, step in enumerate(steps if self._pitch_rules else ()):
            changed = False
            for rule, limits in self._pitch_rules:
                weights = rule.pitch_weights(step, limits)
                if weights is not None:
                    notes[number] *= weights[self._window]
                    rest[number] *= weights[REST]
                    changed = True
            if changed and not notes[number].any():
                rest[number] = 1
        return notes, rest

    def durations(self, shares: Array, steps: Sequence[StepView], pitches: Sequence[int]) -> Array:
        """Return shares of durations, (B, DURATION_CLASSES); where none is left, as they were.

        Args:
            shares: Of durations, shape (B, DURATION_CLASSES); they may be changed.
            steps: Where each line stands.
            pitches: Each line's new pitch or `REST`.
        """
        steady = self._steady_durations
        if not self._duration_rules:
            return shares if steady is None else np.multiply(shares, steady, out=shares)
        for number, (step, pitch) in enumerate(zip(steps, pitches, strict=True)):
            weights = steady
            for rule, limits in self._duration_rules:
                own = rule.duration_weights(step, pitch, limits)
                if own is not None:
                    weights = own if weights is None else weights * own
            if weights is not None and weights.any():
                shares[number] *= weights
        return shares


class ValueConstraints:
    """Rules for joint values.

    Args:
        active: The rules that are on.
        durations: How long each value is, shape (V,).
    """

    def __init__(self, active: Active, durations: Array) -> None:
        self._classes = durations - 1
        # What lies beyond MIDI's pitches is looked up behind the rest.
        self._pitches = np.append(_steady_pitches(active), np.float32(0))
        self._durations = _steady_durations(active)[self._classes]
        self._pitch_rules = _moving(active, "pitch_weights")
        self._duration_rules = _moving(active, "duration_weights")

    def weights(self, pitches: Array, steps: Sequence[StepView]) -> Array:
        """Return what multiplies the share of each value, (B, V).

        Args:
            pitches: The pitch that each value would be, or `REST`, shape (B, V).
            steps: Where each line stands.
        """
        indices = np.where((pitches >= 0) & (pitches < PITCH_CLASSES), pitches, PITCH_CLASSES)
        weights: Array = self._pitches.take(indices) * self._durations
        for own, row, step in zip(weights, indices, steps, strict=True):
            for rule, limits in self._pitch_rules:
                factors = rule.pitch_weights(step, limits)
                if factors is not None:
                    own *= np.append(factors, np.float32(0)).take(row)
            for rule, limits in self._duration_rules:
                for pitch in set(row.tolist()) - {PITCH_CLASSES}:
                    factors = rule.duration_weights(step, pitch, limits)
                    if factors is not None:
                        here = row == pitch
                        own[here] *= factors[self._classes[here]]
        return weights


def _steady_pitches(active: Active) -> Weights:
    asked = [rule.pitch_weights(_ANYWHERE, limits) for rule, limits in active if rule.steady]
    return _product(asked, PITCH_CLASSES)


def _steady_durations(active: Active) -> Weights:
    asked = [
        rule.duration_weights(_ANYWHERE, REST, limits) for rule, limits in active if rule.steady
    ]
    return _product(asked, DURATION_CLASSES)


def _product(factors: Sequence[Weights | None], size: int) -> Weights:
    product = np.ones(size, np.float32)
    for one in factors:
        if one is not None:
            product *= one
    return product


def _unless_one(weights: Weights) -> Weights | None:
    return None if (weights == 1).all() else weights


def _moving(active: Active, form: str) -> list[ActiveConstraint]:
    """The rules that look at the line and have a form of that name."""

    def own(rule: Constraint) -> Callable[..., Any]:
        return getattr(type(rule), form)  # type: ignore[no-any-return]

    return [
        one
        for one in active
        if not one.rule.steady and own(one.rule) is not getattr(Constraint, form)
    ]
