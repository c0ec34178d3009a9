"""The classic preset's player in NumPy: it draws joint values over one chart, step by step.

It does what `keras_engine.classic` does.

Axes: B lines that are being played, V joint values, U units of a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.examples import make_example
from jazzgen.encoding.sequence import (
    EMPTY_HISTORY,
    NO_PITCH,
    HistoryColumn,
    ValueSequence,
    advance,
)
from jazzgen.encoding.values import REST
from jazzgen.encoding.vocabulary import REST_DEGREE
from jazzgen.nn.constraint_base import StepView
from jazzgen.nn.engine import Compass, Conditions, Task
from jazzgen.nn.numpy_engine.classic_network import ClassicNetwork
from jazzgen.nn.numpy_engine.constrained import ValueConstraints
from jazzgen.nn.numpy_engine.player import LightLine, LightPlayer
from jazzgen.nn.numpy_engine.sampling import LightSampler, draw
from jazzgen.nn.player import Played, teacher_forced
from jazzgen.rnn.activations import softmax
from jazzgen.rnn.cell import States
from jazzgen.runtime.threads import one_blas_thread

__all__ = ["ClassicPlayer"]

Array = NDArray[Any]

_BEFORE_FIRST = -1
"""The last joint value of a line that has none yet."""


class _Line(LightLine):
    """A line, its last joint value, and what the rules know of it.

    Args:
        seed: The seed of its noise.
        conditions: Its conditions; the model ignores them.
        compass: The compass of its soloist.
        states: The states of the cells before the first step, each of shape (1, U).
    """

    def __init__(
        self, seed: int, conditions: Conditions, compass: Compass, states: list[States]
    ) -> None:
        super().__init__(seed, conditions, compass, states)
        self.history: tuple[int, ...] = (*EMPTY_HISTORY[: HistoryColumn.PERFORMER], *conditions)
        self.value = _BEFORE_FIRST

    def snapshot(self) -> tuple[Any, ...]:
        """See `LightLine.snapshot`."""
        # With the value: `played` has pitches and durations, not the numbers of joint values.
        return self.history, self.value

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        """See `LightLine.restore`."""
        self.history, self.value = snapshot

    def add(self, pitch: int, duration: int, value: int) -> None:
        """Append a value to the line.

        Args:
            pitch: The MIDI pitch or `REST`.
            duration: The duration in ticks.
            value: The number of the joint value, which the cells receive at the next step.
        """
        self.history = advance(self.history, pitch, duration)
        self.value = value
        self.clock += duration
        self.played.append((pitch, duration, 0, 0, 0, 0))


class ClassicPlayer(LightPlayer[_Line]):
    """Plays lines over one chart, step by step.

    Args:
        network: The model.
        task: What is to be played.
        rewinds: See `Engine.make_player`.
        rows: The chart table, shape (ticks, CHART_COLUMNS); by default that of the task's chart.
        lines: The lines; by default new ones, one for each of the task's seeds.
    """

    def __init__(
        self, network: ClassicNetwork, task: Task, rewinds: bool,
        rows: NDArray[np.int32] | None = None, lines: Sequence[_Line] = (),
    ) -> None:  # fmt: skip
        lines = lines or [
            _Line(*own, network.zero_states())
            for own in zip(task.seeds, task.conditions, task.compasses, strict=True)
        ]
        super().__init__(task, lines, rewinds)
        self.network, self.sampler = network, LightSampler(task.sampling)
        self._starts = task.starts
        self.rows = task.chart_table() if rows is None else rows
        self.rules = ValueConstraints(
            task.constraints(network.vocabulary), network.vocabulary.table[:, 2]
        )

    def _with(self, task: Task, lines: list[_Line]) -> ClassicPlayer:
        return ClassicPlayer(self.network, task, self.rewinds, self.rows, lines)

    @one_blas_thread()
    def likelihood(
        self,
        given: Sequence[NDArray[np.int32]],
        following: Sequence[NDArray[np.int32]],
        lines: Sequence[int] | None = None,
    ) -> NDArray[np.float64]:
        """See `Player.likelihood`; a first value, and rests behind the last note, cost nothing.

        Args:
            given: The values that come first.
            following: The values that are judged.
            lines: For each the index of its line.
        """

        def judge(solos: Sequence[ValueSequence], _: Sequence[Conditions]) -> list[float]:
            examples = (make_example(solo, self.network.vocabulary) for solo in solos)
            return [-float(self.network.nats(example).sum()) for example in examples]

        return teacher_forced(judge, self, given, following, lines)

    def step(self, given: Sequence[Played] | None = None) -> None:
        """See `LightPlayer.step`."""
        lines = self.playing
        rows = self.rows[[line.clock for line in lines]]
        pitches = self._pitches(rows)
        durations = self.network.vocabulary.table[:, 2]
        hidden = self._run_cells(lines)
        if given is None:
            value = self._choose(hidden, pitches, rows)
            pitch = pitches[np.arange(len(lines)), value].tolist()
            duration = durations[value].tolist()
        else:
            # A given note need not be in the vocabulary: it is played as it is, and the cells
            # receive the value that is nearest to it.
            value = _nearest(pitches, durations, given)
            pitch, duration = [one[0] for one in given], [one[1] for one in given]
        for line, own_pitch, ticks, own_value in zip(lines, pitch, duration, value, strict=True):
            line.add(own_pitch, min(ticks, self.task.end - line.clock), own_value)

    def _run_cells(self, lines: list[_Line]) -> Array | None:
        """Advance the cells by one step: they receive each line's last value.

        Args:
            lines: The lines, B of them. They began together: all have a value, or none has.

        Returns:
            The output of the last cell, shape (B, U); None before the first value, when there is
            nothing to feed to the cells.
        """
        if lines[0].value == _BEFORE_FIRST:
            return None
        value = np.array([line.value for line in lines])
        hidden, after = self.network.step(value, self._states[0])
        self._states = [after]
        return hidden

    def _choose(self, hidden: Array | None, pitches: Array, rows: Array) -> list[int]:
        """Draw each line's next joint value.

        Args:
            hidden: The output of the last cell, shape (B, U); None before the first value, which is
                drawn from those with which solos begin.
            pitches: The pitch that each value would have, or `REST`, shape (B, V).
            rows: The row of the chart table at each line's clock, shape (B, CHART_COLUMNS).

        Returns:
            The number of a value for each line.
        """
        lines = self.playing
        uniform = [line.noise.at(len(line.played))[0] for line in lines]
        steps = [
            StepView(line.history, row, line.history[HistoryColumn.SILENCE])
            for line, row in zip(lines, rows.tolist(), strict=True)
        ]
        rules = self.rules.weights(pitches, steps, [line.number for line in lines])
        if hidden is None:
            # Solos are counted from their first note on: the first value is no rest, even where
            # the rules leave none of the values with which solos begin.
            return draw(self._opening(np.where(pitches == REST, np.float32(0), rules)), uniform)
        # The factors of the rules act on the logits, before the softmax: where they forbid all
        # likely values, the probabilities of the others might be too small for a float32.
        barred = rules == 0
        bias = np.log(np.where(barred, np.float32(1), rules))
        logits = np.where(barred, np.float32(-np.inf), self.network.row_logits(hidden) + bias)
        logits[barred.all(axis=1)] = 0  # where all values are forbidden, all are equally likely
        return self.sampler.value(softmax(logits), uniform)

    def _counted_from(self, line: _Line) -> int:
        """The pitch that a line's next interval is counted from: the task's, before any note."""
        last = line.history[HistoryColumn.LAST]
        return self._starts[line.number] if last == NO_PITCH else last

    def _pitches(self, rows: Array) -> Array:
        """Return the pitch that each joint value would have at this step.

        Args:
            rows: The row of the chart table at each line's clock, shape (B, CHART_COLUMNS).

        Returns:
            Pitches, which may lie beyond MIDI's range, or `REST`, shape (B, V).
        """
        degree, octaves, _ = self.network.vocabulary.table.T.astype(np.int64)
        last = np.array([self._counted_from(line) for line in self.playing])[:, None]
        # The pitch of this degree that is nearest to the last note (see `nearest_pitch`), moved by
        # the value's octaves.
        pitch_class = rows[:, ChartColumn.ROOT, None] + degree
        pitch = last + (pitch_class - last + 6) % 12 - 6 + 12 * octaves
        return np.where(degree == REST_DEGREE, REST, pitch)

    def _opening(self, rules: Array) -> Array:
        """Return what the probabilities of a line's first value are proportional to.

        Args:
            rules: What multiplies the probability of each value, 0 for a rest, shape (B, V).

        Returns:
            How often solos begin with each value, times `rules`, shape (B, V). Where the rules
            forbid all of these, every note that they allow is possible; where they allow none,
            every value is.
        """
        counts = np.asarray(self.network.vocabulary.openings, dtype=np.float32)
        known = counts * rules
        none = known.sum(axis=1, keepdims=True) == 0
        shares = np.where(none, rules, known)
        return np.where(shares.sum(axis=1, keepdims=True) == 0, np.float32(1), shares)


def _nearest(pitches: Array, durations: Array, given: Sequence[Played]) -> list[int]:
    """Return the joint values nearest to given notes, first by pitch, then by duration.

    Args:
        pitches: The pitch that each value would have, shape (B, V).
        durations: The duration of each value in ticks, shape (V,).
        given: The note of each line.

    Returns:
        The number of a value for each line.
    """
    pitch, duration = (np.array([one[column] for one in given])[:, None] for column in (0, 1))
    # A factor larger than any difference in duration (96 ticks) puts the pitch first.
    miss = np.abs(pitches - pitch) * 1000 + np.abs(durations - duration)
    nearest: list[int] = miss.argmin(axis=1).tolist()
    return nearest
