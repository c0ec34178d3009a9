"""The engine that runs the inference graph."""

from __future__ import annotations

import math
from collections.abc import Sequence

import keras

from jazzgen.config import SamplingConfig
from jazzgen.encoding.sequence import HistoryColumn, ValueSequence
from jazzgen.nn.constraints import ActiveConstraint
from jazzgen.nn.engine import Conditions, Engine, Player, Task
from jazzgen.nn.keras_engine.graphs import inference_graph
from jazzgen.nn.keras_engine.likelihood import Judge, Likelihood, bits_per_note, likelihoods
from jazzgen.nn.keras_engine.player import KerasPlayer
from jazzgen.nn.keras_engine.sampling import Sampler
from jazzgen.nn.keras_engine.shared_layers import SharedLayers

__all__ = ["KerasEngine"]


class KerasEngine(Engine):
    """Runs a model's graphs.

    Args:
        layers: The model's shared layers.
    """

    name = "keras"

    def __init__(self, layers: SharedLayers) -> None:
        super().__init__(layers.config, layers.assets)
        self._layers = layers
        self._graphs: dict[Sampler, keras.Model] = {}

    @property
    def layers(self) -> SharedLayers:
        """See `Engine.layers`."""
        return self._layers

    def make_player(self, task: Task, _rewinds: bool) -> Player:
        """See `Engine.make_player`.

        Args:
            task: What is to be played.
            _rewinds: Not used: a player of this engine can always be rewound.
        """
        return KerasPlayer(self._layers, self.graph, self._judge, task)

    def bits_per_note(
        self, sequences: Sequence[ValueSequence], conditions: Sequence[Conditions]
    ) -> list[float]:
        """See `Engine.bits_per_note`.

        Args:
            sequences: The solos.
            conditions: The conditions of each.
        """
        graph = self._layers.predicting_graph
        found = self._likelihoods(graph, sequences, conditions, self._layers.judge)
        return [
            bits_per_note([one]) if (one.counted & one.notes).any() else math.inf for one in found
        ]

    def _judge(
        self, sequences: Sequence[ValueSequence], conditions: Sequence[Conditions], returns: float
    ) -> list[float]:
        """The natural logarithm of the probability that the model plays solos.

        Args:
            sequences: The solos.
            conditions: The conditions of each.
            returns: How much more it relies on what it has played (see `SamplingConfig`).
        """
        graph = self._layers.graph_of_playing(returns)
        found = self._likelihoods(graph, sequences, conditions, self._layers.judge_playing)
        return [-float(one.total.sum()) for one in found]

    def _likelihoods(
        self,
        graph: keras.Model,
        sequences: Sequence[ValueSequence],
        conditions: Sequence[Conditions],
        judge: Judge,
    ) -> list[Likelihood]:
        """The likelihood of solos, each with its conditions.

        Args:
            graph: The graph that predicts their values.
            sequences: The solos.
            conditions: The conditions of each.
            judge: How likely a solo is by what is predicted.
        """
        examples = [self._layers.example(sequence) for sequence in sequences]
        own = slice(HistoryColumn.PERFORMER, HistoryColumn.REPEAT)
        for example, numbers in zip(examples, conditions, strict=True):
            if "history" in example.inputs:
                example.inputs["history"][:, own] = numbers
        return likelihoods(graph, examples, judge)

    def graph(self, sampling: SamplingConfig, active: Sequence[ActiveConstraint]) -> keras.Model:
        """Return the inference graph for sampling settings.

        The limits of the rules are inputs of the graph: it is built once for each set of rules,
        whatever their limits.

        Args:
            sampling: How to draw.
            active: The sampling rules that are on.
        """
        sampler = Sampler.of(sampling, [rule for rule, _ in active])
        if sampler not in self._graphs:
            self._graphs[sampler] = inference_graph(self._layers, sampler)
        return self._graphs[sampler]
