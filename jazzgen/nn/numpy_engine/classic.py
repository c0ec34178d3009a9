"""The classic preset in NumPy: its player, its likelihood of a solo, and its errors.

Axes: T steps, V joint values, U units of a cell.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig
from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.examples import make_example
from jazzgen.encoding.sequence import NO_PITCH, START_PITCH, HistoryColumn, ValueSequence
from jazzgen.encoding.values import REST
from jazzgen.encoding.vocabulary import REST_DEGREE, JointVocabulary
from jazzgen.nn.engine import Conditions, Player, Task
from jazzgen.nn.numpy_engine.classic_network import ClassicNetwork
from jazzgen.nn.numpy_engine.classic_player import ClassicPlayer
from jazzgen.nn.surprise import ValueCosts
from jazzgen.rnn.activations import softmax
from jazzgen.rnn.cell import Cell
from jazzgen.rnn.sequences import Run

__all__ = ["LightClassic"]

Array = NDArray[Any]
LEAST = 1e-300
"""The smallest probability that has a cost."""


class LightClassic:
    """A model of the classic preset.

    Args:
        config: The architecture.
        tensors: The weights by their names on disk, float32.
        vocabulary: The joint values.
    """

    def __init__(
        self, config: ModelConfig, tensors: Mapping[str, Array], vocabulary: JointVocabulary
    ) -> None:
        self.network = ClassicNetwork(config, tensors, vocabulary)

    def make_player(self, task: Task, rewinds: bool) -> Player:
        """See `Engine.make_player`."""
        return ClassicPlayer(self.network, task, rewinds)

    def bits_per_note(self, sequence: ValueSequence, _conditions: Conditions) -> float:
        """See `presets.LightModel.bits_per_note`; the preset knows no conditions."""
        network = self.network
        example = make_example(sequence, network.vocabulary)
        notes = int((example.counted & example.notes).sum())
        if not notes:
            return math.inf
        nats = network.nats(example)
        return float(nats[example.counted].sum()) / notes / math.log(2)

    def value_costs(self, sequence: ValueSequence, _conditions: Conditions) -> ValueCosts:
        """See `nn.surprise.WeighsValues.value_costs`.

        The model draws degree, octave and duration together: a pitch has the probability of all
        values that sound it, and a duration its share of that.
        """
        network, steps = self.network, len(sequence.to_last_note())
        value = network.vocabulary.encode(sequence)  # (steps,)
        joint = np.zeros((len(sequence), len(network.vocabulary)))
        # Nothing comes before the first value but what solos open with.
        joint[:1] = np.array(network.vocabulary.openings) / sum(network.vocabulary.openings)
        if steps > 1:
            hidden = network.run(network.one_hot(value[:-1])).outputs[0]
            joint[1:steps] = softmax(network.logits(hidden).astype(np.float64))
        pitches = _pitches(sequence, network.vocabulary.table)
        shares = np.zeros((len(sequence), REST + 1))
        np.add.at(shares, (np.arange(len(sequence))[:, None], pitches), joint)
        at = np.arange(steps)
        pitch, time = np.zeros((2, len(sequence)))
        pitch[:steps] = -np.log(np.maximum(shares[at, pitches[at, value]], LEAST))
        time[:steps] = -np.log(np.maximum(joint[at, value], LEAST)) - pitch[:steps]
        return ValueCosts(pitch=pitch, time=time, shares=shares)

    def last_errors(self, sequence: ValueSequence, length: int) -> tuple[Cell, Run, Array]:
        """See `presets.LightModel.last_errors`; the loss is that of the value after the steps."""
        network = self.network
        value = network.vocabulary.encode(sequence)
        ran = network.run(network.one_hot(value[:length]))
        # The derivative of the cross entropy by the logits: the probabilities, minus 1 at the value
        # that was played.
        errors = softmax(network.logits(ran.outputs[:, -1]))  # (1, V)
        errors[0, value[length]] -= 1
        return network.cells[-1], ran, errors @ network.kernel.T


def _pitches(sequence: ValueSequence, table: Array) -> Array:
    """Return the pitch that each joint value would sound at each step, or `REST`.

    Args:
        sequence: The solo, of T values.
        table: Degree, octave displacement and duration of each joint value, shape (V, 3).

    Returns:
        MIDI pitches, those beyond MIDI's range at its borders, shape (T, V).
    """
    last = sequence.history[:, HistoryColumn.LAST]
    last = np.where(last == NO_PITCH, START_PITCH, last)[:, None]  # (T, 1)
    degree, octaves = table[:, 0], table[:, 1]
    turn = sequence.rows[:, ChartColumn.ROOT, None] + degree - last  # (T, V)
    pitches = np.clip(last + (turn + 6) % 12 - 6 + 12 * octaves, 0, REST - 1)
    return np.where(degree == REST_DEGREE, REST, pitches)
