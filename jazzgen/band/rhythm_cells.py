"""Rhythm cells: what is struck within a group of pulses, as a vocabulary by size of group.

A place is counted in pulses from the group's first: 1.5 is the off-beat of the second.
A bar of any meter is played as its groups are, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np

from jazzgen.band.bar_plan import BarPlan
from jazzgen.music.pulse import Pulse

__all__ = ["chosen", "group_pulses", "tick_of"]

T = TypeVar("T")


def group_pulses(bar: BarPlan) -> Iterator[tuple[Pulse, ...]]:
    """Yield the groups of a bar's pulses."""
    pulses = bar.pulses
    first = 0
    while first < len(pulses):
        last = first + pulses[first].group
        yield pulses[first:last]
        first = last


def tick_of(group: Sequence[Pulse], place: float) -> int:
    """Return the tick, after the bar line, of a place in a group: .5 is an off-beat.

    Places behind the group's end lie at its end.
    """
    index = int(place)
    if index >= len(group):
        return group[-1].tick + group[-1].length
    pulse = group[index]
    part = place - index
    if part == 0:
        return pulse.tick
    if part == 0.5:
        return pulse.off_beat
    return pulse.tick + round(part * pulse.length)


def chosen(
    bar: BarPlan,
    vocabulary: Mapping[int, Sequence[T]],
    pick: Callable[[Sequence[T]], T],
) -> Iterator[tuple[tuple[Pulse, ...], T]]:
    """Yield each group of a bar with a cell of its size.

    Args:
        bar: The bar.
        vocabulary: The cells for groups of one to four pulses.
        pick: What chooses one among them.
    """
    for group in group_pulses(bar):
        yield group, pick(vocabulary[len(group)])


def random_pick(generator: np.random.Generator) -> Callable[[Sequence[T]], T]:
    """Return what picks a cell at random."""
    return lambda cells: cells[int(generator.integers(len(cells)))]
