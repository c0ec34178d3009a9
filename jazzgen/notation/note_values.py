"""Note values: which ones there are, and which may be written at which position of a bar.

A value that would hide the beat is split and tied: at pulses, at the middle of four pulses, at
the borders of the groups of an odd meter. Syncopations that readers know by sight, such as
eighth, quarter, eighth, are not split. Rests never hide a beat (Gardner Read, "Music Notation",
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
DOTTED_EIGHTH = 3 * EIGHTH // 2
SIXTEENTH = EIGHTH // 2
DOTTED_SIXTEENTH = 3 * SIXTEENTH // 2

VALUES: dict[int | Fraction, tuple[str, int]] = {
    192: ("breve", 0), 144: ("whole", 1), 96: ("whole", 0), 72: ("half", 1), 48: ("half", 0),
    36: ("quarter", 1), 24: ("quarter", 0), 18: ("eighth", 1), 12: ("eighth", 0),
    9: ("16th", 1), 6: ("16th", 0), 3: ("32nd", 0), Fraction(3, 2): ("64th", 0),
}  # fmt: skip
"""The name and the number of dots of each value, by its length in ticks."""
BINARY = tuple(ticks for ticks in VALUES if isinstance(ticks, int))
"""The lengths of values without a tuplet, in ticks, the longest first."""

# A value longer than a pulse is written where a pair of its position in the group and its length
# says so, by the number of pulses in the group: first both in pulses, for notes and for rests.
WHOLE_PULSES = {
    2: {(0, 2)}, 3: {(0, 2), (1, 2), (0, 3)}, 4: {(0, 2), (1, 2), (2, 2), (0, 3), (1, 3), (0, 4)},
}  # fmt: skip
RESTS = {2: {(0, 2)}, 3: {(0, 2), (0, 3)}, 4: {(0, 2), (2, 2), (0, 4)}}
# Then in ticks, in groups of quarters: what begins or ends within a pulse.
SYNCOPATED = {
    2: {(0, 36), (12, 24), (12, 36)},
    3: {(0, 36), (12, 24), (12, 36), (24, 36), (36, 24), (36, 36)},
    4: {(0, 36), (12, 24), (12, 36), (48, 36), (60, 24), (60, 36)},
}

# Values longer than an eighth in a dotted quarter: their offset and length in ticks.
DOTTED_RESTS = {(0, QUARTER)}
IN_A_DOTTED_QUARTER = {
    (0, QUARTER), (EIGHTH, QUARTER), (0, DOTTED_EIGHTH), (EIGHTH, DOTTED_EIGHTH),
    (DOTTED_EIGHTH, DOTTED_EIGHTH),
}  # fmt: skip


def dotted_value(ticks: int | Fraction) -> tuple[str, int]:
    """Return the name of a value and the number of its dots.

    >>> dotted_value(18)
    ('eighth', 1)
    """
    return VALUES[ticks]


def is_value(ticks: int | Fraction) -> bool:
    """Return whether a single value has this length."""
    return ticks in VALUES


def values_between(meter: Meter, start: int, end: int, rest: bool) -> Iterator[tuple[int, int]]:
    """Yield the onset and the length of the values that fill a part of a bar, in ticks.

    At each onset the longest value is taken that may be written there.

    >>> list(values_between(Meter(4, 4), 12, 60, rest=False))
    [(12, 36), (48, 12)]

    Args:
        meter: The meter of the bar.
        start: The beginning of the part, in ticks after the bar line.
        end: Its end, in ticks after the bar line. Both lie on thirty-seconds of their pulses.
        rest: Whether the values are rests.
    """
    while start < end:
        fitting = (ticks for ticks in BINARY if start + ticks <= end)
        ticks = next((t for t in fitting if may_stand(meter, start, t, rest)), BINARY[-1])
        yield start, ticks
        start += ticks


@lru_cache(maxsize=4096)
def may_stand(meter: Meter, onset: int, ticks: int, rest: bool) -> bool:
    """Return whether a value at some position of a bar is easy to read.

    Args:
        meter: The meter of the bar.
        onset: The onset of the value, in ticks after the bar line.
        ticks: Its length in ticks.
        rest: Whether it is a rest.
    """
    end = onset + ticks
    touched = [one for one in pulses(meter) if one.tick < end and onset < one.tick + one.length]
    first, last = touched[0], touched[-1]
    inside = onset - first.tick
    if len(touched) == 1:
        return _stands_in_pulse(first.length, inside, ticks, rest)
    if onset == 0 and end == meter.bar_ticks:
        return True
    if inside == 0 and end == last.tick + last.length:
        return (first.position, len(touched)) in (RESTS if rest else WHOLE_PULSES)[first.group]
    return not rest and _is_syncopation(touched, inside, ticks)


def _is_syncopation(touched: list[Pulse], inside: int, ticks: int) -> bool:
    first = touched[0]
    if any(pulse.length != QUARTER for pulse in touched):
        return False
    return (first.position * QUARTER + inside, ticks) in SYNCOPATED[first.group]


def _stands_in_pulse(length: int, offset: int, ticks: int, rest: bool) -> bool:
    """Whether a value may be written at an offset within a pulse of some length, all in ticks."""
    if offset == 0 and ticks == length:
        return True
    if length > QUARTER and ticks > EIGHTH:  # in a dotted quarter, which two dotted eighths halve
        return (offset, ticks) in (DOTTED_RESTS if rest else IN_A_DOTTED_QUARTER)
    if ticks == DOTTED_EIGHTH:
        return offset in (0, SIXTEENTH)
    if ticks == DOTTED_SIXTEENTH:
        return not rest and (offset % EIGHTH == 0 or (offset + ticks) % EIGHTH == 0)
    # Other values stand on multiples of their length; an eighth also between two sixteenths.
    return offset % ticks == 0 or (ticks == EIGHTH and offset % EIGHTH == SIXTEENTH)
