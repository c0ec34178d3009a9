"""The improviser preset in NumPy: its player, its likelihood of a solo, and its errors.

Axes: T steps, U units of a cell.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig
from jazzgen.encoding.cache import cache as cache_of
from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.sequence import NO_PITCH, START_PITCH, HistoryColumn, ValueSequence
from jazzgen.encoding.values import REST
from jazzgen.nn.adaptation import adapt_solo
from jazzgen.nn.assets import Assets
from jazzgen.nn.engine import Conditions, Player, Task
from jazzgen.nn.numpy_engine.heads import Caches
from jazzgen.nn.numpy_engine.improviser_player import (
    MIN_PROBABILITY,
    ImproviserPlayer,
    interval_and_degree,
)
from jazzgen.nn.numpy_engine.network import LightNetwork
from jazzgen.nn.surprise import ValueCosts
from jazzgen.rnn.cell import Cell
from jazzgen.rnn.sequences import Run

__all__ = ["LightImproviser"]

Array = NDArray[Any]

NUDGE = np.float32(0.01)
"""The step of a central difference, up and down, in a unit of the hidden state."""


class LightImproviser:
    """A model of the improviser preset.

    Args:
        config: The architecture.
        tensors: The weights by their names on disk, float32.
        assets: What the model keeps of its training data.
    """

    def __init__(self, config: ModelConfig, tensors: Mapping[str, Array], assets: Assets) -> None:
        self.network = LightNetwork(config, tensors, assets)

    def make_player(self, task: Task, rewinds: bool) -> Player:
        """See `Engine.make_player`."""
        return ImproviserPlayer(self.network, task, rewinds)

    def bits_per_note(self, sequence: ValueSequence, conditions: Conditions) -> float:
        """See `presets.LightModel.bits_per_note`."""
        return _bits_per_note(self.network, sequence, conditions)

    def value_costs(self, sequence: ValueSequence, conditions: Conditions) -> ValueCosts:
        """See `nn.surprise.WeighsValues.value_costs`."""
        return _value_costs(self.network, sequence, conditions)

    def last_errors(self, sequence: ValueSequence, length: int) -> tuple[Cell, Run, Array]:
        """See `presets.LightModel.last_errors`; for the first member and the last step's pitch.

        The head has no backward pass in NumPy, so its derivative is taken by central differences:
        the loss for each unit of the hidden state raised a little, and lowered, all in one batch.
        """
        network = self.network
        ran, head_inputs = network.run_prefix(sequence, length)
        hidden = ran.outputs[0, -1]  # (U,)
        # The first U rows are raised in one unit each, the others lowered.
        nudges = NUDGE * np.eye(len(hidden), dtype=np.float32)
        inputs = head_inputs(np.concatenate([hidden + nudges, hidden - nudges]))
        both = len(inputs.pitch)
        # All else that the head reads is the same for each of these rows.
        step = sequence.history[length - 1 : length]
        last = np.where(step[:, HistoryColumn.LAST] < 0, START_PITCH, step[:, HistoryColumn.LAST])
        lick = network.licks.states(sequence.pitch[:length])[-1:]
        shares = network.members[0].pitch_head.shares(
            inputs.pitch, inputs.mixing, last.repeat(both),
            sequence.rows[length - 1 : length, ChartColumn.ROOT].repeat(both),
            Caches.of(cache_of(sequence.pitch[:length])[-1:].repeat(both, axis=0)),
            lick.repeat(both), network.licks.expectations_of(lick).repeat(both, axis=0),
        )  # fmt: skip
        loss = -np.log(np.maximum(shares[:, sequence.pitch[length - 1]], MIN_PROBABILITY))
        above, below = loss.reshape(2, -1)
        return network.members[0].cells[-1], ran, ((above - below) / (2 * NUDGE))[None]


def _bits_per_note(network: LightNetwork, sequence: ValueSequence, conditions: Conditions) -> float:
    """Return the cost of a solo in bits per note, with teacher forcing.

    The likelihood of a value is that of its pitch (or rest), times that of its duration given the
    pitch; loudness and timing do not count. `keras_engine.likelihood` computes the same.

    Args:
        network: The model.
        sequence: The solo.
        conditions: Its conditions.
    """
    counted = sequence.counted
    notes = int((counted & (sequence.pitch != REST)).sum())
    if not notes:
        return math.inf
    costs = _value_costs(network, sequence, conditions)
    return float((costs.pitch + costs.time)[counted].sum()) / notes / math.log(2)


def _value_costs(
    network: LightNetwork, sequence: ValueSequence, conditions: Conditions
) -> ValueCosts:
    """Return what each value of a solo costs (see `WeighsValues.value_costs`).

    Args:
        network: The model.
        sequence: The solo.
        conditions: Its conditions.
    """
    head_inputs = network.run_solo(sequence, conditions)
    last = np.where(sequence.history[:, HistoryColumn.LAST] == NO_PITCH, START_PITCH,
                    sequence.history[:, HistoryColumn.LAST])  # fmt: skip
    root, steps = sequence.rows[:, ChartColumn.ROOT], np.arange(len(sequence))
    # Every value is known in advance: so are what the cache and the licks predict before each.
    lick = network.licks.states(sequence.pitch)
    licks = network.licks.expectations_of(lick)
    shares = network.pitch_shares(
        head_inputs, last, root, Caches.of(cache_of(sequence.pitch)), lick, licks
    )
    note = interval_and_degree(sequence.pitch.tolist(), last.tolist(), sequence.rows.tolist())
    in_bar = sequence.rows[:, ChartColumn.IN_BAR]
    durations = network.duration_shares(head_inputs, note, in_bar)
    if network.edition.adapts:
        played = (sequence.pitch, sequence.duration)
        shares, durations = adapt_solo(shares, durations, sequence.history, sequence.rows, played)
    return ValueCosts(
        pitch=_nats(shares[steps, sequence.pitch]),
        time=_nats(durations[steps, sequence.duration - 1]),
        shares=shares,
    )


def _nats(shares: Array) -> Array:
    """The cost of events in nats, float64, given their probabilities."""
    return -np.log(np.maximum(shares, MIN_PROBABILITY).astype(np.float64))
