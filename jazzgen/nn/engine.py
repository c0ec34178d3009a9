"""What an engine does: it plays values over a chart, and says how likely it finds them.

An engine makes a `Player` for a task. A player keeps what the model has heard, so it goes on
from where it stands: playing a solo at once is asking a fresh player for everything.
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
"""Steps for which noise is drawn at a time."""


@dataclass(frozen=True)
class Task:
    """What is to be played.

    Args:
        chart: The changes, choruses unfolded.
        seeds: One for each line; a line depends on its own seed alone.
        sampling: How to draw.
        performers: Number of each line's performer, 0 for nobody in particular.
        end: The tick at which lines stop.
        opening: Values that each line begins with, shape (T, FORCED).
    """

    chart: Chart
    seeds: Sequence[int]
    sampling: SamplingConfig
    performers: Sequence[int]
    end: int
    opening: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, FORCED), np.int32))

    @property
    def start(self) -> int:
        """The pitch that a first interval is counted from: the one within the range nearest F4."""
        return min(max(START_PITCH, self.sampling.low), self.sampling.high)

    def constraints(
        self, vocabulary: JointVocabulary | None = None
    ) -> tuple[ActiveConstraint, ...]:
        """Return the sampling rules that are on.

        Args:
            vocabulary: Of joint values, where the model draws those.
        """
        return active_constraints(self.sampling, self.chart.tempo, vocabulary)


class Player(ABC):
    """Lines over one chart, played on from where they stand; made by `Engine.player`.

    A line is what it has played and heard so far, and where that ends: its clock. A value that
    begins before the tick asked for may sound beyond it, so a clock may stand later than that.
    In whatever pieces a line is played, its values are the same: those of a step depend on the
    values before it, on the chart, on the settings, and on the noise, which is numbered by the
    line's seed and how many values came before.

    The chart is read once, when the player is made: its encoder runs over the changes in both
    directions, so it has to know where they lead. For a tune without an end, make the player
    for more choruses than will be needed.

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
        """Everything that the lines have played and heard: see `Engine.play`."""

    @abstractmethod
    def hear(self, values: NDArray[np.int32]) -> None:
        """Let every line go on with values that somebody else has played.

        What reaches past the task's end is cut there.

        Args:
            values: Shape (T, FORCED).
        """

    @abstractmethod
    def play(self, until: int) -> NDArray[np.int32]:
        """Let the model play until every line's clock is at a tick, or later.

        Args:
            until: The tick; the task's end, where that comes first.

        Returns:
            What was played now: see `Engine.play`.
        """

    @abstractmethod
    def branch(
        self,
        seeds: Sequence[int] | None = None,
        lines: Sequence[int] | None = None,
        sampling: SamplingConfig | None = None,
    ) -> Player:
        """Return a player whose lines begin as these do and go their own way from here on.

        A branch plays what a fresh player with its seeds and settings plays once it has heard
        the same values.

        Args:
            seeds: The new lines' seeds; by default those of the lines that they come from.
            lines: For each new line the index of the line that it comes from; by default all
                lines once, or a single line as often as there are seeds.
            sampling: How to draw from here on; by default as before.

        Raises:
            ValueError: There are not as many seeds as lines.
        """

    @abstractmethod
    def rewind(self, bar: int) -> None:
        """Bring every line back to where `play` had left it when it was asked for a bar line.

        Args:
            bar: Number of the bar that begins there, from 0.

        Raises:
            ValueError: A line has not come that far.
        """

    @abstractmethod
    def cut(self, tick: int) -> None:
        """End every line at a tick: cut what sounds there, forget what begins later.

        A line that ends before the tick stays as it is.
        """


class Engine(ABC):
    """Runs a model.

    Args:
        config: The architecture.
        performers: Names that the model can be asked to play like.
        performer_counts: The number of training solos of each; empty if nobody counted.
    """

    name: str
    """What the command line calls it."""

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
        """Return a player at the chart's beginning, which has not heard the task's opening.

        Args:
            task: What is to be played.
            rewinds: Whether it will be rewound or cut. Where not, states need not be kept at
                every bar line; it can still be done, but everything is then heard again.
        """

    def player(self, task: Task, *, rewinds: bool = True) -> Player:
        """Return a player that has heard the task's opening.

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
            Pitches, durations, loudness and timing classes, shape (B, T, 4); behind its end
            a line has rests of no duration.
        """
        player = self.player(task, rewinds=False)
        player.play(task.end)
        return player.values

    @abstractmethod
    def bits_per_note(
        self, sequences: Sequence[ValueSequence], performers: Sequence[int]
    ) -> list[float]:
        """Return how surprising solos are; infinite where fewer than two notes are judged.

        Args:
            sequences: The solos.
            performers: The number of each one's performer.
        """

    @property
    @abstractmethod
    def layers(self) -> Any:
        """The model's shared layers (`nn.keras_engine.shared_layers`), for the graphs."""
