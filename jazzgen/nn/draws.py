"""Draws: for one take the model plays several solos, and its judge chooses one of them.

The draws of a take depend on its seed alone. Each has a seed of its own, with which it can be
played again as the only one; the first has the seed of the take.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from jazzgen.errors import ModelError
from jazzgen.judging.judge import Judge
from jazzgen.music.solo import Solo
from jazzgen.nn.trading import CANDIDATE, CHOICE, derived_seed

__all__ = ["Choice", "choose_draws", "draw_seeds"]


class Choice(NamedTuple):
    """The draw that was kept for a take.

    Args:
        draw: Its number among the draws of the take, from 0.
        score: Its score (see `Judge.score`); None if there was nothing to choose from.
    """

    draw: int
    score: float | None


def draw_seeds(seed: int, draws: int) -> list[int]:
    """Return the seeds of a take's draws.

    Args:
        seed: The seed of the take, which is that of its first draw.
        draws: The number of draws.
    """
    return [derived_seed(CANDIDATE, seed, draw) if draw else seed for draw in range(draws)]


def choose_draws(
    judge: Judge | None, solos: Sequence[Solo], seeds: Sequence[int], draws: int
) -> list[Choice]:
    """Return which draw is kept for each take (see `Judge.choose`).

    Args:
        judge: The judge; it may be None if there is one draw.
        solos: The draws of the first take, then those of the second, and so on.
        seeds: The seed of each take.
        draws: The number of draws of each take.

    Raises:
        ModelError: There are several draws, and no judge.
    """
    if draws == 1:
        return [Choice(0, None)] * len(solos)
    if judge is None:
        raise ModelError("the model has no judge to choose among several draws")
    takes = (solos[first : first + draws] for first in range(0, len(solos), draws))
    return [
        Choice(*judge.choose(take, derived_seed(CHOICE, seed) / 2**32))
        for take, seed in zip(takes, seeds, strict=True)
    ]
