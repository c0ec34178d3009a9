"""Repeats that a copyist writes: played bars, folded into repeats with endings.

It is `repeats.unfold` the other way round: a section that comes twice in a row is written once,
between repeat signs, with a first and a second ending where its last bars differ.
"""

from __future__ import annotations

from collections.abc import Sequence

from jazzgen.music.chart import Bar
from jazzgen.music.repeats import WrittenBar

__all__ = ["folded"]

SHORTEST = 4
"""The fewest bars that are worth a repeat."""
LONGEST_ENDING = 4
"""The most bars of an ending."""


def folded(bars: Sequence[Bar]) -> list[WrittenBar]:
    """Return bars as they are written with repeats; `repeats.unfold` gives the bars again.

    A repeat begins where a section or the chart does, so that no label is lost.

    Args:
        bars: The bars as they are played.
    """
    found: list[WrittenBar] = []
    first = 0
    while first < len(bars):
        # What saves most; of two that save as much, the shorter one, which is played more often.
        fitting = [size for size in _lengths(bars, first) if _fits(bars, first, size)]
        length = max(fitting, key=lambda size: (_saved(bars, first, size), -size), default=0)
        if not length:
            found.append(WrittenBar(bars[first]))
            first += 1
            continue
        times = _times(bars, first, length)
        if times > 1:
            found += _repeated(bars[first : first + length], times)
            first += times * length
        else:
            found += _with_endings(bars[first : first + length], bars[first + length :][:length])
            first += 2 * length
    return found


def _lengths(bars: Sequence[Bar], first: int) -> list[int]:
    """Return the lengths that a repeat from a bar may have."""
    if first and not bars[first].section:
        return []
    label = bars[first].section
    most = (len(bars) - first) // 2
    return [size for size in range(SHORTEST, most + 1) if bars[first + size].section == label]


def _fits(bars: Sequence[Bar], first: int, length: int) -> bool:
    """Return whether bars are played twice in a row, but for their endings.

    Args:
        bars: All bars.
        first: The index of the first of them.
        length: Their number.
    """
    once, again = bars[first : first + length], bars[first + length : first + 2 * length]
    same = _shared(once, again)
    if same == length:
        return bool(once[0].section) or first == 0
    # An ending with a section of its own is no ending.
    inside = [*once[1:], *again[1:]]
    return (
        length - same <= min(LONGEST_ENDING, length // 2)
        and bool(once[0].section)
        and not any(bar.section for bar in inside)
    )


def _shared(once: Sequence[Bar], again: Sequence[Bar]) -> int:
    """Return how many bars are the same from the beginning on."""
    pairs = zip(once, again, strict=True)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), len(once))


def _saved(bars: Sequence[Bar], first: int, length: int) -> int:
    """Return how many bars a repeat saves (see `_fits`)."""
    times = _times(bars, first, length)
    again = bars[first + length : first + 2 * length]
    return (times - 1) * length or _shared(bars[first : first + length], again)


def _times(bars: Sequence[Bar], first: int, length: int) -> int:
    """Return how often bars are played in a row, at least once.

    Args:
        bars: All bars.
        first: The index of the first of them.
        length: Their number.
    """
    once = bars[first : first + length]
    times = 1
    while bars[first + times * length : first + (times + 1) * length] == once:
        times += 1
    return times


def _repeated(bars: Sequence[Bar], times: int) -> list[WrittenBar]:
    written = [WrittenBar(bar) for bar in bars]
    written[0].opens, written[-1].times = True, times
    return written


def _with_endings(once: Sequence[Bar], again: Sequence[Bar]) -> list[WrittenBar]:
    same = _shared(once, again)
    written = [WrittenBar(bar) for bar in (*once, *again[same:])]
    written[0].opens, written[len(once) - 1].times = True, 2
    written[same].ending, written[len(once)].ending = (1,), (2,)
    return written
