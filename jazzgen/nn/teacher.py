"""Distillation: a network learns from what another one expects, beside what was played.

Source: Hinton, Vinyals and Dean, *Distilling the knowledge in a neural network*, 2015. An
ensemble says of each step how likely everything is that might have come; one network that
learns to say the same plays nearly as well and is read in a fraction of the time.
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

__all__ = ["TAUGHT", "expectations", "teach"]

TAUGHT = ("pitch", "duration")
"""Outputs that a teacher teaches."""

BATCH, LENGTH = 16, 256

Shares = dict[str, NDArray[np.float16]]


def expectations(teacher: ImproviserLayers, examples: Sequence[Example]) -> list[Shares]:
    """Return what a teacher expects at each step, teacher-forced.

    Args:
        teacher: The model.
        examples: Solos as the teacher hears them.

    Returns:
        For each example the shares of pitches (T, 129) and of durations (T, 96).
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
                for name in TAUGHT
            }
    return found


def teach(example: Example, expected: Shares, share: float) -> Example:
    """Return an example whose targets are what a teacher expects, mixed with what was played.

    Args:
        example: The solo.
        expected: What the teacher expects.
        share: How much the teacher counts, from 0 to 1.
    """
    taught: Shares = {}
    for name, shares in expected.items():
        taught[name] = shares * np.float16(share)
        taught[name][np.arange(len(example)), example.targets[name]] += np.float16(1 - share)
    return replace(example, taught=taught)
