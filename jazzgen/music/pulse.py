"""The pulses of a bar: where a rhythm section feels the beats, in any meter.

A pulse is a quarter note; in 6/8, 9/8 and 12/8 it is a dotted quarter. Where a bar is no
whole number of quarters, as in 7/8, the last pulse is longer. Pulses form groups of two,
three or four, as drummers count them: 5/4 is three and two, 7/4 is four and three.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER, Meter

__all__ = ["Pulse", "groups", "pulses"]


class Pulse(NamedTuple):
    """A pulse of a bar.

    Args:
        tick: Its beginning, in ticks after the bar line.
        length: Its length in ticks.
        group: The number of pulses in its group.
        position: Its index within the group, counted from 0.
    """

    tick: int
    length: int
    group: int
    position: int

    @property
    def off_beat(self) -> int:
        """The tick of its off-beat, after the bar line.

        It lies halfway through the pulse; in a dotted quarter, which holds three eighths, on
        the third of them.
        """
        dotted = self.length == 3 * EIGHTH
        return self.tick + (2 * EIGHTH if dotted else self.length // 2)

    @property
    def is_strong(self) -> bool:
        """Whether the harmony is stated here: the first of a group, and the third of four."""
        return (self.position % 2 == 0 and self.group != 3) or self.position == 0


@lru_cache(maxsize=256)
def pulses(meter: Meter) -> tuple[Pulse, ...]:
    """Return the pulses of a bar, in order.

    >>> [pulse.tick for pulse in pulses(Meter(5, 4))]
    [0, 24, 48, 72, 96]
    >>> [(pulse.tick, pulse.length) for pulse in pulses(Meter(7, 8))]
    [(0, 24), (24, 24), (48, 36)]
    """
    unit = meter.beat_ticks if meter.is_compound else TICKS_PER_QUARTER
    number = max(meter.bar_ticks // unit, 1)
    positions = [(size, position) for size in groups(number) for position in range(size)]
    # The last pulse reaches to the bar line, and so takes in what is left over.
    ends = [unit * (index + 1) for index in range(number - 1)] + [meter.bar_ticks]
    return tuple(
        Pulse(unit * index, end - unit * index, size, position)
        for index, (end, (size, position)) in enumerate(zip(ends, positions, strict=True))
    )


def groups(number: int) -> tuple[int, ...]:
    """Return the sizes of the groups in which a number of pulses is counted.

    >>> groups(4), groups(5), groups(6), groups(7), groups(9)
    ((4,), (3, 2), (3, 3), (4, 3), (4, 3, 2))
    """
    if number <= 4:
        return (number,)
    if number in (5, 6):
        return (3, number - 3)
    return (4, *groups(number - 4))
