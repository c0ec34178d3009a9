"""The pulses of a bar: where a rhythm section feels the beats, in any meter.

A pulse is a quarter note, a dotted quarter in 6/8, 9/8 and 12/8. What quarters leave over,
as in 7/8, goes to the last pulse. Pulses go in groups of two, three or four, as drummers
count them: 5/4 is three and two, 7/4 four and three.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from jazzgen.music.timing import TICKS_PER_QUARTER, Meter

__all__ = ["Pulse", "groups", "pulses"]


class Pulse(NamedTuple):
    """A pulse of a bar.

    Args:
        tick: Where it begins, after the bar line.
        length: How long it is.
        group: How many pulses its group has.
        place: Which of them it is, from 0.
    """

    tick: int
    length: int
    group: int
    place: int

    @property
    def off_beat(self) -> int:
        """Where its off-beat lies, after the bar line: halfway, two thirds of a dotted quarter."""
        return self.tick + (self.length * 2 // 3 if self.length == 36 else self.length // 2)

    @property
    def is_strong(self) -> bool:
        """Whether harmony is heard here: the first of a group, and the third of four."""
        return (self.place % 2 == 0 and self.group != 3) or self.place == 0

    @property
    def is_back_beat(self) -> bool:
        """Whether the hi-hat closes here: on two and four, on two of three."""
        return self.place % 2 == 1


@lru_cache(maxsize=256)
def pulses(meter: Meter) -> tuple[Pulse, ...]:
    """Return the pulses of a bar.

    >>> [pulse.tick for pulse in pulses(Meter(5, 4))]
    [0, 24, 48, 72, 96]
    >>> [(pulse.tick, pulse.length) for pulse in pulses(Meter(7, 8))]
    [(0, 24), (24, 24), (48, 36)]
    """
    unit = meter.beat_ticks if meter.is_compound else TICKS_PER_QUARTER
    number = max(meter.bar_ticks // unit, 1)
    places = [(size, place) for size in groups(number) for place in range(size)]
    ends = [unit * (index + 1) for index in range(number - 1)] + [meter.bar_ticks]
    return tuple(
        Pulse(unit * index, end - unit * index, size, place)
        for index, (end, (size, place)) in enumerate(zip(ends, places, strict=True))
    )


def groups(number: int) -> tuple[int, ...]:
    """Return how so many pulses are counted.

    >>> groups(4), groups(5), groups(6), groups(7), groups(9)
    ((4,), (3, 2), (3, 3), (4, 3), (4, 3, 2))
    """
    if number <= 4:
        return (number,)
    if number in (5, 6):
        return (3, number - 3)
    return (4, *groups(number - 4))
