"""Plans as value sequences: what a planning network learns and plays.

A group of bars is five values, in the order of `PlanValue`: first its energy, then what that means
this time. A user who draws the shape of a solo gives the energies, and the network fills in the
rest; without a shape it draws them too.

Pitches are counted from the middle of the soloist's range, and densities are compared with what
is usual at the tempo, so that a plan fits any instrument and any tempo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import FASTEST_CLASS, ChartColumn, group_starts
from jazzgen.encoding.plan import PLAN_CLASSES, PlanColumn
from jazzgen.encoding.values import NO_PITCH

__all__ = [
    "ENERGIES",
    "PLAN_VALUES",
    "VALUE_FIRSTS",
    "VALUE_SIZES",
    "EnergyScale",
    "PlanPlace",
    "PlanValue",
    "places_of",
    "plan_of",
    "plan_values",
]


class PlanValue(IntEnum):
    """The values of a group of bars, in the order in which they are drawn."""

    ENERGY = 0
    LOUDNESS = 1
    DENSITY = 2
    PITCH = 3
    SILENCE = 4


ENERGIES = 9
"""The number of energies, from 1, the calmest, to 9."""
PITCH_REACH, PITCH_STEP = 8, 2
"""The steps of a mean pitch above and below the middle of the range, and their semitones."""
NO_STEP = 2 * PITCH_REACH + 1
"""The class of the pitch of a group without notes."""

_COLUMNS = {
    PlanValue.LOUDNESS: PlanColumn.LOUDNESS,
    PlanValue.DENSITY: PlanColumn.DENSITY,
    PlanValue.SILENCE: PlanColumn.SILENCE,
}
"""The column of a plan that each value other than energy and pitch stands for."""
VALUE_SIZES = tuple(
    {PlanValue.ENERGY: ENERGIES, PlanValue.PITCH: NO_STEP + 1}.get(value)
    or PLAN_CLASSES[_COLUMNS[value]]
    for value in PlanValue
)
"""The number of classes of each value."""
VALUE_FIRSTS = tuple(np.cumsum([0, *VALUE_SIZES[:-1]]).tolist())
"""The index of each value's first class in the vocabulary."""
PLAN_VALUES = sum(VALUE_SIZES)
"""The size of the vocabulary."""

MIDDLE = (ENERGIES + 1) / 2
SPREAD = 2.0
"""The standard deviation of the energies of training solos."""
LEAST = 1e-3
"""The least standard deviation by which is divided."""


@dataclass(frozen=True, kw_only=True)
class EnergyScale:
    """How the energy of a group of bars follows from its loudness, density and pitch.

    Args:
        density: The usual class of density at each tempo class, shape (FASTEST_CLASS + 1,).
        mean: The mean of loudness class, density class above the usual, and semitones above the
            middle of the range, in the training solos, shape (3,).
        deviation: Their standard deviations, shape (3,).
        steps: Energies for each standard deviation of their sum.
    """

    density: NDArray[np.float32]
    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]
    steps: float

    @classmethod
    def fit(
        cls, plans: Sequence[NDArray[np.int32]], tempi: Sequence[int], middles: Sequence[float]
    ) -> EnergyScale:
        """Measure the scale of training solos.

        Args:
            plans: Their plans, each of shape (G, `PlanColumn`).
            tempi: The tempo class of each.
            middles: The middle of each soloist's range.
        """
        tempo = np.concatenate(
            [np.full(len(plan), t) for plan, t in zip(plans, tempi, strict=True)]
        )
        every = np.concatenate(plans)
        known = every[:, PlanColumn.DENSITY] > 0
        usual = _usual(tempo[known], every[known, PlanColumn.DENSITY])
        blank = cls(
            density=usual.astype(np.float32),
            mean=np.zeros(3, np.float32),
            deviation=np.ones(3, np.float32),
            steps=1.0,
        )
        figures = np.concatenate([
            blank._figures(plan, t, middle)
            for plan, t, middle in zip(plans, tempi, middles, strict=True)
        ])  # fmt: skip
        told = np.ma.masked_invalid(figures)
        mean = told.mean(axis=0).filled(0.0)
        deviation = np.maximum(told.std(axis=0).filled(1.0), LEAST)
        sums = ((told - mean) / deviation).mean(axis=1).compressed()
        return cls(
            density=blank.density,
            mean=mean.astype(np.float32),
            deviation=deviation.astype(np.float32),
            steps=float(SPREAD / max(sums.std(), LEAST)) if len(sums) else 1.0,
        )

    def energies(self, plan: NDArray[np.int32], tempo: int, middle: float) -> NDArray[np.int64]:
        """Return the energy of each group of bars, 1 to `ENERGIES`, shape (G,).

        A group without notes has the lowest.

        Args:
            plan: The plan, shape (G, `PlanColumn`).
            tempo: The tempo class.
            middle: The middle of the soloist's range.
        """
        figures = (self._figures(plan, tempo, middle) - self.mean) / self.deviation
        known = ~np.isnan(figures)
        total = np.where(known, figures, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        energies = np.clip(np.rint(MIDDLE + self.steps * total), 1, ENERGIES).astype(np.int64)
        return np.where(plan[:, PlanColumn.PITCH] == NO_PITCH, 1, energies)

    def _figures(self, plan: NDArray[np.int32], tempo: int, middle: float) -> NDArray[np.float64]:
        """Loudness, density above the usual and height, NaN where unknown, shape (G, 3)."""
        loudness = plan[:, PlanColumn.LOUDNESS].astype(np.float64)
        density = plan[:, PlanColumn.DENSITY].astype(np.float64)
        pitch = plan[:, PlanColumn.PITCH].astype(np.float64)
        return np.stack(
            [
                np.where(loudness > 0, loudness, np.nan),
                np.where(density > 0, density - self.density[tempo], np.nan),
                np.where(pitch >= 0, pitch - middle, np.nan),
            ],
            axis=1,
        )


def _usual(tempo: NDArray[np.int64], density: NDArray[np.int32]) -> NDArray[np.float64]:
    """The usual class of density at each tempo class, shape (FASTEST_CLASS + 1,).

    It is a parabola: few solos have the slowest tempi and the fastest.

    Args:
        tempo: The tempo class of each group of bars with notes, shape (N,).
        density: Its class of density, shape (N,).
    """
    tempi = np.arange(FASTEST_CLASS + 1)
    if not len(tempo):
        return np.zeros(len(tempi))
    degree = min(2, len(np.unique(tempo)) - 1)
    curve = np.polyfit(tempo, density, degree)
    return np.asarray(np.polyval(curve, np.clip(tempi, tempo.min(), tempo.max())), np.float64)


def plan_values(
    plan: NDArray[np.int32], energies: NDArray[np.int64], middle: float
) -> NDArray[np.int64]:
    """Return a plan as classes.

    Args:
        plan: The plan, shape (G, `PlanColumn`).
        energies: The energy of each group, shape (G,).
        middle: The middle of the soloist's range, MIDI pitch.

    Returns:
        The class of each value, from 0, shape (G, `PlanValue`).
    """
    values = np.empty((len(plan), len(PlanValue)), np.int64)
    values[:, PlanValue.ENERGY] = energies - 1
    for value, column in _COLUMNS.items():
        values[:, value] = plan[:, column]
    pitch = plan[:, PlanColumn.PITCH]
    steps = np.clip(np.rint((pitch - middle) / PITCH_STEP), -PITCH_REACH, PITCH_REACH) + PITCH_REACH
    values[:, PlanValue.PITCH] = np.where(pitch == NO_PITCH, NO_STEP, steps)
    return values


def plan_of(values: NDArray[np.int64], middle: float) -> NDArray[np.int32]:
    """Return the plan that `plan_values` gave as classes, its pitches rounded to `PITCH_STEP`.

    Args:
        values: The class of each value, shape (G, `PlanValue`).
        middle: The middle of the soloist's range, MIDI pitch.
    """
    plan = np.empty((len(values), len(PlanColumn)), np.int32)
    for value, column in _COLUMNS.items():
        plan[:, column] = values[:, value]
    steps = values[:, PlanValue.PITCH]
    pitch = np.rint(middle + PITCH_STEP * (steps - PITCH_REACH))
    plan[:, PlanColumn.PITCH] = np.where(steps == NO_STEP, NO_PITCH, np.clip(pitch, 0, 127))
    return plan


@dataclass(frozen=True, kw_only=True)
class PlanPlace:
    """Where a group of bars lies in the chart.

    Args:
        before: The number of groups before it.
        left: The number of groups from it to the end.
        chorus: The number of its chorus, from 0.
        in_chorus: Its number in the chorus, from 0.
        same: The number of the same group in the chorus before, -1 without one.
    """

    before: int
    left: int
    chorus: int
    in_chorus: int
    same: int


def places_of(rows: NDArray[np.int32]) -> list[PlanPlace]:
    """Return where each group of bars of a chart lies.

    Args:
        rows: The chart table, shape (ticks, `CHART_COLUMNS`).
    """
    first = group_starts(rows)[:-1]
    # A chorus begins with bar 0.
    opens = rows[first, ChartColumn.BAR] == 0
    found: list[PlanPlace] = []
    begun, before, chorus = 0, -1, -1
    for group in range(len(first)):
        if opens[group]:
            begun, before, chorus = group, begun if chorus >= 0 else -1, chorus + 1
        same = before + group - begun if before >= 0 else -1
        found.append(
            PlanPlace(
                before=group,
                left=len(first) - group,
                chorus=max(chorus, 0),
                in_chorus=group - begun,
                same=same if same < begun else -1,
            )
        )
    return found
