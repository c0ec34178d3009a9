"""A drummer's touch: how hard each drum is struck, and how evenly.

The model has learnt from many drummers, and for each stroke it draws from what all of them might
do. One drummer is steadier than all of them together: in the Groove MIDI Dataset, strokes of one
drum at one place of the bar differ from bar to bar by a standard deviation of 18 MIDI velocities
within a performance of swing, and of 29 over all performances. So the random numbers that decide
about velocities are not independent: those of one drum share a part that stays through the tune,
and one that wanders from bar to bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

__all__ = ["Touch", "touches"]

LASTING, WANDERING, OWN = 0.3, 0.3, 0.5
"""The standard deviations of what stays through a tune, of what wanders from bar to bar, and of
what is each stroke's own; 1 is that of all drummers."""
MEMORY = 0.7
"""The share of the wandering that is kept from bar to bar."""
PITCHES = 128
NORMAL = NormalDist()
NEAREST = 1e-9
"""How near to 0 and 1 a random number may be."""


@dataclass(frozen=True)
class Touch:
    """How hard a drummer strikes in one bar.

    Args:
        drums: How much harder than usual each drum is struck, in standard deviations of what all
            drummers do: one value for each MIDI pitch.
    """

    drums: tuple[float, ...]

    def drawn(self, pitch: int, uniform: float) -> float:
        """Return the random number from 0 to 1 that decides how hard a drum is struck.

        Args:
            pitch: The drum, as a MIDI pitch.
            uniform: A random number from 0 to 1.
        """
        own = NORMAL.inv_cdf(min(max(uniform, NEAREST), 1 - NEAREST))
        return NORMAL.cdf(self.harder(pitch, own))

    def harder(self, pitch: int, own: float) -> float:
        """Return how much harder than usual a stroke is, in standard deviations of all drummers.

        Args:
            pitch: The drum, as a MIDI pitch.
            own: What is the stroke's own, drawn from the normal distribution.
        """
        return self.drums[pitch] + OWN * own


def touches(seed: Sequence[int], bars: int) -> list[Touch]:
    """Return the touch of each bar of a tune.

    It is the same for as many bars as two tunes have in common.

    Args:
        seed: The source of chance.
        bars: The number of bars.
    """
    lasting, *noise = np.random.default_rng(list(seed)).standard_normal((bars + 1, PITCHES))
    found: list[Touch] = []
    now = noise[0] if noise else lasting
    for push in noise:
        now = MEMORY * now + (1 - MEMORY**2) ** 0.5 * push if found else push
        found.append(Touch(tuple((LASTING * lasting + WANDERING * now).tolist())))
    return found
