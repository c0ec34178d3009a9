"""The plan that a solo might have followed, measured from its notes."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import PLACES, ChartColumn
from jazzgen.encoding.expression import LOUDNESS_REACH, LOUDNESS_STEP
from jazzgen.encoding.plan import (
    BOUNDS,
    BREATH_TICKS,
    OPEN,
    PLANNED,
    QUANTILES,
    AheadColumn,
    PlanColumn,
)
from jazzgen.encoding.values import REST
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["breath_of", "measured_ahead", "measured_plan"]


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
        plan[group] = OPEN
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


FIGURE = 4
"""The number of intervals of an idea that a bar is said to return to."""


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


def _class(column: PlanColumn, figure: float) -> int:
    return 1 + bisect_right(BOUNDS[column], figure)
