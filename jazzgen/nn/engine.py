"""The interface of the engines, which play values over a chart and compute their likelihood.

An engine makes a `Player` for a task. A player keeps the state of the model between calls, so a
solo can be played piece by piece; playing it at once means asking a new player for everything.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig, SamplingConfig
from jazzgen.encoding.chart_table import END_FAR, ChartColumn, shared_chart_table
from jazzgen.encoding.plan import BAR_COLUMNS, UNPLANNED, BreathColumn, Plan, planned_bars
from jazzgen.encoding.sequence import START_PITCH, HistoryColumn, ValueSequence
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.music.chart import Chart
from jazzgen.nn.assets import Assets
from jazzgen.nn.constraints import ActiveConstraint, active_constraints
from jazzgen.nn.sizes import FORCED

__all__ = ["CHUNK", "NO_CONDITIONS", "Compass", "Conditions", "Engine", "Player", "Task"]

Conditions = tuple[int, ...]
"""The columns of a history that stay the same in a solo: the numbers of the performer, the
instrument, the style and the feel in the model's assets, from 1, and the classes of the touch; 0
for what is unknown or left open."""
NO_CONDITIONS: Conditions = (0,) * (HistoryColumn.REPEAT - HistoryColumn.PERFORMER)
"""The conditions of nobody in particular."""

Compass = tuple[int, int] | None
"""The lowest and the highest MIDI pitch of a soloist; None if they are left open."""

CHUNK = 128
"""The number of steps for which noise is drawn at a time."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be played.

    Args:
        chart: The chart, with its choruses written out.
        seeds: The seed of each line; a line depends on no other line's seed.
        sampling: How to draw.
        conditions: The conditions of each line.
        compasses: The compass of each line's soloist, which the settings may narrow or widen.
        plans: What each line plans; None for a line without a plan.
        end: The tick at which lines end.
        opening: The values with which each line begins, shape (T, FORCED).
    """

    chart: Chart
    seeds: Sequence[int]
    sampling: SamplingConfig
    conditions: Sequence[Conditions]
    compasses: Sequence[Compass]
    end: int
    plans: Sequence[Plan | None] = ()
    opening: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, FORCED), np.int32))

    def of_lines(self, numbers: Sequence[int]) -> Task:
        """Return what some of the lines are to play.

        Args:
            numbers: The indices of these lines.
        """
        plans = [self.plans[number] for number in numbers] if self.plans else ()
        return replace(
            self, seeds=[self.seeds[number] for number in numbers], plans=plans,
            conditions=[self.conditions[number] for number in numbers],
            compasses=[self.compasses[number] for number in numbers],
        )  # fmt: skip

    def chart_table(self) -> NDArray[np.int32]:
        """Return the chart table, shape (ticks, CHART_COLUMNS).

        Where the solo is to go on at the chart's end, the end is as far away at every tick as
        the table tells.
        """
        table = shared_chart_table(self.chart)
        if self.sampling.goes_on:
            table = table.copy()
            table[:, ChartColumn.TO_END] = END_FAR
        return table

    def plan_tables(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return what each line hears of its plan: one table by bars, one by phrases.

        Returns:
            Shapes (B, bars, `BAR_COLUMNS`) and (B, N, `BreathColumn`); the last of
            the N rows is for all later phrases.
        """
        plans = [*self.plans] or [None] * len(self.seeds)
        rows, group = len(self.chart.bars), np.array(self.chart.group_numbers)
        longest = max((len(plan.breaths) for plan in plans if plan is not None), default=1)
        bars = np.empty((len(plans), rows, BAR_COLUMNS), np.int32)
        bars[:] = UNPLANNED[:BAR_COLUMNS]
        breaths = np.zeros((len(plans), longest, len(BreathColumn)), np.int32)
        for table, phrases, plan in zip(bars, breaths, plans, strict=True):
            if plan is not None:
                table[:] = planned_bars(plan.groups, plan.recalls, group)
                phrases[: len(plan.breaths)] = plan.breaths
                phrases[len(plan.breaths) :] = plan.breaths[-1]
        return bars, breaths

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """The lowest and the highest pitch that each line may play."""
        return [self.sampling.compass(own) for own in self.compasses]

    @property
    def starts(self) -> list[int]:
        """The pitch from which each line's first interval is counted: the nearest to F4 in it."""
        return [min(max(START_PITCH, low), high) for low, high in self.ranges]

    def constraints(
        self, vocabulary: JointVocabulary | None = None
    ) -> list[tuple[ActiveConstraint, ...]]:
        """Return the sampling rules that are on, each with its limits, for each line.

        Args:
            vocabulary: The joint values, if the model draws those.
        """
        return [
            active_constraints(
                replace(self.sampling, low=low, high=high), self.chart.tempo, vocabulary
            )
            for low, high in self.ranges
        ]


class Player(ABC):
    """Plays lines over one chart piece by piece; made by `Engine.player`.

    A line is the values that were played or given so far; its clock is the tick at which they
    end. The last value that begins before a tick may sound beyond it, so after playing up to a
    tick the clock may be later. The values do not depend on the pieces in which a line is
    played: each depends on the values before it, the chart, the settings, and the noise, which
    depends on the line's seed and the number of values before.

    The chart is read once, when the player is made: the encoder runs over the changes in both
    directions, so it must know where they lead. To play without an end, make the player for
    more choruses than will be needed.

    Args:
        task: What is to be played.
    """

    def __init__(self, task: Task) -> None:
        self.task = task

    @property
    @abstractmethod
    def clocks(self) -> list[int]:
        """The tick at which each line's next value begins."""

    @property
    @abstractmethod
    def values(self) -> NDArray[np.int32]:
        """All values of the lines, played or given, in the form of `Engine.play`."""

    @abstractmethod
    def hear(self, values: NDArray[np.int32]) -> None:
        """Continue every line with values that somebody else has played.

        They are cut at the task's end.

        Args:
            values: Values with the columns of `encoding.performance.Column`, shape (T, FORCED).
        """

    @abstractmethod
    def play(self, until: int) -> NDArray[np.int32]:
        """Let the model play until every line's clock is at a tick, or later.

        Args:
            until: The tick; playing stops at the task's end if that comes first.

        Returns:
            The values that were played by this call, in the form of `Engine.play`.
        """

    @abstractmethod
    def likelihood(
        self,
        given: Sequence[NDArray[np.int32]],
        following: Sequence[NDArray[np.int32]],
        lines: Sequence[int] | None = None,
    ) -> NDArray[np.float64]:
        """Return how likely values are after those of a line and some more; no line changes.

        The likelihood of a value is that of its pitch (or rest), times that of its duration
        given the pitch: the model's own, whatever the settings of sampling.

        Args:
            given: N times values that come first, and whose likelihood does not count: with the
                columns of `encoding.performance.Column`, shape (T, FORCED).
            following: The values whose likelihood is asked for, likewise.
            lines: For each of the N the index of the line that it continues; by default each
                line is continued once.

        Returns:
            The natural logarithm of the probability of all following values, shape (N,).
        """

    @abstractmethod
    def branch(
        self,
        seeds: Sequence[int] | None = None,
        lines: Sequence[int] | None = None,
        sampling: SamplingConfig | None = None,
    ) -> Player:
        """Return a player whose lines begin with the values of these and then differ.

        A branch plays what a new player with its seeds and settings would play after the same
        values.

        Args:
            seeds: The new lines' seeds; by default those of the lines that they continue.
            lines: For each new line the index of the line that it continues; by default each
                line once, or a single line as many times as there are seeds.
            sampling: How to draw from now on; by default as before.

        Raises:
            ValueError: There are not as many seeds as lines.
        """

    @abstractmethod
    def rewind(self, bar: int) -> None:
        """Return every line to its state after `play` up to a bar line.

        Args:
            bar: The index of the bar that begins at this bar line, from 0.

        Raises:
            ValueError: A line ends before this bar line.
        """

    @abstractmethod
    def cut(self, tick: int) -> None:
        """End every line at a tick: shorten the value that sounds there, drop the later ones.

        A line that ends before the tick stays as it is.
        """


class Engine(ABC):
    """Runs a model.

    Args:
        config: The architecture.
        assets: What the model keeps of its training data beside its weights.
    """

    name: str
    """The engine's name on the command line."""

    def __init__(self, config: ModelConfig, assets: Assets) -> None:
        self.config = config
        self.assets = assets

    @abstractmethod
    def make_player(self, task: Task, rewinds: bool) -> Player:
        """Return a player at the chart's beginning, without the task's opening.

        Args:
            task: What is to be played.
            rewinds: Whether the player will be rewound or cut. If not, it need not keep its
                state at every bar line; it can still be rewound, but then runs through all
                values again.
        """

    def player(self, task: Task, *, rewinds: bool = True) -> Player:
        """Return a player whose lines begin with the task's opening.

        Args:
            task: What is to be played.
            rewinds: See `make_player`.
        """
        player = self.make_player(task, rewinds)
        player.hear(task.opening)
        return player

    def play(self, task: Task) -> NDArray[np.int32]:
        """Play until every line is at the end.

        Returns:
            Values with the columns of `Column`, shape (B, T, FORCED); behind the end of
            a line there are rests of no duration.
        """
        player = self.player(task, rewinds=False)
        player.play(task.end)
        return player.values

    @abstractmethod
    def bits_per_note(
        self, sequences: Sequence[ValueSequence], conditions: Sequence[Conditions]
    ) -> list[float]:
        """Return how surprising solos are, in bits per note.

        Args:
            sequences: The solos.
            conditions: The conditions of each solo.

        Returns:
            The cost of each solo's counted steps, divided by the number of its counted notes;
            infinite for a solo without any.
        """

    @property
    @abstractmethod
    def layers(self) -> Any:
        """The model's shared layers (`nn.keras_engine.shared_layers`), for the graphs."""
