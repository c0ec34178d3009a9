"""What the NumPy engine's players have in common: lines that keep the states of their cells.

While lines are being played, their states lie together, one row for each line, so that one call of
the cells advances all of them. A line that has come to where it should gets its row back.

To rewind, a line returns to a *mark*. It keeps one where it first reaches each bar line: a row of
each state and a few numbers, 3 KiB for one LSTM of 384 units. A recurrent state cannot be computed
backwards, and to keep one for each value would take as many times the memory as a bar has values.
So to get to a place within a bar, a line returns to the last mark before it, and its own values
from there on are fed to the cells once more.

What else a line remembers of its values (`RepeatMemory`, `CacheMemory`) depends on the last
`MEMORY` of them at most, and is rebuilt from them after a return. So a player's memory grows by a
few hundred bytes for each value and a mark for each bar, and by nothing else.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import numpy as np

from jazzgen.nn.engine import Compass, Conditions, Task
from jazzgen.nn.player import Line, LinePlayer, Mark, Played, last_mark
from jazzgen.rnn.cell import States
from jazzgen.runtime.threads import one_blas_thread

__all__ = ["LightLine", "LightPlayer"]


class LightLine(Line):
    """A line, and the state of the model after its values.

    Args:
        seed: The seed of its noise.
        conditions: Its conditions.
        compass: The compass of its soloist.
        states: The states of each member's cells before the first step, each of shape (1, U).
    """

    def __init__(
        self, seed: int, conditions: Conditions, compass: Compass, states: list[States]
    ) -> None:
        super().__init__(seed, conditions, compass)
        # No array of the states is ever changed in place: a step makes new ones. So a mark and a
        # branch may share them with the line, without a copy.
        self.states = states

    def mark(self) -> None:
        """Add a mark at the present end of the line."""
        self.marks.append(Mark(len(self.played), self.clock, (self.states, self.snapshot())))

    def go_back(self, length: int) -> list[Played]:
        """Return to the last mark within the line's first values.

        Args:
            length: The number of first values.

        Returns:
            Those of the first values that come after the mark: they are no longer part of the
            line, and must be played once more to reach its state after `length` values.
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
        """Return what a mark must keep, besides the states, to restore the line.

        Keep it small: there is one for each bar. What can be computed from the values in `played`
        need not be in it.
        """

    @abstractmethod
    def restore(self, snapshot: Any) -> None:
        """Restore what a mark kept; `played` has the values of that time already.

        Args:
            snapshot: What `snapshot` returned.
        """


AnyLine = TypeVar("AnyLine", bound=LightLine)


class LightPlayer(LinePlayer[AnyLine], Generic[AnyLine]):
    """A player whose lines keep the states of their cells.

    Args:
        task: What is to be played.
        lines: The lines.
        rewinds: Whether to keep a mark at every bar line. Without, a line has only the mark at the
            chart's beginning: to return is possible, but all values are played once more.
    """

    def __init__(self, task: Task, lines: Sequence[AnyLine], rewinds: bool) -> None:
        super().__init__(task, lines)
        self.rewinds = rewinds
        self.playing: list[AnyLine] = []
        self._states: list[States] = []  # of the lines in `playing`, each of shape (B, U)
        self._marked = task.chart.bar_starts if rewinds else (0,)
        for line in self.lines:
            if not line.marks:  # the line of a branch has its marks already
                line.mark()

    @abstractmethod
    def step(self, given: Sequence[Played] | None = None) -> None:
        """Play one value of every line in `playing`, and advance `_states` by one step.

        Args:
            given: The value that each of them plays; by default one that the model draws.
        """

    # The products of a step are too small to be shared among threads: these would mostly wait for
    # one another.
    @one_blas_thread()
    def _force(self, lines: Sequence[AnyLine], values: Sequence[Played]) -> None:
        if not values:
            return
        self._begin(lines, self.task.end)
        for value in values:
            if not self.playing:
                break
            self.step([value] * len(self.playing))
            self._end_step(self.task.end)
        self._end()

    @one_blas_thread()
    def _go_on(self, until: int) -> None:
        self._begin(self.lines, until)
        while self.playing:
            self.step()
            self._end_step(until)

    def _go_back(self, line: AnyLine, length: int) -> None:
        # The state at the mark is that of an earlier place: the values since then bring it to where
        # it was after `length` values.
        self._force([line], line.go_back(length))

    def _begin(self, lines: Sequence[AnyLine], until: int) -> None:
        """Begin to play the lines whose clock is before a tick: join the rows of their states.

        Args:
            lines: The lines.
            until: The tick.
        """
        self.playing = [line for line in lines if line.clock < until]
        members = zip(*(line.states for line in self.playing), strict=True)
        self._states = [
            tuple(np.concatenate(rows) for rows in zip(*member, strict=True)) for member in members
        ]

    def _end_step(self, until: int) -> None:
        """Add the marks that are due, and stop playing lines whose clock has reached a tick.

        Args:
            until: The tick.
        """
        going = []
        for row, line in enumerate(self.playing):
            marking = self._marks_due(line)
            # A line's own states are needed at a mark and at the end only: between them no row is
            # copied.
            if marking or line.clock >= until:
                line.states = self._row(row)
            # A value across several bar lines is due a mark for each, all at the same place, so
            # that the number of a line's marks tells which bar lines it has passed.
            for _ in range(marking):
                line.mark()
            if line.clock < until:
                going.append(row)
        self._go_on_with(going)

    def _go_on_with(self, rows: list[int]) -> None:
        """Stop playing all lines in `playing` but those of some rows."""
        if len(rows) < len(self.playing):
            self.playing = [self.playing[row] for row in rows]
            self._states = [tuple(state[rows] for state in member) for member in self._states]

    def _marks_due(self, line: AnyLine) -> int:
        """The number of bar lines that a line's clock has reached and that have no mark yet."""
        marked = len(line.marks)
        due = marked
        while due < len(self._marked) and self._marked[due] <= line.clock:
            due += 1
        return due - marked

    def _end(self) -> None:
        """Stop playing: give every line the row of its states."""
        for row, line in enumerate(self.playing):
            line.states = self._row(row)
        self.playing = []

    def _row(self, row: int) -> list[States]:
        """A copy of one line's states, each of shape (1, U).

        A mere view would keep the arrays of all lines alive for as long as the mark exists.
        """
        return [tuple(state[row : row + 1].copy() for state in member) for member in self._states]
