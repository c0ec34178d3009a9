"""What the players of both engines have in common: noise, a record of each line, going back."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Any, Generic, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import SamplingConfig
from jazzgen.encoding.values import REST
from jazzgen.nn.engine import CHUNK, Player, Task
from jazzgen.nn.sizes import DRAWS

__all__ = ["Line", "LinePlayer", "Mark", "Noise", "Played", "last_mark", "together"]

Played = tuple[int, int, int, int]
"""Pitch or `REST`, duration, loudness and timing class of a value."""


class Noise:
    """Uniform numbers of a seed, `DRAWS` for each step, which any step can ask for.

    Args:
        seed: The same seed gives the same numbers.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._number = -1
        self._chunk: list[list[float]] = []

    def at(self, step: int) -> list[float]:
        """Return the numbers of a step."""
        number, place = divmod(step, CHUNK)
        if number != self._number:
            self._number, self._chunk = number, self.chunk(number).tolist()
        return self._chunk[place]

    def chunk(self, number: int) -> NDArray[np.float32]:
        """Return the numbers of `CHUNK` steps from step `number` * `CHUNK` on, (CHUNK, DRAWS)."""
        # The generator turns each of its 64-bit numbers into two float32.
        bits = np.random.PCG64(self.seed).advance(number * CHUNK * DRAWS // 2)
        return np.random.Generator(bits).random((CHUNK, DRAWS), dtype=np.float32)


class Mark(NamedTuple):
    """A place that a line can be brought back to."""

    length: int
    """How many values it had."""
    clock: int
    """Where they end."""
    state: Any
    """What the engine knew of it."""


class Line:
    """A line of a player: what was played and heard, and the places to go back to.

    Args:
        seed: Of its noise.
        performer: Number of its performer, 0 for nobody in particular.
    """

    def __init__(self, seed: int, performer: int) -> None:
        self.noise = Noise(seed)
        self.performer = performer
        self.played: list[Played] = []
        self.clock = 0
        self.marks: list[Mark] = []

    def branch(self, seed: int) -> Self:
        """Return a line that begins as this one and shares nothing that changes with it."""
        line = copy(self)
        line.noise = Noise(seed)
        line.played, line.marks = list(self.played), list(self.marks)
        return line

    def length_at(self, tick: int) -> tuple[int, int]:
        """Return how many values the line had when its clock came to a tick, and its clock."""
        length, clock = len(self.played), self.clock
        while length and clock - self.played[length - 1][1] >= tick:
            length -= 1
            clock -= self.played[length][1]
        return length, clock


AnyLine = TypeVar("AnyLine", bound=Line)


class LinePlayer(Player, Generic[AnyLine]):
    """A player that keeps a record of each line.

    Args:
        task: What is to be played.
        lines: The lines.
    """

    def __init__(self, task: Task, lines: Sequence[AnyLine]) -> None:
        super().__init__(task)
        self.lines = list(lines)

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
        self._force(self.lines, [(p, d, loud, late) for p, d, loud, late in values.tolist()])

    def play(self, until: int) -> NDArray[np.int32]:
        """See `Player.play`."""
        before = [len(line.played) for line in self.lines]
        self._go_on(min(until, self.task.end))
        return together([
            line.played[length:] for line, length in zip(self.lines, before, strict=True)
        ])  # fmt: skip

    def branch(
        self,
        seeds: Sequence[int] | None = None,
        lines: Sequence[int] | None = None,
        sampling: SamplingConfig | None = None,
    ) -> Player:
        """See `Player.branch`."""
        if lines is None:
            alone = len(self.lines) == 1 and seeds is not None
            lines = [0] * len(seeds or ()) if alone else range(len(self.lines))
        seeds = [self.lines[n].noise.seed for n in lines] if seeds is None else seeds
        if len(seeds) != len(lines):
            raise ValueError(f"{len(seeds)} seeds for {len(lines)} lines")
        task = replace(
            self.task, seeds=list(seeds), sampling=sampling or self.task.sampling,
            performers=[self.lines[n].performer for n in lines],
        )  # fmt: skip
        return self._with(
            task, [self.lines[n].branch(seed) for n, seed in zip(lines, seeds, strict=True)]
        )

    def rewind(self, bar: int) -> None:
        """See `Player.rewind`."""
        start = self.task.chart.bar_starts[bar]
        if min(self.clocks) < start:
            raise ValueError(f"bar {bar}: a line has only come to tick {min(self.clocks)}")
        for line in self.lines:
            self._go_back(line, line.length_at(start)[0])

    def cut(self, tick: int) -> None:
        """See `Player.cut`."""
        for line in self.lines:
            length, clock = line.length_at(tick)
            if clock > tick:  # the last of these values sounds beyond the tick
                pitch, duration, *how = line.played[length - 1]
                self._go_back(line, length - 1)
                self._force([line], [(pitch, duration - (clock - tick), how[0], how[1])])
            elif length < len(line.played):
                self._go_back(line, length)

    @abstractmethod
    def _force(self, lines: Sequence[AnyLine], values: Sequence[Played]) -> None:
        """Let lines go on with given values, as far as the task's end."""

    @abstractmethod
    def _go_on(self, until: int) -> None:
        """Let the model play every line whose clock stands before a tick."""

    @abstractmethod
    def _go_back(self, line: AnyLine, length: int) -> None:
        """Bring a line back to its first values."""

    @abstractmethod
    def _with(self, task: Task, lines: list[AnyLine]) -> Player:
        """Return a player like this one with other lines."""


def last_mark(line: Line, length: int) -> Mark:
    """Return the last mark of a line that lies within its first values; forget later ones."""
    del line.marks[bisect_right(line.marks, length, key=lambda mark: mark.length) :]
    return line.marks[-1]


def together(lines: Sequence[Sequence[Played]]) -> NDArray[np.int32]:
    """Return values of lines, (B, T, 4), behind each one's end rests of no duration."""
    longest = max(map(len, lines))
    values = np.zeros((len(lines), longest, 4), np.int32)
    values[..., 0] = REST
    for row, line in zip(values, lines, strict=True):
        if line:
            row[: len(line)] = line
    return values
