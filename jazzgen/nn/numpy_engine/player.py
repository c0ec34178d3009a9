"""What the light engine's players have in common: lines that keep the states of their cells.

While lines are being played, their states lie together, a row for each line, so that the cells
take all of them one step on at once. A line that has come to where it should gets its row back.
A mark at every bar line keeps what rewinding needs: a row of each state and a few numbers
(3 KiB a bar for one LSTM of 384 units). What a line remembers of its values beside that
(`RepeatMemory`, `CacheMemory`) reaches back over `MEMORY` values at most, and is made again from
them when a line goes back. So a player needs a few hundred bytes for each value played, a mark
for each bar, and nothing else that grows.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import numpy as np

from jazzgen.nn.engine import Task
from jazzgen.nn.player import Line, LinePlayer, Mark, Played, last_mark
from jazzgen.rnn.cell import States
from jazzgen.runtime.threads import one_blas_thread

__all__ = ["LightLine", "LightPlayer"]


class LightLine(Line):
    """A line, and what the network knows of it.

    Args:
        seed: Of its noise.
        performer: Number of its performer.
        states: Of each member's cells before the first step, each of shape (1, U).
    """

    def __init__(self, seed: int, performer: int, states: list[States]) -> None:
        super().__init__(seed, performer)
        self.states = states

    def mark(self) -> None:
        """Keep this place to go back to."""
        self.marks.append(Mark(len(self.played), self.clock, (self.states, self.snapshot())))

    def go_back(self, length: int) -> list[Played]:
        """Go back to the last mark within the line's first values.

        Args:
            length: How many values.

        Returns:
            Those of them that come after the mark.
        """
        mark = last_mark(self, length)
        forgotten = self.played[mark.length : length]
        if mark.length < len(self.played):
            del self.played[mark.length :]
            self.clock, (self.states, snapshot) = mark.clock, mark.state
            self.restore(snapshot)
        return forgotten

    @abstractmethod
    def snapshot(self) -> Any:
        """Return what is known of the line that its last values do not say."""

    @abstractmethod
    def restore(self, snapshot: Any) -> None:
        """Know what `snapshot` returned when the line had its present values."""


AnyLine = TypeVar("AnyLine", bound=LightLine)


class LightPlayer(LinePlayer[AnyLine], Generic[AnyLine]):
    """A player whose lines keep their states.

    Args:
        task: What is to be played.
        lines: The lines.
        rewinds: Whether to keep a mark at every bar line, or only at the beginning.
    """

    def __init__(self, task: Task, lines: Sequence[AnyLine], rewinds: bool) -> None:
        super().__init__(task, lines)
        self.rewinds = rewinds
        self.playing: list[AnyLine] = []
        self._states: list[States] = []
        self._marked = task.chart.bar_starts if rewinds else (0,)
        for line in self.lines:
            if not line.marks:
                line.mark()

    @abstractmethod
    def step(self, given: Played | None = None) -> None:
        """Play one value of every line in `playing`, and take `_states` one step on.

        Args:
            given: The value; by default one that the model draws.
        """

    @one_blas_thread()
    def _force(self, lines: Sequence[AnyLine], values: Sequence[Played]) -> None:
        if not values:
            return
        self._begin(lines, self.task.end)
        for value in values:
            if not self.playing:
                break
            self.step(value)
            self._end_step(self.task.end)
        self._give_back()

    @one_blas_thread()
    def _go_on(self, until: int) -> None:
        self._begin(self.lines, until)
        while self.playing:
            self.step()
            self._end_step(until)

    def _go_back(self, line: AnyLine, length: int) -> None:
        self._force([line], line.go_back(length))

    def _begin(self, lines: Sequence[AnyLine], until: int) -> None:
        """Put together the states of those lines that stand before a tick."""
        self.playing = [line for line in lines if line.clock < until]
        members = zip(*(line.states for line in self.playing), strict=True)
        self._states = [
            tuple(np.concatenate(rows) for rows in zip(*member, strict=True)) for member in members
        ]

    def _end_step(self, until: int) -> None:
        """Mark lines that have come to a bar line; leave those that have come to the tick."""
        going = []
        for row, line in enumerate(self.playing):
            marking = self._marks_due(line)
            if marking or line.clock >= until:
                line.states = self._row(row)
            for _ in range(marking):
                line.mark()
            if line.clock < until:
                going.append(row)
        if len(going) < len(self.playing):
            self.playing = [self.playing[row] for row in going]
            self._states = [tuple(state[going] for state in member) for member in self._states]

    def _marks_due(self, line: AnyLine) -> int:
        """How many bar lines the clock has come to that are not marked."""
        marked = len(line.marks)
        due = marked
        while due < len(self._marked) and self._marked[due] <= line.clock:
            due += 1
        return due - marked

    def _give_back(self) -> None:
        for row, line in enumerate(self.playing):
            line.states = self._row(row)
        self.playing = []

    def _row(self, row: int) -> list[States]:
        """One line's states, which shall not keep those of all lines alive."""
        return [tuple(state[row : row + 1].copy() for state in member) for member in self._states]
