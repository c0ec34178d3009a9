"""The classic preset in NumPy, for the light engine: `classic_layers`, step by step."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig
from jazzgen.encoding.chart_table import ChartColumn, chart_table
from jazzgen.encoding.examples import make_example
from jazzgen.encoding.sequence import EMPTY_HISTORY, NO_PITCH, HistoryColumn, ValueSequence, advance
from jazzgen.encoding.values import REST
from jazzgen.encoding.vocabulary import REST_DEGREE, JointVocabulary
from jazzgen.nn.constraint_base import StepView
from jazzgen.nn.engine import Player, Task
from jazzgen.nn.numpy_engine.constrained import ValueConstraints
from jazzgen.nn.numpy_engine.player import LightLine, LightPlayer
from jazzgen.nn.numpy_engine.rows import row_products, step_rows
from jazzgen.nn.numpy_engine.sampling import LightSampler, draw
from jazzgen.nn.player import Played
from jazzgen.rnn.activations import softmax
from jazzgen.rnn.cell import Cell, States
from jazzgen.rnn.cells import cell_of
from jazzgen.rnn.sequences import Run, run_stack

__all__ = ["LightClassic"]

Array = NDArray[Any]


class LightClassic:
    """The course's model: one-hot joint values, stacked cells, a dense softmax.

    Args:
        config: The architecture.
        tensors: The weights by their names on disk, float32.
        vocabulary: The joint values.
    """

    def __init__(
        self, config: ModelConfig, tensors: Mapping[str, Array], vocabulary: JointVocabulary
    ) -> None:
        names = ("kernel", "recurrent_kernel", "bias")
        self.vocabulary = vocabulary
        self.cells = [
            cell_of(config.cell, {name: tensors[f"cell_{number}/{name}"] for name in names})
            for number in range(config.layers)
        ]
        self.kernel, self._bias = tensors["values/kernel"], tensors["values/bias"]

    def make_player(self, task: Task, rewinds: bool) -> Player:
        """See `Engine.make_player`."""
        return _Player(self, task, rewinds)

    def zero_states(self) -> list[States]:
        """Return the states of one line before the first step."""
        return [tuple(state for cell in self.cells for state in cell.zero_states(1))]

    def bits_per_note(self, sequence: ValueSequence, _performer: int) -> float:
        """See `presets.LightModel.bits_per_note`; it knows no performers."""
        example = make_example(sequence, self.vocabulary)
        notes = int((example.counted & example.notes).sum())
        if not notes:
            return math.inf
        x = np.eye(len(self.vocabulary), dtype=np.float32)[example.inputs["value"]]  # (T, V)
        hidden = run_stack(self.cells, x[None])[-1].outputs[0]
        shares = softmax(self.logits(hidden).astype(np.float64))
        nats = -np.log(shares[np.arange(len(x)), example.targets["value"]])
        return float(nats[example.counted].sum()) / notes / math.log(2)

    def last_errors(self, sequence: ValueSequence, length: int) -> tuple[Cell, Run, Array]:
        """See `presets.LightModel.last_errors`; the loss is that of the joint value behind it."""
        value = self.vocabulary.encode(sequence)
        x = np.eye(len(self.vocabulary), dtype=np.float32)[value[:length]]
        ran = run_stack(self.cells, x[None])[-1]
        errors = softmax(self.logits(ran.outputs[:, -1]))
        errors[0, value[length]] -= 1
        return self.cells[-1], ran, errors @ self.kernel.T

    def logits(self, hidden: Array) -> Array:
        """Return logits of joint values, (…, U) → (…, V)."""
        return np.asarray(hidden @ self.kernel + self._bias)

    def row_logits(self, hidden: Array) -> Array:
        """Return the same of lines that are played, each by itself, (B, U) → (B, V)."""
        return row_products(hidden, self.kernel) + self._bias

    def step(self, value: Array, states: States) -> tuple[Array, States]:
        """Take the cells one step on: what they say of joint values (B,), and their states."""
        x: Array = np.eye(len(self.vocabulary), dtype=np.float32)[value]
        return step_rows(self.cells, x, states)


class _Line(LightLine):
    """A line, and what the network knows of it.

    Args:
        seed: Of its noise.
        performer: Number of its performer, whom the model does not know.
        states: Of its cells before the first step.
    """

    def __init__(self, seed: int, performer: int, states: list[States]) -> None:
        super().__init__(seed, performer, states)
        self.history: tuple[int, ...] = (*EMPTY_HISTORY[: HistoryColumn.PERFORMER], performer)
        self.value, self.silence = -1, 0

    def snapshot(self) -> tuple[Any, ...]:
        """See `LightLine.snapshot`."""
        return self.history, self.value, self.silence

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        """See `LightLine.restore`."""
        self.history, self.value, self.silence = snapshot

    def add(self, pitch: int, duration: int, value: int) -> None:
        """Play one more value."""
        self.history = advance(self.history, pitch, duration)
        self.silence = self.silence + duration if pitch == REST else 0
        self.value = value
        self.clock += duration
        self.played.append((pitch, duration, 0, 0))


class _Player(LightPlayer[_Line]):
    """Lines over one chart.

    Args:
        model: The model.
        task: What is to be played.
        rewinds: See `Engine.make_player`.
        rows: The chart table; by default it is made.
        lines: The lines; by default new ones.
    """

    def __init__(
        self, model: LightClassic, task: Task, rewinds: bool, rows: NDArray[np.int32] | None = None,
        lines: Sequence[_Line] = (),
    ) -> None:  # fmt: skip
        lines = lines or [
            _Line(seed, performer, model.zero_states())
            for seed, performer in zip(task.seeds, task.performers, strict=True)
        ]
        super().__init__(task, lines, rewinds)
        self.model, self.sampler = model, LightSampler(task.sampling)
        self.rows = chart_table(task.chart) if rows is None else rows
        self.rules = ValueConstraints(
            task.constraints(model.vocabulary), model.vocabulary.table[:, 2]
        )

    def _with(self, task: Task, lines: list[_Line]) -> _Player:
        return _Player(self.model, task, self.rewinds, self.rows, lines)

    def step(self, given: Played | None = None) -> None:
        """See `LightPlayer.step`."""
        lines = self.playing
        rows = self.rows[[line.clock for line in lines]]
        pitches = self._pitches(rows)
        durations = self.model.vocabulary.table[:, 2]
        hidden = self._run_cells(lines)
        if given is None:
            value = self._choose(hidden, pitches, rows)
            pitch = np.take_along_axis(pitches, value[:, None], axis=1)[:, 0].tolist()
            duration = durations[value].tolist()
        else:
            value = _nearest(pitches, durations, given)
            pitch, duration = [given[0]] * len(lines), [given[1]] * len(lines)
        for line, one, lasting, joint in zip(lines, pitch, duration, value.tolist(), strict=True):
            line.add(one, min(lasting, self.task.end - line.clock), joint)

    def _run_cells(self, lines: list[_Line]) -> Array | None:
        """Take the cells one step on, (B, U); None before the first value."""
        if lines[0].value < 0:
            return None
        value = np.array([line.value for line in lines])
        hidden, after = self.model.step(value, self._states[0])
        self._states = [after]
        return hidden

    def _choose(self, hidden: Array | None, pitches: Array, rows: Array) -> Array:
        """Draw joint values; the first ones are drawn from those that solos open with, (B,)."""
        lines = self.playing
        uniform = np.array([line.noise.at(len(line.played))[0] for line in lines], np.float32)
        steps = [
            StepView(line.history, row, line.silence)
            for line, row in zip(lines, rows.tolist(), strict=True)
        ]
        rules = self.rules.weights(pitches, steps)
        if hidden is None:
            return draw(self._opening(np.where(pitches == REST, np.float32(0), rules)), uniform)
        barred = rules == 0
        bias = np.log(np.where(barred, np.float32(1), rules))
        logits = np.where(barred, np.float32(-np.inf), self.model.row_logits(hidden) + bias)
        logits[barred.all(axis=1)] = 0  # nothing may be played: anything may
        return self.sampler.value(softmax(logits), uniform)

    def _counted_from(self, line: _Line) -> int:
        """The pitch that an interval is counted from."""
        last = line.history[HistoryColumn.LAST]
        return self.task.start if last == NO_PITCH else last

    def _pitches(self, rows: Array) -> Array:
        """The pitch that each joint value would be now, (B, V)."""
        degree, octaves, _ = self.model.vocabulary.table.T.astype(np.int64)
        last = np.array([self._counted_from(line) for line in self.playing])[:, None]
        pitch_class = rows[:, ChartColumn.ROOT, None] + degree
        pitch = last + (pitch_class - last + 6) % 12 - 6 + 12 * octaves
        return np.where(degree == REST_DEGREE, REST, pitch)

    def _opening(self, rules: Array) -> Array:
        """How often solos open with each value, (B, V); any note where all are barred."""
        counts = np.asarray(self.model.vocabulary.openings, dtype=np.float32)
        known = counts * rules
        none = known.sum(axis=1, keepdims=True) == 0
        shares = np.where(none, rules, known)
        return np.where(shares.sum(axis=1, keepdims=True) == 0, np.float32(1), shares)


def _nearest(pitches: Array, durations: Array, given: Played) -> Array:
    """The value nearest to a forced note: its pitch first, then its duration, (B,)."""
    miss = np.abs(pitches - given[0]) * 1000 + np.abs(durations - given[1])
    return np.asarray(miss.argmin(axis=1))
