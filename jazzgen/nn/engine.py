"""The interface of the engines, which play values over a chart and compute their likelihood.

An engine makes a `Player` for a task. A player keeps the state of the model between calls, so a
solo can be played piece by piece; playing it at once means asking a new player for everything.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig, SamplingConfig
from jazzgen.encoding.sequence import START_PITCH, ValueSequence
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.music.chart import Chart
from jazzgen.nn.constraints import ActiveConstraint, active_constraints
from jazzgen.nn.sizes import FORCED

__all__ = ["CHUNK", "Engine", "Player", "Task"]

CHUNK = 128
"""The number of steps for which noise is drawn at a time."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be played.

    Args:
        chart: The chart, with its choruses written out.
        seeds: The seed of each line; a line depends on no other line's seed.
        sampling: How to draw.
        performers: The number of each line's performer, 0 for nobody in particular.
        end: The tick at which lines end.
        opening: The values with which each line begins, shape (T, FORCED).
    """

    chart: Chart
    seeds: Sequence[int]
    sampling: SamplingConfig
    performers: Sequence[int]
    end: int
    opening: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, FORCED), np.int32))

    @property
    def start(self) -> int:
        """The pitch from which the first interval is counted: the nearest to F4 in the range."""
        return min(max(START_PITCH, self.sampling.low), self.sampling.high)

    def constraints(
        self, vocabulary: JointVocabulary | None = None
    ) -> tuple[ActiveConstraint, ...]:
        """Return the sampling rules that are on.

        Args:
            vocabulary: The joint values, if the model draws those.
        """
        return active_constraints(self.sampling, self.chart.tempo, vocabulary)


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
            values: Pitch or `REST`, duration, loudness and timing class, shape (T, FORCED).
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
        performers: The names of the performers that the model can imitate.
        performer_counts: The number of training solos of each; empty if they were not counted.
    """

    name: str
    """The engine's name on the command line."""

    def __init__(
        self,
        config: ModelConfig,
        performers: Sequence[str] = (),
        performer_counts: Sequence[int] = (),
    ) -> None:
        self.config = config
        self.performers = tuple(performers)
        self.performer_counts = tuple(performer_counts)

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
            Pitches, durations, loudness and timing classes, shape (B, T, 4); behind the end of
            a line there are rests of no duration.
        """
        player = self.player(task, rewinds=False)
        player.play(task.end)
        return player.values

    @abstractmethod
    def bits_per_note(
        self, sequences: Sequence[ValueSequence], performers: Sequence[int]
    ) -> list[float]:
        """Return how surprising solos are, in bits per note.

        Args:
            sequences: The solos.
            performers: The number of each solo's performer, 0 for nobody in particular.

        Returns:
            The cost of each solo's counted steps, divided by the number of its counted notes;
            infinite for a solo without any.
        """

    @property
    @abstractmethod
    def layers(self) -> Any:
        """The model's shared layers (`nn.keras_engine.shared_layers`), for the graphs."""
