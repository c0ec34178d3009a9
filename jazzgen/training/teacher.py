"""Distillation targets: what another model expects at each step, mixed with what was played.

Source: Hinton, Vinyals and Dean, *Distilling the knowledge in a neural network*, 2015. An
ensemble gives a distribution for each step; a single network that learns to give the same
distributions plays nearly as well in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jazzgen.datasets.windows import stack
from jazzgen.encoding.examples import Example
from jazzgen.nn.keras_engine.graphs import training_graph
from jazzgen.nn.keras_engine.improviser import ImproviserLayers
from jazzgen.nn.keras_engine.likelihood import mixture

__all__ = ["DISTILLED", "distil", "expectations"]

DISTILLED = ("pitch", "duration")
"""The outputs whose distributions are distilled."""

BATCH, LENGTH = 16, 256

Shares = dict[str, NDArray[np.float16]]


def expectations(teacher: ImproviserLayers, examples: Sequence[Example]) -> list[Shares]:
    """Return what a teacher expects at each step, teacher-forced.

    Args:
        teacher: The model.
        examples: Solos as the teacher hears them.

    Returns:
        For each example the probabilities of pitches (T, 129) and of durations (T, 96).
    """
    graph, found = training_graph(teacher), [Shares() for _ in examples]
    order = sorted(range(len(examples)), key=lambda number: len(examples[number]))
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        # A graph is traced anew for each length: few of them.
        length = -(-len(examples[chosen[-1]]) // LENGTH) * LENGTH
        said = graph.predict_on_batch(stack([examples[n] for n in chosen], length).inputs)
        for row, number in enumerate(chosen):
            found[number] = {
                name: np.exp(mixture(said[name][row, : len(examples[number])])).astype(np.float16)
                for name in DISTILLED
            }
    return found


def distil(example: Example, expected: Shares, share: float) -> Example:
    """Return an example whose targets are what a teacher expects, mixed with what was played.

    Args:
        example: The solo.
        expected: What the teacher expects.
        share: The teacher's weight in the mixture, from 0 to 1.
    """
    mixed: Shares = {}
    for name, shares in expected.items():
        mixed[name] = shares * np.float16(share)
        mixed[name][np.arange(len(example)), example.targets[name]] += np.float16(1 - share)
    return replace(example, soft_targets=mixed)
