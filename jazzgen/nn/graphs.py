"""The training graph and the inference graph: two Functional models over one set of layers."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from jazzgen.data.chart_table import COLUMNS, Column
from jazzgen.data.sequence import HISTORY
from jazzgen.nn.features import counting_pitch
from jazzgen.nn.layers import ClassicLayers, ImproviserLayers, SharedLayers
from jazzgen.nn.loop import LINE, ImproviserLoop
from jazzgen.nn.recurrence import Scan, state_sizes
from jazzgen.nn.sampling import Sampler

__all__ = ["inference_graph", "training_graph"]


def training_graph(layers: SharedLayers, dropout: float = 0.0) -> keras.Model:
    """Build the graph that learns: the shared cells scan whole windows.

    Its size does not depend on Tx, and any Tx goes through it.

    Args:
        layers: The shared layers.
        dropout: Share of the cells' inputs and outputs that is dropped in training.

    Returns:
        A Functional model. Classic: `value` (B, Tx) int32 → `value` logits
        (B, Tx, V). Improviser: `history` (B, Tx, HISTORY), `rows` (B, Tx,
        COLUMNS) and the target `pitch` (B, Tx), all int32 → logits of `pitch`
        (B, Tx, 129) and of `duration` (B, Tx, 96).
    """
    if isinstance(layers, ClassicLayers):
        return _classic_training(layers, dropout)
    if isinstance(layers, ImproviserLayers):
        return _improviser_training(layers, dropout)
    raise TypeError(f"no training graph for {type(layers).__name__}")


def _classic_training(layers: ClassicLayers, dropout: float) -> keras.Model:
    value = keras.Input((None,), dtype="int32", name="value")
    x = ops.one_hot(value, len(layers.vocabulary))  # (B, Tx, V)
    x = _scan(layers, x, dropout)  # (B, Tx, U)
    return keras.Model({"value": value}, {"value": layers.dense(x)}, name="training")


def _improviser_training(layers: ImproviserLayers, dropout: float) -> keras.Model:
    history = keras.Input((None, HISTORY), dtype="int32", name="history")
    rows = keras.Input((None, COLUMNS), dtype="int32", name="rows")
    pitch = keras.Input((None,), dtype="int32", name="pitch")
    x, context = layers.inputs(history, rows)
    x = keras.layers.Dropout(dropout, name="dropout_in")(x)
    x = _scan(layers, x, dropout)  # (B, Tx, U)
    x = ops.concatenate([x, context], axis=-1)
    last, root = counting_pitch(history), rows[..., Column.ROOT]
    outputs = {
        "pitch": layers.pitch_head(x, last, root),
        "duration": layers.duration_head(x, pitch, last, root),
    }
    inputs = {"history": history, "rows": rows, "pitch": pitch}
    return keras.Model(inputs, outputs, name="training")


def _scan(layers: SharedLayers, x: Any, dropout: float) -> Any:
    """Run the stacked cells over time, with dropout behind each."""
    x = Scan(layers.cells, dropout, name="scan")(x)  # (B, Tx, U)
    return keras.layers.Dropout(dropout, name="dropout_out")(x)


def inference_graph(layers: SharedLayers, sampler: Sampler | None = None) -> keras.Model:
    """Build the graph that plays: each value it draws is fed back into its next step.

    The loop is inside the graph. It stops a line at its chart's end: from there on
    it gives rests of no duration.

    Args:
        layers: The shared layers, the same objects that the training graph has.
        sampler: How to draw; by default from the whole distribution.

    Returns:
        A Functional model with inputs `uniforms` (B, Ty, 2) float32, `forced` (B, Ty, 2)
        int32 (pitch and duration to play whatever the model says, or -1), `chart`
        (B, ticks, COLUMNS) int32, `line` (B, LINE) int32 and `states`, one (B, U)
        float32 for each state of the cells; and outputs `values` (B, Ty, 2) int32
        (pitch and duration), `line` and `states`, with which a further call goes
        on where this one ended.
    """
    uniforms = keras.Input((None, 2), dtype="float32", name="uniforms")
    forced = keras.Input((None, 2), dtype="int32", name="forced")
    chart = keras.Input((None, COLUMNS), dtype="int32", name="chart")
    line = keras.Input((LINE,), dtype="int32", name="line")
    states = [
        keras.Input((size,), name=f"state_{number}")
        for number, size in enumerate(state_sizes(layers.cells))
    ]
    loop = ImproviserLoop(layers, sampler or Sampler(), name="loop")
    values, line_after, states_after = loop(uniforms, forced, chart, line, states)
    return keras.Model(
        {"uniforms": uniforms, "forced": forced, "chart": chart, "line": line, "states": states},
        {"values": values, "line": line_after, "states": states_after},
        name="inference",
    )
