"""The editions of the improviser: what its networks receive, and what they say of a note.

Sizes, the graphs' one-hot rows and the light engine's lists of classes are all derived from the
tables of features here and in `line_features`. No feature depends on the key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jazzgen.encoding.chart_table import (
    CHART_COLUMNS,
    CHORD_COLUMNS,
    FASTEST_CLASS,
    ChartColumn,
    ChordColumn,
)
from jazzgen.encoding.expression import (
    GATE_CLASSES,
    LOUDNESS_CLASSES,
    TIMING_CLASSES,
    TOUCH_CLASSES,
)
from jazzgen.encoding.plan import PLAN_CLASSES, PlanColumn
from jazzgen.encoding.sequence import (
    CONDITIONS,
    HISTORY_COLUMNS,
    HistoryColumn,
)
from jazzgen.music.timing import EIGHTH
from jazzgen.nn.feature_kinds import (
    Class,
    Motion,
    PitchClasses,
)
from jazzgen.nn.feature_table import Feature, FeatureTable
from jazzgen.nn.line_features import BREATH_FEATURES, FORM_FEATURES, LINE_FEATURES
from jazzgen.nn.sizes import (
    BEATS,
    CHORD_BEATS,
    CHORD_EIGHTHS,
    DURATIONS,
    HYPERMETER,
    QUARTER,
    REGISTERS,
    TICKS_IN_BEAT,
    TO_END,
    TO_NEXT,
)

__all__ = ["CHORD", "EDITIONS", "LEAN_COLUMN", "Edition", "one_hots"]

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
        adapts: Whether what it expects of a line adapts to the line (see `nn.adaptation`).
    """

    line: FeatureTable
    context: FeatureTable
    tempo: FeatureTable
    conditions: tuple[str, ...]
    expression: Mapping[str, int]
    heard: Mapping[int, int]
    registers: bool
    adapts: bool = False

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


def one_hots(sizes: Mapping[int, int]) -> FeatureTable:
    """Return a table of columns of the history, each one-hot; without a one beyond its size.

    Args:
        sizes: The number of classes of each column.
    """
    features = [
        Feature(f"column {column}", Class(size=size, closed=True), (column,))
        for column, size in sizes.items()
    ]
    return FeatureTable(features, [HISTORY_COLUMNS])


LEAN_COLUMN = HistoryColumn.TOUCH + 1
"""The column of the touch that says how loudness goes with pitch."""
_TOUCH = {"loudness": LOUDNESS_CLASSES, "timing": TIMING_CLASSES}
_HEARD: dict[int, int] = {
    HistoryColumn.LOUDNESS: LOUDNESS_CLASSES,
    HistoryColumn.TIMING: TIMING_CLASSES,
}
_SECOND_EDITION = Edition(
    line=BREATH_FEATURES,
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
_THIRD_EDITION = replace(
    _SECOND_EDITION,
    line=FORM_FEATURES,
    heard={
        **_SECOND_EDITION.heard,
        HistoryColumn.PLAN + PlanColumn.LOUDNESS: PLAN_CLASSES[PlanColumn.LOUDNESS],
    },
)
EDITIONS = {
    1: Edition(
        line=LINE_FEATURES,
        context=_CONTEXT,
        tempo=_TEMPO,
        conditions=CONDITIONS[:1],
        expression=_TOUCH,
        heard=_HEARD,
        registers=False,
    ),
    2: _SECOND_EDITION,
    3: _THIRD_EDITION,
    4: replace(_THIRD_EDITION, adapts=True),
}
"""The editions of the improviser by their number, `ModelConfig.edition`."""
