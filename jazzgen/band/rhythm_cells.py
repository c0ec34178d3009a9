"""Rhythm cells: what is struck within a group of pulses.

Vocabularies of cells are given for groups of one to four pulses. Since a bar of any meter is a
sequence of such groups (`music.pulse`), they are enough to play in any meter. A position in a
cell is counted in pulses from the beginning of the group: 1.5 is the off-beat of the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np

from jazzgen.band.bar_plan import BarPlan
from jazzgen.music.pulse import Pulse

__all__ = ["choose_cells", "group_pulses", "random_pick", "tick_of"]

T = TypeVar("T")


def group_pulses(bar: BarPlan) -> Iterator[tuple[Pulse, ...]]:
    """Yield the pulses of a bar group by group."""
    pulses = bar.pulses
    first = 0
    while first < len(pulses):
        last = first + pulses[first].group
        yield pulses[first:last]
        first = last


def tick_of(group: Sequence[Pulse], position: float) -> int:
    """Return the tick of a position in a group, counted from the bar line.

    Args:
        group: The pulses of the group.
        position: Pulses after the beginning of the group, .5 for an off-beat; positions after
            the group's end lie at its end.
    """
    index = int(position)
    if index >= len(group):
        return group[-1].tick + group[-1].length
    pulse = group[index]
    part = position - index
    if part == 0:
        return pulse.tick
    if part == 0.5:  # not always the middle: a dotted quarter has its off-beat later
        return pulse.off_beat
    return pulse.tick + round(part * pulse.length)


def choose_cells(
    bar: BarPlan,
    vocabulary: Mapping[int, Sequence[T]],
    pick: Callable[[Sequence[T]], T],
) -> Iterator[tuple[tuple[Pulse, ...], T]]:
    """Yield each group of a bar, and the cell that is played in it.

    Args:
        bar: The bar.
        vocabulary: The cells for groups of one to four pulses.
        pick: Chooses one of the cells for a group.
    """
    for group in group_pulses(bar):
        yield group, pick(vocabulary[len(group)])


def random_pick(generator: np.random.Generator) -> Callable[[Sequence[T]], T]:
    """Return a function that picks one of several cells at random, each as likely."""
    return lambda cells: cells[int(generator.integers(len(cells)))]
