"""Plans as a line hears them in training: with small errors and gaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.plan import (
    PLAN_CLASSES,
    AheadColumn,
    PlanColumn,
    breath_left,
    planned_bars,
    recalled,
)
from jazzgen.encoding.values import NO_PITCH

__all__ = ["coarsened", "heard_in_training"]

HIDDEN, MOVED = 0.15, 0.3
"""The share of a plan's entries that are left open in training, and of those that are one class
too high or too low."""
ASIDE = 2
"""The most semitones by which a planned pitch is off in training."""
STRAY = 0.15
"""The standard deviation of the logarithm of planned lengths in training."""


def coarsened(plan: NDArray[np.int32], noise: np.random.Generator) -> NDArray[np.int32]:
    """Return a plan with small errors and gaps, so that nobody learns to follow it blindly.

    Args:
        plan: The plan, shape (G, `PlanColumn`).
        noise: The source of the errors.
    """
    found = plan.copy()
    moved = np.where(noise.random(plan.shape) < MOVED, noise.choice([-1, 1], plan.shape), 0)
    hidden = noise.random(plan.shape) < HIDDEN
    aside = noise.integers(-ASIDE, ASIDE + 1, len(plan))
    for column, classes in PLAN_CLASSES.items():
        own = plan[:, column]
        found[:, column] = np.where(own > 0, np.clip(own + moved[:, column], 1, classes - 1), 0)
        found[hidden[:, column], column] = 0
    own = plan[:, PlanColumn.PITCH]
    found[:, PlanColumn.PITCH] = np.where(own == NO_PITCH, NO_PITCH, own + aside)
    found[hidden[:, PlanColumn.PITCH], PlanColumn.PITCH] = NO_PITCH
    return found


def heard_in_training(
    plan: NDArray[np.int32],
    ahead: NDArray[np.int32],
    group: NDArray[np.int32],
    places: NDArray[np.int32],
    passed: NDArray[np.int32],
    noise: np.random.Generator,
) -> NDArray[np.int32]:
    """Return what a line hears of the plan that a solo might have followed, with errors.

    Args:
        plan: What is planned for each group of bars, shape (G, `PlanColumn`).
        ahead: What the solo does after each step, shape (T, `AheadColumn`).
        group: The group of bars in which each step begins, shape (T,).
        places: The place features of each step, shape (T, `PLACE_COLUMNS`).
        passed: The ticks since the phrase began and those of silence, before each step, shape
            (T, 2).
        noise: The source of the errors.

    Returns:
        Shape (T, `PLAN_COLUMNS`).
    """
    recalls = np.where(noise.random(len(ahead)) < HIDDEN, 0, ahead[:, AheadColumn.RECALL])
    columns = planned_bars(coarsened(plan, noise), recalls, group)
    phrases = int(ahead[:, AheadColumn.PHRASE].max(initial=0)) + 1
    factors = np.exp(STRAY * noise.standard_normal((phrases, 2)))
    factors[noise.random((phrases, 2)) < HIDDEN] = 0
    lengths = ahead[:, AheadColumn.PHRASE_TICKS :] * factors[ahead[:, AheadColumn.PHRASE]]
    left = [
        breath_left(own, *since)
        for own, since in zip(lengths.astype(np.int64).tolist(), passed.tolist(), strict=True)
    ]
    told = np.array(left, np.int32).reshape(-1, 2)
    return np.concatenate([columns, recalled(places, recalls), told], axis=1)
