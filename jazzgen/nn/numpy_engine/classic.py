"""The classic preset in NumPy: its player, its likelihood of a solo, and its errors.

Axes: T steps, V joint values, U units of a cell.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from jazzgen.config import ModelConfig
from jazzgen.encoding.examples import make_example
from jazzgen.encoding.sequence import ValueSequence
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.nn.engine import Conditions, Player, Task
from jazzgen.nn.numpy_engine.classic_network import ClassicNetwork
from jazzgen.nn.numpy_engine.classic_player import ClassicPlayer
from jazzgen.rnn.activations import softmax
from jazzgen.rnn.cell import Cell
from jazzgen.rnn.sequences import Run

__all__ = ["LightClassic"]

Array = NDArray[Any]


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
