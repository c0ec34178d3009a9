"""What a solo plans: drawn by the planner of its model, shaped by the user, heard by the line."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import group_starts, shared_chart_table
from jazzgen.encoding.performance import Column
from jazzgen.encoding.plan import Plan, PlanColumn, draw_breaths
from jazzgen.encoding.plan_measures import measured_plan
from jazzgen.encoding.plan_values import PlanValue
from jazzgen.encoding.sequence import START_PITCH
from jazzgen.encoding.values import NO_PITCH, REST
from jazzgen.errors import ModelError
from jazzgen.music.chart import Chart
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.nn.assets import Assets
from jazzgen.nn.planner import Planner, Surroundings
from jazzgen.nn.soloists import Soloist

__all__ = ["DrawnPlan", "draw_plan"]

FEWEST_PHRASES, MOST_PHRASES = 8, 1024
NOISE = 7
"""What sets the noise of plans apart from other noise of the same seed."""
PLANNED_RANGE, SPREADING = 28, 1.5
"""The range in semitones that plans fill as they are drawn, and the power of the ratio by which the
pitches of wider ones are spread. They are set by how the ranges of played lines differ."""


@dataclass(frozen=True, kw_only=True)
class DrawnPlan:
    """The plan of a solo.

    Args:
        table: What the line hears.
        energies: The energy of each group, 1 to 9.
        bars: The index of the bar with which each group begins, and the number of bars.
    """

    table: Plan
    energies: tuple[int, ...]
    bars: tuple[int, ...]

    def to_json(self) -> list[dict[str, Any]]:
        """Return the plan as JSON data: for each group its bars, counted from 1, and classes."""
        found = []
        for number, row in enumerate(self.table.groups.tolist()):
            pitch = row[PlanColumn.PITCH]
            found.append({
                "bars": [self.bars[number] + 1, self.bars[number + 1]],
                "energy": self.energies[number],
                "density": row[PlanColumn.DENSITY],
                "silence": row[PlanColumn.SILENCE],
                "loudness": row[PlanColumn.LOUDNESS],
                "pitch": None if pitch == NO_PITCH else pitch,
            })  # fmt: skip
        return found


def draw_plan(
    assets: Assets,
    chart: Chart,
    seed: int,
    soloist: Soloist,
    played: NDArray[np.int32] | None = None,
    free: tuple[int, int] | None = None,
) -> DrawnPlan | None:
    """Draw the plan of a solo.

    Args:
        assets: What the model keeps of its training data, with its planner.
        chart: The chart, choruses unfolded.
        seed: The seed.
        soloist: Who plays; the energies that were asked for are kept.
        played: Values that are given, with the columns of `Column`, from the chart's beginning,
            shape (T, FORCED): the plan is theirs where they are all that is played.
        free: The ticks between which a group of bars must touch for its plan to be drawn; by
            default from the end of the given values to that of the chart.

    Returns:
        The plan; None if the model has no planner.

    Raises:
        ModelError: Energies are asked for, and the model has no planner.
    """
    planner = assets.planner
    if planner is None:
        if soloist.energies:
            raise ModelError("plans no solos, so it follows no shape; choose another model")
        return None
    read = _read(chart)
    rows, starts = read.rows, read.starts
    known, middle = None, _middle(soloist, played)
    style = assets.styles.index(soloist.style) + 1 if soloist.style in assets.styles else 0
    around = Surroundings.of(rows, style, middle)
    if played is not None and len(played):
        known = _known(planner, around, played, starts, free)
    if soloist.energies:
        known = np.full((len(around.places), len(PlanValue)), -1) if known is None else known
        asked = np.array(soloist.energies) - 1
        column = known[:, PlanValue.ENERGY]
        known[:, PlanValue.ENERGY] = np.where(column < 0, asked, column)
    key = [seed, read.fingerprint, NOISE]
    values = planner.draw(around, key, known, rising=not soloist.energies)
    noise = np.random.default_rng([*key, 1])
    groups = planner.plan_of(values, around)
    drawn = slice(None) if known is None else known[:, PlanValue.PITCH] < 0
    groups[drawn, PlanColumn.PITCH] = _spread(groups[drawn, PlanColumn.PITCH], soloist, middle)
    table = Plan(
        groups=groups,
        recalls=planner.draw_recalls(rows, noise),
        breaths=draw_breaths(soloist.breath, _phrases(chart), noise),
    )
    return DrawnPlan(
        table=table,
        energies=tuple((values[:, PlanValue.ENERGY] + 1).tolist()),
        bars=(*chart.groups, len(chart.bars)),
    )


def _phrases(chart: Chart) -> int:
    """The number of phrases that are planned: about twice as many as a solo has."""
    return min(FEWEST_PHRASES + chart.ticks // (4 * TICKS_PER_QUARTER), MOST_PHRASES)


class _Read(NamedTuple):
    """What plans read of a chart; all takes share it."""

    rows: NDArray[np.int32]
    """The chart table."""
    starts: NDArray[np.int64]
    """Where its groups of bars begin, and the chart's end, in ticks."""
    fingerprint: int
    """A number of the chart, for the noise of its plans."""


@lru_cache(maxsize=2)
def _read(chart: Chart) -> _Read:
    rows = shared_chart_table(chart)
    return _Read(rows, group_starts(rows), zlib.crc32(rows.tobytes()))


def _middle(soloist: Soloist, played: NDArray[np.int32] | None) -> float:
    """The middle of the soloist's range."""
    if soloist.compass is not None:
        return sum(soloist.compass) / 2
    if played is not None:
        pitches = played[:, Column.PITCH]
        pitches = pitches[pitches != REST]
        if len(pitches):
            return float(pitches.min() + pitches.max()) / 2
    return float(START_PITCH)


def _spread(pitch: NDArray[np.int32], soloist: Soloist, middle: float) -> NDArray[np.int32]:
    """Planned pitches, farther from the middle for a soloist of a wide range.

    The planner does not hear the range, so what it plans would fill a wide one by half. In training
    solos the spread of the pitches of their groups of bars grows as the range does, and more.

    Args:
        pitch: The planned pitches, or `NO_PITCH`.
        soloist: Who plays.
        middle: The middle of his range.
    """
    if soloist.compass is None:
        return pitch
    low, high = soloist.compass
    farther = max((high - low) / PLANNED_RANGE, 1) ** SPREADING
    if farther == 1:
        return pitch
    spread = np.clip(np.rint(middle + farther * (pitch - middle)), low, high)
    return np.where(pitch == NO_PITCH, NO_PITCH, spread).astype(np.int32)


def _known(
    planner: Planner,
    around: Surroundings,
    played: NDArray[np.int32],
    starts: NDArray[np.int64],
    free: tuple[int, int] | None,
) -> NDArray[np.int64]:
    """The values of the plan of what is given, −1 where it is to be drawn."""
    plan = measured_plan(
        played[:, Column.PITCH], played[:, Column.DURATION], played[:, Column.LOUDNESS], starts
    )
    values = planner.values_of(plan, around)
    begin, end = free or (int(played[:, Column.DURATION].sum()), int(starts[-1]))
    touched = (starts[1:] > begin) & (starts[:-1] < end)
    return np.where(touched[:, None], -1, values)
