"""The meters of styles that are not played in any meter."""

from __future__ import annotations

from jazzgen.music.timing import Meter

__all__ = ["COMPOUND", "FIVES", "FOURS", "THREES", "TWELVES", "TWOS_AND_FOURS"]

FOURS = (Meter(4, 4), Meter(2, 2))
TWOS_AND_FOURS = (*FOURS, Meter(2, 4))
THREES = (Meter(3, 4), Meter(6, 4), Meter(9, 8))
FIVES = (Meter(5, 4),)
COMPOUND = (Meter(6, 8), Meter(12, 8))
TWELVES = (*COMPOUND, Meter(4, 4))
"""Compound meters, and 4/4 for the many charts that write 12/8 as four beats of triplets."""
