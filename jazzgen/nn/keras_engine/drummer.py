"""The drummer's layers in Keras, with a training graph and an inference graph over them."""

from __future__ import annotations

from dataclasses import dataclass, field

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from jazzgen.band.drummer import BARS, STEP_SIZE
from jazzgen.band.drummer_conditions import CONDITIONS
from jazzgen.band.stroke_values import DRUMS, LATE_CLASSES, PLACES, VALUES, VELOCITY_CLASSES
from jazzgen.nn.keras_engine.compiled import Graph
from jazzgen.nn.keras_engine.recurrence import Scan, make_cell, step_cells
from jazzgen.nn.keras_engine.sampling import inverse_cdf
from jazzgen.nn.sizes import MASKED
from jazzgen.nn.tensor import Tensor

__all__ = ["DrummerLayers"]

NAMES = {
    "cell": ("kernel", "recurrent_kernel", "bias"),
    "value": ("kernel", "bias"),
    "repeat": ("kernel", "bias"),
    "stroke": ("kernel", "bias"),
    "stroke_value": ("value",),
    "velocity": ("kernel", "bias"),
    "late": ("kernel", "bias"),
    "late_velocity": ("velocity",),
}
"""The names on disk of the variables of each layer, without the layer's own."""


@dataclass(frozen=True)
class DrummerLayers:
    """The layers that both graphs of a drummer share.

    Args:
        units: U, the units of the cell.
        width: S, the size of the layer between the cell and how a stroke is played.
        styles: The number of styles that the model knows.
    """

    units: int
    width: int
    styles: int
    layers: dict[str, keras.layers.Layer] = field(init=False)

    def __post_init__(self) -> None:
        dense, embedding = keras.layers.Dense, keras.layers.Embedding
        made = {
            "cell": make_cell("lstm", self.units, "cell"),
            "value": dense(VALUES, name="value"),
            "repeat": dense(2 * DRUMS, name="repeat"),
            "stroke": dense(self.width, name="stroke"),
            "stroke_value": embedding(VALUES, self.width, name="stroke_value"),
            "velocity": dense(VELOCITY_CLASSES, name="velocity"),
            "late": dense(LATE_CLASSES, name="late"),
            "late_velocity": embedding(VELOCITY_CLASSES, LATE_CLASSES, name="late_velocity"),
        }
        sizes = {"cell": STEP_SIZE + self.conditions, "velocity": self.width, "late": self.width}
        for name, layer in made.items():
            layer.build((None, sizes.get(name, self.units)))
        object.__setattr__(self, "layers", made)

    @property
    def conditions(self) -> int:
        """The size of what is known about a bar."""
        return CONDITIONS + self.styles + 1

    @property
    def weights(self) -> dict[str, NDArray[np.float32]]:
        """A copy of every weight by its name on disk."""
        return {
            name: np.array(ops.convert_to_numpy(variable), np.float32)
            for name, variable in self._variables().items()
        }

    def set_weights(self, weights: dict[str, NDArray[np.float32]]) -> None:
        """Set every weight.

        Args:
            weights: What `weights` returned.
        """
        for name, variable in self._variables().items():
            variable.assign(weights[name])

    def _variables(self) -> dict[str, keras.Variable]:
        return {
            f"{layer.split('_')[0]}/{name}": variable
            for layer, names in NAMES.items()
            for name, variable in zip(names, self.layers[layer].weights, strict=True)
        }

    def training_graph(self, dropout: float = 0.0) -> keras.Model:
        """Build the graph for training.

        Args:
            dropout: Share of the cell's inputs and outputs that is dropped in training.

        Returns:
            A model with the inputs `x` (B, T, F); `last` (B, T) int32, the value after which the
            next one comes, -1 at the beginning of a bar; `bars` (B, T, 2, PLACES, DRUMS), which
            values were struck in the last two bars; `struck` and `loud` (B, T) int32, the true
            value and velocity, which the draws after them know; and the outputs `value`,
            `velocity` and `late`, logits (B, T, classes).
        """
        x = keras.Input((None, STEP_SIZE + self.conditions), name="x")
        last, value, velocity = (
            keras.Input((None,), dtype="int32", name=name) for name in ("last", "struck", "loud")
        )
        bars = keras.Input((None, *BARS), dtype="uint8", name="bars")
        hidden = keras.layers.Dropout(dropout)(x)
        hidden = Scan([self.layers["cell"]], 0.0, name="scan")(hidden)
        hidden = keras.layers.Dropout(dropout)(hidden)
        stroke = self._stroke(hidden, value)
        outputs = {
            "value": self._value(hidden, bars, last),
            "velocity": self.layers["velocity"](stroke),
            "late": self._late(stroke, velocity),
        }
        inputs = {"x": x, "last": last, "bars": bars, "struck": value, "loud": velocity}
        return Graph(inputs, outputs, name="drumming_training")

    def inference_graph(self) -> keras.Model:
        """Build the graph that draws a stroke.

        Returns:
            A model with the inputs `last` (B,) int32, the value before, -1 at the beginning of a
            bar; `bars` (B, 2, PLACES, DRUMS); `x` (B, F); `uniforms` (B, 3); and `states`, two of
            (B, U); and the outputs `value`, `velocity` and `late` (B,) int32, and `states`.
        """
        last = keras.Input((), dtype="int32", name="last")
        bars = keras.Input(BARS, dtype="uint8", name="bars")
        x = keras.Input((STEP_SIZE + self.conditions,), name="x")
        uniforms = keras.Input((3,), name="uniforms")
        states = [keras.Input((self.units,), name=f"state_{number}") for number in range(2)]
        hidden, after = step_cells([self.layers["cell"]], x, states)
        value = inverse_cdf(self._value(hidden, bars, last), uniforms[:, 0])
        stroke = self._stroke(hidden, value)
        velocity = inverse_cdf(self.layers["velocity"](stroke), uniforms[:, 1])
        late = inverse_cdf(self._late(stroke, velocity), uniforms[:, 2])
        inputs = {"last": last, "bars": bars, "x": x, "uniforms": uniforms, "states": states}
        outputs = {"value": value, "velocity": velocity, "late": late, "states": after}
        return keras.Model(inputs, outputs, name="drumming_inference")

    def _value(self, hidden: Tensor, bars: Tensor, last: Tensor) -> Tensor:
        gates = self.layers["repeat"](hidden)[..., None, :]  # (..., 1, 2 · DRUMS)
        struck = ops.cast(bars, "float32")
        repeated = gates[..., :DRUMS] * struck[..., 0, :, :]
        repeated += gates[..., DRUMS:] * struck[..., 1, :, :]
        # Flat, with nothing for the bar line.
        flat = ops.concatenate([repeated[..., place, :] for place in range(PLACES)], axis=-1)
        repeated = ops.pad(flat, [[0, 0]] * (len(flat.shape) - 1) + [[0, 1]])
        # Within a bar values ascend: what is not after the last one is impossible.
        impossible = ops.cast(last[..., None] >= np.arange(VALUES), "float32")
        return self.layers["value"](hidden) + repeated + MASKED * impossible

    def _stroke(self, hidden: Tensor, value: Tensor) -> Tensor:
        return ops.relu(self.layers["stroke"](hidden) + self.layers["stroke_value"](value))

    def _late(self, stroke: Tensor, velocity: Tensor) -> Tensor:
        return self.layers["late"](stroke) + self.layers["late_velocity"](velocity)
