"""What the weights of a model are called and how large they are, for whoever reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig
from jazzgen.encoding.expression import LOUDNESS_CLASSES, TIMING_CLASSES
from jazzgen.errors import ModelError
from jazzgen.nn.feature_table import CHORD, CONDITION, CONTEXT, DEGREE, INTERVAL, LINE
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
        values: Size of its vocabulary.
    """
    return cells_shapes(config, "cell_{}", values) | dense_shapes("values", config.units, values)


def improviser_shapes(config: ModelConfig, performers: int = 0) -> Shapes:
    """Return the shape of each weight of an improviser by its name on disk.

    Args:
        config: The architecture.
        performers: How many performers it knows.
    """
    shapes: Shapes = {}
    encoded = 2 * config.encoder
    beside = CONTEXT.size + encoded
    seen = LINE.size + CONTEXT.size + CONDITION.size + performers + 1 + encoded
    heard = config.units + beside
    for number in range(config.members):
        if config.encoder:
            for way in ("forward", "backward"):
                name = f"encoder_{number}/{way}_gru/gru_cell"
                shapes |= _cell("gru", name, CHORD.size, config.encoder)
        shapes[f"embed_{number}/kernel"] = (seen, config.embedding)
        shapes |= {f"norm_{number}/{name}": (config.embedding,) for name in ("gamma", "beta")}
        shapes |= cells_shapes(config, f"cell_{number}_{{}}", config.embedding)
        shapes |= _head(f"pitch_head_{number}", heard, PITCH_UNITS, INTERVALS + 13)
        shapes |= dense_shapes(f"pitch_head_{number}/weigh", heard + WEIGHED, 2)
        shapes[f"pitch_head_{number}/register"] = (REGISTERS,)
        given = INTERVAL.size + DEGREE.size
        landing = DURATION_CLASSES + LANDINGS
        shapes |= _head(f"duration_head_{number}", heard + given, DURATION_UNITS, landing)
    expressed = LOUDNESS_CLASSES + TIMING_CLASSES
    features = heard + given + DURATION_CLASSES + expressed
    return shapes | _head("expression_head", features, EXPRESSION_UNITS, expressed)


def check_weights(shapes: Mapping[str, tuple[int, ...]], tensors: Mapping[str, Any]) -> None:
    """Check weights before they are used.

    Args:
        shapes: What is expected.
        tensors: What came: float32 or float16.

    Raises:
        ModelError: A name is missing or too many, or a shape or dtype differs, or a
            number is not finite.
    """
    if shapes.keys() != tensors.keys():
        odd = sorted(shapes.keys() ^ tensors.keys())
        raise ModelError(f"weights do not fit the architecture: {', '.join(odd[:3])}")
    for name, shape in shapes.items():
        value: NDArray[Any] = np.asarray(tensors[name])
        if value.shape != shape or value.dtype not in (np.float32, np.float16):
            raise ModelError(f"weights {name}: expected float32 or float16 of shape "
                             f"{shape}, got {value.dtype} of {value.shape}")  # fmt: skip
        if not np.isfinite(value).all():
            raise ModelError(f"weights {name}: not every number is finite")


def cells_shapes(config: ModelConfig, name: str, features: int) -> Shapes:
    """Return the shapes of stacked cells' weights.

    Args:
        config: The architecture.
        name: Their names, `{}` standing for a cell's number.
        features: Size of the first cell's input.
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
        features: Size of its input.
        units: Size of its output.
    """
    return {f"{name}/kernel": (features, units), f"{name}/bias": (units,)}


def _head(name: str, features: int, units: int, outputs: int) -> Shapes:
    return dense_shapes(f"{name}/hidden", features, units) | dense_shapes(
        f"{name}/project", units, outputs
    )
