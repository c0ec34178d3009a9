"""How well a model predicts real solos: the predictive measures.

Conventions: teacher-forced over whole solos, no padding and no transposition; every
value after a solo's first note counts equally. The grid has 24 ticks per quarter; the
model sees the chord that sounds and the one that comes next.

Metrics:

- bits per note: the negative log2-likelihood of pitches, rests and durations,
  divided by the number of notes; lower is better;
- pitch perplexity, notes only: exp of the mean negative log-likelihood of a note's
  pitch, given that a note comes;
- top-1: how often the likeliest pitch (of a note) or duration is the one played;
- wrong-chord delta: the bits per note that are lost when the chart is transposed by a
  random interval: how much the model learns from the harmony. What a model learns from the line
  itself is left out of it (see `nn.adaptation`): in the course of a solo it would find out that
  the chart is wrong, and the better it listened, the less harmony it would seem to hear.

Beside each stands its 95 % bootstrap interval, for which whole solos are resampled: two
models whose intervals overlap may still differ, but one solo more or less may decide it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.sequence import ValueSequence
from jazzgen.errors import DatasetError
from jazzgen.evaluation.baselines import Baselines
from jazzgen.evaluation.bootstrap import ratio_interval
from jazzgen.evaluation.prediction import PitchFigures, Prediction, TimeFigures
from jazzgen.nn.keras_engine.likelihood import (
    Likelihood,
    bits_per_note,
    likelihoods,
    network_bits_per_note,
)
from jazzgen.nn.keras_engine.shared_layers import SharedLayers
from jazzgen.runtime.lazy import LazySequence

__all__ = ["evaluate", "intervals", "validate", "wrong_chords"]


def validate(solos: Sequence[ValueSequence]) -> None:
    """Check that solos can be measured.

    Raises:
        DatasetError: None has two notes.
    """
    if not any(solo.notes >= 2 for solo in solos):
        raise DatasetError("nothing to measure: expected a solo of at least two notes")


def evaluate(
    layers: SharedLayers,
    solos: Sequence[ValueSequence],
    training: Sequence[ValueSequence] = (),
    seed: int = 0,
    graph: keras.Model | None = None,
) -> Prediction:
    """Measure a model on solos.

    Args:
        layers: The model.
        solos: The solos that it has to predict.
        training: The solos that it was trained on, for the baselines; may be empty.
        seed: Draws the intervals of the wrong-chord test, and bootstrap samples.
        graph: A training graph over the layers, if there is one already.

    Raises:
        DatasetError: Nothing to measure.
    """
    validate(solos)
    graph = layers.predicting_graph if graph is None else graph
    found = _judge(layers, graph, solos)
    moved = LazySequence(lambda n: wrong_chords(solos[n], [seed, n]), len(solos))
    wrong = _judge(layers, graph, moved)
    pitch, time = _pooled(found, "pitch"), _pooled(found, "time")
    notes = _counted_notes(found)
    return Prediction(
        solos=len(solos),
        notes=notes,
        bits_per_note=bits_per_note(found),
        pitch=PitchFigures(
            bits=float(pitch.sum()) / notes / math.log(2),
            # Rests have no note's pitch: there it is NaN.
            perplexity_notes_only=float(np.exp(np.nanmean(_pooled(found, "note_pitch")))),
            top1=_right(found, "pitch_right"),
        ),
        time=TimeFigures(
            bits=float(time.sum()) / notes / math.log(2), top1=_right(found, "time_right")
        ),
        wrong_chord_delta_bits=network_bits_per_note(wrong) - network_bits_per_note(found),
        baselines=Baselines(training).measure(solos) if training else None,
        intervals=intervals(found, wrong, seed),
    )


def intervals(
    found: Sequence[Likelihood], wrong: Sequence[Likelihood], seed: int = 0
) -> dict[str, tuple[float, float]]:
    """Return the 95 % bootstrap intervals of the measures, by solo.

    Args:
        found: The solos' likelihoods.
        wrong: Those of the same solos over wrong chords.
        seed: Draws the bootstrap samples.
    """
    notes = _sums(found, lambda one: one.notes)
    nats = {
        "bits_per_note": _sums(found, lambda one: one.total),
        "pitch_bits": _sums(found, lambda one: one.pitch),
        "time_bits": _sums(found, lambda one: one.time),
    }
    nats["wrong_chord_delta_bits"] = _sums(wrong, lambda one: one.network) - _sums(
        found, lambda one: one.network
    )
    right = {
        "pitch_top1": _sums(found, lambda one: one.pitch_right & one.notes),
        "time_top1": _sums(found, lambda one: one.time_right & one.notes),
    }
    low, high = ratio_interval(_sums(found, lambda one: np.nan_to_num(one.note_pitch)), notes, seed)
    return {
        **{name: ratio_interval(sums / math.log(2), notes, seed) for name, sums in nats.items()},
        **{name: ratio_interval(sums, notes, seed) for name, sums in right.items()},
        "pitch_perplexity_notes_only": (math.exp(low), math.exp(high)),
    }


def _sums(found: Sequence[Likelihood], column: Callable[[Likelihood], Any]) -> Any:
    """Sum of a column over the counted steps of each solo, shape (solos,)."""
    return np.array([float(column(one)[one.counted].sum()) for one in found])


def wrong_chords(sequence: ValueSequence, seed: Sequence[int]) -> ValueSequence:
    """Return a sequence over its chart transposed by 1 to 11 semitones; the line stays.

    Args:
        sequence: The solo.
        seed: Draws the interval.
    """
    rows = sequence.rows.copy()
    interval = int(np.random.default_rng(list(seed)).integers(1, 12))
    for column in (ChartColumn.ROOT, ChartColumn.NEXT_ROOT):
        rows[:, column] = (rows[:, column] + interval) % 12
    return replace(sequence, rows=rows)


def _judge(
    layers: SharedLayers, graph: keras.Model, solos: Sequence[ValueSequence]
) -> list[Likelihood]:
    """The likelihoods of the solos that have at least two notes."""
    long_enough = [number for number, solo in enumerate(solos) if solo.notes >= 2]
    examples = LazySequence(lambda number: layers.example(solos[number]), long_enough)
    return likelihoods(graph, examples, layers.judge)


def _pooled(found: Sequence[Likelihood], column: str) -> Any:
    return np.concatenate([getattr(one, column)[one.counted] for one in found])


def _counted_notes(found: Sequence[Likelihood]) -> int:
    return sum(int((one.counted & one.notes).sum()) for one in found)


def _right(found: Sequence[Likelihood], column: str) -> float:
    """Share of counted notes at which a guess is right."""
    right = sum(int(getattr(one, column)[one.counted & one.notes].sum()) for one in found)
    return right / _counted_notes(found)
