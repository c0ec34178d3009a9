"""The division of each pulse of a line: into sixteenths, thirty-seconds or tuplets.

Each pulse takes the division whose positions lie nearest to its onsets. If two are about as near,
the one that is easier to read wins. Notes that lie exactly on the positions of a division are
never moved. However many notes share a pulse, none is lost, since a pulse can have as many
positions as ticks.

So the choice is one of least cost: the squared errors of the onsets, in ticks, and a price for
each division that says how hard it is to read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jazzgen.music.chart import Chart
from jazzgen.music.pulse import Pulse, pulses
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["Division", "Layout", "Ratio", "choose_tuplets", "quarter_triplet"]

QUARTER = TICKS_PER_QUARTER
THIRTY_SECOND = QUARTER // 8
NEAR = 1
"""The largest error of a note in a quarter triplet, in ticks."""
CLASH = 1e6
"""The cost of two notes at one position or of a note too far away: more than all else can cost."""
FURTHEST = 4
"""The largest error of a note, in ticks."""
FINE = 4.0
"""The factor on errors on thirty-seconds, which are near to everything: they should be exact."""
READ_EIGHTHS, LAST_32NDS, LAST_64THS = 1.8, 1e4, 2e4
"""Costs of reading a pulse whose eighths are divided each for itself, and of the last resorts."""
READ_SIXTEENTHS, READ_TRIPLET, READ_32NDS, READ_SEXTUPLET = 0.0, 0.5, 1.0, 1.7
"""Costs of reading a quarter that is divided in one way throughout."""


@dataclass(frozen=True)
class Ratio:
    """The ratio of a tuplet, such as three eighths in the time of two.

    Args:
        actual: The number of values that are played.
        normal: The number of values in whose time they are played.
        of: The name of the value.
    """

    actual: int
    normal: int
    of: str


@dataclass(frozen=True)
class Division:
    """A part of the chart that is divided evenly.

    Args:
        start: Its beginning, in ticks of the chart.
        length: Its length in ticks.
        unit: The distance of its positions, in ticks.
        ratio: The ratio of the tuplet, or None if it is not one.
    """

    start: int
    length: int
    unit: int
    ratio: Ratio | None = None

    @property
    def end(self) -> int:
        """The tick at which it ends."""
        return self.start + self.length

    def nearest(self, tick: int) -> int:
        """Return the position that is nearest to a tick, in ticks of the chart."""
        number = (tick - self.start + self.unit // 2) // self.unit
        return self.start + self.unit * min(number, (self.length - 1) // self.unit)

    def error(self, onsets: Sequence[int]) -> float:
        """Return the cost of moving onsets to the nearest positions: squared errors in ticks."""
        positions = [self.nearest(onset) for onset in onsets]
        clashes = len(positions) - len(set(positions))
        errors = [abs(a - b) for a, b in zip(positions, onsets, strict=True)]
        clashes += sum(error > FURTHEST for error in errors)
        off = sum(error**2 for error in errors)
        return clashes * CLASH + off * (FINE if self.unit == THIRTY_SECOND else 1.0)


@dataclass(frozen=True)
class Layout:
    """Where the notes of a line are written.

    Args:
        divisions: The divisions of the chart, in order.
        positions: The tick at which each note is written; a grace note has that of the note
            that it adorns.
        graces: The indices of the grace notes.
    """

    divisions: tuple[Division, ...]
    positions: tuple[int, ...]
    graces: frozenset[int] = frozenset()


def choose_tuplets(chart: Chart, onsets: Sequence[int]) -> Layout:
    """Return the divisions of a chart, in order, and the position of each onset.

    >>> from jazzgen.music.chart import Bar
    >>> layout = choose_tuplets(Chart((Bar(),)), [0, 7, 16, 24])
    >>> layout.divisions[0].ratio, layout.positions
    (Ratio(actual=3, normal=2, of='eighth'), (0, 8, 16, 24))

    Args:
        chart: The chart.
        onsets: Ticks of the chart in ascending order, none twice.
    """
    starts = [
        (start + pulse.tick, pulse)
        for start, bar in zip(chart.bar_starts, chart.bars, strict=False)
        for pulse in pulses(bar.meter)
    ]
    onsets = _on_the_beat(onsets, [start for start, _ in starts])
    divisions = list(_divisions(starts, onsets))
    firsts = [division.start for division in divisions]
    positions = (divisions[bisect_left(firsts, on + 1) - 1].nearest(on) for on in onsets)
    return Layout(tuple(divisions), tuple(positions))


def _on_the_beat(onsets: Sequence[int], starts: Sequence[int]) -> list[int]:
    """Move onsets that lie one tick before a pulse onto it, unless another one is near.

    They are meant on the beat; left alone, each would need the finest division of its pulse.
    """
    beats = set(starts)
    later = [*onsets[1:], starts[-1] + 2 * EIGHTH]
    return [
        onset + 1 if onset + 1 in beats and after > onset + 3 else onset
        for onset, after in zip(onsets, later, strict=False)
    ]


def _divisions(starts: Sequence[tuple[int, Pulse]], onsets: Sequence[int]) -> Iterator[Division]:
    """Yield the best division of each pulse, or of two pulses that share a triplet."""
    number = 0
    while number < len(starts):
        start, pulse = starts[number]
        broad = quarter_triplet(starts[number : number + 2], onsets)
        if broad is not None:
            yield broad
            number += 2
            continue
        yield from _divided(start, pulse.length, _within(onsets, start, start + pulse.length))
        number += 1


def _within(onsets: Sequence[int], start: int, end: int) -> Sequence[int]:
    return onsets[bisect_left(onsets, start) : bisect_left(onsets, end)]


def quarter_triplet(pair: Sequence[tuple[int, Pulse]], onsets: Sequence[int]) -> Division | None:
    """Return the triplet of quarters over two pulses, or None if the onsets do not fit one.

    Args:
        pair: The tick and the kind of each pulse.
        onsets: The onsets of the line, in ticks of the chart.
    """
    if len(pair) < 2 or any(pulse.length != QUARTER for _, pulse in pair):
        return None
    (start, first), (_, second) = pair
    # Not across the borders of groups, nor across the middle of four pulses.
    if second.position != first.position + 1 or (first.group == 4 and first.position == 1):
        return None
    triplet = Division(start, 2 * QUARTER, 2 * QUARTER // 3, Ratio(3, 2, "quarter"))
    inside = _within(onsets, start, triplet.end)
    offsets = {triplet.nearest(onset) - start for onset in inside}
    # Without both of the inner notes it would be read more easily as something else.
    clean = len(offsets) == len(inside) and offsets >= {triplet.unit, 2 * triplet.unit}
    near = all(abs(triplet.nearest(onset) - onset) <= NEAR for onset in inside)
    return triplet if clean and near else None


def _divided(start: int, length: int, onsets: Sequence[int]) -> Sequence[Division]:
    """Return the division of a pulse that fits its onsets best."""
    if not onsets or list(onsets) == [start]:
        return (Division(start, length, QUARTER // 4),)
    options: list[tuple[float, tuple[Division, ...]]] = [
        *(_of_a_quarter(start, onsets) if length == QUARTER else ()),
        (READ_EIGHTHS, _by_eighths(start, length, onsets)),
        # Nobody wants to read these, but no note may be lost.
        (LAST_32NDS, (Division(start, length, 2, Ratio(length // 2, length // 3, "32nd")),)),
        (LAST_64THS, (Division(start, length, 1, Ratio(length, length * 2 // 3, "64th")),)),
    ]
    return min(options, key=lambda option: option[0] + _error(option[1], onsets))[1]


def _error(divisions: Sequence[Division], onsets: Sequence[int]) -> float:
    return sum(one.error(_within(onsets, one.start, one.end)) for one in divisions)


def _of_a_quarter(
    start: int, onsets: Sequence[int]
) -> Iterator[tuple[float, tuple[Division, ...]]]:
    """Yield the divisions of a quarter into equal parts, each after its cost of reading."""
    yield READ_SIXTEENTHS, (Division(start, QUARTER, QUARTER // 4),)
    yield READ_TRIPLET, (Division(start, QUARTER, QUARTER // 3, Ratio(3, 2, "eighth")),)
    yield READ_32NDS, (Division(start, QUARTER, THIRTY_SECOND),)
    if not _shows_its_middle(start, onsets) or len(onsets) == 6:
        yield READ_SEXTUPLET, (Division(start, QUARTER, QUARTER // 6, Ratio(6, 4, "16th")),)


def _shows_its_middle(start: int, onsets: Sequence[int]) -> bool:
    """Whether the second half of a quarter can be written separately.

    It can if a note begins with it, or if the first half has no onset.
    """
    return start + EIGHTH in onsets or onsets[0] > start + EIGHTH


def _by_eighths(start: int, length: int, onsets: Sequence[int]) -> tuple[Division, ...]:
    """Return the best division of each eighth of a pulse: in two, in four or in a triplet."""
    if length % EIGHTH or (length == QUARTER and not _shows_its_middle(start, onsets)):
        return (Division(start, length, THIRTY_SECOND),)
    return tuple(_eighth(eighth, onsets) for eighth in range(start, start + length, EIGHTH))


def _eighth(start: int, onsets: Sequence[int]) -> Division:
    inside = _within(onsets, start, start + EIGHTH)
    options = {
        Division(start, EIGHTH, EIGHTH // 2): 0.0,
        Division(start, EIGHTH, THIRTY_SECOND): 1.0,
        Division(start, EIGHTH, EIGHTH // 3, Ratio(3, 2, "16th")): 1.0,
    }
    return min(options, key=lambda option: options[option] + option.error(inside))
