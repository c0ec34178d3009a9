"""The plan of a solo: what a player might decide before the first note.

How dense, calm, loud and high each group of four bars is (`Chart.groups`); which bars return to
an earlier idea; how long each phrase lasts, and the silence after it. A plan is coarse on
purpose: it leaves the notes to the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import PLACES
from jazzgen.encoding.place_features import NOWHERE, PlaceColumn
from jazzgen.encoding.values import NO_PITCH

__all__ = [
    "BAR_COLUMNS",
    "DUE",
    "NEAR_END",
    "PLAN_CLASSES",
    "PLAN_COLUMNS",
    "RECALLS",
    "UNPLANNED",
    "AheadColumn",
    "BreathColumn",
    "HeardColumn",
    "Plan",
    "PlanColumn",
    "breath_left",
    "draw_breaths",
    "left_of",
    "planned_bars",
    "recalled",
]


class PlanColumn(IntEnum):
    """What a plan says of a group of bars; class 0 is for what it leaves open."""

    DENSITY = 0
    """Class of the notes per quarter while the line is not silent."""
    SILENCE = 1
    """Class of the share of rests."""
    LOUDNESS = 2
    """Class of the mean velocity above or below the solo's median."""
    PITCH = 3
    """Mean MIDI pitch, or `NO_PITCH`."""


class BreathColumn(IntEnum):
    """What a plan says of a phrase; 0 is for what it leaves open."""

    PHRASE = 0
    """Its length in ticks, from its first note to the rest after it."""
    SILENCE = 1
    """The length of the silence after it in ticks."""


class HeardColumn(IntEnum):
    """What a line hears of its plan at a step."""

    NOW = 0
    """The first of the columns of the group of bars."""
    NEXT = 4
    """The first of those of the next group."""
    RECALL = 8
    """1 more than the earlier place (see `chart_table.BARS_BACK`) to whose idea the bar returns; 0
    for none."""
    RECALLED = 9
    """The first of the columns of that place (`place_features.PlaceColumn`)."""
    PHRASE_LEFT = 14
    """The time until the phrase ends (see `left_of`); 0 if it is open, and in a silence."""
    SILENCE_LEFT = 15
    """The time until the silence ends; within a phrase the length of the silence after it. 0 if
    it is open."""


class AheadColumn(IntEnum):
    """What a solo does after a step, from which a plan is made in training."""

    RECALL = 0
    """See `HeardColumn.RECALL`."""
    PHRASE = 1
    """The number of the phrase that lasts, or that ended last, from 1; 0 before the first."""
    PHRASE_TICKS = 2
    """The length of that phrase in ticks."""
    SILENCE_TICKS = 3
    """The length of the silence after it in ticks; 0 after the last phrase."""


RECALLS = PLACES + 1
"""The number of classes of a recall: none, and each earlier place."""
PLANNED = len(PlanColumn)
PLAN_COLUMNS = HeardColumn.SILENCE_LEFT + 1
"""The number of columns that a line hears."""
BAR_COLUMNS = HeardColumn.RECALL + 1
"""The number of those that are the same in a whole bar."""
BOUNDS = {
    PlanColumn.DENSITY: (0.7, 1.0, 1.3, 1.6, 1.9, 2.2, 2.6, 3.1, 3.8),
    PlanColumn.SILENCE: (0.04, 0.1, 0.18, 0.28, 0.42, 0.65),
    PlanColumn.LOUDNESS: (-12.0, -8.0, -5.0, -2.5, 0.0, 2.5, 5.0, 8.0, 12.0),
}
"""The bounds between the classes: notes per quarter, shares, and units of MIDI velocity."""
PLAN_CLASSES = {column: len(bounds) + 2 for column, bounds in BOUNDS.items()}
"""The number of classes of each column but the pitch, with class 0."""
OPEN = (0, 0, 0, NO_PITCH)
"""What a plan says of a group of bars if it leaves everything open."""
UNPLANNED = (*OPEN, *OPEN, 0, *NOWHERE, 0, 0)
"""What a line hears without a plan."""
BREATH_TICKS = 22
"""The ticks of silence that end a phrase, just under a quarter note; transcribers of solos mark
phrases so (see `evaluation.phrases`)."""
NEAR_END = 288
"""The ticks to the chart's end below which phrases and silences are no longer planned: three bars
of 4/4. How to end is what the line itself has learned."""
QUANTILES = 11
"""The number of quantiles by which the lengths of a solo's phrases, and of its silences, are
told."""
BREATH = 2 * QUANTILES
"""The number of figures of a player's breath."""
LEFT_STEP, MOST_LEFT = 6, 64
"""The unit of the time that is left, in ticks, and the most units that are told."""
OVERDUE = 8
"""The most units by which a phrase or a silence is said to be longer than planned."""
DUE = 1 + OVERDUE
"""The class of the time left of what is due to end; each unit more is one class more."""
LEFT_CLASSES = MOST_LEFT + OVERDUE + 2
"""The number of classes of the time that is left, with 0 for what is open."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A plan.

    Args:
        groups: What is planned for each group of bars, shape (G, `PlanColumn`).
        recalls: To which earlier place each bar returns (`HeardColumn.RECALL`), shape (bars,).
        breaths: The lengths of each phrase and of the silence after it, shape (N, `BreathColumn`);
            the last row is for all later phrases.
    """

    groups: NDArray[np.int32]
    recalls: NDArray[np.int32]
    breaths: NDArray[np.int32]


def planned_bars(
    plan: NDArray[np.int32], recalls: NDArray[np.int32], group: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return what a line hears in each bar, or at each step: the columns of its bar.

    Args:
        plan: What is planned for each group of bars, shape (G, `PlanColumn`).
        recalls: What is recalled in each bar or at each step, shape (T,).
        group: The group of bars that it belongs to, shape (T,).

    Returns:
        Shape (T, `BAR_COLUMNS`).
    """
    after = np.concatenate([plan[1:], np.array([OPEN], np.int32)])
    return np.concatenate([plan[group], after[group], recalls[:, None]], axis=1).astype(np.int32)


def left_of(length: int, passed: int) -> int:
    """Return the class of the time that is left.

    Args:
        length: The planned length in ticks; 0 if it is open.
        passed: The ticks that have passed.
    """
    if length <= 0:
        return 0
    return DUE + min(max((length - passed) // LEFT_STEP, -OVERDUE), MOST_LEFT)


def breath_left(lengths: Sequence[int], passed: int, silent: int) -> tuple[int, int]:
    """Return the time that is left of a phrase and of the silence after it (see `HeardColumn`).

    Args:
        lengths: Both lengths in ticks, 0 for what is open.
        passed: The ticks since the phrase began.
        silent: The ticks of silence before this step.
    """
    phrase, silence = lengths
    if silent >= BREATH_TICKS:
        return 0, left_of(silence, silent)
    return left_of(phrase, passed), left_of(silence, 0)


def draw_breaths(
    breath: Sequence[int], count: int, noise: np.random.Generator
) -> NDArray[np.int32]:
    """Draw the lengths of phrases and of the silences after them.

    Args:
        breath: What `breath_of` has returned of a solo; empty if the lengths are left open.
        count: N, the number of phrases.
        noise: The source of the draws.

    Returns:
        Shape (N, `BreathColumn`).
    """
    uniforms = noise.random((count, len(BreathColumn)))
    if not breath:
        return np.zeros((1, len(BreathColumn)), np.int32)
    shares = np.linspace(0, 1, QUANTILES)
    lengths = [
        np.interp(uniforms[:, column], shares, breath[column * QUANTILES :][:QUANTILES])
        for column in BreathColumn
    ]
    return np.maximum(np.rint(np.stack(lengths, axis=1)), 1).astype(np.int32)


def recalled(places: NDArray[np.int32], recalls: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the columns of the place that is recalled at each step.

    Args:
        places: The place features of each step, shape (T, `PLACE_COLUMNS`).
        recalls: What is recalled at each step, 0 for nothing, shape (T,).

    Returns:
        Shape (T, `PlaceColumn`).
    """
    width = len(PlaceColumn)
    nowhere = np.tile(np.array(NOWHERE, np.int32), (len(places), 1))
    both = np.concatenate([nowhere, places], axis=1).reshape(len(places), -1, width)
    return np.asarray(both[np.arange(len(places)), recalls], np.int32)
