"""The features of a line: what it has played, over which chords, and what it plans.

Each edition of the improviser has one of these tables (see `editions`). To add a feature, add its
row here and, if no column holds what it needs, a column to `encoding.sequence.HistoryColumn` or
`encoding.chart_table.ChartColumn`. Models that were trained without the feature no longer fit.

No feature depends on the key.
"""

from __future__ import annotations

from jazzgen.encoding.chart_table import (
    CHART_COLUMNS,
    FASTEST_CLASS,
    PLACES,
    ChartColumn,
    tempo_of,
)
from jazzgen.encoding.expression import (
    GATE_CLASSES,
    LOUDNESS_CLASSES,
    TIMING_CLASSES,
)
from jazzgen.encoding.place_features import FOLLOWED, PlaceColumn
from jazzgen.encoding.plan import LEFT_CLASSES, PLAN_CLASSES, RECALLS, HeardColumn, PlanColumn
from jazzgen.encoding.repeat_features import REPEATS, RepeatClass
from jazzgen.encoding.sequence import (
    HISTORY_COLUMNS,
    HISTORY_PITCHES,
    NO_PITCH,
    HistoryColumn,
)
from jazzgen.music.timing import EIGHTH
from jazzgen.nn.feature_kinds import (
    Class,
    Count,
    Degree,
    Interval,
    Reach,
    Timespan,
)
from jazzgen.nn.feature_table import Feature, FeatureTable
from jazzgen.nn.sizes import (
    COUNTS,
    DURATIONS,
    HALF_SECONDS,
    QUARTER,
    REACH,
    REGISTERS,
    WAITS,
)

__all__ = ["BREATH_FEATURES", "DEGREE", "FORM_FEATURES", "INTERVAL", "LINE_FEATURES", "chart"]

INTERVAL, DEGREE = Interval(), Degree()
_LAST, _SECOND, _THIRD, _FOURTH = range(HistoryColumn.LAST, HistoryColumn.LAST + 4)
_KEPT_PITCHES = slice(HistoryColumn.LAST, HistoryColumn.LAST + HISTORY_PITCHES)


def chart(column: int) -> int:
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


def _timespan(name: str, column: int) -> Feature:
    ticks = tuple(round(tempo_of(tempo) * QUARTER / 120) for tempo in range(FASTEST_CLASS + 1))
    kind = Timespan(begins=HALF_SECONDS, ticks=ticks)
    return Feature(name, kind, (column, chart(ChartColumn.TEMPO)))


LINE_FEATURES = FeatureTable([
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
BREATH_FEATURES = FeatureTable([
    *LINE_FEATURES.features,
    Feature("gate", Class(size=GATE_CLASSES, closed=True), (HistoryColumn.GATE,)),
    Feature("eighths of silence", Count(begins=COUNTS, unit=EIGHTH), (HistoryColumn.SILENCE,)),
    _timespan("time in the phrase", HistoryColumn.PHRASE_TICKS),
    _timespan("time of silence", HistoryColumn.SILENCE),
], LINE_FEATURES.widths)  # fmt: skip
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


FORM_FEATURES = FeatureTable([
    *BREATH_FEATURES.features,
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
], LINE_FEATURES.widths)  # fmt: skip
"""The same and what the line played at earlier places of the form, and what it plans."""
