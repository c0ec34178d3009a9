"""The plan of a solo: what a player might decide before the first note.

How dense, calm, loud and high each group of four bars is (`Chart.groups`); which bars return to
an earlier idea; how long each phrase lasts, and the silence after it. A plan is coarse on
purpose: it leaves the notes to the line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import PLACES, ChartColumn
from jazzgen.encoding.expression import LOUDNESS_REACH, LOUDNESS_STEP
from jazzgen.encoding.place_features import NOWHERE, PlaceColumn
from jazzgen.encoding.values import NO_PITCH, REST
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = [
    "BAR_COLUMNS",
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
    "breath_of",
    "coarsened",
    "draw_breaths",
    "heard_in_training",
    "left_of",
    "measured_ahead",
    "measured_plan",
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
_OPEN = (0, 0, 0, NO_PITCH)
UNPLANNED = (*_OPEN, *_OPEN, 0, *NOWHERE, 0, 0)
"""What a line hears without a plan."""

HIDDEN, MOVED = 0.15, 0.3
"""The share of a plan's entries that are left open in training, and of those that are one class
too high or too low."""
ASIDE = 2
"""The most semitones by which a planned pitch is off in training."""


def measured_plan(
    pitch: NDArray[np.int32],
    duration: NDArray[np.int32],
    loudness: NDArray[np.int32],
    starts: NDArray[np.int64],
) -> NDArray[np.int32]:
    """Return the plan that a line might have followed.

    Args:
        pitch: Pitches or `REST`, shape (T,).
        duration: Durations in ticks, shape (T,).
        loudness: Loudness classes, 0 if unknown, shape (T,).
        starts: The tick at which each group of bars begins, and that of the chart's end, shape
            (G + 1,).

    Returns:
        Shape (G, `PlanColumn`). What does not exist in a group is left open: the density of
        silence, say, or the loudness of notes without any.
    """
    ends = np.cumsum(duration)
    onsets = ends - duration
    rest = pitch == REST
    plan = np.empty((len(starts) - 1, PLANNED), dtype=np.int32)
    for group, (start, end) in enumerate(pairwise(starts.tolist())):
        inside = (onsets >= start) & (onsets < end)
        notes = inside & ~rest
        overlap = np.minimum(ends, end) - np.maximum(onsets, start)
        sounding = int(overlap[~rest & (overlap > 0)].sum())
        plan[group] = _OPEN
        row, count = plan[group], int(notes.sum())
        row[PlanColumn.SILENCE] = _class(PlanColumn.SILENCE, 1 - sounding / (end - start))
        if not count:
            continue
        quarters = max(sounding, 1) / TICKS_PER_QUARTER
        row[PlanColumn.DENSITY] = _class(PlanColumn.DENSITY, count / quarters)
        row[PlanColumn.PITCH] = round(float(pitch[notes].mean()))
        told = loudness[notes & (loudness > 0)]
        if len(told):
            level = float(told.mean() - 1 - LOUDNESS_REACH) * LOUDNESS_STEP
            row[PlanColumn.LOUDNESS] = _class(PlanColumn.LOUDNESS, level)
    return plan


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
FIGURE = 4
"""The number of intervals of an idea that a bar is said to return to."""
LEFT_STEP, MOST_LEFT = 6, 64
"""The unit of the time that is left, in ticks, and the most units that are told."""
OVERDUE = 8
"""The most units by which a phrase or a silence is said to be longer than planned."""
LEFT_CLASSES = MOST_LEFT + OVERDUE + 2
"""The number of classes of the time that is left, with 0 for what is open."""
STRAY = 0.15
"""The standard deviation of the logarithm of planned lengths in training."""


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
    after = np.concatenate([plan[1:], np.array([_OPEN], np.int32)])
    return np.concatenate([plan[group], after[group], recalls[:, None]], axis=1).astype(np.int32)


def left_of(length: int, passed: int) -> int:
    """Return the class of the time that is left.

    Args:
        length: The planned length in ticks; 0 if it is open.
        passed: The ticks that have passed.
    """
    if length <= 0:
        return 0
    return 1 + min(max((length - passed) // LEFT_STEP, -OVERDUE), MOST_LEFT) + OVERDUE


def measured_ahead(
    pitch: NDArray[np.int32], duration: NDArray[np.int32], rows: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return what a solo does after each of its steps.

    Args:
        pitch: Pitches or `REST`, shape (T,).
        duration: Durations in ticks, shape (T,).
        rows: The row of the chart table at each value's beginning, shape (T, `CHART_COLUMNS`).

    Returns:
        Shape (T, `AheadColumn`).
    """
    ahead = np.zeros((len(pitch), len(AheadColumn)), dtype=np.int32)
    ahead[:, AheadColumn.RECALL] = _recalls(pitch, duration, rows)
    lengths, silences = _phrases(pitch, duration)
    number = np.cumsum(_begins(pitch, duration))
    # Before a value the line is where the value before has left it: the first note of a phrase
    # is still heard from within the silence.
    before = np.concatenate([[0], number[:-1]])[: len(number)]
    ahead[:, AheadColumn.PHRASE] = before
    ahead[:, AheadColumn.PHRASE_TICKS] = np.array([0, *lengths])[before]
    ahead[:, AheadColumn.SILENCE_TICKS] = np.array([0, *silences, 0])[before]
    return ahead


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


def _begins(pitch: NDArray[np.int32], duration: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether a phrase begins with each value, shape (T,)."""
    found, silent, begun = np.zeros(len(pitch), bool), 0, False
    for step, (one, ticks) in enumerate(zip(pitch.tolist(), duration.tolist(), strict=True)):
        if one == REST:
            silent += ticks
        else:
            found[step] = not begun or silent >= BREATH_TICKS
            begun, silent = True, 0
    return found


def _phrases(pitch: NDArray[np.int32], duration: NDArray[np.int32]) -> tuple[list[int], list[int]]:
    """The length of each phrase, and of each silence between two phrases, in ticks."""
    ends = np.cumsum(duration)
    onsets, notes = ends - duration, pitch != REST
    firsts = np.flatnonzero(_begins(pitch, duration)).tolist()
    lengths, silences = [], []
    for first, behind in pairwise([*firsts, len(pitch)]):
        last = first + int(np.flatnonzero(notes[first:behind])[-1])
        lengths.append(int(ends[last] - onsets[first]))
        if behind < len(pitch):
            silences.append(int(onsets[behind] - ends[last]))
    return lengths, silences


def _recalls(
    pitch: NDArray[np.int32], duration: NDArray[np.int32], rows: NDArray[np.int32]
) -> NDArray[np.int32]:
    """The class of the recall in the bar of each step, shape (T,).

    A bar returns to an earlier place if at least three of its notes belong to figures of
    `FIGURE` intervals that began there, too.
    """
    notes = np.flatnonzero(pitch != REST)
    found = np.zeros(len(pitch), np.int32)
    if len(notes) <= FIGURE:
        return found
    clock = (np.cumsum(duration) - duration)[notes].tolist()
    leaps = np.diff(pitch[notes]).tolist()
    back = rows[notes, ChartColumn.BACK : ChartColumn.GROUP].tolist()
    begun = {tick: number for number, tick in enumerate(clock)}
    marks = np.zeros((len(notes), PLACES), np.int64)
    for number in range(len(notes) - FIGURE):
        figure = leaps[number : number + FIGURE]
        for place, ticks in enumerate(back[number]):
            then = begun.get(clock[number] - ticks) if ticks else None
            if then is not None and leaps[then : then + FIGURE] == figure and any(figure):
                marks[number : number + FIGURE + 1, place] = 1
    bar = rows[:, ChartColumn.NUMBER]
    counts = np.zeros((int(bar.max()) + 1, PLACES), np.int64)
    np.add.at(counts, bar[notes], marks)
    classes = np.where(counts.max(axis=1) >= 3, 1 + counts.argmax(axis=1), 0)
    return classes[bar].astype(np.int32)


def coarsened(plan: NDArray[np.int32], noise: np.random.Generator) -> NDArray[np.int32]:
    """Return a plan with small errors and gaps, so that nobody learns to follow it blindly.

    Args:
        plan: The plan, shape (G, `PlanColumn`).
        noise: The source of the errors.
    """
    found = plan.copy()
    moved = np.where(noise.random(plan.shape) < MOVED, noise.choice([-1, 1], plan.shape), 0)
    hidden = noise.random(plan.shape) < HIDDEN
    aside = noise.integers(-ASIDE, ASIDE + 1, len(plan))
    for column, classes in PLAN_CLASSES.items():
        own = plan[:, column]
        found[:, column] = np.where(own > 0, np.clip(own + moved[:, column], 1, classes - 1), 0)
        found[hidden[:, column], column] = 0
    own = plan[:, PlanColumn.PITCH]
    found[:, PlanColumn.PITCH] = np.where(own == NO_PITCH, NO_PITCH, own + aside)
    found[hidden[:, PlanColumn.PITCH], PlanColumn.PITCH] = NO_PITCH
    return found


def breath_of(pitch: NDArray[np.int32], duration: NDArray[np.int32]) -> tuple[int, ...]:
    """Return how a player divides a solo into phrases and silences.

    Args:
        pitch: Pitches or `REST`, shape (T,).
        duration: Durations in ticks, shape (T,).

    Returns:
        The `QUANTILES` of the lengths of phrases, in ticks, then those of silences between
        phrases; empty for a solo of fewer than two phrases.
    """
    lengths, silences = _phrases(pitch, duration)
    if not lengths or not silences:
        return ()
    shares = np.linspace(0, 1, QUANTILES)
    quantiles = [np.quantile(one, shares) for one in (lengths, silences)]
    return tuple(np.rint(np.concatenate(quantiles)).astype(int).tolist())


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


def heard_in_training(
    plan: NDArray[np.int32],
    ahead: NDArray[np.int32],
    group: NDArray[np.int32],
    places: NDArray[np.int32],
    passed: NDArray[np.int32],
    noise: np.random.Generator,
) -> NDArray[np.int32]:
    """Return what a line hears of the plan that a solo might have followed, with errors.

    Args:
        plan: What is planned for each group of bars, shape (G, `PlanColumn`).
        ahead: What the solo does after each step, shape (T, `AheadColumn`).
        group: The group of bars in which each step begins, shape (T,).
        places: The place features of each step, shape (T, `PLACE_COLUMNS`).
        passed: The ticks since the phrase began and those of silence, before each step, shape
            (T, 2).
        noise: The source of the errors.

    Returns:
        Shape (T, `PLAN_COLUMNS`).
    """
    recalls = np.where(noise.random(len(ahead)) < HIDDEN, 0, ahead[:, AheadColumn.RECALL])
    columns = planned_bars(coarsened(plan, noise), recalls, group)
    phrases = int(ahead[:, AheadColumn.PHRASE].max(initial=0)) + 1
    factors = np.exp(STRAY * noise.standard_normal((phrases, 2)))
    factors[noise.random((phrases, 2)) < HIDDEN] = 0
    lengths = ahead[:, AheadColumn.PHRASE_TICKS :] * factors[ahead[:, AheadColumn.PHRASE]]
    left = [
        breath_left(own, *since)
        for own, since in zip(lengths.astype(np.int64).tolist(), passed.tolist(), strict=True)
    ]
    told = np.array(left, np.int32).reshape(-1, 2)
    return np.concatenate([columns, recalled(places, recalls), told], axis=1)


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


def _class(column: PlanColumn, figure: float) -> int:
    return 1 + bisect_right(BOUNDS[column], figure)
