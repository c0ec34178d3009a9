"""How the pulses of a line are divided: into halves and their halves, or into tuplets.

Each pulse takes the division whose places lie nearest to what is played. One that reads
more easily wins where it is nearly as near, but what lies on the places of a division
stays there. However many notes share a pulse, none is lost: a pulse has as many places as
it has ticks, if it must.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jazzgen.music.chart import Chart
from jazzgen.music.pulse import Pulse, pulses
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["Division", "Ratio", "choose_tuplets"]

QUARTER = TICKS_PER_QUARTER
NEAR = 1
"""How far off the notes of a quarter triplet may be."""
CLASH = 1e6
"""What two notes on one place cost: more than anything else."""
FINE = 4.0
"""How much more an error counts on thirty-seconds: they are for what is played on them."""


@dataclass(frozen=True)
class Ratio:
    """So many of a value in the time of so many: three eighths in the time of two."""

    actual: int
    normal: int
    of: str


@dataclass(frozen=True)
class Division:
    """A stretch of the chart with evenly spread places.

    Args:
        start: Where it begins, in ticks of the chart.
        length: How long it is.
        unit: Ticks from place to place.
        ratio: What makes it a tuplet, if it is one.
    """

    start: int
    length: int
    unit: int
    ratio: Ratio | None = None

    @property
    def end(self) -> int:
        """The tick where it ends."""
        return self.start + self.length

    def nearest(self, tick: int) -> int:
        """Return the place that lies nearest to a tick."""
        number = (tick - self.start + self.unit // 2) // self.unit
        return self.start + self.unit * min(number, (self.length - 1) // self.unit)

    def error(self, onsets: Sequence[int]) -> float:
        """Return how far onsets lie off their places, in ticks squared."""
        places = [self.nearest(onset) for onset in onsets]
        clashes = len(places) - len(set(places))
        off = sum((a - b) ** 2 for a, b in zip(places, onsets, strict=True))
        return clashes * CLASH + off * (FINE if self.unit == 3 else 1.0)


def choose_tuplets(chart: Chart, onsets: Sequence[int]) -> tuple[list[Division], list[int]]:
    """Return the divisions of a chart, one after another, and the place of each onset.

    >>> from jazzgen.music.chart import Bar
    >>> divisions, places = choose_tuplets(Chart((Bar(),)), [0, 7, 16, 24])
    >>> divisions[0].ratio, places
    (Ratio(actual=3, normal=2, of='eighth'), [0, 8, 16, 24])

    Args:
        chart: The chart.
        onsets: Ticks, ascending, none twice.
    """
    starts = [
        (start + pulse.tick, pulse)
        for start, bar in zip(chart.bar_starts, chart.bars, strict=False)
        for pulse in pulses(bar.meter)
    ]
    onsets = _on_the_beat(onsets, [start for start, _ in starts])
    divisions = list(_divisions(starts, onsets))
    firsts = [division.start for division in divisions]
    places = [divisions[bisect_left(firsts, on + 1) - 1].nearest(on) for on in onsets]
    return divisions, places


def _on_the_beat(onsets: Sequence[int], starts: Sequence[int]) -> list[int]:
    """Move what is played just before a pulse onto it, unless something is there."""
    beats = set(starts)
    later = [*onsets[1:], starts[-1] + 2 * EIGHTH]
    return [
        onset + 1 if onset + 1 in beats and after > onset + 3 else onset
        for onset, after in zip(onsets, later, strict=False)
    ]


def _divisions(starts: Sequence[tuple[int, Pulse]], onsets: Sequence[int]) -> Iterator[Division]:
    """Yield the best division of each pulse, of two at once where they share a triplet."""
    number = 0
    while number < len(starts):
        start, pulse = starts[number]
        broad = _quarter_triplet(starts[number : number + 2], onsets)
        if broad is not None:
            yield broad
            number += 2
            continue
        yield from _divided(start, pulse.length, _within(onsets, start, start + pulse.length))
        number += 1


def _within(onsets: Sequence[int], start: int, end: int) -> Sequence[int]:
    return onsets[bisect_left(onsets, start) : bisect_left(onsets, end)]


def _quarter_triplet(pair: Sequence[tuple[int, Pulse]], onsets: Sequence[int]) -> Division | None:
    """Return the triplet of quarters that two pulses make, if they do."""
    if len(pair) < 2 or any(pulse.length != QUARTER for _, pulse in pair):
        return None
    (start, first), (_, second) = pair
    if second.position != first.position + 1 or (first.group == 4 and first.position == 1):
        return None
    triplet = Division(start, 2 * QUARTER, 16, Ratio(3, 2, "quarter"))
    inside = _within(onsets, start, triplet.end)
    places = {triplet.nearest(onset) - start for onset in inside}
    clean = len(places) == len(inside) and places >= {16, 32}
    near = all(abs(triplet.nearest(onset) - onset) <= NEAR for onset in inside)
    return triplet if clean and near else None


def _divided(start: int, length: int, onsets: Sequence[int]) -> Sequence[Division]:
    """Return the division of a pulse that fits its onsets best."""
    if not onsets or list(onsets) == [start]:
        return (Division(start, length, 6),)
    options: list[tuple[float, tuple[Division, ...]]] = [
        *(_of_a_quarter(start, onsets) if length == QUARTER else ()),
        (1.8, _by_eighths(start, length, onsets)),
        (1e4, (Division(start, length, 2, Ratio(length // 2, length // 3, "32nd")),)),
        (2e4, (Division(start, length, 1, Ratio(length, length * 2 // 3, "64th")),)),
    ]
    return min(options, key=lambda option: option[0] + _error(option[1], onsets))[1]


def _error(divisions: Sequence[Division], onsets: Sequence[int]) -> float:
    return sum(one.error(_within(onsets, one.start, one.end)) for one in divisions)


def _of_a_quarter(
    start: int, onsets: Sequence[int]
) -> Iterator[tuple[float, tuple[Division, ...]]]:
    """Yield the divisions of a quarter as a whole, and what each costs to read."""
    yield 0.0, (Division(start, QUARTER, 6),)
    yield 0.5, (Division(start, QUARTER, 8, Ratio(3, 2, "eighth")),)
    yield 1.0, (Division(start, QUARTER, 3),)
    if not _shows_its_middle(start, onsets) or len(onsets) == 6:
        yield 1.7, (Division(start, QUARTER, 4, Ratio(6, 4, "16th")),)


def _shows_its_middle(start: int, onsets: Sequence[int]) -> bool:
    """Whether the second half of a quarter can be written by itself."""
    return start + EIGHTH in onsets or onsets[0] > start + EIGHTH


def _by_eighths(start: int, length: int, onsets: Sequence[int]) -> tuple[Division, ...]:
    """Return the best division of each eighth of a pulse: halves, quarters or a triplet."""
    if length % EIGHTH or (length == QUARTER and not _shows_its_middle(start, onsets)):
        return (Division(start, length, 3),)
    return tuple(_eighth(place, onsets) for place in range(start, start + length, EIGHTH))


def _eighth(start: int, onsets: Sequence[int]) -> Division:
    inside = _within(onsets, start, start + EIGHTH)
    options = {
        Division(start, EIGHTH, 6): 0.0,
        Division(start, EIGHTH, 3): 1.0,
        Division(start, EIGHTH, 4, Ratio(3, 2, "16th")): 1.0,
    }
    return min(options, key=lambda option: options[option] + option.error(inside))
