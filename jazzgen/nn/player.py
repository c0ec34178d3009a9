"""What the players of both engines have in common: noise, the values of each line, rewinding."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from typing import Any, Generic, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import SamplingConfig
from jazzgen.encoding.chart_table import ChartColumn, chord_table
from jazzgen.encoding.performance import Column
from jazzgen.encoding.place_features import NOWHERE, place_features
from jazzgen.encoding.plan import NEAR_END, HeardColumn, breath_left
from jazzgen.encoding.sequence import HistoryColumn, ValueSequence, history_of
from jazzgen.encoding.values import REST
from jazzgen.nn.engine import CHUNK, Compass, Conditions, Player, Task
from jazzgen.nn.sizes import DRAWS, FORCED

__all__ = [
    "Line",
    "LinePlayer",
    "Mark",
    "Noise",
    "Played",
    "heard_plan",
    "last_mark",
    "played_of",
    "teacher_forced",
    "together",
]

Played = tuple[int, int, int, int, int, int]
"""A value: the columns of `encoding.performance.Column`."""


FIRST_DRAWS = 4
"""The number of columns in the first stream of noise: pitch, duration, loudness and timing."""


class Noise:
    """The uniform random numbers of a line, `DRAWS` for each step, in any order of steps.

    Args:
        seed: The seed; the same seed gives the same numbers.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._number = -1
        self._chunk: list[list[float]] = []

    def at(self, step: int) -> list[float]:
        """Return the numbers of a step."""
        number, index = divmod(step, CHUNK)
        if number != self._number:
            self._number, self._chunk = number, self.chunk(number).tolist()
        return self._chunk[index]

    def chunk(self, number: int) -> NDArray[np.float32]:
        """Return the numbers of a chunk of `CHUNK` steps, shape (CHUNK, DRAWS).

        Args:
            number: The index of the chunk, from 0.
        """
        # Two streams: models of the first edition, which draw from the first alone, play what
        # they always played.
        return np.concatenate(
            [
                _stream(self.seed, number, FIRST_DRAWS),
                _stream([self.seed, 1], number, DRAWS - FIRST_DRAWS),
            ],
            axis=1,
        )


def _stream(seed: int | Sequence[int], number: int, width: int) -> NDArray[np.float32]:
    """Return a chunk of a stream of uniform numbers, shape (CHUNK, width)."""
    # Each 64-bit number of the generator gives two float32, hence the half.
    bits = np.random.PCG64(seed).advance(number * CHUNK * width // 2)
    return np.random.Generator(bits).random((CHUNK, width), dtype=np.float32)


def played_of(row: Sequence[int]) -> Played:
    """Return the value in a row of integers, which need not be a tuple."""
    pitch, duration, loudness, timing, gate, spread = row
    return pitch, duration, loudness, timing, gate, spread


class Mark(NamedTuple):
    """The state of a line at some point, to which it can return."""

    length: int
    """The number of values that the line had."""
    clock: int
    """The tick at which they ended."""
    state: Any
    """The state of the model; each engine has its own."""


class Line:
    """A line of a player: its values, played or given, and the marks to which it can return.

    Args:
        seed: The seed of its noise.
        conditions: Its conditions.
        compass: The compass of its soloist.
    """

    def __init__(self, seed: int, conditions: Conditions, compass: Compass) -> None:
        self.noise = Noise(seed)
        self.number = 0  # among the lines of its player
        self.conditions = conditions
        self.compass = compass
        self.played: list[Played] = []
        self.clock = 0
        self.marks: list[Mark] = []

    def branch(self, seed: int) -> Self:
        """Return a copy of the line with another seed, which can change without changing this."""
        line = copy(self)
        line.noise = Noise(seed)
        line.played, line.marks = list(self.played), list(self.marks)
        return line

    def length_at(self, tick: int) -> tuple[int, int]:
        """Return how many values the line had when its clock reached a tick, and its clock."""
        length, clock = len(self.played), self.clock
        while length and clock - self.played[length - 1][1] >= tick:
            length -= 1
            clock -= self.played[length][1]
        return length, clock


AnyLine = TypeVar("AnyLine", bound=Line)


class LinePlayer(Player, Generic[AnyLine]):
    """A player that keeps the values of each line.

    Args:
        task: What is to be played.
        lines: The lines.
    """

    def __init__(self, task: Task, lines: Sequence[AnyLine]) -> None:
        super().__init__(task)
        self.lines = list(lines)
        for number, line in enumerate(self.lines):
            line.number = number

    @property
    def clocks(self) -> list[int]:
        """See `Player.clocks`."""
        return [line.clock for line in self.lines]

    @property
    def values(self) -> NDArray[np.int32]:
        """See `Player.values`."""
        return together([line.played for line in self.lines])

    def hear(self, values: NDArray[np.int32]) -> None:
        """See `Player.hear`."""
        self._force(self.lines, [played_of(row) for row in values.tolist()])

    def play(self, until: int) -> NDArray[np.int32]:
        """See `Player.play`."""
        before = [len(line.played) for line in self.lines]
        self._go_on(min(until, self.task.end))
        return together(
            [line.played[length:] for line, length in zip(self.lines, before, strict=True)]
        )

    def branch(
        self,
        seeds: Sequence[int] | None = None,
        lines: Sequence[int] | None = None,
        sampling: SamplingConfig | None = None,
    ) -> Player:
        """See `Player.branch`.

        Args:
            seeds: The new lines' seeds.
            lines: For each new line the index of the line that it continues.
            sampling: How to draw from now on.
        """
        if lines is None:
            alone = len(self.lines) == 1 and seeds is not None
            lines = [0] * len(seeds or ()) if alone else range(len(self.lines))
        seeds = [self.lines[n].noise.seed for n in lines] if seeds is None else seeds
        if len(seeds) != len(lines):
            raise ValueError(f"{len(seeds)} seeds for {len(lines)} lines")
        task = replace(
            self.task,
            seeds=list(seeds),
            sampling=sampling or self.task.sampling,
            conditions=[self.lines[n].conditions for n in lines],
            compasses=[self.lines[n].compass for n in lines],
            plans=[self.task.plans[n] for n in lines] if self.task.plans else (),
        )
        return self._with(
            task, [self.lines[n].branch(seed) for n, seed in zip(lines, seeds, strict=True)]
        )

    def rewind(self, bar: int) -> None:
        """See `Player.rewind`."""
        start = self.task.chart.bar_starts[bar]
        if min(self.clocks) < start:
            raise ValueError(f"bar {bar}: a line ends at tick {min(self.clocks)}, before this bar")
        for line in self.lines:
            self._go_back(line, line.length_at(start)[0])

    def cut(self, tick: int) -> None:
        """See `Player.cut`."""
        for line in self.lines:
            length, clock = line.length_at(tick)
            if clock > tick:  # the last of these values sounds beyond the tick
                pitch, duration, *how = line.played[length - 1]
                self._go_back(line, length - 1)
                self._force([line], [played_of([pitch, duration - (clock - tick), *how])])
            elif length < len(line.played):
                self._go_back(line, length)

    @abstractmethod
    def _force(self, lines: Sequence[AnyLine], values: Sequence[Played]) -> None:
        """Continue lines with given values, cut at the task's end."""

    @abstractmethod
    def _go_on(self, until: int) -> None:
        """Let the model play every line whose clock is before a tick."""

    @abstractmethod
    def _go_back(self, line: AnyLine, length: int) -> None:
        """Return a line to its state after its first `length` values."""

    @abstractmethod
    def _with(self, task: Task, lines: list[AnyLine]) -> Player:
        """Return a player like this one with other lines."""


def last_mark(line: Line, length: int) -> Mark:
    """Return the last mark within a line's first values, and drop all later marks.

    Args:
        line: The line.
        length: The number of first values.
    """
    del line.marks[bisect_right(line.marks, length, key=lambda mark: mark.length) :]
    return line.marks[-1]


def teacher_forced(
    judge: Callable[[Sequence[ValueSequence], Sequence[Conditions]], Sequence[float]],
    player: LinePlayer[Any],
    given: Sequence[NDArray[np.int32]],
    following: Sequence[NDArray[np.int32]],
    lines: Sequence[int] | None = None,
) -> NDArray[np.float64]:
    """Return what `Player.likelihood` does, for a model that reads lines from their beginning.

    What follows is as likely as the line with it, divided by the line without it.

    Args:
        judge: A function that returns the natural logarithm of the probability of each solo,
            played with its conditions.
        player: The player.
        given: See `Player.likelihood`.
        following: See `Player.likelihood`.
        lines: See `Player.likelihood`.
    """
    chosen = [player.lines[n] for n in (range(len(player.lines)) if lines is None else lines)]
    before = [
        np.array([*line.played, *own.tolist()], np.int32).reshape(-1, FORCED)
        for line, own in zip(chosen, given, strict=True)
    ]
    after = [np.concatenate(both) for both in zip(before, following, strict=True)]
    solos = [
        _sequence(values, line, player.task)
        for values, line in zip([*before, *after], chosen * 2, strict=True)
    ]
    conditions = [line.conditions for line in chosen] * 2
    without, along = np.reshape(judge(solos, conditions), (2, -1))
    return np.asarray(along - without, np.float64)


def heard_plan(
    history: Sequence[int],
    places: Sequence[int],
    bar: Sequence[int],
    breaths: Sequence[Sequence[int]],
    to_end: int,
) -> tuple[int, ...]:
    """Return what a line hears of its plan (see `HeardColumn`).

    Args:
        history: The line's history.
        places: What it played at earlier places, the columns of `place_features`.
        bar: What it hears of its plan in this bar.
        breaths: What its plan says of each phrase; the last row is for all later ones.
        to_end: The ticks to the chart's end, as the chart table tells them.
    """
    first = (bar[HeardColumn.RECALL] - 1) * len(NOWHERE)
    idea = places[first : first + len(NOWHERE)] if first >= 0 else NOWHERE
    number, left = history[HistoryColumn.BREATH_NUMBER], (0, 0)
    if number and to_end >= NEAR_END:
        left = breath_left(
            breaths[min(number, len(breaths)) - 1],
            history[HistoryColumn.BREATH_TIME],
            history[HistoryColumn.SILENCE],
        )
    return (*bar, *idea, *left)


def _sequence(values: NDArray[np.int32], line: Line, task: Task) -> ValueSequence:
    """A line's values, (T, FORCED), as models read a solo with teacher forcing."""
    pitch, duration, loudness, timing, gate = values[:, : Column.SPREAD].T
    clock = (np.cumsum(duration) - duration).astype(np.int32)
    rows = task.chart_table()[clock]
    history = history_of(pitch, duration, loudness, timing, gate)
    history[:, HistoryColumn.PERFORMER : HistoryColumn.REPEAT] = line.conditions
    history[:, HistoryColumn.PLACE : HistoryColumn.PLAN] = place_features(pitch, duration, rows)
    bars, breaths = (table[line.number].tolist() for table in task.plan_tables())
    for step, row in zip(history, rows.tolist(), strict=True):
        past = step.tolist()
        places = past[HistoryColumn.PLACE : HistoryColumn.PLAN]
        step[HistoryColumn.PLAN :] = heard_plan(
            past, places, bars[row[ChartColumn.NUMBER]], breaths, row[ChartColumn.TO_END]
        )
    return ValueSequence(
        pitch=pitch,
        duration=duration,
        clock=clock,
        history=history,
        rows=rows,
        chords=chord_table(task.chart),
        loudness=loudness,
        timing=timing,
        gate=gate,
    )


def together(lines: Sequence[Sequence[Played] | NDArray[np.int32]]) -> NDArray[np.int32]:
    """Return the values of lines as one array, padded with rests of no duration.

    Args:
        lines: The values of each line.

    Returns:
        Shape (B, T, FORCED).
    """
    longest = max(map(len, lines))
    values = np.zeros((len(lines), longest, FORCED), np.int32)
    values[..., 0] = REST
    for row, line in zip(values, lines, strict=True):
        if len(line):
            row[: len(line)] = line
    return values
