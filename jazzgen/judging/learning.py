"""How the judge learns: regularised logistic regression, by Newton's method.

Source: iteratively reweighted least squares, e.g. Hastie, Tibshirani and Friedman, *The Elements
of Statistical Learning*, 2nd edition, section 4.4.1. The cost is convex and small, so that the
result does not depend on where one begins, nor on chance.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import DatasetError
from jazzgen.judging.features import features_of
from jazzgen.judging.judge import Judge, standardised
from jazzgen.music.solo import Solo

__all__ = ["PENALTY", "feature_rows", "learn_judge"]

Floats = NDArray[np.float64]

PENALTY = 100.0
"""The weight of the squares of the weights in the cost, beside nats summed over solos."""
STEPS = 100
"""Steps of Newton's method at most; about ten are enough."""
CLOSE = 1e-10
"""The largest change of a weight at which the method has arrived."""
FEWEST_SOLOS = 10
"""The number of solos of each kind that the judge needs."""


def feature_rows(solos: Sequence[Solo]) -> Floats:
    """Return the features of solos, shape (solos, F); NaN where nothing can be counted."""
    rows = [list(features_of(solo).values()) for solo in solos]
    return np.array([row for row in rows if not np.isnan(row).all()])


def learn_judge(players: Floats, model: Floats, penalty: float = PENALTY) -> Judge:
    """Return a judge that tells players' solos from a model's.

    Both kinds count the same, however many solos there are of each.

    Args:
        players: The features of the training solos, shape (solos, F).
        model: The features of solos that the model plays over the same tunes, shape (solos, F).
        penalty: See `PENALTY`.

    Raises:
        DatasetError: There are too few solos of a kind.
    """
    for kind, rows in (("players", players), ("the model", model)):
        if len(rows) < FEWEST_SOLOS:
            raise DatasetError(
                f"{len(rows)} solos of {kind} with notes enough; expected at least {FEWEST_SOLOS}"
            )
    # What can be counted in no solo at all, such as choruses that no chart has, tells nothing.
    counted = np.where(np.isnan(players).all(axis=0), 0.0, players)
    mean, spread = np.nanmean(counted, axis=0), np.nanstd(counted, axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    z = standardised(np.concatenate([players, model]), mean, scale)
    inputs = np.concatenate([z, z * z - 1, np.ones((len(z), 1))], axis=1)  # (solos, 2 F + 1)
    labels = np.repeat([1.0, 0.0], [len(players), len(model)])
    counts = np.repeat([len(players), len(model)], [len(players), len(model)])
    weights = _minimum(inputs, labels, len(z) / (2 * counts), penalty)
    size = len(mean)
    return Judge(mean=mean, scale=scale, weights=weights[:-1].reshape(2, size), bias=weights[-1:])


def _minimum(inputs: Floats, labels: Floats, shares: Floats, penalty: float) -> Floats:
    """The weights of the least cost, the last of which, the bias, is not penalised.

    Args:
        inputs: Shape (solos, weights).
        labels: 1 or 0, shape (solos,).
        shares: How much each solo counts, shape (solos,).
        penalty: See `PENALTY`.
    """
    weights = np.zeros(inputs.shape[1])
    ridge = np.full(len(weights), penalty)
    ridge[-1] = 1e-6
    for _ in range(STEPS):
        said = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (shares * (said - labels)) + ridge * weights
        curve = (inputs * (shares * said * (1 - said))[:, None]).T @ inputs + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        weights -= step
        if np.abs(step).max() < CLOSE:
            break
    return weights
