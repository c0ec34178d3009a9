"""The classic preset in NumPy, for the light engine: `classic_layers`, step by step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig
from jazzgen.encoding.chart_table import Column, chart_table
from jazzgen.encoding.examples import make_example
from jazzgen.encoding.sequence import OPENING, Past, ValueSequence, advance
from jazzgen.encoding.values import REST
from jazzgen.encoding.vocabulary import REST_DEGREE, JointVocabulary
from jazzgen.nn.constraint_base import StepView
from jazzgen.nn.engine import CHUNK, Task
from jazzgen.nn.numpy_engine.constrained import ValueConstraints
from jazzgen.nn.numpy_engine.sampling import LightSampler, draw
from jazzgen.nn.sizes import DRAWS
from jazzgen.rnn.cells import States, cell_of, softmax
from jazzgen.rnn.sequences import run_stack

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

    def play(self, task: Task) -> NDArray[np.int32]:
        """See `engines.Engine.play`."""
        lines = _Lines(self, task)
        while (lines.clock < task.end).any():
            lines.step()
        return np.stack(lines.played, axis=1).astype(np.int32)

    def bits_per_note(self, sequence: ValueSequence) -> float:
        """Return what a solo costs, teacher-forced; infinite where nothing is judged."""
        example = make_example(sequence, self.vocabulary)
        notes = int((example.counted & example.notes).sum())
        if not notes:
            return math.inf
        x = np.eye(len(self.vocabulary), dtype=np.float32)[example.inputs["value"]]  # (T, V)
        hidden = run_stack(self.cells, x[None])[-1].outputs[0]
        shares = softmax(self.logits(hidden).astype(np.float64))
        nats = -np.log(shares[np.arange(len(x)), example.targets["value"]])
        return float(nats[example.counted].sum()) / notes / math.log(2)

    def logits(self, hidden: Array) -> Array:
        """Return logits of joint values, (…, U) → (…, V)."""
        return np.asarray(hidden @ self.kernel + self._bias)

    def step(self, value: Array, states: States) -> tuple[Array, States]:
        """Take the cells one step on: what they say of joint values (B,), and their states."""
        x: Array = np.eye(len(self.vocabulary), dtype=np.float32)[value]
        after: list[Array] = []
        for cell in self.cells:
            stepped, _ = cell.step(x, states[len(after) : len(after) + cell.state_count])
            x = stepped[0]
            after.extend(stepped)
        return x, tuple(after)


class _Lines:
    """Lines over one chart.

    Args:
        model: The model.
        task: What is to be played.
    """

    def __init__(self, model: LightClassic, task: Task) -> None:
        batch, sampling = len(task.seeds), task.sampling
        self.model, self.task, self.sampler = model, task, LightSampler(sampling)
        self.rows = chart_table(task.chart)
        self.rules = ValueConstraints(
            task.constraints(model.vocabulary), model.vocabulary.table[:, 2]
        )
        self.clock, self.silence = np.zeros((2, batch), np.int64)
        self.value, self.last = np.full(batch, -1), np.full(batch, task.start)
        self.pasts = [(*OPENING[: Past.PERFORMER], performer) for performer in task.performers]
        self.states = tuple(state for cell in model.cells for state in cell.zero_states(batch))
        self.played: list[Array] = []
        self._noise = [np.random.default_rng(seed) for seed in task.seeds]
        self._uniforms: Array = np.zeros((batch, 0, DRAWS), np.float32)

    def step(self) -> None:
        """Play one value of every line; behind its end a rest of no duration."""
        place = len(self.played) % CHUNK
        if not place:
            self._uniforms = np.stack([
                rng.random((CHUNK, DRAWS), dtype=np.float32) for rng in self._noise
            ])  # fmt: skip
        rows = self.rows[np.minimum(self.clock, len(self.rows) - 1)]
        pitches = self._pitches(rows)
        seen = zip(self.pasts, rows.tolist(), self.silence.tolist(), strict=True)
        rules = self.rules.weights(pitches, [StepView(*one) for one in seen])
        value = self._choose(pitches, rules, self._uniforms[:, place, 0])
        pitch = np.take_along_axis(pitches, value[:, None], axis=1)[:, 0]
        duration = self.model.vocabulary.table[value, 2]
        if len(self.played) < len(self.task.opening):
            given = self.task.opening[len(self.played)]
            value = _nearest(pitches, self.model.vocabulary.table[:, 2], given)
            pitch, duration = np.full_like(pitch, given[0]), np.full_like(duration, given[1])
        playing = self.clock < self.task.end
        duration = np.where(playing, np.minimum(duration, self.task.end - self.clock), 0)
        pitch = np.where(playing, pitch, REST)
        self._go_on(pitch, duration, np.where(playing, value, self.value))
        nothing = np.zeros_like(pitch)
        self.played.append(np.stack([pitch, duration, nothing, nothing], axis=1))

    def _go_on(self, pitch: Array, duration: Array, value: Array) -> None:
        sounding = pitch != REST
        self.last = np.where(sounding, pitch, self.last)
        self.silence = np.where(sounding, 0, self.silence + duration)
        self.pasts = [
            advance(*one) for one in zip(self.pasts, pitch.tolist(), duration.tolist(), strict=True)
        ]
        self.clock = self.clock + duration
        self.value = value

    def _choose(self, pitches: Array, rules: Array, uniform: Array) -> Array:
        """Draw joint values; the first ones are drawn from those that solos open with, (B,)."""
        if not self.played:
            return draw(self._opening(np.where(pitches == REST, np.float32(0), rules)), uniform)
        hidden, self.states = self.model.step(self.value, self.states)
        barred = rules == 0
        bias = np.log(np.where(barred, np.float32(1), rules))
        logits = np.where(barred, np.float32(-np.inf), self.model.logits(hidden) + bias)
        logits[barred.all(axis=1)] = 0  # nothing may be played: anything may
        return self.sampler.value(softmax(logits), uniform)

    def _pitches(self, rows: Array) -> Array:
        """The pitch that each joint value would be now, (B, V)."""
        degree, octaves, _ = self.model.vocabulary.table.T.astype(np.int64)
        last = self.last[:, None]
        pitch_class = rows[:, Column.ROOT, None] + degree
        pitch = last + (pitch_class - last + 6) % 12 - 6 + 12 * octaves
        return np.where(degree == REST_DEGREE, REST, pitch)

    def _opening(self, rules: Array) -> Array:
        """How often solos open with each value, (B, V); any note where all are barred."""
        counts = np.asarray(self.model.vocabulary.openings, dtype=np.float32)
        known = counts * rules
        none = known.sum(axis=1, keepdims=True) == 0
        shares = np.where(none, rules, known)
        return np.where(shares.sum(axis=1, keepdims=True) == 0, np.float32(1), shares)


def _nearest(pitches: Array, durations: Array, given: Array) -> Array:
    """The value nearest to a forced note: its pitch first, then its duration, (B,)."""
    miss = np.abs(pitches - given[0]) * 1000 + np.abs(durations - given[1])
    return np.asarray(miss.argmin(axis=1))
