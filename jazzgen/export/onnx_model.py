"""A model as one ONNX file: its inference graph, and beside it what a program needs to feed it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import jazzgen
from jazzgen.config import SamplingConfig
from jazzgen.encoding.plan import BAR_COLUMNS, UNPLANNED
from jazzgen.encoding.sequence import CONDITIONS, HistoryColumn
from jazzgen.export.onnx_graph import onnx_graph
from jazzgen.nn.constraints import ActiveConstraint, active_constraints
from jazzgen.nn.keras_engine.graphs import inference_graph
from jazzgen.nn.keras_engine.line_state import Line, opening_line
from jazzgen.nn.keras_engine.repeat_features import empty_memory
from jazzgen.nn.keras_engine.sampling import Sampler
from jazzgen.runtime.ownership import PROGRAM

if TYPE_CHECKING:
    from onnx import ModelProto

    from jazzgen.nn.keras_engine.shared_layers import SharedLayers

__all__ = ["AXES", "FACTS", "onnx_model"]

FACTS = "jazzgen"
"""The key of the file's metadata under which its facts are, as JSON."""
TEMPO = 120.0
"""The tempo in quarter notes per minute for which the facts tell the limits of the rules."""

AXES = {
    "uniforms": ("lines", "steps"),
    "forced": ("lines", "steps"),
    "chart": ("lines", "ticks"),
    "chords": ("lines", "chords"),
    "plan": ("lines", "bars"),
    "breaths": ("lines", "phrases"),
    "values": ("lines", "steps"),
}
"""The names of the open axes of inputs and outputs; the others have only that of the lines."""


def onnx_model(layers: SharedLayers, sampling: SamplingConfig, name: str) -> bytes:
    """Return the content of an ONNX file that plays like a model.

    Args:
        layers: The model.
        sampling: How values are drawn. The rules that it switches on are in the graph; their limits
            are an input.
        name: What the model is called.

    Raises:
        MissingPackageError: tf2onnx or onnx is not installed.
    """
    rules = active_constraints(sampling, TEMPO, layers.assets.vocabulary)
    sampler = Sampler.of(sampling, [rule for rule, _ in rules])
    model = onnx_graph(inference_graph(layers, sampler))
    _name_axes(model)
    model.producer_name, model.producer_version = PROGRAM, jazzgen.__version__
    model.doc_string = f"{name}: writes jazz solos value by value (see docs/export.md)."
    facts = {"model": name, **_facts(layers), **_sampling_facts(sampling, rules)}
    entry = model.metadata_props.add()
    entry.key, entry.value = FACTS, json.dumps(facts, ensure_ascii=False)
    return bytes(model.SerializeToString())


def _name_axes(model: ModelProto) -> None:
    """Give the open axes of inputs and outputs names that tell what they count."""
    for tensor in (*model.graph.input, *model.graph.output):
        names = AXES.get(tensor.name, ("lines",))
        for axis, axis_name in zip(tensor.type.tensor_type.shape.dim, names, strict=False):
            axis.dim_param = axis_name


def _facts(layers: SharedLayers) -> dict[str, Any]:
    """What a program needs to know of a model to make its inputs."""
    known = layers.assets.known
    columns = {one.name.lower(): int(one) for one in (Line.CLOCK, Line.END, Line.START)}
    conditions = {
        name: {"column": HistoryColumn.PERFORMER + number, "names": list(known[name])}
        for number, name in enumerate(CONDITIONS)
    }
    return {
        "preset": layers.config.preset,
        "line": opening_line(1, 0)[0].tolist(),
        "line_columns": columns,
        "conditions": conditions,
        "memory": float(empty_memory(1, 1)[0, 0, 0]),
        "no_plan": list(UNPLANNED[:BAR_COLUMNS]),
    }


def _sampling_facts(sampling: SamplingConfig, rules: Sequence[ActiveConstraint]) -> dict[str, Any]:
    """How the graph draws, and the limits of its rules in the order of the input `limits`."""
    return {
        "temperature": sampling.temperature,
        "top_k": sampling.top_k,
        "top_p": sampling.top_p,
        "min_p": sampling.min_p,
        "time_temperature": sampling.for_durations,
        "licks": sampling.licks,
        "returns": sampling.returns,
        "contrast": sampling.contrast,
        "limits": [{"rule": rule.name, "at_120_bpm": list(limits)} for rule, limits in rules],
    }
