"""The loop inside the inference graph."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from jazzgen.data.chart_table import COLUMNS
from jazzgen.data.encoding import REST
from jazzgen.data.sequence import HISTORY, NO_PITCH
from jazzgen.nn.layers import SharedLayers, Situation
from jazzgen.nn.sampling import Sampler

__all__ = ["LINE", "ImproviserLoop", "Line", "opening_line"]


class Line(IntEnum):
    """What the loop carries of a line, after the `HISTORY` columns."""

    VALUE = HISTORY
    """Index of the last joint value, -1 at the beginning."""
    CLOCK = HISTORY + 1
    """The tick at which the next value begins."""
    END = HISTORY + 2
    """The tick at which the line stops."""
    LOW = HISTORY + 3
    """Lowest pitch allowed."""
    HIGH = HISTORY + 4
    """Highest pitch allowed."""


LINE = HISTORY + len(Line)


def opening_line(batch: int, end: int, low: int, high: int) -> NDArray[np.int32]:
    """Return lines at their beginning, shape (B, LINE)."""
    row = [NO_PITCH, NO_PITCH, NO_PITCH, 0, 1, -1, 0, end, low, high]
    return np.tile(np.array(row, dtype=np.int32), (batch, 1))


class _Step(keras.layers.Layer):  # type: ignore[misc]
    """One turn of the loop, as a cell for `keras.layers.RNN`.

    Its inputs are the step's uniforms and forced value, its states the line, the
    cells' states, and the chart, which passes through unchanged. `keras.layers.RNN`
    carries floats only; every integer here is small enough to be exact in float32.
    """

    def __init__(self, layers: SharedLayers, sampler: Sampler, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parts = layers.layers  # so that Keras finds the shared variables
        self.shared = layers
        self.sampler = sampler
        sizes = [size for cell in layers.cells for size in np.atleast_1d(cell.state_size)]
        self.state_size = [LINE, *map(int, sizes), 1]
        self.output_size = 2

    def call(self, inputs: Any, states: Any) -> tuple[Any, list[Any]]:
        uniforms, forced = inputs[:, :2], ops.cast(inputs[:, 2:], "int32")
        line, *cells, chart = states
        line = ops.cast(line, "int32")
        clock, end = line[:, Line.CLOCK], line[:, Line.END]
        row = ops.cast(_look_up(chart, clock), "int32")  # (B, COLUMNS)
        now = Situation(
            line[:, :HISTORY], line[:, Line.VALUE], row, line[:, Line.LOW], line[:, Line.HIGH],
            forced[:, 0], forced[:, 1],
        )  # fmt: skip
        choice, stepped = self.shared.play(now, cells, uniforms, self.sampler)
        playing = clock < end
        duration = ops.where(playing, ops.minimum(choice.duration, end - clock), 0)
        pitch = ops.where(playing, choice.pitch, REST)
        line = _advance(line, pitch, duration, choice.value, playing)
        line = ops.cast(line, "float32")
        return ops.stack([pitch, duration], axis=-1), [line, *stepped, chart]


def _look_up(chart: Any, clock: Any) -> Any:
    """The row of each line's chart at its clock, (B, COLUMNS); behind the end the last one.

    The charts are taken as one long table, for which no backend copies them.
    """
    batch, ticks, _ = ops.shape(chart)
    first = ops.arange(batch, dtype="int32") * ticks
    place = first + ops.minimum(clock, ticks - 1)
    return ops.take(ops.reshape(chart, (-1, COLUMNS)), place, axis=0)


def _advance(line: Any, pitch: Any, duration: Any, value: Any, playing: Any) -> Any:
    """The line after a value, (B, LINE)."""
    rested = ops.equal(pitch, REST)
    columns = ops.unstack(line, LINE, axis=-1)
    last, second, third = columns[:3]
    after = [
        ops.where(rested, last, pitch),
        ops.where(rested, second, last),
        ops.where(rested, third, second),
        duration,
        ops.cast(rested, "int32"),
        value,
        columns[Line.CLOCK] + duration,
        *columns[Line.END :],
    ]
    return ops.where(playing[:, None], ops.stack(after, axis=-1), line)


class ImproviserLoop(keras.layers.Layer):  # type: ignore[misc]
    """Runs `_Step` over the uniforms.

    Args:
        layers: The shared layers.
        sampler: How to draw.
    """

    def __init__(self, layers: SharedLayers, sampler: Sampler, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.run = keras.layers.RNN(
            _Step(layers, sampler, dtype="float32"),
            return_sequences=True,
            return_state=True,
            dtype="float32",
        )

    def build(self, *_shapes: Any) -> None:
        """Nothing to make: every variable belongs to the shared layers."""

    def compute_output_spec(self, uniforms: Any, *others: Any) -> tuple[Any, Any, list[Any]]:
        """Say what comes out, so that Keras need not trace the loop to find out."""
        _forced, _chart, line, states = others
        return (
            keras.KerasTensor((*uniforms.shape[:2], 2), dtype="int32"),
            keras.KerasTensor(line.shape, dtype="int32"),
            [keras.KerasTensor(state.shape, dtype="float32") for state in states],
        )

    def call(
        self, uniforms: Any, forced: Any, chart: Any, line: Any, states: list[Any]
    ) -> tuple[Any, Any, list[Any]]:
        """Play Ty values.

        Returns:
            Pitches and durations (B, Ty, 2), the lines and the cells' states after them.
        """
        inputs = ops.concatenate([uniforms, ops.cast(forced, "float32")], axis=-1)
        values, line, *after = self.run(inputs, initial_state=[line, *states, chart])
        return ops.cast(values, "int32"), ops.cast(line, "int32"), after[:-1]
