"""How well simpler models predict a bass: what a learnt bass has to beat.

The probabilities of n-grams are interpolated with those of shorter contexts (Witten and Bell 1991).
The cost model has the input of the learnt bass, four notes of memory among it, and its scores, but
no cell between them: its weights are costs fitted by likelihood.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from math import log2

import numpy as np

from jazzgen.band.bass_model import SCORES
from jazzgen.band.bass_steps import FEATURES, PITCHES
from jazzgen.band.bass_training import loss_of_scores
from jazzgen.band.bass_windows import Phrase, windows_of
from jazzgen.rnn.optimizers import Adam

__all__ = ["cost_model_bits", "ngram_bits"]

Counts = list[defaultdict[tuple[Hashable, ...], Counter[int]]]


def ngram_bits(training: Sequence[Phrase], held_out: Sequence[Phrase]) -> dict[str, float]:
    """Return bits per note of n-grams over pitches on lines that they don't know.

    Args:
        training: The lines that are counted.
        held_out: The lines that are predicted.
    """
    figures = {}
    for name, length in (("bigram", 1), ("trigram", 2), ("4-gram", 3)):
        counts: Counts = [defaultdict(Counter) for _ in range(length + 1)]
        for line in training:
            for number, pitch in enumerate(line.pitches):
                before = _before(line, number, length)
                for order in range(length + 1):
                    counts[order][before[:order]][pitch] += 1
        bits = [
            -log2(_probability(counts, _before(line, number, length), pitch))
            for line in held_out
            for number, pitch in enumerate(line.pitches)
        ]
        figures[name] = round(sum(bits) / len(bits), 3)
    return figures


def _before(line: Phrase, number: int, length: int) -> tuple[int, ...]:
    """Return the notes before a note, the latest first."""
    return tuple(reversed(line.pitches[max(number - length, 0) : number]))


def _probability(counts: Counts, before: tuple[int, ...], pitch: int) -> float:
    probability = 1 / PITCHES
    for order, table in enumerate(counts[: len(before) + 1]):
        found = table.get(before[:order])
        if found:
            kinds = len(found)
            probability = (found[pitch] + kinds * probability) / (found.total() + kinds)
    return probability


def cost_model_bits(
    training: Sequence[Phrase], held_out: Sequence[Phrase], epochs: int = 10, batch_size: int = 48
) -> float:
    """Return the bits per note of a model without a recurrent cell on lines it does not know.

    Args:
        training: The lines by which its weights are fitted.
        held_out: The lines that are predicted, by which the best epoch is chosen.
        epochs: The number of epochs.
        batch_size: The windows of a step.
    """
    known, unknown = windows_of(training), windows_of(held_out)
    weights = {"kernel": np.zeros((FEATURES, SCORES), np.float32)}
    optimizer, generator, best = Adam(), np.random.default_rng(0), np.inf
    for epoch in range(epochs):
        order = generator.permutation(len(known.x))
        for chosen in np.array_split(order, -(-len(order) // batch_size)):
            part = known.part(chosen)
            _, d_scores = loss_of_scores(part.x @ weights["kernel"], part)
            flat = part.x.reshape(-1, FEATURES), d_scores.reshape(-1, SCORES)
            optimizer.step(weights, {"kernel": flat[0].T @ flat[1]}, 5e-3 * 0.7**epoch)
        best = min(best, loss_of_scores(unknown.x @ weights["kernel"], unknown)[0])
    return round(float(best), 3)
