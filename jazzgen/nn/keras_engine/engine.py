"""The engine that runs the inference graph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from jazzgen.config import SamplingConfig
from jazzgen.encoding.chart_table import chart_table, chord_table
from jazzgen.encoding.sequence import Past, ValueSequence
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.nn.constraints import ActiveConstraint
from jazzgen.nn.engine import CHUNK, Engine, Task
from jazzgen.nn.keras_engine.constrained import limits_of
from jazzgen.nn.keras_engine.graphs import inference_graph, training_graph
from jazzgen.nn.keras_engine.layers import ClassicLayers, SharedLayers
from jazzgen.nn.keras_engine.likelihood import bits_per_note, likelihoods
from jazzgen.nn.keras_engine.loop import Line, opening_line
from jazzgen.nn.keras_engine.recurrence import state_sizes
from jazzgen.nn.keras_engine.repeat_features import empty_memory
from jazzgen.nn.keras_engine.sampling import Sampler
from jazzgen.nn.sizes import DRAWS, FORCED

__all__ = ["KerasEngine"]


class KerasEngine(Engine):
    """Runs a model's graphs.

    Args:
        layers: The model's shared layers.
    """

    name = "keras"

    def __init__(self, layers: SharedLayers) -> None:
        performers = getattr(layers, "performers", ())
        super().__init__(layers.config, performers, getattr(layers, "heard", ()))
        self._layers = layers
        self._graphs: dict[Sampler, keras.Model] = {}

    @property
    def layers(self) -> SharedLayers:
        """See `Engine.layers`."""
        return self._layers

    def play(self, task: Task) -> NDArray[np.int32]:
        """See `Engine.play`."""
        active, batch = task.constraints(self._vocabulary), len(task.seeds)
        graph = self._graph(task.sampling, active)
        tables: dict[str, NDArray[Any]] = {
            "chart": chart_table(task.chart),
            "chords": chord_table(task.chart),
        }
        tables = {name: np.repeat(table[None], batch, axis=0) for name, table in tables.items()}
        tables["limits"] = limits_of(active, batch)
        line = opening_line(batch, task.end, task.start, list(task.performers))
        states: list[Any] = [
            np.zeros((batch, size), np.float32) for size in state_sizes(self._layers.cells)
        ]
        memory = empty_memory(batch, self._layers.memory)
        noise = [np.random.default_rng(seed) for seed in task.seeds]
        chunks: list[NDArray[np.int32]] = []
        while (line[:, Line.CLOCK] < line[:, Line.END]).any():
            uniforms = np.stack([rng.random((CHUNK, DRAWS), dtype=np.float32) for rng in noise])
            forced = np.full((batch, CHUNK, FORCED), -1, np.int32)
            begun = len(chunks) * CHUNK
            part = task.opening[begun : begun + CHUNK]
            forced[:, : len(part)] = part
            played = graph.predict_on_batch({
                "uniforms": uniforms, "forced": forced, **tables, "line": line,
                "memory": memory, "states": states,
            })  # fmt: skip
            chunks.append(played["values"])
            line, memory, states = played["line"], played["memory"], played["states"]
        return np.concatenate(chunks, axis=1)

    def bits_per_note(
        self, sequences: Sequence[ValueSequence], performers: Sequence[int]
    ) -> list[float]:
        """See `Engine.bits_per_note`."""
        examples = [self._layers.example(sequence) for sequence in sequences]
        for example, performer in zip(examples, performers, strict=True):
            if "history" in example.inputs:
                example.inputs["history"][:, Past.PERFORMER] = performer
        found = likelihoods(training_graph(self._layers), examples, self._vocabulary)
        return [
            bits_per_note([one]) if (one.counted & one.notes).any() else math.inf for one in found
        ]

    @property
    def _vocabulary(self) -> JointVocabulary | None:
        return self._layers.vocabulary if isinstance(self._layers, ClassicLayers) else None

    def _graph(self, sampling: SamplingConfig, active: Sequence[ActiveConstraint]) -> keras.Model:
        """The inference graph for a way of drawing; made once, whatever the rules' limits are."""
        sampler = Sampler.of(sampling, [rule for rule, _ in active])
        if sampler not in self._graphs:
            self._graphs[sampler] = inference_graph(self._layers, sampler)
        return self._graphs[sampler]
