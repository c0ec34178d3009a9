"""What a drummer knows about a bar before it is played."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["CONDITIONS", "ENERGIES", "FILLS", "PHRASE", "BarConditions", "condition_row"]

TEMPO_BOUNDS = (75.0, 90.0, 105.0, 120.0, 140.0, 170.0, 210.0)
"""The lowest tempo of each class but the first, in quarter notes per minute."""
ENERGIES = 5
"""The number of classes of energy: fifths of the bars of a style."""
FILLS = 3
"""No fill, one in the second half of the bar, one from its beginning on."""
PHRASE = 8
"""The number of bars of a phrase: a bar knows its number in it."""
CONDITIONS = len(TEMPO_BOUNDS) + 1 + 2 + ENERGIES + FILLS + 2 + PHRASE
"""The number of zeros and ones that tell of a bar, without the style."""


@dataclass(frozen=True, kw_only=True)
class BarConditions:
    """What a drummer knows about a bar.

    Args:
        style: The number of the style in the model, from 1; 0 if unknown.
        tempo: Quarter notes per minute.
        swings: Whether the off-beats are swung.
        beats: The number of quarter notes in it, 3 or 4.
        energy: The class of its energy, 0 to `ENERGIES` - 1.
        fill: 0 for no fill, 1 for one in the second half, 2 for one from the beginning on.
        crash: Whether a cymbal crash opens it.
        crash_next: Whether one opens the next bar.
        number: Its number in the phrase or the section, from 0.
    """

    style: int
    tempo: float
    swings: bool
    beats: int
    energy: int
    fill: int = 0
    crash: bool = False
    crash_next: bool = False
    number: int = 0


def condition_row(bar: BarConditions, styles: int) -> NDArray[np.float32]:
    """Return what a drummer knows about a bar, shape (CONDITIONS + styles + 1,).

    Args:
        bar: The bar.
        styles: The number of styles that the model knows.
    """
    parts: Sequence[NDArray[Any]] = [
        _one(bisect_right(TEMPO_BOUNDS, bar.tempo), len(TEMPO_BOUNDS) + 1),
        np.array([bar.swings, bar.beats == 3]),
        _one(bar.energy, ENERGIES),
        _one(bar.fill, FILLS),
        np.array([bar.crash, bar.crash_next]),
        _one(bar.number % PHRASE, PHRASE),
        _one(bar.style, styles + 1),
    ]
    return np.concatenate(parts).astype(np.float32)


def _one(number: int, size: int) -> NDArray[np.float32]:
    row = np.zeros(size, np.float32)
    row[number] = 1
    return row
