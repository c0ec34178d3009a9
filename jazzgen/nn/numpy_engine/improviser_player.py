"""The improviser preset's player in NumPy: lines over one chart, step by step.

What a graph carries in tensors of a batch (history, repeats, cache, licks) a line keeps here in
Python's own lists and dictionaries, which for one line at a time is quicker by far.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.cache import CACHE_CLASSES, CacheMemory
from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.lick_ngrams import LickNgrams
from jazzgen.encoding.repeat_features import MEMORY, REST_TOKEN, WIDEST, RepeatMemory
from jazzgen.encoding.sequence import EMPTY_HISTORY, NO_PITCH, HistoryColumn, advance
from jazzgen.encoding.values import REST
from jazzgen.nn.constraint_base import StepView
from jazzgen.nn.engine import Task
from jazzgen.nn.feature_table import INTERVAL, LINE
from jazzgen.nn.numpy_engine.chart_context import ChartContext
from jazzgen.nn.numpy_engine.constrained import LineConstraints
from jazzgen.nn.numpy_engine.heads import Caches
from jazzgen.nn.numpy_engine.member import HeadInputs
from jazzgen.nn.numpy_engine.network import LightNetwork
from jazzgen.nn.numpy_engine.player import LightLine, LightPlayer
from jazzgen.nn.numpy_engine.sampling import LightSampler
from jazzgen.nn.player import Played
from jazzgen.nn.sizes import NONE
from jazzgen.rnn.cell import States

__all__ = ["MIN_PROBABILITY", "ImproviserPlayer", "interval_and_degree"]

Array = NDArray[Any]
Rows = Sequence[Sequence[int]]
"""Of a chart table, one for each line."""

MIN_PROBABILITY = np.float32(1e-30)
"""The least probability of a value, so that its logarithm is finite (the heads of the Keras engine
have the same)."""


class _Line(LightLine):
    """What a line has played, and all that the network sees of it.

    Args:
        seed: Of its noise.
        performer: Number of its performer.
        states: Of each member's cells before the first step.
        licks: The licks that players share.
    """

    def __init__(self, seed: int, performer: int, states: list[States], licks: LickNgrams) -> None:
        super().__init__(seed, performer, states)
        self.history: tuple[int, ...] = (*EMPTY_HISTORY[: HistoryColumn.PERFORMER], performer)
        self.repeats, self.cache = RepeatMemory(), CacheMemory()
        self.lick = self.silence = 0
        self._follow = licks.follow

    def branch(self, seed: int) -> Self:
        """See `Line.branch`."""
        line = super().branch(seed)
        line.repeats, line.cache = self.repeats.copy(), self.cache.copy()
        return line

    def snapshot(self) -> tuple[Any, ...]:
        """See `LightLine.snapshot`."""
        return self.history, self.lick, self.silence

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        """See `LightLine.restore`."""
        self.history, self.lick, self.silence = snapshot
        self.repeats, self.cache = RepeatMemory(), CacheMemory()
        # One note more than is looked back over: an interval is counted from the note before.
        last = NO_PITCH
        for index, (pitch, duration, _, _) in enumerate(self.played, MEMORY - len(self.played)):
            if index >= 0:
                step = _step(pitch, last)
                self.repeats.add(step, duration)
                self.cache.add(step)
            last = last if pitch == REST else pitch

    def add(self, pitch: int, duration: int, loudness: int, timing: int) -> None:
        """Play one more value."""
        last = self.history[HistoryColumn.LAST]
        step = _step(pitch, last)
        if pitch == REST:
            loudness, timing = 0, 0
            self.silence += duration
        else:
            self.silence = 0
            if last != NO_PITCH:
                self.lick = int(self._follow[self.lick, min(max(step, -WIDEST), WIDEST) + WIDEST])
        self.repeats.add(step, duration)
        self.cache.add(step)
        self.history = advance(self.history, pitch, duration, loudness, timing)
        self.clock += duration
        self.played.append((pitch, duration, loudness, timing))


def _step(pitch: int, last: int) -> int:
    """The interval of a value from the last note: see `repeat_features.intervals`."""
    if pitch == REST:
        return REST_TOKEN
    return 0 if last == NO_PITCH else pitch - last


class ImproviserPlayer(LightPlayer[_Line]):
    """Lines over one chart, step by step.

    Args:
        network: The model.
        task: What is to be played.
        rewinds: See `Engine.make_player`.
        context: The chart as the network reads it; by default it is read.
        lines: The lines; by default new ones.
    """

    def __init__(
        self, network: LightNetwork, task: Task, rewinds: bool, context: ChartContext | None = None,
        lines: Sequence[_Line] = (),
    ) -> None:  # fmt: skip
        lines = lines or [
            _Line(seed, performer, network.zero_states(1), network.licks)
            for seed, performer in zip(task.seeds, task.performers, strict=True)
        ]
        super().__init__(task, lines, rewinds)
        self.network = network
        self.context = network.read_chart(task.chart) if context is None else context
        self.rules = LineConstraints(task.constraints())
        self.sampler = LightSampler(task.sampling, self.rules.low, self.rules.high)

    def _with(self, task: Task, lines: list[_Line]) -> ImproviserPlayer:
        return ImproviserPlayer(self.network, task, self.rewinds, self.context, lines)

    def step(self, given: Played | None = None) -> None:
        """See `LightPlayer.step`."""
        lines = self.playing
        clock = np.array([line.clock for line in lines])
        rows = self.context.rows.take(clock, axis=0).tolist()  # (B, CHART_COLUMNS)
        head_inputs = self._run_cells(lines, clock, rows)
        if given is None:
            uniforms = np.array([line.noise.at(len(line.played)) for line in lines], np.float32)
            last = [self._counted_from(line) for line in lines]
            steps = [
                StepView(line.history, row, line.silence)
                for line, row in zip(lines, rows, strict=True)
            ]
            pitch = self._pitches(head_inputs, steps, last, uniforms[:, 0])
            note = interval_and_degree(pitch, last, rows)
            duration = self._durations(head_inputs, steps, pitch, note, uniforms[:, 1])
            how = self._expression(head_inputs[0], note, duration, uniforms[:, 2:])
        else:
            pitch, duration = [given[0]] * len(lines), [given[1]] * len(lines)
            how = [(given[2], given[3])] * len(lines)
        for line, one, lasting, loudness_and_timing in zip(
            lines, pitch, duration, how, strict=True
        ):
            line.add(one, min(lasting, self.task.end - line.clock), *loudness_and_timing)

    def _run_cells(self, lines: list[_Line], clock: Array, rows: Rows) -> list[HeadInputs]:
        ones = [
            LINE.classes((*line.history, *line.repeats.features, *row))
            for line, row in zip(lines, rows, strict=True)
        ]
        embedded = self.network.embed_lines(
            ones, [line.history[HistoryColumn.PERFORMER] for line in lines]
        )
        head_inputs, self._states = self.network.step(
            embedded, self.context.terms(clock), self._states
        )
        return head_inputs

    def _counted_from(self, line: _Line) -> int:
        """The pitch that an interval is counted from."""
        last = line.history[HistoryColumn.LAST]
        return self.task.start if last == NO_PITCH else last

    def _pitches(
        self, head_inputs: list[HeadInputs], steps: list[StepView], last: list[int], uniform: Array
    ) -> list[int]:
        roots = np.array([step.row[ChartColumn.ROOT] for step in steps])
        before, lick = np.array(last), np.array([line.lick for line in self.playing])
        licks = self.network.licks.expectations.take(lick, axis=0)
        cache = _caches(self.playing)
        shares = self.network.pitch_shares(head_inputs, before, roots, cache, lick, licks)
        np.maximum(shares, MIN_PROBABILITY, out=shares)
        notes, rest = self.rules.pitches(shares, steps)
        drawn = self.sampler.pitch(notes, rest, uniform, before, licks).tolist()
        return [REST if one == notes.shape[1] else one + self.rules.low for one in drawn]

    def _durations(
        self,
        head_inputs: list[HeadInputs],
        steps: list[StepView],
        pitch: list[int],
        note: Array,
        uniform: Array,
    ) -> list[int]:
        in_bar = np.array([step.row[ChartColumn.IN_BAR] for step in steps])
        shares = self.network.duration_shares(head_inputs, note, in_bar)
        shares = self.rules.durations(shares, steps, pitch)
        return (self.sampler.duration(shares, uniform) + 1).tolist()  # type: ignore[no-any-return]

    def _expression(
        self, head_inputs: HeadInputs, note: Array, duration: list[int], uniforms: Array
    ) -> list[tuple[int, int]]:
        ones = [
            (
                *one,
                max(lasting, 1) - 1,
                *line.history[HistoryColumn.LOUDNESS : HistoryColumn.PERFORMER],
            )
            for one, lasting, line in zip(note.tolist(), duration, self.playing, strict=True)
        ]
        shares = self.network.expression_head.shares(head_inputs.expression, np.array(ones))
        drawn = [
            self.sampler.expression(one, uniforms[:, n]).tolist() for n, one in enumerate(shares)
        ]
        return list(zip(*drawn, strict=True))


def interval_and_degree(pitch: list[int], last: list[int], rows: Rows) -> Array:
    """Return class of interval and degree of new notes, shape (B, 2).

    Args:
        pitch: Their pitches or `REST`.
        last: The pitch that each one's interval is counted from.
        rows: Of a chart table, one for each.
    """
    return np.array([
        (NONE, 12) if one == REST
        else (INTERVAL.integer(one, before), (one - row[ChartColumn.ROOT]) % 12)
        for one, before, row in zip(pitch, last, rows, strict=True)
    ])  # fmt: skip


def _caches(lines: list[_Line]) -> Caches:
    """What the cache of each line expects."""
    caches = np.zeros((len(lines), CACHE_CLASSES), np.float32)
    indices: list[int] = []
    shares: list[float] = []
    outlook = []
    for first, line in zip(range(0, caches.size, CACHE_CLASSES), lines, strict=True):
        expected, left = line.cache.expect()
        indices += [first + kind for kind in expected]
        shares += expected.values()
        outlook.append((left, max(expected.values(), default=0.0)))
    caches.ravel()[indices] = shares
    return Caches(caches, np.array(outlook, np.float32))
