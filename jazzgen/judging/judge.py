"""The judge: how much a solo reads like a player's, by its structure.

It is logistic regression on the features of `features` and on their squares: a solo may have too
much of something or too little. It learns to tell the training solos from solos that the model
plays over the same tunes, and so it knows what this model does not do as players do. It sees
notes only: whatever engine has played them, the score is the same.

Its tensors, each float64:

| tensor | shape | content |
|---|---|---|
| `mean`, `scale` | (F,) | mean and standard deviation of each feature in the training solos |
| `weights` | (2, F) | the weights of the features, and those of their squares |
| `bias` | (1,) | the score of a solo all of whose features are at the mean |
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, inf, isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import ModelError
from jazzgen.judging.features import feature_names, features_of
from jazzgen.music.solo import Solo

__all__ = ["Judge", "standardised"]

Floats = NDArray[np.float64]

FARTHEST = 3.0
"""Standard deviations beyond which a feature counts no more: an odd solo must not win by that."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Judge:
    """What the judge has learnt.

    Args:
        mean: The mean of each feature, shape (F,).
        scale: Its standard deviation, shape (F,).
        weights: The weights of the features and of their squares, shape (2, F).
        bias: The score of a solo all of whose features are at the mean, shape (1,).

    Raises:
        ModelError: A shape is wrong, a number is not finite, or a scale is not above 0.
    """

    mean: Floats
    scale: Floats
    weights: Floats
    bias: Floats

    def __post_init__(self) -> None:
        size = len(feature_names())
        shapes = {"mean": (size,), "scale": (size,), "weights": (2, size), "bias": (1,)}
        for name, shape in shapes.items():
            value = getattr(self, name)
            if value.shape != shape or value.dtype != np.float64:
                raise ModelError(
                    f"{name} of the judge: expected float64 of shape {shape}, got "
                    f"{value.dtype} of {value.shape}"
                )
            if not np.isfinite(value).all():
                raise ModelError(f"{name} of the judge: not every number is finite")
        if (self.scale <= 0).any():
            raise ModelError("scale of the judge: not every number is above 0")

    def score(self, solo: Solo) -> float:
        """Return the logarithm of the odds that a solo is a player's and not the model's.

        Args:
            solo: The solo; with too few notes to have features it scores `-inf`.
        """
        return self.score_features(list(features_of(solo).values()))

    def score_features(self, values: Sequence[float]) -> float:
        """Return the score of a solo by its features (see `score`).

        Args:
            values: The features, NaN where nothing can be counted.
        """
        if all(map(isnan, values)):
            return -inf
        z = standardised(np.array(values), self.mean, self.scale)
        # Sums in a fixed order: a library's dot product may differ between machines.
        terms = self.weights[0] * z + self.weights[1] * (z * z - 1)
        return float(sum(terms.tolist(), float(self.bias[0])))

    def choose(self, solos: Sequence[Solo], uniform: float) -> tuple[int, float]:
        """Draw one of several solos, each as likely as its odds are high.

        Always to take the highest score would make every solo the judge's favourite: its taste is
        not a player's. Drawn like this, solos come to be distributed as players' are, as far as
        the judge can tell (sampling-importance resampling, Rubin 1987).

        Args:
            solos: At least one solo.
            uniform: A number from 0 to 1, which decides.

        Returns:
            The index of the solo, and its score. Solos that score `-inf` are not drawn if any other
            can be.
        """
        scores = [self.score(solo) for solo in solos]
        best = max(scores)
        if best == -inf:
            return 0, best
        bounds = list(accumulate(exp(score - best) for score in scores))
        index = bisect_right(bounds, uniform * bounds[-1])
        # A uniform number of 1 would lie behind the last bound.
        index = min(index, max(k for k, score in enumerate(scores) if score > -inf))
        return index, scores[index]

    def to_tensors(self) -> dict[str, Floats]:
        """Return the judge's tensors by name."""
        return dict(vars(self))

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> Judge:
        """Return the judge that `to_tensors` turned into tensors.

        Args:
            tensors: The tensors by name.

        Raises:
            ModelError: They are not those of a judge.
        """
        names = ("mean", "scale", "weights", "bias")
        if tensors.keys() != set(names):
            raise ModelError(f"expected {', '.join(names)}")
        return cls(**tensors)


def standardised(values: Floats, mean: Floats, scale: Floats) -> Floats:
    """Return features in standard deviations from the mean, no farther than `FARTHEST`.

    Args:
        values: The features, NaN where nothing can be counted: these get 0, shape (…, F).
        mean: The mean of each, shape (F,).
        scale: The standard deviation of each, shape (F,).
    """
    z = np.clip((values - mean) / scale, -FARTHEST, FARTHEST)
    return np.where(np.isnan(z), 0.0, z)
