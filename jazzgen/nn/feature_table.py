"""The improviser's input features: tables that both engines use.

To add a feature, add its row here and, if no column holds what it needs, a column to
`encoding.sequence.HistoryColumn` or `encoding.chart_table.ChartColumn`. Sizes, the graphs'
one-hot rows and the light engine's lists of classes are all derived from the tables. Models
that were trained without the feature no longer fit.

No feature depends on the key, and Keras is not loaded before a tensor is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import (
    CHART_COLUMNS,
    CHORD_COLUMNS,
    FASTEST_CLASS,
    PLACES,
    ChartColumn,
    ChordColumn,
    tempo_of,
)
from jazzgen.encoding.expression import (
    GATE_CLASSES,
    LOUDNESS_CLASSES,
    TIMING_CLASSES,
    TOUCH_CLASSES,
)
from jazzgen.encoding.place_features import FOLLOWED, PlaceColumn
from jazzgen.encoding.plan import LEFT_CLASSES, PLAN_CLASSES, RECALLS, HeardColumn, PlanColumn
from jazzgen.encoding.repeat_features import REPEATS, RepeatClass
from jazzgen.encoding.sequence import (
    CONDITIONS,
    HISTORY_COLUMNS,
    HISTORY_PITCHES,
    NO_PITCH,
    HistoryColumn,
)
from jazzgen.music.timing import EIGHTH
from jazzgen.nn.feature_groups import FeatureGroups
from jazzgen.nn.feature_kind_base import ABSENT, Kind, OneOf
from jazzgen.nn.feature_kinds import (
    Class,
    Count,
    Degree,
    Interval,
    Motion,
    PitchClasses,
    Reach,
    Timespan,
)
from jazzgen.nn.sizes import (
    BEATS,
    CHORD_BEATS,
    CHORD_EIGHTHS,
    COUNTS,
    DURATIONS,
    HALF_SECONDS,
    HYPERMETER,
    QUARTER,
    REACH,
    REGISTERS,
    TICKS_IN_BEAT,
    TO_END,
    TO_NEXT,
    WAITS,
)
from jazzgen.nn.tensor import Ops, Tensor

__all__ = [
    "CHORD",
    "DEGREE",
    "EDITIONS",
    "INTERVAL",
    "LEAN_COLUMN",
    "Edition",
    "Feature",
    "FeatureTable",
    "chart",
]

Record = Sequence[int]

MANY_RECORDS = 6
"""The number of records from which arrays are quicker than Python's integers."""


@dataclass(frozen=True)
class Feature:
    """One feature.

    Args:
        name: What it tells the model.
        kind: How its columns become a class.
        columns: The indices of its columns in the record; a slice for a run of columns.
    """

    name: str
    kind: Kind
    columns: tuple[int | slice, ...]

    def reader(self) -> Callable[[Record], int]:
        """Return a function from a record to the feature's class, in integers.

        Raises:
            TypeError: The feature is a set, which has no class.
        """
        if not isinstance(self.kind, OneOf):
            raise TypeError(f"{self.name}: a set has no class")
        of, columns = self.kind.integer, self.columns
        # Most features have one or two columns: reading these without a loop saves time at every
        # step of the light engine.
        if len(columns) == 1:
            only = columns[0]
            return lambda record: of(record[only])
        if len(columns) == 2:
            first, second = columns
            return lambda record: of(record[first], record[second])
        return lambda record: of(*(record[column] for column in columns))


class FeatureTable:
    """Features side by side, in the order of the rows of a model's kernel.

    A step's record consists of one or more parts one after the other, such as a history and a
    row of a chart table. Columns are counted from the first column of the first part.

    Args:
        features: The features.
        widths: The number of columns of each part of the record.
    """

    def __init__(self, features: Iterable[Feature], widths: Sequence[int]) -> None:
        self.features = tuple(features)
        self.widths = tuple(widths)
        self.sizes = tuple(feature.kind.size for feature in self.features)
        self.size = sum(self.sizes)
        self.firsts = np.array([0, *accumulate(self.sizes)][:-1], np.int64)

    @cached_property
    def _readers(self) -> list[Callable[[Record], int]]:
        return [feature.reader() for feature in self.features]

    def tensor(self, *parts: Tensor) -> Tensor:
        """Return rows of zeros and ones as a tensor, float32, shape (…, size).

        Args:
            parts: The record's parts, int32, each of shape (…, width).
        """
        from keras import ops

        return self._groups.rows(ops, self._record(ops, parts))

    def array(self, *parts: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
        """Return rows of zeros and ones as an array, float32, shape (…, size).

        Args:
            parts: The record's parts, integers, each of shape (…, width).
        """
        found: NDArray[np.float32] = self._groups.rows(np, self._record(np, parts))
        return found

    def classes(self, record: Record) -> list[int]:
        """Return each feature's class at one step, in plain integers; `ABSENT` if it is absent.

        Args:
            record: The record, its parts one after the other.
        """
        return [of(record) for of in self._readers]

    def classes_of_all(self, records: Sequence[Record]) -> NDArray[np.int64]:
        """Return each feature's class in each record, shape (records, features).

        Python's integers are the quicker form for a few records, and arrays for more.

        Args:
            records: The records, the parts of each one after the other.
        """
        if len(records) < MANY_RECORDS:
            return np.array([self.classes(record) for record in records], np.int64)
        return self.array_classes(*np.split(np.array(records, np.int32), self._borders, axis=1))

    def array_classes(self, *parts: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """Return each feature's class, shape (…, features); `ABSENT` if it is absent.

        No feature may be a set.

        Args:
            parts: The record's parts, integers, each of shape (…, width).
        """
        found = self._groups.classes(self._record(np, parts)).astype(np.int64)
        return np.where((found < 0) | (found >= self.sizes), ABSENT, found)

    def numbers(self, classes: Sequence[Sequence[int]] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the positions of the ones in a row of the table.

        Args:
            classes: The class of each feature, shape (…, features).

        Returns:
            One position for each feature, shape (…, features); `size` for an absent one.
        """
        return np.asarray(np.minimum(np.asarray(classes) + self.firsts, self.size))

    def positions(self, feature: Feature) -> range:
        """Return the positions of a feature's zeros and ones in a row of the table."""
        first = int(self.firsts[self.features.index(feature)])
        return range(first, first + feature.kind.size)

    @cached_property
    def _borders(self) -> list[int]:
        """The first column of each part of a record but the first."""
        return list(accumulate(self.widths[:-1]))

    def _record(self, ops: Ops, parts: Sequence[Tensor]) -> Tensor:
        return parts[0] if len(parts) == 1 else ops.concatenate(parts, axis=-1)

    @cached_property
    def _groups(self) -> FeatureGroups:
        width = sum(self.widths)
        for feature in self.features:
            for column in feature.columns:
                if (column.stop if isinstance(column, slice) else column + 1) > width:
                    raise IndexError(f"no column {column} in a record of {self.widths}")
        return FeatureGroups(
            [one.kind for one in self.features], [one.columns for one in self.features]
        )


INTERVAL, DEGREE = Interval(), Degree()

_LAST, _SECOND, _THIRD, _FOURTH = range(HistoryColumn.LAST, HistoryColumn.LAST + 4)
_KEPT_PITCHES = slice(HistoryColumn.LAST, HistoryColumn.LAST + HISTORY_PITCHES)


def chart(column: ChartColumn) -> int:
    """Return the index of a column of the chart table in a line's record."""
    return HISTORY_COLUMNS + column


def _repeat(number: int) -> tuple[Feature, Feature]:
    """The interval and the duration of a repeat feature; the interval is absent without one."""
    first = HistoryColumn.REPEAT + 2 * number
    return (
        Feature(
            f"interval of repeat {number}", Class(size=RepeatClass.NONE, closed=True), (first,)
        ),
        Feature(f"duration of repeat {number}", Class(size=DURATIONS), (first + 1,)),
    )


def _timespan(name: str, column: HistoryColumn) -> Feature:
    ticks = tuple(round(tempo_of(tempo) * QUARTER / 120) for tempo in range(FASTEST_CLASS + 1))
    kind = Timespan(begins=HALF_SECONDS, ticks=ticks)
    return Feature(name, kind, (column, chart(ChartColumn.TEMPO)))


_LINE = FeatureTable([
    Feature("interval of the last note", INTERVAL, (_LAST, _SECOND)),
    Feature("interval of the one before", INTERVAL, (_SECOND, _THIRD)),
    Feature("from the third last to the last", INTERVAL, (_LAST, _THIRD)),
    Feature("from the fourth last to the last", INTERVAL, (_LAST, _FOURTH)),
    Feature("from the phrase's first to the last", INTERVAL, (_LAST, HistoryColumn.PHRASE_PITCH)),
    *(Feature(f"duration {age} before the last", Class(size=DURATIONS),
                (HistoryColumn.DURATION + age,))
      for age in range(3)),
    # A single class for 1; the feature is absent for 0.
    Feature("rested", Class(size=1, shift=-1, closed=True), (HistoryColumn.RESTED,)),
    Feature("degree over this chord", DEGREE, (_LAST, chart(ChartColumn.ROOT))),
    Feature("degree over the next chord", DEGREE, (_LAST, chart(ChartColumn.NEXT_ROOT))),
    Feature("register", Class(size=REGISTERS + 1, unit=3, none=NO_PITCH), (_LAST,)),
    Feature("reach down", Reach(size=REACH, up=False), (_KEPT_PITCHES,)),
    Feature("reach up", Reach(size=REACH, up=True), (_KEPT_PITCHES,)),
    Feature("notes in the phrase", Count(begins=COUNTS), (HistoryColumn.PHRASE_NOTES,)),
    Feature("eighths in the phrase", Count(begins=COUNTS, unit=EIGHTH),
            (HistoryColumn.PHRASE_TICKS,)),
    Feature("notes in the phrase before", Count(begins=COUNTS), (HistoryColumn.PHRASE_BEFORE,)),
    *(feature for number in range(REPEATS) for feature in _repeat(number)),
    Feature("loudness", Class(size=LOUDNESS_CLASSES, closed=True), (HistoryColumn.LOUDNESS,)),
    Feature("timing", Class(size=TIMING_CLASSES, closed=True), (HistoryColumn.TIMING,)),
], [HISTORY_COLUMNS, CHART_COLUMNS])  # fmt: skip
"""The features of a line: its last steps, their degrees in the harmony, the phrase so far.

Its record is a history, then a row of a chart table.
"""

_BREATH = FeatureTable([
    *_LINE.features,
    Feature("gate", Class(size=GATE_CLASSES, closed=True), (HistoryColumn.GATE,)),
    Feature("eighths of silence", Count(begins=COUNTS, unit=EIGHTH), (HistoryColumn.SILENCE,)),
    _timespan("time in the phrase", HistoryColumn.PHRASE_TICKS),
    _timespan("time of silence", HistoryColumn.SILENCE),
], _LINE.widths)  # fmt: skip
"""The same and how short notes were played, and how long the line has played without a rest, or
been silent, in seconds: players breathe by the clock, not by the bar."""


def _place(name: str, first: int) -> tuple[Feature, ...]:
    """What the line played at an earlier place."""
    return (
        Feature(f"interval of {name}", Class(size=RepeatClass.NONE, closed=True),
                (first + PlaceColumn.INTERVAL,)),
        Feature(f"duration of {name}", Class(size=DURATIONS), (first + PlaceColumn.DURATION,)),
        Feature(f"wait of {name}", Count(begins=WAITS), (first + PlaceColumn.WAIT,)),
        Feature(f"from the last note to {name}", INTERVAL, (first + PlaceColumn.PITCH, _LAST)),
        Feature(f"followed {name}", Class(size=FOLLOWED, shift=-1, closed=True),
                (first + PlaceColumn.FOLLOWED,)),
    )  # fmt: skip


def _plan(name: str, first: int) -> tuple[Feature, ...]:
    """What is planned for a group of bars."""
    return (
        *(
            Feature(f"planned {column.name.lower()} of {name}",
                    Class(size=classes - 1, shift=-1, closed=True), (first + column,))
            for column, classes in PLAN_CLASSES.items()
        ),
        Feature(f"planned register of {name}", Class(size=REGISTERS + 1, unit=3, none=NO_PITCH),
                (first + PlanColumn.PITCH,)),
        Feature(f"from the last note to the planned pitch of {name}", INTERVAL,
                (first + PlanColumn.PITCH, _LAST)),
    )  # fmt: skip


_FORM = FeatureTable([
    *_BREATH.features,
    *(
        feature for number in range(PLACES)
        for feature in _place(f"place {number}", HistoryColumn.PLACE + number * len(PlaceColumn))
    ),
    *_plan("these bars", HistoryColumn.PLAN + HeardColumn.NOW),
    *_plan("the next bars", HistoryColumn.PLAN + HeardColumn.NEXT),
    Feature("recalled place", Class(size=RECALLS - 1, shift=-1, closed=True),
            (HistoryColumn.PLAN + HeardColumn.RECALL,)),
    *_place("the recalled place", HistoryColumn.PLAN + HeardColumn.RECALLED),
    Feature("time left in the phrase", Class(size=LEFT_CLASSES - 1, shift=-1, closed=True),
            (HistoryColumn.PLAN + HeardColumn.PHRASE_LEFT,)),
    Feature("time left in the silence", Class(size=LEFT_CLASSES - 1, shift=-1, closed=True),
            (HistoryColumn.PLAN + HeardColumn.SILENCE_LEFT,)),
], _LINE.widths)  # fmt: skip
"""The same and what the line played at earlier places of the form, and what it plans."""

_CONTEXT = FeatureTable([
    Feature("tick in the beat", Class(size=TICKS_IN_BEAT), (ChartColumn.IN_BEAT,)),
    Feature("beat in the bar", Class(size=BEATS), (ChartColumn.BEAT,)),
    Feature("bar of four", Class(size=HYPERMETER, cycle=HYPERMETER), (ChartColumn.BAR,)),
    Feature("chord tones", PitchClasses(), (ChartColumn.TONES,)),
    Feature("tones of the next chord", PitchClasses(), (ChartColumn.NEXT_TONES,)),
    Feature("root motion", Motion(), (ChartColumn.NEXT_ROOT, ChartColumn.ROOT)),
    Feature("eighths to the next chord", Class(size=TO_NEXT, shift=EIGHTH - 1, unit=EIGHTH),
            (ChartColumn.TO_NEXT,)),
    Feature("quarters to the end", Class(size=TO_END, shift=-1, unit=QUARTER),
            (ChartColumn.TO_END,)),
], [CHART_COLUMNS])  # fmt: skip
"""The features of a tick of the chart: position in beat, bar and form, both chords, the end.

Its record is a row of a chart table.
"""

_TEMPO = FeatureTable(
    [Feature("tempo", Class(size=FASTEST_CLASS + 1), (ChartColumn.TEMPO,))], [CHART_COLUMNS]
)
"""The tempo. Its record is a row of a chart table."""

CHORD = FeatureTable([
    Feature("chord tones", PitchClasses(), (ChordColumn.TONES,)),
    Feature("root motion to it", Class(size=12), (ChordColumn.FROM_PREVIOUS,)),
    Feature("root motion from it", Class(size=12), (ChordColumn.TO_NEXT,)),
    Feature("its length in eighths", Class(size=CHORD_EIGHTHS), (ChordColumn.EIGHTHS,)),
    Feature("bar of four", Class(size=HYPERMETER, cycle=HYPERMETER), (ChordColumn.BAR,)),
    Feature("beat in the bar", Class(size=CHORD_BEATS), (ChordColumn.BEAT,)),
], [CHORD_COLUMNS])  # fmt: skip
"""The features of a chord for the chart's encoder. Its record is a row of a chord table."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What the improvisers of an edition receive, and what they say of a note.

    Args:
        line: The features of a line. Its record is a history, then a row of a chart table.
        context: The features of a tick that the heads receive beside the cells' output.
        tempo: The features of the whole solo; the record of both is a row of a chart table.
        conditions: The `CONDITIONS` that the cells receive, each one-hot.
        expression: The number of classes of each output of the expression head, by name.
        heard: The number of classes of each column of the history that the expression head
            receives, besides the note and its duration.
        registers: Whether the expression head receives the register of the note, and leans: how
            much louder a player's high notes are than the low ones depends on the touch.
    """

    line: FeatureTable
    context: FeatureTable
    tempo: FeatureTable
    conditions: tuple[str, ...]
    expression: Mapping[str, int]
    heard: Mapping[int, int]
    registers: bool

    @property
    def hears_places(self) -> bool:
        """Whether the line's features tell what was played at earlier places of the form."""
        return self._reads(HistoryColumn.PLACE, HistoryColumn.PLAN)

    @property
    def hears_plan(self) -> bool:
        """Whether the line's features tell a plan."""
        return self._reads(HistoryColumn.PLAN, HISTORY_COLUMNS)

    def _reads(self, first: int, behind: int) -> bool:
        columns = (column for one in self.line.features for column in one.columns)
        return any(isinstance(one, int) and first <= one < behind for one in columns)

    def condition_size(self, known: Mapping[str, Sequence[str]]) -> int:
        """Return the number of zeros and ones that tell the conditions.

        Args:
            known: For each condition the names that the model knows.
        """
        return sum(len(known[condition]) + 1 for condition in self.conditions)

    def size(self, known: Mapping[str, Sequence[str]]) -> int:
        """Return the number of features that the cells receive, without the chart's encoding.

        Args:
            known: For each condition the names that the model knows.
        """
        tables = (self.line, self.context, self.tempo)
        return sum(table.size for table in tables) + self.condition_size(known)

    def condition_rows(self, condition: str, known: Mapping[str, Sequence[str]]) -> range:
        """Return which of the features that the cells receive tell a condition, in their order.

        The first is for what is unknown; the names that the model knows follow.

        Args:
            condition: One of the edition's `conditions`.
            known: For each condition the names that the model knows.
        """
        number = self.conditions.index(condition)
        before = self.conditions[:number]
        tables = (self.line, self.context, self.tempo)
        first = sum(table.size for table in tables) + sum(len(known[one]) + 1 for one in before)
        return range(first, first + len(known[condition]) + 1)

    @property
    def expression_inputs(self) -> int:
        """The size of what the expression head receives beside the hidden state and the note."""
        return sum(self.heard.values()) + (REGISTERS if self.registers else 0)


LEAN_COLUMN = HistoryColumn.TOUCH + 1
"""The column of the touch that says how loudness goes with pitch."""

_TOUCH = {"loudness": LOUDNESS_CLASSES, "timing": TIMING_CLASSES}
_HEARD: dict[int, int] = {
    HistoryColumn.LOUDNESS: LOUDNESS_CLASSES,
    HistoryColumn.TIMING: TIMING_CLASSES,
}
_SECOND_EDITION = Edition(
    line=_BREATH,
    # The heads know the tempo too: how dense a line is depends on it more than on anything.
    context=FeatureTable([*_CONTEXT.features, *_TEMPO.features], _CONTEXT.widths),
    tempo=_TEMPO,
    conditions=CONDITIONS,
    expression={**_TOUCH, "gate": GATE_CLASSES},
    heard={
        **_HEARD,
        HistoryColumn.GATE: GATE_CLASSES,
        HistoryColumn.RESTED: 2,
        HistoryColumn.DURATION: DURATIONS,
        # Whoever plays, the notes are the same: the cells do not hear the touch.
        **dict.fromkeys(range(HistoryColumn.TOUCH, HistoryColumn.REPEAT), TOUCH_CLASSES),
    },
    registers=True,
)
EDITIONS = {
    1: Edition(
        line=_LINE,
        context=_CONTEXT,
        tempo=_TEMPO,
        conditions=CONDITIONS[:1],
        expression=_TOUCH,
        heard=_HEARD,
        registers=False,
    ),
    2: _SECOND_EDITION,
    3: replace(
        _SECOND_EDITION,
        line=_FORM,
        heard={
            **_SECOND_EDITION.heard,
            HistoryColumn.PLAN + PlanColumn.LOUDNESS: PLAN_CLASSES[PlanColumn.LOUDNESS],
        },
    ),
}
"""The editions of the improviser by their number, `ModelConfig.edition`."""
