"""A judge for tests of what is done with it: it has its tastes, though nobody's."""

import numpy as np

from jazzgen.judging.features import feature_names
from jazzgen.judging.judge import Judge


def small_judge(seed=0):
    """A judge with random weights, always the same."""
    draw, size = np.random.default_rng(seed), len(feature_names())
    return Judge(
        mean=draw.normal(size=size),
        scale=draw.uniform(1, 9, size),
        weights=draw.normal(size=(2, size)),
        bias=np.array([0.25]),
    )
