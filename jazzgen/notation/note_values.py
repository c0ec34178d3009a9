"""Note values: which there are, and which may stand where in a bar.

A value that hides where the beats are is split and tied: at pulses, at the middle of four,
at the borders of the groups of an odd meter. Syncopations that readers know by sight, such
as eighth, quarter, eighth, stay whole. Rests hide nothing (Gardner Read, "Music Notation",
2nd ed., 1979, chapters 7 and 11).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from jazzgen.music.pulse import Pulse, pulses
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER, Meter

__all__ = ["dotted_value", "is_value", "may_stand", "values_between"]

QUARTER = TICKS_PER_QUARTER

# Ticks, name and dots of every value.
VALUES: dict[int | Fraction, tuple[str, int]] = {
    192: ("breve", 0), 144: ("whole", 1), 96: ("whole", 0), 72: ("half", 1), 48: ("half", 0),
    36: ("quarter", 1), 24: ("quarter", 0), 18: ("eighth", 1), 12: ("eighth", 0),
    9: ("16th", 1), 6: ("16th", 0), 3: ("32nd", 0), Fraction(3, 2): ("64th", 0),
}  # fmt: skip
BINARY = tuple(ticks for ticks in VALUES if isinstance(ticks, int))

# Where values longer than a pulse may stand in a group of so many pulses: place and length.
WHOLE_PULSES = {
    2: {(0, 2)}, 3: {(0, 2), (1, 2), (0, 3)}, 4: {(0, 2), (1, 2), (2, 2), (0, 3), (1, 3), (0, 4)},
}  # fmt: skip
RESTS = {2: {(0, 2)}, 3: {(0, 2), (0, 3)}, 4: {(0, 2), (2, 2), (0, 4)}}
# The same in ticks where pulses are quarters: what is syncopated, and what is dotted.
SYNCOPATED = {
    2: {(0, 36), (12, 24), (12, 36)},
    3: {(0, 36), (12, 24), (12, 36), (24, 36), (36, 24), (36, 36)},
    4: {(0, 36), (12, 24), (12, 36), (48, 36), (60, 24), (60, 36)},
}


def dotted_value(ticks: int | Fraction) -> tuple[str, int]:
    """Return the name and the dots of a value.

    >>> dotted_value(18)
    ('eighth', 1)
    """
    return VALUES[ticks]


def is_value(ticks: int | Fraction) -> bool:
    """Return whether one note can be as long."""
    return ticks in VALUES


def values_between(meter: Meter, start: int, end: int, rest: bool) -> Iterator[tuple[int, int]]:
    """Yield place and length of the values that fill a stretch of a bar.

    >>> list(values_between(Meter(4, 4), 12, 60, rest=False))
    [(12, 36), (48, 12)]

    Args:
        meter: The bar's.
        start: Where it begins, in ticks after the bar line.
        end: Where it ends; both on thirty-seconds of their pulses.
        rest: Whether it is silent.
    """
    while start < end:
        fitting = (ticks for ticks in BINARY if start + ticks <= end)
        ticks = next((t for t in fitting if may_stand(meter, start, t, rest)), BINARY[-1])
        yield start, ticks
        start += ticks


@lru_cache(maxsize=4096)
def may_stand(meter: Meter, place: int, ticks: int, rest: bool) -> bool:
    """Return whether a value reads well at a place of a bar.

    Args:
        meter: The bar's.
        place: Ticks after the bar line.
        ticks: Its length.
        rest: Whether it is a rest.
    """
    end = place + ticks
    touched = [one for one in pulses(meter) if one.tick < end and place < one.tick + one.length]
    first, last = touched[0], touched[-1]
    inside = place - first.tick
    if len(touched) == 1:
        return _stands_in_pulse(first.length, inside, ticks, rest)
    if place == 0 and end == meter.bar_ticks:
        return True
    if inside == 0 and end == last.tick + last.length:
        return (first.position, len(touched)) in (RESTS if rest else WHOLE_PULSES)[first.group]
    return not rest and _is_syncopation(touched, inside, ticks)


def _is_syncopation(touched: list[Pulse], inside: int, ticks: int) -> bool:
    first = touched[0]
    if any(pulse.length != QUARTER for pulse in touched):
        return False
    return (first.position * QUARTER + inside, ticks) in SYNCOPATED[first.group]


def _stands_in_pulse(length: int, place: int, ticks: int, rest: bool) -> bool:
    if place == 0 and ticks == length:
        return True
    if length > QUARTER and ticks > EIGHTH:
        return (place, ticks) in {(0, 24), (0, 18)} or (not rest and place == 12)
    if ticks == 18:
        return place in (0, 6)
    if ticks == 9:
        return not rest and (place % EIGHTH == 0 or (place + ticks) % EIGHTH == 0)
    return place % ticks == 0 or (ticks == EIGHTH and place % EIGHTH == 6)
