"""The names and shapes of a model's weights, by which model files are checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig
from jazzgen.encoding.expression import TOUCH_CLASSES
from jazzgen.errors import ModelError
from jazzgen.nn.assets import NOTHING_KNOWN
from jazzgen.nn.editions import CHORD, EDITIONS
from jazzgen.nn.line_features import DEGREE, INTERVAL
from jazzgen.nn.sizes import (
    DURATION_CLASSES,
    DURATION_UNITS,
    EXPRESSION_UNITS,
    INTERVALS,
    LANDINGS,
    PITCH_UNITS,
    REGISTERS,
    WEIGHED,
)
from jazzgen.rnn.registry import CELLS

__all__ = [
    "Shapes",
    "cells_shapes",
    "check_weights",
    "classic_shapes",
    "dense_shapes",
    "improviser_shapes",
]

Shapes = dict[str, tuple[int, ...]]


def classic_shapes(config: ModelConfig, values: int) -> Shapes:
    """Return the shape of each weight of a classic model by its name on disk.

    Args:
        config: The architecture.
        values: V, the size of the vocabulary.

    Returns:
        The shapes, such as `cell_0/kernel` → (V, 4·U) for LSTM cells.
    """
    return cells_shapes(config, "cell_{}", values) | dense_shapes("values", config.units, values)


def improviser_shapes(
    config: ModelConfig, known: Mapping[str, Sequence[str]] = NOTHING_KNOWN
) -> Shapes:
    """Return the shape of each weight of an improviser by its name on disk.

    Args:
        config: The architecture.
        known: For each of the `CONDITIONS` the names that the model knows.

    Returns:
        The shapes, such as `pitch_head_0/hidden/bias` → (PITCH_UNITS,).
    """
    shapes: Shapes = {}
    encoded = 2 * config.encoder
    edition = EDITIONS[config.edition]
    features = edition.size(known) + encoded
    head_inputs = config.units + edition.context.size + encoded
    for number in range(config.members):
        if config.encoder:
            for way in ("forward", "backward"):
                name = f"encoder_{number}/{way}_gru/gru_cell"
                shapes |= _cell("gru", name, CHORD.size, config.encoder)
        shapes[f"embed_{number}/kernel"] = (features, config.embedding)
        shapes |= {f"norm_{number}/{name}": (config.embedding,) for name in ("gamma", "beta")}
        shapes |= cells_shapes(config, f"cell_{number}_{{}}", config.embedding)
        shapes |= _head(f"pitch_head_{number}", head_inputs, PITCH_UNITS, INTERVALS + 13)
        shapes |= dense_shapes(f"pitch_head_{number}/weigh", head_inputs + WEIGHED, 2)
        shapes[f"pitch_head_{number}/register"] = (REGISTERS,)
        given = INTERVAL.size + DEGREE.size
        landing = DURATION_CLASSES + LANDINGS
        shapes |= _head(f"duration_head_{number}", head_inputs + given, DURATION_UNITS, landing)
    expression_inputs = head_inputs + given + DURATION_CLASSES + edition.expression_inputs
    classes = sum(edition.expression.values())
    if edition.registers:
        shapes["expression_head/lean"] = (TOUCH_CLASSES,)
    return shapes | _head("expression_head", expression_inputs, EXPRESSION_UNITS, classes)


def check_weights(shapes: Mapping[str, tuple[int, ...]], tensors: Mapping[str, Any]) -> None:
    """Check weights before they are used.

    Args:
        shapes: The expected shapes by name.
        tensors: The weights by name.

    Raises:
        ModelError: A name is missing or unexpected, a shape is wrong, a dtype is neither
            float32 nor float16, or a number is not finite.
    """
    if shapes.keys() != tensors.keys():
        odd = sorted(shapes.keys() ^ tensors.keys())
        raise ModelError(f"weights do not fit the architecture: {', '.join(odd[:3])}")
    for name, shape in shapes.items():
        value: NDArray[Any] = np.asarray(tensors[name])
        if value.shape != shape or value.dtype not in (np.float32, np.float16):
            raise ModelError(
                f"weights {name}: expected float32 or float16 of shape "
                f"{shape}, got {value.dtype} of {value.shape}"
            )
        if not np.isfinite(value).all():
            raise ModelError(f"weights {name}: not every number is finite")


def cells_shapes(config: ModelConfig, name: str, features: int) -> Shapes:
    """Return the shapes of stacked cells' weights.

    Args:
        config: The architecture.
        name: The pattern of their names, in which `{}` stands for the cell's number.
        features: F, size of the first cell's input.

    Returns:
        The shapes by name.
    """
    shapes: Shapes = {}
    for number in range(config.layers):
        below = config.units if number else features
        shapes |= _cell(config.cell, name.format(number), below, config.units)
    return shapes


def _cell(kind: str, name: str, features: int, units: int) -> Shapes:
    shapes = CELLS[kind].in_numpy.weight_shapes(features, units)
    return {f"{name}/{weight}": shape for weight, shape in shapes.items()}


def dense_shapes(name: str, features: int, units: int) -> Shapes:
    """Return the shapes of a dense layer's weights.

    Args:
        name: The layer's name.
        features: F, size of its input.
        units: U, size of its output.

    Returns:
        The shapes of the kernel (F, U) and the bias (U,), by name.
    """
    return {f"{name}/kernel": (features, units), f"{name}/bias": (units,)}


def _head(name: str, features: int, units: int, outputs: int) -> Shapes:
    return dense_shapes(f"{name}/hidden", features, units) | dense_shapes(
        f"{name}/project", units, outputs
    )
