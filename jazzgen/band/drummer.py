"""The learnt drummer: a recurrent network that plays bar after bar, stroke after stroke.

It is built like the course's model: an LSTM cell over a value sequence, and each value that is
drawn is fed back into the next step. A step draws the three values of a stroke (see
`stroke_values`) one after the other, each knowing those before it:

    x⟨t⟩ = [place, drum, velocity and deviation of the stroke before; the bar's conditions]
    h⟨t⟩ = LSTM(x⟨t⟩)
    g⟨t⟩ = h⟨t⟩ Wr + br
    value    ~ softmax(h Wv + bv + g · [last bar, bar before it]), where only what follows the value
               before is possible
    s        = relu(h Ws + E[value] + bs)
    velocity ~ softmax(s Wl + bl)
    late     ~ softmax(s Wt + F[velocity] + bt)

The gates g say for each drum how far the bar repeats the last one and the one before it, of which
the values that were struck count: a groove is a bar or two that come again with changes. The value
that ends a bar is fed back too, and then the next bar's conditions apply.
`nn.keras_engine.drummer` trains it; here it plays, in NumPy, for both engines. Chance comes from
outside, three numbers for each stroke.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.drummer_conditions import CONDITIONS
from jazzgen.band.drummer_habits import Habits
from jazzgen.band.drummer_touch import Touch
from jazzgen.band.stroke_values import (
    BAR_LINE,
    BEATS,
    DRUMS,
    IN_BEAT,
    LATE_CLASSES,
    PITCHES,
    PLACES,
    VALUES,
    VELOCITY_CLASSES,
    DrumStroke,
    bounces_after,
)
from jazzgen.errors import ModelError
from jazzgen.rnn.cell import States
from jazzgen.rnn.cells import LSTMCell

__all__ = [
    "BARS",
    "LATE_SCALE",
    "STEP_SIZE",
    "Drummer",
    "Memory",
    "drummer_shapes",
    "next_drift",
    "step_input",
    "struck_values",
]

Array = NDArray[Any]

AT_PLACE, AT_DRUM = 0, PLACES
AT_LINE = AT_DRUM + DRUMS
AT_VELOCITY = AT_LINE + 1
AT_LATE = AT_VELOCITY + VELOCITY_CLASSES
STEP_SIZE = AT_LATE + 2
"""The size of what a step hears of the strokes before it."""
LATE_SCALE = LATE_CLASSES // 2
"""The number of classes of deviations on either side of the middle: deviations are inputs from
-1 to 1."""
BARS = (2, PLACES, DRUMS)
"""The shape of what is remembered of the last two bars."""
DRIFT = 0.8
"""The share of the mean deviation of the strokes before that is kept from stroke to stroke."""


@dataclass(frozen=True)
class Memory:
    """What a drummer remembers at a bar line.

    Args:
        states: The states of the cell, each (1, U).
        drift: The fading mean of the deviations of the latest strokes, -1 to 1.
        bars: Which values were struck in the last bar and in the one before it, 1 for each, shape
            (2, PLACES, DRUMS).
    """

    states: States
    drift: float
    bars: NDArray[np.float32]


class Drummer:
    """A trained drummer.

    Args:
        tensors: The weights by their names on disk.
        habits: What drummers usually do in each style that the model knows, in its order.

    Raises:
        ModelError: A tensor is missing, has another shape than it should, or is not finite.
    """

    def __init__(
        self, tensors: Mapping[str, NDArray[np.floating[Any]]], habits: Mapping[str, Habits]
    ) -> None:
        units = _size(tensors, "cell/recurrent_kernel")
        width = _size(tensors, "stroke/bias")
        shapes = drummer_shapes(units, width, len(habits))
        if {name: tensor.shape for name, tensor in tensors.items()} != shapes or not units * width:
            raise ModelError("the drummer's weights are not those of this model")
        if not all(np.isfinite(tensor).all() for tensor in tensors.values()):
            raise ModelError("the drummer's weights are not finite")
        own = {name: np.asarray(tensor, np.float32) for name, tensor in tensors.items()}
        self.habits = dict(habits)
        self.styles = tuple(habits)
        self._cell = LSTMCell(own["cell/kernel"], own["cell/recurrent_kernel"], own["cell/bias"])
        self._own = own

    def begin(self) -> Memory:
        """Return what a drummer remembers before the first bar."""
        return Memory(self._cell.zero_states(1), 0.0, np.zeros(BARS, np.float32))

    def play(
        self,
        memory: Memory,
        conditions: NDArray[np.float32],
        uniforms: Array,
        *,
        kept: Sequence[int] = (),
        bias: NDArray[np.float32] | None = None,
        beats: int = BEATS,
        bold: float = 1.0,
        touch: Touch | None = None,
    ) -> tuple[list[DrumStroke], Memory]:
        """Play a bar.

        Args:
            memory: What the drummer remembers at its beginning.
            conditions: What the drummer knows about it, shape (CONDITIONS + styles + 1,).
            uniforms: Random numbers from 0 to 1, shape (MOST_STROKES, 3).
            kept: First values that are played whatever is drawn, ascending.
            bias: What is added to the logits of the first values, shape (VALUES,); None for
                nothing.
            beats: The number of quarter notes in the bar.
            bold: The temperature of the first values.
            touch: How hard each drum is struck in the bar; None if chance alone decides.

        Returns:
            Its strokes, and what the drummer remembers at its end.
        """
        kernel = self._own["cell/kernel"]
        # The conditions stay the same throughout the bar: their product is computed once.
        known = conditions @ kernel[STEP_SIZE:] + self._own["cell/bias"]
        heard = known + kernel[AT_LINE] + memory.drift * kernel[AT_LATE + 1]
        states, drift, last = memory.states, memory.drift, -1
        strokes: list[DrumStroke] = []
        barred: list[int] = []
        coming = list(reversed(kept))
        for uniform in uniforms:
            (hidden, cell), _ = self._cell.advance(heard[None].copy(), states)
            states = (hidden, cell)
            logits = self._logits(hidden[0], memory.bars) / bold
            if bias is not None:
                logits += bias
            # After the last beat of the bar, only the bar line is left.
            logits[beats * len(IN_BEAT) * DRUMS : BAR_LINE] = -np.inf
            logits[barred] = -np.inf
            value = last + 1 + _drawn(logits[last + 1 :], float(uniform[0]))
            # What is drawn must not pass by what is kept.
            value = min(value, coming[-1]) if coming else value
            if coming and value == coming[-1]:
                coming.pop()
            if value == BAR_LINE:
                break
            loud = float(uniform[1])
            if touch is not None:
                loud = touch.drawn(PITCHES[value % DRUMS], loud)
            stroke = self._stroke(hidden[0], value, loud, float(uniform[2]))
            strokes.append(stroke)
            barred += bounces_after(value)
            late, drift, last = stroke.late / LATE_SCALE - 1, next_drift(drift, stroke), value
            place, drum = divmod(value, DRUMS)
            heard = (
                known + kernel[AT_PLACE + place] + kernel[AT_DRUM + drum]
                + kernel[AT_VELOCITY + stroke.velocity]
                + late * kernel[AT_LATE] + drift * kernel[AT_LATE + 1]
            )  # fmt: skip
        bars = np.stack([struck_values(strokes), memory.bars[0]])
        return strokes, Memory(states, drift, bars)

    def _logits(self, hidden: Array, bars: NDArray[np.float32]) -> Array:
        """Return how likely each first value is, shape (VALUES,)."""
        own = self._own
        logits = hidden @ own["value/kernel"] + own["value/bias"]
        gates = hidden @ own["repeat/kernel"] + own["repeat/bias"]
        first, second = gates.reshape(2, DRUMS)
        logits[:BAR_LINE] += (first * bars[0] + second * bars[1]).ravel()
        return np.asarray(logits)

    def _stroke(self, hidden: Array, value: int, loud: float, delay: float) -> DrumStroke:
        """Draw how loudly and how late a drum is struck, each by a random number from 0 to 1."""
        own = self._own
        stroke = hidden @ own["stroke/kernel"] + own["stroke/value"][value] + own["stroke/bias"]
        stroke = np.maximum(stroke, 0)
        logits = stroke @ own["velocity/kernel"] + own["velocity/bias"]
        velocity = _drawn(logits, loud)
        logits = stroke @ own["late/kernel"] + own["late/velocity"][velocity] + own["late/bias"]
        return DrumStroke(value, velocity, _drawn(logits, delay))


def _size(tensors: Mapping[str, NDArray[np.floating[Any]]], name: str) -> int:
    """Return the first size of a tensor; 0 if it is missing."""
    return len(tensors[name]) if name in tensors and tensors[name].ndim else 0


def _drawn(logits: Array, uniform: float) -> int:
    """Draw a class by the inverse of the cumulative distribution."""
    # The functions of NumPy that these methods stand behind take longer than the sum itself.
    shares = np.exp(logits - np.maximum.reduce(logits), dtype=np.float64)
    bounds = np.add.accumulate(shares)
    return min(int(bounds.searchsorted(uniform * bounds[-1], side="right")), len(logits) - 1)


def drummer_shapes(units: int, width: int, styles: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each tensor of a drummer by its name on disk.

    Args:
        units: U, the units of its cell.
        width: S, the size of the layer between the cell and how a stroke is played.
        styles: The number of styles that the model knows.
    """
    features = STEP_SIZE + CONDITIONS + styles + 1
    return {
        "cell/kernel": (features, 4 * units),
        "cell/recurrent_kernel": (units, 4 * units),
        "cell/bias": (4 * units,),
        "value/kernel": (units, VALUES),
        "value/bias": (VALUES,),
        "repeat/kernel": (units, 2 * DRUMS),
        "repeat/bias": (2 * DRUMS,),
        "stroke/kernel": (units, width),
        "stroke/bias": (width,),
        "stroke/value": (VALUES, width),
        "velocity/kernel": (width, VELOCITY_CLASSES),
        "velocity/bias": (VELOCITY_CLASSES,),
        "late/kernel": (width, LATE_CLASSES),
        "late/bias": (LATE_CLASSES,),
        "late/velocity": (VELOCITY_CLASSES, LATE_CLASSES),
    }


def struck_values(strokes: Sequence[DrumStroke]) -> NDArray[np.float32]:
    """Return which values are struck in a bar, 1 for each, shape (PLACES, DRUMS).

    Args:
        strokes: Its strokes.
    """
    struck = np.zeros(BAR_LINE, np.float32)
    struck[[stroke.value for stroke in strokes]] = 1
    return struck.reshape(PLACES, DRUMS)


def step_input(before: DrumStroke | None, drift: float) -> NDArray[np.float32]:
    """Return what a step hears of the strokes before it, shape (STEP_SIZE,).

    Args:
        before: The stroke before; None at the beginning of a bar.
        drift: The fading mean of the deviations (see `Memory`).
    """
    x = np.zeros(STEP_SIZE, np.float32)
    x[AT_LATE + 1] = drift
    if before is None:
        x[AT_LINE] = 1
        return x
    place, drum = divmod(before.value, DRUMS)
    x[[AT_PLACE + place, AT_DRUM + drum, AT_VELOCITY + before.velocity]] = 1
    x[AT_LATE] = before.late / LATE_SCALE - 1
    return x


def next_drift(drift: float, stroke: DrumStroke) -> float:
    """Return the fading mean of deviations after one more stroke.

    Args:
        drift: The mean before it.
        stroke: The stroke.
    """
    return DRIFT * drift + (1 - DRIFT) * (stroke.late / LATE_SCALE - 1)
