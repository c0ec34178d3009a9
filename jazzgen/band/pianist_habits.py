"""A pianist's habits: the rhythms that one of many pianists takes from a style's vocabulary.

A seed is a pianist. It knows most of the rhythms of the style and turns about half of these into
ones of its own: a strike comes half a beat earlier or later, one is left out, or one more is
played. So pianists share a language, and not their sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from jazzgen.band.comping_cells import Amount, Cell

__all__ = ["habitual"]

KNOWN, OWN = 0.8, 0.7
"""The share of a vocabulary that a pianist knows, and of that, the share that comes in a version of
its own too."""
FEWEST = 4
"""The least number of rhythms among which a pianist has habits."""
HALF = 0.5
"""What strikes move by, and how long added ones are, in pulses."""


def habitual(
    vocabulary: Mapping[Amount, Mapping[int, Sequence[Cell]]], seed: Sequence[int]
) -> dict[Amount, dict[int, tuple[Cell, ...]]]:
    """Return the rhythms of one pianist, by amount of comping and size of group.

    Args:
        vocabulary: The rhythms of the style.
        seed: The pianist.
    """
    generator = np.random.default_rng(list(seed))
    return {
        amount: {size: _own(cells, size, generator) for size, cells in table.items()}
        for amount, table in vocabulary.items()
    }


def _own(cells: Sequence[Cell], size: int, generator: np.random.Generator) -> tuple[Cell, ...]:
    if len(cells) < FEWEST:
        return tuple(cells)
    number = max(round(KNOWN * len(cells)), FEWEST)
    known = [cells[index] for index in sorted(generator.permutation(len(cells))[:number])]
    varied = [_varied(cell, size, generator) for cell in known if generator.random() < OWN]
    return tuple(dict.fromkeys([*known, *varied]))


def _varied(cell: Cell, size: int, generator: np.random.Generator) -> Cell:
    """Return a rhythm with one strike moved, left out or added.

    Args:
        cell: The rhythm.
        size: The number of pulses of its group.
        generator: Decides.
    """
    way = generator.random()
    taken = {place for place, _ in cell}
    if cell and way < HALF:
        index = int(generator.integers(len(cell)))
        place, length = cell[index]
        free = [to for to in (place - HALF, place + HALF) if 0 <= to < size and to not in taken]
        if free:
            moved = free[int(generator.integers(len(free)))], length
            return tuple(sorted((*cell[:index], moved, *cell[index + 1 :])))
    if len(cell) > 1 and way < 0.75:
        index = int(generator.integers(len(cell)))
        return cell[:index] + cell[index + 1 :]
    free = [to for to in np.arange(0, size, HALF).tolist() if to not in taken]
    if not free or not cell:
        return cell
    added = (free[int(generator.integers(len(free)))], HALF)
    return tuple(sorted((*cell, added)))
