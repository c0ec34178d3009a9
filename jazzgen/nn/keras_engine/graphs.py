"""The training graph and the inference graph: two Functional models over one set of layers."""

from __future__ import annotations

import keras

from jazzgen.encoding.chart_table import CHART_COLUMNS, CHORD_COLUMNS
from jazzgen.encoding.plan import BAR_COLUMNS, BreathColumn
from jazzgen.nn.keras_engine.compiled import Graph
from jazzgen.nn.keras_engine.constrained import width_of
from jazzgen.nn.keras_engine.line_state import LINE
from jazzgen.nn.keras_engine.loop import ImproviserLoop
from jazzgen.nn.keras_engine.sampling import Sampler
from jazzgen.nn.keras_engine.shared_layers import SharedLayers
from jazzgen.nn.sizes import DRAWS, FORCED

__all__ = ["inference_graph", "training_graph"]


def training_graph(layers: SharedLayers, dropout: float = 0.0) -> keras.Model:
    """Build the graph for training: the shared cells scan windows of solos.

    Its size does not depend on Tx, and Tx may vary from call to call.

    Args:
        layers: The shared layers.
        dropout: Share of the cells' inputs and outputs that is dropped in training.

    Returns:
        A Functional model, whose inputs and outputs depend on the preset. Classic: `value`
        (B, Tx) int32 → `value` logits (B, Tx, V). Improviser: `history` (B, Tx,
        HISTORY_COLUMNS), `rows` (B, Tx,
        CHART_COLUMNS), `chords` (B, C, CHORD_COLUMNS) and the targets `pitch` and
        `duration` (B, Tx), all int32, `cache` (B, Tx, CACHE_CLASSES) and `licks`
        (B, Tx, LICK_COLUMNS), float32 → logits of `pitch` (B, Tx, M, 129) and of
        `duration` (B, Tx, M, 96), M being the members, of `loudness` and of `timing`
        (B, Tx, classes).
    """
    return layers.training_graph(dropout)


def inference_graph(layers: SharedLayers, sampler: Sampler | None = None) -> keras.Model:
    """Build the graph for playing: each value that it draws is fed back into its next step.

    The loop is inside the graph. A line ends with its chart; behind its end it has rests of no
    duration.

    Args:
        layers: The shared layers, the same objects as in the training graph.
        sampler: How to draw; by default from the whole distribution.

    Returns:
        A Functional model with inputs `uniforms` (B, Ty, DRAWS) float32, `forced` (B,
        Ty, FORCED) int32 (a value to play whatever the model predicts, or -1),
        `chart` (B, ticks, CHART_COLUMNS) int32, `chords` (B, C, CHORD_COLUMNS) int32, `limits`
        (B, P) float32 (those of the sampler's constraints), `plan` (B, bars,
        BAR_COLUMNS) int32, `breaths` (B, N, BreathColumn) int32, `line` (B, LINE)
        int32, `memory` (B, `layers.memory`, 2) float32 and `states`, one (B, U) float32 for each
        of `layers.state_sizes`; and outputs `values` (B, Ty, 4) int32 (pitch, duration, loudness
        and timing class), `line`, `memory` and `states`, with which another call continues
        where this one ended.
    """
    uniforms = keras.Input((None, DRAWS), dtype="float32", name="uniforms")
    forced = keras.Input((None, FORCED), dtype="int32", name="forced")
    chart = keras.Input((None, CHART_COLUMNS), dtype="int32", name="chart")
    chords = keras.Input((None, CHORD_COLUMNS), dtype="int32", name="chords")
    sampler = sampler or Sampler()
    limits = keras.Input((width_of(sampler.constraints),), dtype="float32", name="limits")
    plan = keras.Input((None, BAR_COLUMNS), dtype="int32", name="plan")
    breaths = keras.Input((None, len(BreathColumn)), dtype="int32", name="breaths")
    line = keras.Input((LINE,), dtype="int32", name="line")
    memory = keras.Input((layers.memory, 2), dtype="float32", name="memory")
    states = [
        keras.Input((size,), name=f"state_{number}")
        for number, size in enumerate(layers.state_sizes)
    ]
    loop = ImproviserLoop(layers, sampler, name="loop")
    encoded = layers.encode_chart(chords)  # (B, C, E), once for the whole solo
    *after, states_after = loop(
        uniforms, forced, chart, encoded, limits, plan, breaths, line, memory, states
    )
    values, line_after, memory_after = after
    given = {
        "uniforms": uniforms,
        "forced": forced,
        "chart": chart,
        "chords": chords,
        "limits": limits,
        "plan": plan,
        "breaths": breaths,
        "line": line,
        "memory": memory,
        "states": states,
    }
    given_back = {
        "values": values,
        "line": line_after,
        "memory": memory_after,
        "states": states_after,
    }
    return Graph(given, given_back, name="inference")
