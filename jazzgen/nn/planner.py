"""The planner: a small network that plans a solo before a note of it is played.

It is built like the course's model: one LSTM cell over a value sequence, a dense softmax, and
each value that is drawn fed back into the next step. Its values are those of
`encoding.plan_values`, five for each group of four bars. `keras_engine.planner` trains it; here it
plays, in NumPy, for both engines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import erf, exp, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import FASTEST_CLASS, PLACES, ChartColumn
from jazzgen.encoding.plan_values import (
    PLAN_VALUES,
    VALUE_FIRSTS,
    VALUE_SIZES,
    EnergyScale,
    PlanPlace,
    PlanValue,
    places_of,
    plan_of,
    plan_values,
)
from jazzgen.errors import ModelError
from jazzgen.rnn.cells import LSTMCell

__all__ = [
    "CONTEXT_SIZE",
    "STEP_SIZE",
    "Planner",
    "Surroundings",
    "group_context",
    "plan_noise",
    "planner_shapes",
    "step_input",
]

Array = NDArray[Any]

GROUPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
"""The least number of each class of a number of groups of bars."""
EIGHTHS_OF_SOLO = 8
CHORUSES, IN_CHORUS = 6, 9
TEMPI = FASTEST_CLASS + 1
RECALLED = (1.5, 2.0, 2.0, 4.0, 2.5)
"""How many bars are to return to each earlier place, as a multiple of those that do so in training
solos: not every line comes to where it was (see `scripts/measure_plan.py`), and after a bar or two
some ideas return unplanned."""
KEPT = (0.3, 0.4, -0.65, 0.2, 0.0)
"""For each `PlanValue`, how the noise of a group of bars correlates with that of the group before.

Neighbouring groups of a solo are alike in loudness and pitch, and differ in density. The planner
learns half of this at most, whatever it hears of earlier groups; and some of it is lost between the
plan and the line. It is set by what lines over training charts play.
"""
RISING = (0.0, 0.0, 0.0, 0.6, 0.0)
"""For each `PlanValue`, by how many standard deviations the noise rises from first group to last.

Set as `KEPT` is: a line rises less than it is planned to.
"""
CONTEXT_SIZE = 2 * PLAN_VALUES + 2 * len(GROUPS) + EIGHTHS_OF_SOLO + CHORUSES + IN_CHORUS + TEMPI
"""The number of zeros and ones that tell what surrounds a group of bars, without the style."""
STEP_SIZE = PLAN_VALUES + 1 + len(PlanValue)
"""The number of zeros and ones that tell the value before, and which one is to come."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a plan depends on beside itself.

    Args:
        places: Where each group of bars lies.
        tempo: The tempo class.
        style: The number of the style in the model, from 1; 0 if unknown.
        middle: The middle of the soloist's range, MIDI pitch.
    """

    places: Sequence[PlanPlace]
    tempo: int
    style: int
    middle: float

    @classmethod
    def of(cls, rows: NDArray[np.int32], style: int, middle: float) -> Surroundings:
        """Return what a plan for a chart depends on.

        Args:
            rows: The chart table, shape (ticks, `CHART_COLUMNS`).
            style: The number of the style, from 1; 0 if unknown.
            middle: The middle of the soloist's range, MIDI pitch.
        """
        tempo = int(rows[0, ChartColumn.TEMPO])
        return cls(places=places_of(rows), tempo=tempo, style=style, middle=middle)


class Planner:
    """A trained planner.

    Args:
        tensors: The weights by their names on disk.
        styles: The number of styles that the model knows.

    Raises:
        ModelError: A tensor is missing or has another shape than it should.
    """

    def __init__(self, tensors: Mapping[str, NDArray[np.floating[Any]]], styles: int) -> None:
        units = (
            tensors["cell/recurrent_kernel"].shape[0] if "cell/recurrent_kernel" in tensors else 0
        )
        features = STEP_SIZE + CONTEXT_SIZE + styles + 1
        shapes = planner_shapes(units, features)
        if {name: tensor.shape for name, tensor in tensors.items()} != shapes or not units:
            raise ModelError("the planner's weights are not those of this model")
        if not all(np.isfinite(tensor).all() for tensor in tensors.values()):
            raise ModelError("the planner's weights are not finite")
        self.tensors = dict(tensors)
        own = {name: np.asarray(tensor, np.float32) for name, tensor in tensors.items()}
        self._cell = LSTMCell(own["cell/kernel"], own["cell/recurrent_kernel"], own["cell/bias"])
        self._kernel, self._bias = own["values/kernel"], own["values/bias"]
        self.scale = EnergyScale(
            density=own["energy/density"],
            mean=own["energy/mean"],
            deviation=own["energy/deviation"],
            steps=float(own["energy/steps"][0]),
        )
        self._recalls = own["recall/shares"]

    def draw(
        self,
        around: Surroundings,
        seed: int | Sequence[int],
        known: NDArray[np.int64] | None = None,
        *,
        rising: bool = True,
    ) -> NDArray[np.int64]:
        """Draw a plan.

        Args:
            around: What it depends on.
            seed: The seed.
            known: Values that are given, −1 where one is to be drawn, shape (G, `PlanValue`).
            rising: Whether it may rise by itself in the course of the solo.

        Returns:
            The class of each value, from 0, shape (G, `PlanValue`).
        """
        uniforms = plan_noise(seed, len(around.places), rising=rising).tolist()
        values = np.full((len(around.places), len(PlanValue)), -1, np.int64)
        states, before = self._cell.zero_states(1), PLAN_VALUES
        kernel, bias = self._cell.kernel, self._cell.bias
        for group, place in enumerate(around.places):
            # A product with zeros and ones is the sum of the kernel's rows where the ones are.
            ones = [STEP_SIZE + one for one in _context_ones(values, place, around)]
            context = np.add.reduce(kernel.take(ones, axis=0), 0) + bias
            for kind in PlanValue:
                projected = context + kernel[before] + kernel[_of_kind(kind)]
                states, _ = self._cell.advance(projected[None], states)
                given = -1 if known is None else int(known[group, kind])
                if given < 0:
                    given = self._drawn(states[0][0], kind, uniforms[group][kind])
                values[group, kind] = given
                before = VALUE_FIRSTS[kind] + given
        return values

    def draw_recalls(
        self, rows: NDArray[np.int32], noise: np.random.Generator
    ) -> NDArray[np.int32]:
        """Draw which bars return to an earlier idea.

        Args:
            rows: The chart table, shape (ticks, CHART_COLUMNS).
            noise: The source of the draws.

        Returns:
            For each bar 1 more than the earlier place, 0 for none, shape (bars,).
        """
        first = np.flatnonzero(np.diff(rows[:, ChartColumn.NUMBER], prepend=-1))
        possible = rows[first, ChartColumn.BACK : ChartColumn.GROUP] > 0
        bounds = np.cumsum(
            np.where(possible, np.array(RECALLED) * self._recalls, 0), axis=1
        )  # (bars, places)
        uniforms = noise.random(len(first))
        found = np.sum(bounds <= uniforms[:, None], axis=1)
        return np.where(found < bounds.shape[1], 1 + found, 0).astype(np.int32)

    def _drawn(self, hidden: Array, kind: PlanValue, uniform: float) -> int:
        """Draw the class of a value."""
        own = slice(VALUE_FIRSTS[kind], VALUE_FIRSTS[kind] + VALUE_SIZES[kind])
        # In Python's numbers, which are quicker for so few.
        logits = (hidden @ self._kernel[:, own] + self._bias[own]).tolist()
        highest = max(logits)
        bounds = [*accumulate([exp(logit - highest) for logit in logits])]
        return min(bisect_right(bounds, uniform * bounds[-1]), VALUE_SIZES[kind] - 1)

    def values_of(self, plan: NDArray[np.int32], around: Surroundings) -> NDArray[np.int64]:
        """Return the values of a plan.

        Args:
            plan: The plan, shape (G, `PlanColumn`).
            around: What it depends on.
        """
        energies = self.scale.energies(plan, around.tempo, around.middle)
        return plan_values(plan, energies, around.middle)

    @staticmethod
    def plan_of(values: NDArray[np.int64], around: Surroundings) -> NDArray[np.int32]:
        """Return the plan that values stand for, shape (G, `PlanColumn`).

        Args:
            values: The values, shape (G, `PlanValue`).
            around: What they depend on.
        """
        return plan_of(values, around.middle)


def plan_noise(seed: int | Sequence[int], groups: int, *, rising: bool) -> NDArray[np.float64]:
    """Return uniform numbers for the draws of a plan, each of which depends on the group before.

    They are those of normal ones (a Gaussian copula): by itself each is uniform.

    Args:
        seed: The seed.
        groups: G, the number of groups of bars.
        rising: Whether those of later groups are higher.

    Returns:
        Shape (G, `PlanValue`).
    """
    normal = np.random.default_rng(seed).standard_normal((groups, len(PlanValue)))
    kept = np.array(KEPT)
    normal[1:] *= np.sqrt(1 - kept**2)
    for before, now in pairwise(normal):
        now += kept * before
    if rising:
        normal += np.linspace(-0.5, 0.5, groups)[:, None] * RISING
    return np.array([[(1 + erf(z / sqrt(2))) / 2 for z in group] for group in normal])


def planner_shapes(units: int, features: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each tensor of a planner by its name on disk.

    Args:
        units: U, the units of its cell.
        features: F, the size of its input.
    """
    return {
        "cell/kernel": (features, 4 * units),
        "cell/recurrent_kernel": (units, 4 * units),
        "cell/bias": (4 * units,),
        "values/kernel": (units, PLAN_VALUES),
        "values/bias": (PLAN_VALUES,),
        "energy/density": (TEMPI,),
        "energy/mean": (3,),
        "energy/deviation": (3,),
        "energy/steps": (1,),
        "recall/shares": (PLACES,),
    }


def step_input(before: int, kind: int) -> NDArray[np.float32]:
    """Return what a step hears beside what surrounds the group, shape (STEP_SIZE,).

    Args:
        before: The index in the vocabulary of the value before; `PLAN_VALUES` at the beginning.
        kind: The `PlanValue` that is to come.
    """
    x = np.zeros(STEP_SIZE, np.float32)
    x[[before, _of_kind(kind)]] = 1
    return x


def _of_kind(kind: int) -> int:
    """Where the 1 is in a step's input that tells the `PlanValue` to come."""
    return PLAN_VALUES + 1 + kind


def group_context(
    values: NDArray[np.int64], place: PlanPlace, around: Surroundings, styles: int
) -> NDArray[np.float32]:
    """Return what surrounds a group of bars, shape (CONTEXT_SIZE + styles + 1,).

    Args:
        values: The values of the groups before it at least, shape (G, `PlanValue`).
        place: Where the group lies.
        around: What the plan depends on.
        styles: The number of styles that the model knows.
    """
    row = np.zeros(CONTEXT_SIZE + styles + 1, np.float32)
    row[_context_ones(values, place, around)] = 1
    return row


def _context_ones(values: NDArray[np.int64], place: PlanPlace, around: Surroundings) -> list[int]:
    """Where the ones of `group_context` are.

    Args:
        values: The values of the groups before it at least, shape (G, `PlanValue`).
        place: Where the group lies.
        around: What the plan depends on.
    """
    total = place.before + place.left
    ones, first = [], 0
    for earlier in (place.before - 1, place.same):
        if earlier >= 0:
            own = zip(VALUE_FIRSTS, values[earlier].tolist(), strict=True)
            ones += [first + begin + value for begin, value in own]
        first += PLAN_VALUES
    for number, size in (
        (bisect_right(GROUPS, place.before) - 1, len(GROUPS)),
        (bisect_right(GROUPS, place.left) - 1, len(GROUPS)),
        (EIGHTHS_OF_SOLO * place.before // total, EIGHTHS_OF_SOLO),
        (min(place.chorus, CHORUSES - 1), CHORUSES),
        (min(place.in_chorus, IN_CHORUS - 1), IN_CHORUS),
        (around.tempo, TEMPI),
    ):
        if number >= 0:
            ones.append(first + number)
        first += size
    return [*ones, first + around.style]
