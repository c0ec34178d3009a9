"""Training of the planner on the plans that solos might have followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from jazzgen.config import PlannerConfig
from jazzgen.encoding.chart_table import PLACES, ChartColumn, chart_table
from jazzgen.encoding.plan import AheadColumn
from jazzgen.encoding.plan_values import (
    PLAN_VALUES,
    VALUE_FIRSTS,
    EnergyScale,
    PlanValue,
    plan_values,
)
from jazzgen.encoding.sequence import value_sequence
from jazzgen.errors import DatasetError
from jazzgen.music.solo import Solo
from jazzgen.nn.keras_engine.planner import PlannerLayers
from jazzgen.nn.planner import Surroundings, group_context, step_input

__all__ = ["PlannerFigures", "train_planner"]

Tensors = dict[str, NDArray[np.float32]]

WINDOW = 64 * len(PlanValue)
"""The steps of a training window: longer solos are several windows."""


class PlannerFigures(NamedTuple):
    """The figures of an epoch."""

    epoch: int
    """Its number, from 1."""
    held_out: float
    """Bits per value on the held-out solos."""


class _Planned(NamedTuple):
    """The plan that a solo might have followed."""

    plan: NDArray[np.int32]
    around: Surroundings


class _Windows(NamedTuple):
    """Plans as inputs and targets."""

    x: NDArray[np.float32]
    """Shape (N, T, features)."""
    target: NDArray[np.int64]
    """Indices in the vocabulary, shape (N, T)."""
    weight: NDArray[np.float32]
    """1 for a step, 0 for padding, shape (N, T)."""


def train_planner(
    solos: Sequence[Solo],
    held_out: Sequence[Solo],
    styles: Sequence[str],
    config: PlannerConfig | None = None,
    on_epoch: Callable[[PlannerFigures], None] = lambda _: None,
) -> tuple[Tensors, float]:
    """Train a planner.

    Args:
        solos: The training solos.
        held_out: The validation solos, by which the best epoch is chosen; by default the
            training solos.
        styles: The names of the styles that the model knows, in its order.
        config: How to train.
        on_epoch: Called after each epoch.

    Returns:
        The tensors of the planner by their names on disk (see `nn.planner`), and its bits per
        value on the held-out solos.

    Raises:
        DatasetError: No training solo has notes.
    """
    config = config or PlannerConfig()
    known = _planned(solos, styles)
    if not known:
        raise DatasetError("no solo has notes to plan from")
    scale = EnergyScale.fit(
        [one.plan for one in known],
        [one.around.tempo for one in known],
        [one.around.middle for one in known],
    )
    keras.utils.set_random_seed(config.seed)
    layers = PlannerLayers(config.units, len(styles))
    training = _windows(known, scale, len(styles))
    validation = _windows(_planned(held_out, styles), scale, len(styles)) if held_out else training
    graph = layers.training_graph(config.dropout)
    graph.compile(
        keras.optimizers.AdamW(
            config.learning_rate, weight_decay=config.weight_decay, global_clipnorm=1.0
        ),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=False,
    )
    best, best_bits, best_epoch = layers.weights, np.inf, 0
    for epoch in range(config.epochs):
        order = np.random.default_rng([config.seed, epoch]).permutation(len(training.x))
        for start in range(0, len(order), config.batch_size):
            chosen = order[start : start + config.batch_size]
            graph.train_on_batch(
                {"x": training.x[chosen]},
                {"values": training.target[chosen]},
                sample_weight={"values": training.weight[chosen]},
            )
        bits = _bits(graph, validation)
        on_epoch(PlannerFigures(epoch + 1, bits))
        if bits < best_bits:
            best, best_bits, best_epoch = layers.weights, bits, epoch
        elif epoch - best_epoch >= config.patience:
            break
    energy = {
        "energy/density": scale.density,
        "energy/mean": scale.mean,
        "energy/deviation": scale.deviation,
        "energy/steps": np.array([scale.steps], np.float32),
        "recall/shares": _recall_shares(solos),
    }
    return {**best, **energy}, float(best_bits)


def _recall_shares(solos: Sequence[Solo]) -> NDArray[np.float32]:
    """The share of the bars that return to each earlier place, among those that have it."""
    found, possible = np.zeros(PLACES), np.zeros(PLACES)
    for solo in solos:
        sequence = value_sequence(solo)
        if not len(sequence):
            continue
        _, first = np.unique(sequence.rows[:, ChartColumn.NUMBER], return_index=True)
        recalls = sequence.ahead[first, AheadColumn.RECALL]
        found += np.bincount(recalls, minlength=PLACES + 1)[1:]
        possible += (sequence.rows[first, ChartColumn.BACK : ChartColumn.GROUP] > 0).sum(axis=0)
    return (found / np.maximum(possible, 1)).astype(np.float32)


def _planned(solos: Sequence[Solo], styles: Sequence[str]) -> list[_Planned]:
    found = []
    for solo in solos:
        if not solo.notes:
            continue
        pitches = [note.pitch for note in solo.notes]
        style = list(styles).index(solo.style) + 1 if solo.style in styles else 0
        middle = (min(pitches) + max(pitches)) / 2
        around = Surroundings.of(chart_table(solo.chart), style, middle)
        found.append(_Planned(value_sequence(solo).plan, around))
    return found


def _windows(planned: Sequence[_Planned], scale: EnergyScale, styles: int) -> _Windows:
    parts = [
        (x[start : start + WINDOW], target[start : start + WINDOW])
        for x, target in (_steps(one, scale, styles) for one in planned)
        for start in range(0, len(x), WINDOW)
    ]
    longest = max(len(x) for x, _ in parts)
    features = parts[0][0].shape[1]
    found = _Windows(
        np.zeros((len(parts), longest, features), np.float32),
        np.zeros((len(parts), longest), np.int64),
        np.zeros((len(parts), longest), np.float32),
    )
    for number, (x, target) in enumerate(parts):
        found.x[number, : len(x)], found.target[number, : len(x)] = x, target
        found.weight[number, : len(x)] = 1
    return found


def _steps(
    planned: _Planned, scale: EnergyScale, styles: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The inputs of the training graph for a plan, (5 · G, features), and its targets."""
    plan, around = planned
    energies = scale.energies(plan, around.tempo, around.middle)
    values = plan_values(plan, energies, around.middle)
    target = (values + np.array(VALUE_FIRSTS)).ravel()
    before = [PLAN_VALUES, *target[:-1].tolist()]
    contexts = [group_context(values, place, around, styles) for place in around.places]
    kinds = len(PlanValue)
    x = [
        np.concatenate([step_input(last, step % kinds), contexts[step // kinds]])
        for step, last in enumerate(before)
    ]
    return np.stack(x), target


def _bits(graph: Any, windows: _Windows) -> float:
    """Bits per value."""
    logits = graph.predict_on_batch({"x": windows.x})["values"]
    shares = np.asarray(ops.log_softmax(logits, axis=-1))
    nats = -np.take_along_axis(shares, windows.target[..., None], axis=-1)[..., 0]
    return float((nats * windows.weight).sum() / windows.weight.sum() / np.log(2))
