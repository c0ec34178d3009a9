"""Distillation targets: another model's distribution at each step, mixed with what was played.

Source: Hinton, Vinyals and Dean, *Distilling the knowledge in a neural network*, 2015. An
ensemble gives a distribution at each step; a single network that is trained to give the same
distributions plays nearly as well in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.datasets.windows import stack
from jazzgen.encoding.examples import Example
from jazzgen.nn.keras_engine.improviser import ImproviserLayers
from jazzgen.nn.keras_engine.likelihood import mixture

__all__ = ["DISTILLED", "distil", "expectations"]

DISTILLED = ("pitch", "duration")
"""The outputs whose distributions are distilled."""

BATCH = 16
"""Solos that the teacher hears at once."""
LENGTH = 256
"""Values: solos are padded to multiples of it."""

Probabilities = dict[str, NDArray[np.float16]]


def expectations(teacher: ImproviserLayers, examples: Sequence[Example]) -> list[Probabilities]:
    """Return the distributions that a teacher gives at each step, teacher-forced.

    Args:
        teacher: The model.
        examples: Solos as the teacher hears them, each of T values.

    Returns:
        For each example the probabilities of pitches (T, 129) and of durations (T, 96).
    """
    graph, found = teacher.predicting_graph, [Probabilities() for _ in examples]
    order = sorted(range(len(examples)), key=lambda number: len(examples[number]))
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        # JAX compiles the graph again for each new length: multiples of `LENGTH` are few.
        length = -(-len(examples[chosen[-1]]) // LENGTH) * LENGTH
        said = graph.predict_on_batch(stack([examples[n] for n in chosen], length).inputs)
        for row, number in enumerate(chosen):
            found[number] = {
                name: np.exp(mixture(said[name][row, : len(examples[number])])).astype(np.float16)
                for name in DISTILLED
            }
    return found


def distil(example: Example, expected: Probabilities, shares: NDArray[np.floating[Any]]) -> Example:
    """Return an example whose targets mix a teacher's distributions with what was played.

    Args:
        example: The solo, of T values.
        expected: The teacher's probabilities of pitches (T, 129) and of durations (T, 96).
        shares: The teacher's weight in the mixture at each step, from 0 to 1, shape (T,).
    """
    mixed: Probabilities = {}
    weights = shares.astype(np.float16)
    for name, probabilities in expected.items():
        mixed[name] = probabilities * weights[:, None]
        mixed[name][np.arange(len(example)), example.targets[name]] += 1 - weights
    return replace(example, soft_targets=mixed)
