"""Solos as networks see them: values, with the history and the chart at each of them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import chart_tables, group_starts
from jazzgen.encoding.expression import expression_classes, gate_classes, touch_classes
from jazzgen.encoding.openings import EMPTY, LONGEST, longer
from jazzgen.encoding.place_features import NO_PLACES, place_features
from jazzgen.encoding.plan import BREATH_TICKS, PLAN_COLUMNS, UNPLANNED, AheadColumn, PlanColumn
from jazzgen.encoding.plan_measures import measured_ahead, measured_plan
from jazzgen.encoding.repeat_features import REPEATS, RepeatClass, repeat_features
from jazzgen.encoding.values import NO_PITCH, REST, encode
from jazzgen.music.solo import Solo
from jazzgen.music.styles import learned_feel
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = [
    "CONDITIONS",
    "EMPTY_HISTORY",
    "HISTORY_COLUMNS",
    "HISTORY_PITCHES",
    "NO_PITCH",
    "START_PITCH",
    "TOUCHES",
    "HistoryColumn",
    "ValueSequence",
    "advance",
    "history_of",
    "value_sequence",
]

START_PITCH = 65
"""The pitch from which the first interval is counted: F4, the middle of a horn's range."""


HISTORY_PITCHES = 8
"""The number of pitches in a history."""


class HistoryColumn:
    """The columns of a history: the line before a value.

    Plain integers, since the members of an enumeration take several times as long to get, and the
    light engine asks for dozens of columns at each step of a line.
    """

    LAST = 0
    """Pitch of the last note, or `NO_PITCH`; those of the notes before it follow."""
    DURATION = 8
    """Duration of the last value, 0 at the beginning; those of the two before it follow."""
    RESTED = 11
    """1 after a rest and at the beginning, else 0."""
    PHRASE_NOTES = 12
    """Number of notes since the last rest."""
    PHRASE_TICKS = 13
    """Ticks since the last rest ended."""
    PHRASE_BEFORE = 14
    """Number of notes in the phrase before the last rest."""
    PHRASE_PITCH = 15
    """Pitch of the first note of the latest phrase, or `NO_PITCH`."""
    LOUDNESS = 16
    """Loudness class of the last note, 0 if unknown (see `expression`)."""
    TIMING = 17
    """Timing class of the last note, 0 if unknown."""
    GATE = 18
    """Gate class of the note before the last one, 0 if unknown: how short a note is played is
    told only once the next note is known, since it would give away whether a rest follows."""
    SILENCE = 19
    """Ticks since the last note ended."""
    BREATH_NUMBER = 20
    """Number of phrases that have begun; here `plan.BREATH_TICKS` of silence end one."""
    BREATH_TIME = 21
    """Ticks since the latest of them began."""
    ONSETS = 22
    """Where notes began in the last quarter: bit k is set for the tick k - 24 from here."""
    OPENING = 23
    """Pitches of the first notes of the latest of them, packed (see `openings`)."""
    OPENING_TIMES = 24
    """Their durations in ticks, packed likewise."""
    BEFORE = 25
    """Pitches of the first notes of the phrase before that one."""
    BEFORE_TIMES = 26
    """Their durations."""
    PERFORMER = 27
    """Number of the performer in the model, from 1; 0 for nobody in particular."""
    INSTRUMENT = 28
    """Number of the instrument in the model, from 1; 0 if unknown."""
    STYLE = 29
    """Number of the style of jazz in the model, from 1; 0 if unknown."""
    FEEL = 30
    """Number of the feel in the model, from 1; 0 if unknown."""
    TOUCH = 31
    """The first of the `TOUCHES` columns of a player's touch (see `expression.touch_classes`)."""
    REPEAT = 35
    """The first of the `REPEAT_COLUMNS` columns of repeat features (see `repeat_features`)."""
    PLACE = 43
    """The first of the `PLACE_COLUMNS` columns of place features (see `place_features`)."""
    PLAN = 68
    """The first of the `PLAN_COLUMNS` columns of the plan (see `plan`)."""


TOUCHES = HistoryColumn.REPEAT - HistoryColumn.TOUCH
HISTORY_COLUMNS = HistoryColumn.PLAN + PLAN_COLUMNS
EMPTY_HISTORY = (
    *[NO_PITCH] * HISTORY_PITCHES, 0, 0, 0, 1, 0, 0, 0, NO_PITCH, 0, 0, 0, 0, 0, 0, 0,
    *[EMPTY] * (HistoryColumn.PERFORMER - HistoryColumn.OPENING),
    0, 0, 0, 0,
    *[0] * TOUCHES,
    *[RepeatClass.NONE, 0] * REPEATS,
    *NO_PLACES,
    *UNPLANNED,
)  # fmt: skip
"""The history at the beginning, for nobody in particular."""

CONDITIONS = ("performer", "instrument", "style", "feel")
"""The names of the columns from `HistoryColumn.PERFORMER`, which stay the same in a solo."""


@dataclass(frozen=True, kw_only=True)
class ValueSequence:
    """A value sequence with its history and its chart.

    Args:
        pitch: Pitch or `REST` of each value, shape (T,).
        duration: Duration of each value in ticks, shape (T,).
        clock: The tick at which each value begins, shape (T,).
        history: The line before each value (`HistoryColumn`), shape (T, `HISTORY_COLUMNS`).
        rows: The row of the chart table at each value's beginning, shape (T, `CHART_COLUMNS`).
        chords: The chord table of the chart, shape (C, `CHORD_COLUMNS`).
        loudness: Loudness class of each value, 0 for rests, shape (T,).
        timing: Timing class of each value, 0 for rests, shape (T,).
        gate: Gate class of the note before each value, 0 unless both are notes, shape (T,).
        plan: The plan that the solo might have followed, shape (G, `PlanColumn`); the history
            knows nothing of it.
        ahead: What the solo does after each step (`plan.AheadColumn`), shape (T, 4).
        tune: The solo's tune, by which a corpus is split.
        name: The solo's name in messages.
        performer: The name of its performer.
        instrument: The name of the instrument.
        style: The name of the style.
        feel: The name of the chart's feel.
    """

    pitch: NDArray[np.int32]
    duration: NDArray[np.int32]
    clock: NDArray[np.int32]
    history: NDArray[np.int32]
    rows: NDArray[np.int32]
    chords: NDArray[np.int32]
    loudness: NDArray[np.int32]
    timing: NDArray[np.int32]
    gate: NDArray[np.int32]
    plan: NDArray[np.int32] = field(
        default_factory=lambda: np.zeros((0, len(PlanColumn)), np.int32)
    )
    ahead: NDArray[np.int32] = field(
        default_factory=lambda: np.zeros((0, len(AheadColumn)), np.int32)
    )
    tune: str = ""
    name: str = ""
    performer: str = ""
    instrument: str = ""
    style: str = ""
    feel: str = ""

    def __len__(self) -> int:
        return len(self.pitch)

    def to_last_note(self) -> ValueSequence:
        """Return the sequence without the rests behind its last note."""
        sounding = np.flatnonzero(self.pitch != REST)
        end = int(sounding[-1]) + 1 if len(sounding) else 0
        arrays = {
            one.name: getattr(self, one.name)[:end]
            for one in fields(self)
            if one.name not in ("chords", "plan")
            and isinstance(getattr(self, one.name), np.ndarray)
        }
        return replace(self, **arrays)

    @property
    def notes(self) -> int:
        """The number of values that are notes."""
        return int(np.count_nonzero(self.pitch != REST))

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Which values figures count: those between the first note and the end of the last.

        The rests behind the last note are not counted: how long a recording goes on after a
        solo says nothing about the solo. Shape (T,).
        """
        notes = (self.pitch != REST).astype(np.int64)
        before, left = np.cumsum(notes) - notes, np.cumsum(notes[::-1])[::-1]
        return np.asarray((before > 0) & (left > 0))


def value_sequence(solo: Solo) -> ValueSequence:
    """Encode a solo, and look up the history and the chart at each value."""
    values = encode(solo, to_end=True)
    pitch = np.array([value.pitch for value in values], dtype=np.int32)
    duration = np.array([value.duration for value in values], dtype=np.int32)
    clock = np.concatenate([[0], np.cumsum(duration)[:-1]])[: len(values)].astype(np.int32)
    loudness, timing, gate = np.zeros((3, len(values)), dtype=np.int32)
    rows, chords = chart_tables(solo.chart)
    loudness[pitch != REST], timing[pitch != REST] = expression_classes(solo)
    gate[pitch != REST] = gate_classes(solo)
    history = history_of(pitch, duration, loudness, timing, gate)
    history[:, HistoryColumn.PLACE : HistoryColumn.PLAN] = place_features(
        pitch, duration, rows[clock]
    )
    history[:, HistoryColumn.TOUCH : HistoryColumn.REPEAT] = touch_classes(solo)
    return ValueSequence(
        pitch=pitch,
        duration=duration,
        clock=clock,
        history=history,
        rows=rows[clock],
        chords=chords,
        loudness=loudness,
        timing=timing,
        gate=gate,
        plan=measured_plan(pitch, duration, loudness, group_starts(rows)),
        ahead=measured_ahead(pitch, duration, rows[clock]),
        tune=solo.tune,
        name=solo.name,
        performer=solo.performer,
        instrument=solo.instrument,
        style=solo.style,
        feel=learned_feel(solo.chart.feel),
    )


def history_of(*values: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the history before each value, shape (T, `HISTORY_COLUMNS`).

    The columns that depend on the chart, those of places and of the plan, are empty.

    Args:
        values: Pitches, durations, loudness, timing and gate classes, each of shape (T,).
    """
    history = np.zeros((len(values[0]), HISTORY_COLUMNS), dtype=np.int32)
    past = EMPTY_HISTORY
    for step, value in enumerate(zip(*(column.tolist() for column in values), strict=True)):
        history[step] = past
        past = advance(past, *value)
    history[:, HistoryColumn.REPEAT : HistoryColumn.PLACE] = repeat_features(*values[:2])
    history[:, HistoryColumn.PLACE :] = EMPTY_HISTORY[HistoryColumn.PLACE :]
    return history


def advance(
    past: tuple[int, ...],
    pitch: int,
    duration: int,
    loudness: int = 0,
    timing: int = 0,
    gate: int = 0,
) -> tuple[int, ...]:
    """Return the history after one more value; the columns from `REPEAT` on stay as they are.

    Args:
        past: The history before the value.
        pitch: The pitch of the value, or `REST`.
        duration: Its duration in ticks.
        loudness: Its loudness class.
        timing: Its timing class.
        gate: The gate class of the note before it, 0 if unknown.
    """
    # Taken apart at once, in the order of `HistoryColumn`: this is called for every value played.
    (
        *pitches, older, oldest, _, rested, notes, ticks, before, first,
        old_loudness, old_timing, old_gate, silence, number, time, onsets,
        opening, times, opening_before, times_before,
    ) = past[: HistoryColumn.PERFORMER]  # fmt: skip
    own = past[HistoryColumn.PERFORMER :]
    onsets >>= min(duration, TICKS_PER_QUARTER)
    if pitch == REST:
        return (
            *pitches, duration, older, oldest, 1, 0, 0, notes or before, first,
            old_loudness, old_timing, old_gate, silence + duration,
            number, time + duration if number else 0, onsets,
            opening, times, opening_before, times_before, *own,
        )  # fmt: skip
    if not number or silence >= BREATH_TICKS:
        number, time = number + 1, 0
        opening, times, opening_before, times_before = EMPTY, EMPTY, opening, times
    if duration <= TICKS_PER_QUARTER:
        onsets |= 1 << TICKS_PER_QUARTER - duration
    return (
        pitch, *pitches[:-1], duration, older, oldest,
        0, notes + 1, ticks + duration, before, pitch if rested else first,
        loudness, timing, gate, 0, number, time + duration, onsets,
        longer(opening, pitch), longer(times, min(duration, LONGEST)),
        opening_before, times_before, *own,
    )  # fmt: skip
