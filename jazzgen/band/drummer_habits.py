"""What drummers usually do in a style: how often they fill, how much they play, and how fast."""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["FillRates", "Habits"]

FillRates = tuple[tuple[float, float], ...]
"""The shares of bars with a fill in the second half, and with one from the beginning on: of usual
bars, of those that end four bars, and of those that end eight."""


class Habits(NamedTuple):
    """What drummers usually do in a style.

    Args:
        fills: How often they play a fill.
        strokes: How many strokes each drum has in a bar without a fill, on average.
        tempi: The tempi at which the style was learnt, in quarter notes per minute.
    """

    fills: FillRates
    strokes: tuple[float, ...]
    tempi: tuple[float, ...]

    def nearest_tempo(self, tempo: float) -> float:
        """Return the tempo at which the style was learnt that is nearest to a tempo."""
        return min(self.tempi, key=lambda own: abs(math.log(own / tempo)), default=tempo)
