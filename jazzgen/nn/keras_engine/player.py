"""The player that runs the inference graph.

The graph plays a chunk of `CHUNK` steps at a time and returns its state after the last of them,
which a line keeps as a mark. To continue from within a chunk, the graph starts at the last mark
and is forced to play the values that the line already has; then it plays on freely. However
long the line is, that takes at most one more call, and gives the same values as the light
engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray

from jazzgen.config import SamplingConfig
from jazzgen.encoding.chart_table import chord_table
from jazzgen.encoding.performance import Column
from jazzgen.encoding.sequence import ValueSequence
from jazzgen.nn.constraints import ActiveConstraint
from jazzgen.nn.engine import CHUNK, Compass, Conditions, Task
from jazzgen.nn.keras_engine import line_state
from jazzgen.nn.keras_engine.constrained import limits_of
from jazzgen.nn.keras_engine.repeat_features import empty_memory
from jazzgen.nn.keras_engine.shared_layers import SharedLayers
from jazzgen.nn.player import (
    Line,
    LinePlayer,
    Mark,
    Played,
    last_mark,
    played_of,
    teacher_forced,
)
from jazzgen.nn.sizes import FORCED

__all__ = ["KerasPlayer"]

Graphs = Callable[[SamplingConfig, Sequence[ActiveConstraint]], keras.Model]
Judge = Callable[[Sequence[ValueSequence], Sequence[Conditions], float], Sequence[float]]


class _State(NamedTuple):
    """The state of the inference graph for one line."""

    line: NDArray[np.int32]
    """Shape (LINE,)."""
    memory: NDArray[np.float32]
    """Shape (MEMORY, 2)."""
    cells: tuple[NDArray[np.float32], ...]
    """Each of shape (U,)."""


class KerasPlayer(LinePlayer[Line]):
    """Lines that an inference graph plays.

    Args:
        layers: The model's shared layers.
        graphs: A function that returns the inference graph for sampling settings and the rules
            that they switch on.
        judge: A function that returns how likely solos are (see `player.teacher_forced`), given
            how much more the model relies on what it has played.
        task: What is to be played.
        lines: The lines; by default new ones.
    """

    def __init__(
        self,
        layers: SharedLayers,
        graphs: Graphs,
        judge: Judge,
        task: Task,
        lines: Sequence[Line] = (),
    ) -> None:
        super().__init__(task, lines or [Line(*one) for one in _lines(task)])
        self._layers, self._graphs, self._judge = layers, graphs, judge
        rules, batch = task.constraints(layers.assets.vocabulary), len(self.lines)
        # The lines have the same rules, each with limits of its own.
        self._kept = line_state.kept_columns(layers, [rule for rule, _ in rules[0]])
        self._graph = graphs(task.sampling, rules[0])
        tables: dict[str, NDArray[np.int32 | np.float32]] = {
            "chart": task.chart_table(),
            "chords": chord_table(task.chart),
        }
        self._tables = {
            name: np.repeat(table[None], batch, axis=0) for name, table in tables.items()
        }
        self._tables["plan"], self._tables["breaths"] = task.plan_tables()
        self._tables["limits"] = limits_of(rules)
        self._opening = line_state.opening_line(batch, task.end, task.starts, task.conditions)
        memory = empty_memory(1, layers.memory)[0]
        cells = tuple(np.zeros(size, np.float32) for size in layers.state_sizes)
        for line, row in zip(self.lines, self._opening, strict=True):
            if not line.marks:
                line.marks.append(Mark(0, 0, _State(row, memory, cells)))

    def _with(self, task: Task, lines: list[Line]) -> KerasPlayer:
        player = KerasPlayer(self._layers, self._graphs, self._judge, task, lines)
        if not player._kept <= self._kept:
            # The new rules read columns of the history that were not kept up to date: without
            # marks, the values are fed to the graph once more.
            for line in lines:
                del line.marks[1:]
        return player

    def likelihood(
        self,
        given: Sequence[NDArray[np.int32]],
        following: Sequence[NDArray[np.int32]],
        lines: Sequence[int] | None = None,
    ) -> NDArray[np.float64]:
        """See `Player.likelihood`.

        The training graph is asked, since the inference graph does not tell how likely it is
        what it plays.

        Args:
            given: The values that come first.
            following: The values that are judged.
            lines: For each the index of its line.
        """

        def judge(
            solos: Sequence[ValueSequence], conditions: Sequence[Conditions]
        ) -> Sequence[float]:
            return self._judge(solos, conditions, self.task.sampling.returns)

        return teacher_forced(judge, self, given, following, lines)

    def _force(self, lines: Sequence[Line], values: Sequence[Played]) -> None:
        for line in lines:
            for value in values:
                self._add(line, value)

    def _go_back(self, line: Line, length: int) -> None:
        last_mark(line, length)
        line.clock -= sum(value[Column.DURATION] for value in line.played[length:])
        del line.played[length:]

    def _add(self, line: Line, value: Played) -> None:
        """Add a value to a line, cut at the task's end; nothing if the line is there already."""
        pitch, duration, *how = value
        duration = min(duration, self.task.end - line.clock)
        if duration > 0:
            line.played.append(played_of([pitch, duration, *how]))
            line.clock += duration

    def _go_on(self, until: int) -> None:
        while min(self.clocks) < until:
            played, after = self._run()
            for line, values, state in zip(self.lines, played, after, strict=True):
                # The first values of the chunk are those that the line has and the graph was
                # forced to play.
                begin = line.marks[-1].length
                known = min(len(line.played) - begin, CHUNK)
                for value in values[known:]:
                    if line.clock >= until:
                        break
                    self._add(line, value)
                if len(line.played) >= begin + CHUNK:
                    line.marks.append(
                        Mark(begin + CHUNK, int(state.line[line_state.Line.CLOCK]), state)
                    )

    def _run(self) -> tuple[list[list[Played]], list[_State]]:
        """Let the graph play the chunk behind each line's last mark.

        Lines that have nothing to play take part too: for a batch of another size JAX would
        compile the graph again.
        """
        marks = [line.marks[-1] for line in self.lines]
        forced = np.full((len(marks), CHUNK, FORCED), -1, np.int32)
        for row, line, mark in zip(forced, self.lines, marks, strict=True):
            known = line.played[mark.length : mark.length + CHUNK]
            row[: len(known)] = np.array(known, np.int32).reshape(-1, FORCED)
        lines = np.stack([mark.state.line for mark in marks])
        # The end and the first pitch come from the task, which may have changed since the mark:
        # a branch has settings of its own.
        settings = slice(line_state.Line.END, line_state.Line.LICK)
        lines[:, settings] = self._opening[:, settings]
        noise = [
            line.noise.chunk(mark.length // CHUNK)
            for line, mark in zip(self.lines, marks, strict=True)
        ]
        cells = zip(*(mark.state.cells for mark in marks), strict=True)
        given = {
            "uniforms": np.stack(noise),
            "forced": forced,
            **self._tables,
            "line": lines,
            "memory": np.stack([mark.state.memory for mark in marks]),
            "states": [np.stack(rows) for rows in cells],
        }
        played = self._graph.predict_on_batch(given)
        cells = zip(*played["states"], strict=True)
        states = [
            _State(line.copy(), memory.copy(), tuple(one.copy() for one in rows))
            for line, memory, rows in zip(played["line"], played["memory"], cells, strict=True)
        ]
        values = [[played_of(row) for row in rows] for rows in played["values"].tolist()]
        return values, states


def _lines(task: Task) -> Iterator[tuple[int, Conditions, Compass]]:
    """Each line's seed, conditions and compass."""
    return zip(task.seeds, task.conditions, task.compasses, strict=True)
