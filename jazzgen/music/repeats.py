"""Repeats and endings: written bars, unfolded to the order in which they are played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from jazzgen.errors import ChartError
from jazzgen.music.chart import Bar, Chart

__all__ = ["MAX_BARS", "WrittenBar", "one_chorus", "unfold"]

MAX_BARS = 2000
"""The largest number of bars of one chart, repeats played out."""


@dataclass
class WrittenBar:
    """A bar as it is written, with its repeats and endings.

    Args:
        bar: Its chords, meter and section.
        opens: Whether a repeat begins at its bar line (`|:`).
        ending: The passes of the ending that begins here (`|1`, `|1,2`); empty if none does.
        times: How often the repeat is played that a `:|` after this bar closes; 0 without
            a `:|`.
    """

    bar: Bar
    opens: bool = False
    ending: tuple[int, ...] = ()
    times: int = 0


@dataclass
class _Group:
    """What has been read since the last repeat began."""

    first: int = 1
    opened: bool = False
    body: list[Bar] = field(default_factory=list)
    endings: list[tuple[tuple[int, ...], list[Bar]]] = field(default_factory=list)
    returned: bool = False

    def played(self, times: int) -> list[Bar]:
        """Return the bars in playing order, each pass with its ending."""
        if not self.endings:
            return self.body * times
        passes = {number: bars for numbers, bars in self.endings for number in numbers}
        # With a first ending alone, the second pass skips it and continues behind it.
        last = max(passes) + (1 if len(self.endings) == 1 and self.returned else 0)
        return [
            bar for number in range(1, last + 1) for bar in (*self.body, *passes.get(number, ()))
        ]


def unfold(written: Sequence[WrittenBar]) -> tuple[Bar, ...]:
    """Return the bars as they are played.

    A `:|` without a `|:` goes back to the end of the repeat before it, or to the
    beginning. Endings are numbered 1, 2, 3 without gaps; the last one leads on.

    Args:
        written: The bars as they are written.

    Raises:
        ChartError: Repeats or endings do not fit together, or there are more
            than 2,000 bars. The message names the written bar.
    """
    played: list[Bar] = []
    group = _Group()
    for number, bar in enumerate(written, 1):
        if bar.opens:
            _check_closed(group, number)
            _play(played, group, 1, number)
            group = _Group(number, opened=True)
        if bar.ending:
            _open_ending(group, bar.ending, number)
        (group.endings[-1][1] if group.endings else group.body).append(bar.bar)
        if bar.times:
            following = written[number].ending if number < len(written) else ()
            group.returned = True
            # Endings are numbered by pass: "three times" would contradict two endings.
            if bar.times != 2 and (group.endings or following):
                raise ChartError(f"bar {number}: x{bar.times} in a repeat with endings")
            # A second ending after the `:|` still belongs to this repeat; without one it is over.
            if not following or following[0] == 1:
                _play(played, group, bar.times, number)
                group = _Group(number + 1)
    _check_closed(group, len(written))
    _play(played, group, 1, len(written))
    return tuple(played)


def _open_ending(group: _Group, numbers: tuple[int, ...], bar: int) -> None:
    expected = 1 + sum(len(passes) for passes, _ in group.endings)
    wanted = tuple(range(expected, expected + len(numbers)))
    if numbers != wanted:
        raise ChartError(f"bar {bar}: ending {numbers[0]} where ending {expected} was expected")
    group.endings.append((numbers, []))


def _check_closed(group: _Group, bar: int) -> None:
    if group.opened and not group.returned and len(group.endings) < 2:
        raise ChartError(f"bar {bar}: the repeat that begins in bar {group.first} has no ':|'")


def _play(played: list[Bar], group: _Group, times: int, bar: int) -> None:
    played.extend(group.played(times))
    if len(played) > MAX_BARS:
        raise ChartError(f"bar {bar}: more than {MAX_BARS} bars")


def one_chorus(chart: Chart) -> tuple[Bar, ...]:
    """Return the bars of a chorus, if the chart is nothing but equal choruses; else all its bars.

    >>> chart = Chart.of_chords([["C"], ["F"]])
    >>> one_chorus(chart.repeat(3)) == chart.bars
    True

    Args:
        chart: The chart.
    """
    starts = (*chart.chorus_starts, len(chart.bars))
    choruses = {chart.bars[first:end] for first, end in pairwise(starts)}
    return choruses.pop() if len(choruses) == 1 and starts[0] == 0 else chart.bars
