"""The planner's layers in Keras, with a training graph and an inference graph over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from jazzgen.encoding.plan_values import PLAN_VALUES, VALUE_FIRSTS, VALUE_SIZES, PlanValue
from jazzgen.nn.keras_engine.compiled import Graph
from jazzgen.nn.keras_engine.recurrence import Scan, make_cell, step_cells
from jazzgen.nn.keras_engine.sampling import inverse_cdf
from jazzgen.nn.planner import CONTEXT_SIZE, STEP_SIZE
from jazzgen.nn.sizes import MASKED
from jazzgen.nn.tensor import Tensor

__all__ = ["PlannerLayers"]


@dataclass(frozen=True)
class PlannerLayers:
    """The layers that both graphs of a planner share.

    Args:
        units: U, the units of the cell.
        styles: The number of styles that the model knows.
    """

    units: int
    styles: int
    cell: keras.layers.Layer = field(init=False)
    dense: keras.layers.Layer = field(init=False)

    def __post_init__(self) -> None:
        cell = make_cell("lstm", self.units, "cell")
        cell.build((None, STEP_SIZE + self.context_size))
        dense = keras.layers.Dense(PLAN_VALUES, name="values")
        dense.build((None, self.units))
        object.__setattr__(self, "cell", cell)
        object.__setattr__(self, "dense", dense)

    @property
    def context_size(self) -> int:
        """The size of what surrounds a group of bars."""
        return CONTEXT_SIZE + self.styles + 1

    @property
    def weights(self) -> dict[str, NDArray[np.float32]]:
        """A copy of every weight by its name on disk."""
        names = (
            "cell/kernel",
            "cell/recurrent_kernel",
            "cell/bias",
            "values/kernel",
            "values/bias",
        )
        variables = [*self.cell.weights, *self.dense.weights]
        return {
            name: np.array(ops.convert_to_numpy(one), np.float32)
            for name, one in zip(names, variables, strict=True)
        }

    def set_weights(self, weights: dict[str, NDArray[np.float32]]) -> None:
        """Set every weight.

        Args:
            weights: What `weights` returned.
        """
        variables = [*self.cell.weights, *self.dense.weights]
        for name, variable in zip(self.weights, variables, strict=True):
            variable.assign(weights[name])

    def training_graph(self, dropout: float = 0.0) -> keras.Model:
        """Build the graph for training: `x` (B, T, features) → `values` logits (B, T, V).

        Args:
            dropout: Share of the cell's inputs and outputs that is dropped in training.
        """
        x = keras.Input((None, STEP_SIZE + self.context_size), name="x")
        hidden = keras.layers.Dropout(dropout)(x)
        hidden = Scan([self.cell], 0.0, name="scan")(hidden)
        hidden = keras.layers.Dropout(dropout)(hidden)
        # The inputs tell which value comes: only its classes are possible.
        kind = x[..., PLAN_VALUES + 1 : STEP_SIZE]
        logits = self.dense(hidden) + ops.matmul(kind, _masks())
        return Graph({"x": x}, {"values": logits}, name="planning_training")

    def inference_graph(self) -> keras.Model:
        """Build the graph that draws the values of one group of bars.

        Each value is fed back into the step of the next one, in a loop that is written out.

        Returns:
            A model with the inputs `before` (B,) int32, the value before the group; `context`
            (B, C); `uniforms` (B, 5); `forced` (B, 5) int32, values that are given or −1; and
            `states`, two of (B, U); and the outputs `values` (B, 5) int32 and `states`.
        """
        before = keras.Input((), dtype="int32", name="before")
        context = keras.Input((self.context_size,), name="context")
        uniforms = keras.Input((len(PlanValue),), name="uniforms")
        forced = keras.Input((len(PlanValue),), dtype="int32", name="forced")
        states = [keras.Input((self.units,), name=f"state_{number}") for number in range(2)]
        masks, last, after, drawn = _masks(), before, list(states), []
        for kind in PlanValue:
            told = [ops.one_hot(last, PLAN_VALUES + 1), _kind_rows(kind, context), context]
            hidden, after = step_cells([self.cell], ops.concatenate(told, axis=-1), after)
            logits = self.dense(hidden) + masks[kind]
            value = ops.cast(inverse_cdf(logits, uniforms[:, kind]), "int32") - VALUE_FIRSTS[kind]
            value = ops.where(forced[:, kind] >= 0, forced[:, kind], value)
            drawn.append(value)
            last = VALUE_FIRSTS[kind] + value
        given = {
            "before": before,
            "context": context,
            "uniforms": uniforms,
            "forced": forced,
            "states": states,
        }
        outputs = {"values": ops.stack(drawn, axis=-1), "states": after}
        return keras.Model(given, outputs, name="planning_inference")


def _kind_rows(kind: PlanValue, like: Tensor) -> Tensor:
    row = np.zeros((1, len(PlanValue)), np.float32)
    row[0, kind] = 1
    return ops.zeros_like(like[:, : len(PlanValue)]) + row


def _masks() -> NDArray[Any]:
    """What is added to the logits for each value, shape (`PlanValue`, V)."""
    masks = np.full((len(PlanValue), PLAN_VALUES), MASKED, np.float32)
    for kind in PlanValue:
        masks[kind, VALUE_FIRSTS[kind] : VALUE_FIRSTS[kind] + VALUE_SIZES[kind]] = 0
    return masks
