"""The improviser preset's player in NumPy: it draws lines over one chart, step by step.

Axes: B lines that are being played.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.cache import CACHE_CLASSES
from jazzgen.encoding.chart_table import ChartColumn, chord_table
from jazzgen.encoding.performance import SPREADS, Column
from jazzgen.encoding.sequence import EMPTY_HISTORY, NO_PITCH, START_PITCH, HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.nn.constraint_base import StepView
from jazzgen.nn.editions import LEAN_COLUMN
from jazzgen.nn.engine import Task
from jazzgen.nn.line_features import INTERVAL
from jazzgen.nn.numpy_engine.chart_context import ChartContext
from jazzgen.nn.numpy_engine.constrained import LineConstraints
from jazzgen.nn.numpy_engine.expectations import Expectations
from jazzgen.nn.numpy_engine.heads import Caches
from jazzgen.nn.numpy_engine.improviser_line import ImproviserLine
from jazzgen.nn.numpy_engine.member import HeadInputs
from jazzgen.nn.numpy_engine.network import LightNetwork
from jazzgen.nn.numpy_engine.player import LightPlayer
from jazzgen.nn.numpy_engine.sampling import LightSampler
from jazzgen.nn.player import Played, heard_plan, played_of
from jazzgen.nn.sizes import FORCED, GATE_TURN, NONE
from jazzgen.runtime.threads import one_blas_thread

__all__ = ["MIN_PROBABILITY", "ImproviserPlayer", "interval_and_degree"]

Array = NDArray[Any]
Rows = Sequence[Sequence[int]]
"""Rows of a chart table, one for each line."""

_HOW = Column.LOUDNESS.value
"""The first of a value's columns that tell how it is played."""
_GATE, _SPREAD = Column.GATE - _HOW, Column.SPREAD - _HOW
_NO_FORM = EMPTY_HISTORY[HistoryColumn.PLACE :]

MIN_PROBABILITY = np.float32(1e-30)
"""The least probability of a value, the same as in the Keras engine's heads. So its logarithm is
finite, and a value can be drawn even where the rules forbid all likelier ones."""


class ImproviserPlayer(LightPlayer[ImproviserLine]):
    """Plays lines over one chart, step by step.

    Args:
        network: The model.
        task: What is to be played.
        rewinds: See `Engine.make_player`.
        context: The chart as the network reads it; by default the task's chart is read.
        lines: The lines; by default new ones, one for each of the task's seeds.
    """

    def __init__(
        self, network: LightNetwork, task: Task, rewinds: bool, context: ChartContext | None = None,
        lines: Sequence[ImproviserLine] = (),
    ) -> None:  # fmt: skip
        lines = lines or [
            ImproviserLine(
                *own, network.zero_states(1), network.licks, network.edition.hears_places
            )
            for own in zip(task.seeds, task.conditions, task.compasses, strict=True)
        ]
        super().__init__(task, lines, rewinds)
        self.network = network
        bars, breaths = task.plan_tables()
        self._bars, self._breaths = bars.tolist(), breaths.tolist()
        self.context = context or network.read_chart(task.chart_table(), chord_table(task.chart))
        self.rules, self._starts = LineConstraints(task.constraints()), task.starts
        self.sampler = LightSampler(task.sampling, self.rules.low, self.rules.high)
        self._returns = np.float32(task.sampling.returns)
        self._turn = np.exp(task.sampling.contrast * np.array(GATE_TURN, np.float32))
        outputs = [*network.edition.expression]
        self._columns = [Column[name.upper()].value for name in outputs]
        self._gate = outputs.index("gate") if "gate" in outputs else None
        self._expectations: Expectations | None = None  # of the present step, if they adapt

    def _with(self, task: Task, lines: list[ImproviserLine]) -> ImproviserPlayer:
        # A branch is played over the same chart, which need not be read again.
        return ImproviserPlayer(self.network, task, self.rewinds, self.context, lines)

    @one_blas_thread()
    def likelihood(
        self, given: Sequence[NDArray[np.int32]], following: Sequence[NDArray[np.int32]],
        lines: Sequence[int] | None = None,
    ) -> NDArray[np.float64]:  # fmt: skip
        """See `Player.likelihood`.

        Args:
            given: The values that come first.
            following: The values that are judged.
            lines: For each the index of its line.
        """
        # The cells go on from where each line is, so that only the new values are read.
        reader = self.branch(lines=range(len(self.lines)) if lines is None else lines)
        return cast(ImproviserPlayer, reader).judge(given, following)

    def judge(
        self, given: Sequence[NDArray[np.int32]], following: Sequence[NDArray[np.int32]]
    ) -> NDArray[np.float64]:
        """Continue each line with values of its own; return how likely those that follow are.

        Args:
            given: For each line the values that come first, shape (T, FORCED).
            following: For each line the values that follow them, likewise.

        Returns:
            The natural logarithm of the probability of each line's following values, shape (B,).
        """
        values = [np.concatenate(both).tolist() for both in zip(given, following, strict=True)]
        total = np.zeros(len(values))
        self._begin([self.lines[n] for n, own in enumerate(values) if own], self.task.end)
        step = 0
        while self.playing:
            numbers = [line.number for line in self.playing]
            played = [played_of(values[n][step]) for n in numbers]
            asked = [row for row, n in enumerate(numbers) if step >= len(given[n])]
            if asked:
                nats = self.step_likelihood(played)
                total[[numbers[row] for row in asked]] += nats[asked]
            else:
                self.step(played)
            step += 1
            self._go_on_with([row for row, n in enumerate(numbers) if step < len(values[n])])
        return total

    def step_likelihood(self, given: Sequence[Played]) -> NDArray[np.float64]:
        """Play a given value of every line in `playing`, and return how likely each was.

        Args:
            given: The value of each line.

        Returns:
            Natural logarithms, shape (B,).
        """
        head_inputs, _, rows = self._advance()
        # As in training, the first interval of all is counted from `START_PITCH`.
        last = [
            START_PITCH if line.history[HistoryColumn.LAST] == NO_PITCH
            else line.history[HistoryColumn.LAST]
            for line in self.playing
        ]  # fmt: skip
        nats = self._weigh(head_inputs, rows, last, given)
        self._learn(given)
        return nats

    def _weigh(
        self,
        head_inputs: list[HeadInputs],
        rows: Rows,
        last: list[int],
        given: Sequence[Played],
    ) -> NDArray[np.float64]:
        """The natural logarithm of the probability of a given value of each line, (B,).

        Args:
            head_inputs: Each member's head inputs.
            rows: The row of the chart table at each line's clock.
            last: The pitch that each line's interval is counted from.
            given: The value of each line.
        """
        pitch, which = [value[Column.PITCH] for value in given], np.arange(len(given))
        shares = self._pitch_shares(head_inputs, rows, np.array(last), self._licks())
        nats = _logarithm(shares[which, pitch])
        note = interval_and_degree(pitch, last, rows)
        shares = self._duration_shares(head_inputs, rows, pitch, note)
        classes = np.array([value[Column.DURATION] for value in given]) - 1
        return nats + _logarithm(shares[which, classes])

    def step(self, given: Sequence[Played] | None = None) -> None:
        """See `LightPlayer.step`."""
        lines = self.playing
        head_inputs, records, rows = self._advance()
        last = [self._counted_from(line) for line in lines]
        if given is None:
            # A value is drawn in this order: pitch, duration, expression. Each head is given what
            # was drawn before.
            uniforms = [*zip(*[line.noise.at(len(line.played)) for line in lines], strict=True)]
            steps = [
                StepView(history, row, history[HistoryColumn.SILENCE])
                for history, row in zip(records, rows, strict=True)
            ]
            pitch = self._pitches(head_inputs, steps, last, uniforms[Column.PITCH])
            note = interval_and_degree(pitch, last, rows)
            duration = self._durations(head_inputs, steps, pitch, note, uniforms[Column.DURATION])
            expression = self._expression(head_inputs[0], pitch, note, duration, records, uniforms)
            given = [
                played_of([one, ticks, *how])
                for one, ticks, how in zip(pitch, duration, expression, strict=True)
            ]
        elif self._expectations:
            # A given value is not drawn, but what was expected of it is learned from.
            self._weigh(head_inputs, rows, last, given)
        self._learn(given)

    def _learn(self, values: Sequence[Played]) -> None:
        """Add a value to each line in `playing`, and let the line's biases learn from it."""
        if self._expectations:
            self._states[-1] = (self._expectations.learn(values),)
        self._add(values)

    def _add(self, values: Sequence[Played]) -> None:
        """Add a value to each line in `playing`, cut at the task's end."""
        for line, value in zip(self.playing, values, strict=True):
            left = self.task.end - line.clock
            if value[Column.DURATION] > left:
                pitch, _, *how = value
                value = played_of([pitch, left, *how])
            line.add(value)

    def _advance(self) -> tuple[list[HeadInputs], Rows, Rows]:
        """Advance the cells of the lines in `playing` by one step.

        Returns:
            Each member's head inputs; for each line its record, which is its history with all
            columns and behind them the row of the chart table at its clock; and these rows.
        """
        clock = np.array([line.clock for line in self.playing])
        rows = self.context.rows.take(clock, axis=0).tolist()  # (B, CHART_COLUMNS)
        records = [
            (*line.history, *line.repeats.features, *self._form(line, row), *row)
            for line, row in zip(self.playing, rows, strict=True)
        ]
        if self.network.edition.adapts:
            self._expectations = Expectations(self._states[-1][0], records, rows)
        return self._run_cells(self.playing, clock, records), records, rows

    def _run_cells(
        self, lines: list[ImproviserLine], clock: Array, records: Rows
    ) -> list[HeadInputs]:
        """Advance the cells by one step: they receive the last value and the chart at the clock.

        Args:
            lines: The lines, B of them.
            clock: Their clocks in ticks, shape (B,).
            records: Their records.

        Returns:
            Each member's head inputs.
        """
        embedded = self.network.embed_lines(records, [line.conditions for line in lines])
        # Behind the states of the cells are the biases, which no cell hears.
        members = len(self.network.members)
        cells, biases = self._states[:members], self._states[members:]
        head_inputs, cells = self.network.step(embedded, self.context.terms(clock), cells)
        for own in head_inputs:  # a line that plays trusts its cache more than was learned
            own.mixing[:, 0] += self._returns
        self._states = [*cells, *biases]
        return head_inputs

    def _form(self, line: ImproviserLine, row: Sequence[int]) -> tuple[int, ...]:
        """The columns of a line's history that depend on the chart: earlier places and the plan.

        Args:
            line: The line.
            row: The row of the chart table at its clock.
        """
        if not line.places:
            return _NO_FORM
        places = line.places.recall(row[ChartColumn.BACK : ChartColumn.GROUP])
        bar = self._bars[line.number][row[ChartColumn.NUMBER]]
        breaths, to_end = self._breaths[line.number], row[ChartColumn.TO_END]
        return (*places, *heard_plan(line.history, places, bar, breaths, to_end))

    def _counted_from(self, line: ImproviserLine) -> int:
        """The pitch that a line's next interval is counted from: the task's, before any note."""
        last = line.history[HistoryColumn.LAST]
        return self._starts[line.number] if last == NO_PITCH else last

    def _pitches(
        self,
        head_inputs: list[HeadInputs],
        steps: list[StepView],
        last: list[int],
        uniform: Sequence[float],
    ) -> list[int]:
        """Draw each line's next pitch, or `REST`.

        Args:
            head_inputs: Each member's head inputs.
            steps: What the rules know of each line.
            last: The pitch that each line's interval is counted from.
            uniform: A uniform number for each line.
        """
        licks, counted_from = self._licks(), np.array(last)
        rows = [step.row for step in steps]
        shares = self._pitch_shares(head_inputs, rows, counted_from, licks)
        # Before the rules: what they forbid must stay 0.
        shares = np.maximum(shares, MIN_PROBABILITY)
        notes, rest = self.rules.pitches(shares, steps, [line.number for line in self.playing])
        drawn = self.sampler.pitch(notes, rest, uniform, counted_from, licks.expected)
        # The sampler counts from the lowest pitch that may be drawn, and the rest comes last.
        return [REST if index == notes.shape[1] else index + self.rules.low for index in drawn]

    def _pitch_shares(
        self, head_inputs: list[HeadInputs], rows: Rows, last: Array, licks: _Licks
    ) -> Array:
        """The model's probabilities of each line's next pitch or rest, (B, PITCH_CLASSES).

        Args:
            head_inputs: Each member's head inputs.
            rows: The row of the chart table at each line's clock.
            last: The pitch that each line's interval is counted from, shape (B,).
            licks: What the lick n-grams know of each line.
        """
        roots = np.array([row[ChartColumn.ROOT] for row in rows])
        cache = _caches(self.playing)
        shares = self.network.pitch_shares(
            head_inputs, last, roots, cache, licks.states, licks.expected
        )
        return self._expectations.pitches(shares) if self._expectations else shares

    def _duration_shares(
        self, head_inputs: list[HeadInputs], rows: Rows, pitch: list[int], note: Array
    ) -> Array:
        """The model's probabilities of the new values' durations, (B, DURATION_CLASSES).

        Args:
            head_inputs: Each member's head inputs.
            rows: The row of the chart table at each line's clock.
            pitch: The new pitches, or `REST`.
            note: The classes of their intervals and degrees, shape (B, 2).
        """
        in_bar = np.array([row[ChartColumn.IN_BAR] for row in rows])
        shares = self.network.duration_shares(head_inputs, note, in_bar)
        return self._expectations.durations(shares, pitch) if self._expectations else shares

    def _licks(self) -> _Licks:
        """What the lick n-grams know of each line in `playing`."""
        states = np.array([line.lick for line in self.playing])
        return _Licks(states, self.network.licks.expectations_of(states))

    def _durations(
        self,
        head_inputs: list[HeadInputs],
        steps: list[StepView],
        pitch: list[int],
        note: Array,
        uniform: Sequence[float],
    ) -> list[int]:
        """Draw the duration of each line's new pitch or rest, in ticks.

        Args:
            head_inputs: Each member's head inputs.
            steps: What the rules know of each line.
            pitch: The new pitches, or `REST`.
            note: The classes of their intervals and degrees, shape (B, 2).
            uniform: A uniform number for each line.
        """
        shares = self._duration_shares(head_inputs, [step.row for step in steps], pitch, note)
        numbers = [line.number for line in self.playing]
        shares = self.rules.durations(shares, steps, pitch, numbers)
        return [one + 1 for one in self.sampler.duration(shares, uniform)]

    def _expression(
        self,
        head_inputs: HeadInputs,
        pitch: list[int],
        note: Array,
        duration: list[int],
        histories: Rows,
        uniforms: Sequence[Sequence[float]],
    ) -> list[list[int]]:
        """Draw how each line's new note is played: the columns of a value behind its duration.

        Args:
            head_inputs: The first member's head inputs: no other member has an expression head.
            pitch: The new pitches, or `REST`.
            note: The classes of each note's interval and degree, shape (B, 2).
            duration: The durations as drawn, in ticks: not yet cut at the task's end.
            histories: The lines' histories, with all columns.
            uniforms: `DRAWS` times a uniform number for each line.
        """
        drawn = [[0] * (FORCED - _HOW) for _ in pitch]
        if all(one == REST for one in pitch):  # a line forgets how a rest is played
            return drawn
        heard, registers = [*self.network.edition.heard], self.network.edition.registers
        classes = [
            [
                *interval_degree, max(ticks, 1) - 1, *[history[column] for column in heard],
                *([one // 3] if registers else []),
            ]
            for one, interval_degree, ticks, history in zip(
                pitch, note.tolist(), duration, histories, strict=True
            )
        ]  # fmt: skip
        head = self.network.expression_head
        lean = head.lean([line.history[LEAN_COLUMN] for line in self.playing], pitch)
        shares = head.shares(head_inputs.expression, np.array(classes), lean)
        if self._gate is not None:
            before = [history[HistoryColumn.GATE] for history in histories]
            shares[self._gate] *= self._turn.take(before, axis=0)
        for column, own in zip(self._columns, shares, strict=True):
            found = self.sampler.expression(own, uniforms[column])
            for row, one in zip(drawn, found, strict=True):
                row[column - _HOW] = one
        if self._gate is None:
            return drawn
        # At 0 nothing depends on the seed.
        spreads = bool(self.task.sampling.temperature)
        for row, line, place in zip(drawn, self.playing, uniforms[Column.SPREAD], strict=True):
            if line.history[HistoryColumn.RESTED] > 0:
                row[_GATE] = 0  # behind a rest there is no note whose gate could be told
            if spreads:
                row[_SPREAD] = 1 + int(place * SPREADS)
        return drawn


class _Licks(NamedTuple):
    """What the lick n-grams know of some lines."""

    states: Array
    """The state of each, shape (B,)."""
    expected: Array
    """What is expected in it, shape (B, LICK_COLUMNS)."""


def interval_and_degree(pitch: list[int], last: list[int], rows: Rows) -> Array:
    """Return the classes of the intervals and degrees of new notes.

    Args:
        pitch: The pitches of B notes, or `REST`.
        last: The pitch that each one's interval is counted from.
        rows: The row of the chart table at each note's beginning.

    Returns:
        Shape (B, 2). A rest has neither: `NONE` and degree 12.
    """
    return np.array([
        (NONE, 12) if one == REST
        else (INTERVAL.integer(one, before), (one - row[ChartColumn.ROOT]) % 12)
        for one, before, row in zip(pitch, last, rows, strict=True)
    ])  # fmt: skip


def _logarithm(shares: Array) -> NDArray[np.float64]:
    """Natural logarithms of probabilities, of at least `MIN_PROBABILITY`."""
    return np.log(np.maximum(shares, MIN_PROBABILITY).astype(np.float64))


def _caches(lines: list[ImproviserLine]) -> Caches:
    """The predictions of the lines' caches, as arrays with a row for each line."""
    # A cache expects a few of its classes only.
    places: list[int] = []
    found: list[float] = []
    outlook = []
    for row, line in enumerate(lines):
        expected, left = line.cache.expect()
        first, likely = row * CACHE_CLASSES, expected.values()
        places += [first + kind for kind in expected]
        found += likely
        outlook.append((left, max(likely, default=0)))
    shares = np.zeros((len(lines), CACHE_CLASSES), np.float32)
    shares.ravel()[places] = found
    return Caches(shares, np.array(outlook, np.float32))
