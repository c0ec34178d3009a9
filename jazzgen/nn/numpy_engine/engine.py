"""The light engine: plays from a shipped model in NumPy, at once and in little memory.

It runs the cells of `cells` where the inference graph runs Keras's, on the same weights and the
same noise, and draws the same solo; no network library is loaded. What a graph carries in
tensors of a batch (history, echoes, cache, licks) a line keeps here in Python's own lists and
dictionaries, which for one line at a time is quicker by far.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.cache import CACHE_CLASSES, CacheMemory
from jazzgen.encoding.cache import cache as cache_of
from jazzgen.encoding.chart_table import Column
from jazzgen.encoding.repeat_features import REST_TOKEN, WIDEST, EchoMemory
from jazzgen.encoding.sequence import NO_PITCH, OPENING, START_PITCH, Past, ValueSequence, advance
from jazzgen.encoding.values import REST
from jazzgen.errors import ModelError
from jazzgen.nn.constraint_base import StepView
from jazzgen.nn.engine import CHUNK, Engine, Task
from jazzgen.nn.feature_table import INTERVAL, LINE
from jazzgen.nn.folder import ModelFiles
from jazzgen.nn.numpy_engine.classic import LightClassic
from jazzgen.nn.numpy_engine.constrained import LineConstraints
from jazzgen.nn.numpy_engine.heads import Caches
from jazzgen.nn.numpy_engine.network import Heard, LightNetwork
from jazzgen.nn.numpy_engine.sampling import LightSampler
from jazzgen.nn.sizes import DRAWS, NONE
from jazzgen.nn.weights import check_weights, weight_shapes
from jazzgen.runtime.extras import needing
from jazzgen.runtime.threads import one_blas_thread

__all__ = ["LightEngine"]

Array = NDArray[Any]
Rows = Sequence[Sequence[int]]
"""Of a chart table, one for each line."""

LEAST = np.float32(1e-30)


class LightEngine(Engine):
    """Plays from a model folder's content.

    Args:
        files: The model.

    Raises:
        ModelError: The weights do not fit the architecture, or are not finite.
    """

    name = "light"

    def __init__(self, files: ModelFiles) -> None:
        super().__init__(files.config, files.performers, files.heard)
        if files.config.preset == "classic" and files.vocabulary is None:
            raise ModelError("a classic model needs its vocabulary")
        values = len(files.vocabulary) if files.vocabulary else 0
        check_weights(weight_shapes(files.config, len(files.performers), values), files.tensors)
        tensors = {name: np.asarray(value, np.float32) for name, value in files.tensors.items()}
        self._files = files
        self.classic: LightClassic | None = None
        if files.vocabulary is not None and files.config.preset == "classic":
            self.classic = LightClassic(files.config, tensors, files.vocabulary)
        else:
            self.network = LightNetwork(files.config, tensors, files.licks)

    @property
    def layers(self) -> Any:
        """See `Engine.layers`; loads the network library."""
        with needing("the layers of a model need"):
            from jazzgen.nn.keras_engine.store import layers_of

        return layers_of(self._files)

    @one_blas_thread()
    def play(self, task: Task) -> NDArray[np.int32]:
        """See `Engine.play`."""
        if self.classic is not None:
            return self.classic.play(task)
        player = _Player(self.network, task)
        while player.playing:
            player.step()
        return _together([line.played for line in player.lines])

    @one_blas_thread()
    def bits_per_note(
        self, sequences: Sequence[ValueSequence], performers: Sequence[int]
    ) -> list[float]:
        """See `Engine.bits_per_note`."""
        if self.classic is not None:
            return [self.classic.bits_per_note(sequence) for sequence in sequences]
        return [
            _bits_per_note(self.network, sequence, performer)
            for sequence, performer in zip(sequences, performers, strict=True)
        ]


class _Line:
    """What a line has played, and all that the network sees of it.

    Args:
        seed: Of its noise.
        performer: Number of its performer.
    """

    def __init__(self, seed: int, performer: int) -> None:
        self.past: tuple[int, ...] = (*OPENING[: Past.PERFORMER], performer)
        self.echo, self.cache = EchoMemory(), CacheMemory()
        self.lick = self.clock = self.silence = 0
        self.played: list[tuple[int, int, int, int]] = []
        self._rng = np.random.default_rng(seed)
        self._noise: list[list[float]] = []

    def noise(self) -> list[float]:
        """Return `DRAWS` uniform numbers for its next step."""
        place = len(self.played) % CHUNK
        if not place:
            self._noise = self._rng.random((CHUNK, DRAWS), dtype=np.float32).tolist()
        return self._noise[place]

    def add(self, pitch: int, duration: int, loudness: int, timing: int, follow: Array) -> None:
        """Play one more value."""
        last = self.past[Past.LAST]
        if pitch == REST:
            step, loudness, timing = REST_TOKEN, 0, 0
            self.silence += duration
        else:
            step = 0 if last == NO_PITCH else pitch - last
            self.silence = 0
            if last != NO_PITCH:
                self.lick = int(follow[self.lick, min(max(step, -WIDEST), WIDEST) + WIDEST])
        self.echo.add(step, duration)
        self.cache.add(step)
        self.past = advance(self.past, pitch, duration, loudness, timing)
        self.clock += duration
        self.played.append((pitch, duration, loudness, timing))


class _Player:
    """Lines over one chart, step by step.

    Args:
        network: The model.
        task: What is to be played.
    """

    def __init__(self, network: LightNetwork, task: Task) -> None:
        self.network, self.task = network, task
        self.stage = network.stage_of(task.chart)
        self.rules = LineConstraints(task.constraints())
        self.sampler = LightSampler(task.sampling, self.rules.low, self.rules.high)
        self.lines = [
            _Line(seed, performer)
            for seed, performer in zip(task.seeds, task.performers, strict=True)
        ]
        self.playing = list(self.lines)
        self._states = network.zero_states(len(self.lines))
        self._number = 0

    def step(self) -> None:
        """Play one value of every line that is not at its end."""
        lines, opening = self.playing, self.task.opening
        clock = np.array([line.clock for line in lines])
        rows = self.stage.rows.take(clock, axis=0).tolist()  # (B, COLUMNS)
        heard = self._hear(lines, clock, rows)
        given = opening[self._number].tolist() if self._number < len(opening) else None
        uniforms = np.array([line.noise() for line in lines], np.float32)  # (B, DRAWS)
        last = [self._counted_from(line) for line in lines]
        if given is None:
            steps = [
                StepView(line.past, row, line.silence)
                for line, row in zip(lines, rows, strict=True)
            ]
            pitch = self._pitches(heard, steps, last, uniforms[:, 0])
            note = _note(pitch, last, rows)
            duration = self._durations(heard, steps, pitch, note, uniforms[:, 1])
            how = self._expression(heard[0], note, duration, uniforms[:, 2:])
        else:
            pitch, duration = [given[0]] * len(lines), [given[1]] * len(lines)
            how = [(given[2], given[3])] * len(lines)
        for line, one, lasting, said in zip(lines, pitch, duration, how, strict=True):
            left = self.task.end - line.clock
            line.add(one, min(lasting, left), *said, self.network.licks.follow)
        self._number += 1
        self._leave_the_finished()

    def _hear(self, lines: list[_Line], clock: Array, rows: Rows) -> list[Heard]:
        ones = [
            LINE.classes((*line.past, *line.echo.echoes, *row))
            for line, row in zip(lines, rows, strict=True)
        ]
        seen = self.network.see(ones, [line.past[Past.PERFORMER] for line in lines])
        heard, self._states = self.network.step(seen, self.stage.beside(clock), self._states)
        return heard

    def _counted_from(self, line: _Line) -> int:
        """The pitch that an interval is counted from."""
        last = line.past[Past.LAST]
        return self.task.start if last == NO_PITCH else last

    def _pitches(
        self, heard: list[Heard], steps: list[StepView], last: list[int], uniform: Array
    ) -> list[int]:
        roots = np.array([step.row[Column.ROOT] for step in steps])
        before, lick = np.array(last), np.array([line.lick for line in self.playing])
        licks = self.network.licks.expectations.take(lick, axis=0)
        cache = _caches(self.playing)
        shares = self.network.pitch_shares(heard, before, roots, cache, lick, licks)
        np.maximum(shares, LEAST, out=shares)
        notes, rest = self.rules.pitches(shares, steps)
        drawn = self.sampler.pitch(notes, rest, uniform, before, licks).tolist()
        return [REST if one == notes.shape[1] else one + self.rules.low for one in drawn]

    def _durations(
        self,
        heard: list[Heard],
        steps: list[StepView],
        pitch: list[int],
        note: Array,
        uniform: Array,
    ) -> list[int]:
        in_bar = np.array([step.row[Column.IN_BAR] for step in steps])
        shares = self.network.duration_shares(heard, note, in_bar)
        shares = self.rules.durations(shares, steps, pitch)
        return (self.sampler.duration(shares, uniform) + 1).tolist()  # type: ignore[no-any-return]

    def _expression(
        self, heard: Heard, note: Array, duration: list[int], uniforms: Array
    ) -> list[tuple[int, int]]:
        ones = [
            (*one, max(lasting, 1) - 1, *line.past[Past.LOUDNESS : Past.PERFORMER])
            for one, lasting, line in zip(note.tolist(), duration, self.playing, strict=True)
        ]
        said = self.network.expression_head.shares(heard.expression, np.array(ones))
        drawn = [
            self.sampler.expression(one, uniforms[:, n]).tolist() for n, one in enumerate(said)
        ]
        return list(zip(*drawn, strict=True))

    def _leave_the_finished(self) -> None:
        going = [n for n, line in enumerate(self.playing) if line.clock < self.task.end]
        if len(going) < len(self.playing):
            self.playing = [self.playing[number] for number in going]
            self._states = [tuple(state[going] for state in member) for member in self._states]


def _note(pitch: list[int], last: list[int], rows: Rows) -> Array:
    """Class of interval and degree of each new note, (B, 2)."""
    return np.array([
        (NONE, 12) if one == REST
        else (INTERVAL.integer(one, before), (one - row[Column.ROOT]) % 12)
        for one, before, row in zip(pitch, last, rows, strict=True)
    ])  # fmt: skip


def _caches(lines: list[_Line]) -> Caches:
    """What the cache of each line expects."""
    caches = np.zeros((len(lines), CACHE_CLASSES), np.float32)
    places: list[int] = []
    shares: list[float] = []
    outlook = []
    for first, line in zip(range(0, caches.size, CACHE_CLASSES), lines, strict=True):
        expected, left = line.cache.expect()
        places += [first + kind for kind in expected]
        shares += expected.values()
        outlook.append((left, max(expected.values(), default=0.0)))
    caches.ravel()[places] = shares
    return Caches(caches, np.array(outlook, np.float32))


def _together(lines: Sequence[Sequence[tuple[int, ...]]]) -> NDArray[np.int32]:
    """Values of lines, (B, T, 4), behind each one's end rests of no duration."""
    longest = max(map(len, lines))
    values = np.zeros((len(lines), longest, 4), np.int32)
    values[..., 0] = REST
    for row, line in zip(values, lines, strict=True):
        row[: len(line)] = line
    return values


def _bits_per_note(network: LightNetwork, sequence: ValueSequence, performer: int) -> float:
    """What a solo costs, teacher-forced; see `nn.keras_engine.likelihood`."""
    counted = sequence.counted
    notes = int((counted & (sequence.pitch != REST)).sum())
    if not notes:
        return math.inf
    heard = network.hear(sequence, performer)
    last = np.where(sequence.history[:, Past.LAST] == NO_PITCH, START_PITCH,
                    sequence.history[:, Past.LAST])  # fmt: skip
    root, steps = sequence.rows[:, Column.ROOT], np.arange(len(sequence))
    lick = network.licks.states(sequence.pitch)
    licks = network.licks.expectations[lick]
    shares = network.pitch_shares(
        heard, last, root, Caches.of(cache_of(sequence.pitch)), lick, licks
    )
    nats = -np.log(np.maximum(shares[steps, sequence.pitch], LEAST).astype(np.float64))
    note = _note(sequence.pitch.tolist(), last.tolist(), sequence.rows.tolist())
    shares = network.duration_shares(heard, note, sequence.rows[:, Column.IN_BAR])
    nats -= np.log(np.maximum(shares[steps, sequence.duration - 1], LEAST).astype(np.float64))
    return float(nats[counted].sum()) / notes / math.log(2)
