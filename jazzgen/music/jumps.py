"""Da capo, dal segno, coda and fine: the order in which written bars are played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jazzgen.errors import ChartError
from jazzgen.music.chart import Bar
from jazzgen.music.repeats import MAX_BARS, WrittenBar, unfold

__all__ = ["JumpBar", "playing_order", "unfold_jumps"]


@dataclass(frozen=True, kw_only=True)
class JumpBar:
    """A bar as it is written, with every sign that decides what is played after it.

    Args:
        bar: Its chords, meter and section.
        opens: Whether a repeat begins with it.
        is_ending: Whether an ending begins with it.
        times: How often the repeat is played that closes after it; 0 if none does.
        segno: Whether a segno stands at it.
        to_coda: Whether the coda follows it once the jump has been made.
        coda: Whether the coda begins with it.
        fine: Whether the tune ends with it once the jump has been made.
        jump: "D.C. al Coda", "D.S." and the like; empty if no jump follows the bar.
    """

    bar: Bar
    opens: bool = False
    is_ending: bool = False
    times: int = 0
    segno: bool = False
    to_coda: bool = False
    coda: bool = False
    fine: bool = False
    jump: str = ""


def unfold_jumps(written: Sequence[JumpBar]) -> tuple[Bar, ...]:
    """Return the bars in playing order.

    Args:
        written: The bars as they are written.

    Raises:
        ChartError: See `playing_order`.
    """
    return tuple(written[number].bar for number in playing_order(written))


def playing_order(written: Sequence[JumpBar]) -> list[int]:
    """Return the numbers of the bars, from 0, in the order in which they are played.

    Up to the jump all repeats are played. After the jump they are not: of several endings
    the last one is taken, up to the coda sign or the fine. The coda is then played with its
    repeats. Jumps after the first one are ignored.

    Args:
        written: The bars as they are written.

    Raises:
        ChartError: Repeats do not fit together, or there are more than 2,000 bars.
    """
    order = _order(written)
    if len(order) > MAX_BARS:
        raise ChartError(f"more than {MAX_BARS} bars")
    return order


def _order(written: Sequence[JumpBar]) -> list[int]:
    jump = _first([bool(bar.jump) for bar in written])
    if jump is None:
        return _unfolded(written, 0, len(written))
    order = _unfolded(written, 0, jump + 1)
    start = 0
    if written[jump].jump.upper().replace(" ", "").startswith(("D.S", "DS")):
        start = _first([bar.segno for bar in written]) or 0
    to_coda, coda = _first([bar.to_coda for bar in written]), _first([bar.coda for bar in written])
    if to_coda is not None and coda is not None and "FINE" not in written[jump].jump.upper():
        again = _straight(written, start, to_coda + 1)
        return [*order, *again, *_unfolded(written, coda, len(written))]
    fine = _first([bar.fine for bar in written])
    return [*order, *_straight(written, start, jump + 1 if fine is None else fine + 1)]


def _first(flags: Sequence[bool]) -> int | None:
    return next((number for number, flag in enumerate(flags) if flag), None)


def _unfolded(written: Sequence[JumpBar], first: int, stop: int) -> list[int]:
    """Return the numbers of bars with their repeats."""
    marked: list[WrittenBar] = []
    due = 1  # the number of the next ending
    for number in range(first, stop):
        bar = written[number]
        if bar.opens or (marked and marked[-1].times and not bar.is_ending):
            due = 1
        # Charts misnumber their endings; their order alone counts.
        ending = (due,) if bar.is_ending else ()
        due += bar.is_ending
        # `unfold` returns bars: the number of each travels in it as the name of its section.
        marked.append(WrittenBar(Bar(section=str(number)), bar.opens, ending, bar.times))
    if not any(bar.times for bar in marked):  # the stretch ends before its repeat closes
        marked = [replace(bar, opens=False, ending=()) for bar in marked]
    return [int(bar.section) for bar in unfold(marked)]


def _straight(written: Sequence[JumpBar], start: int, stop: int) -> list[int]:
    """Return the numbers of bars without repeats, and of each repeat's endings the last one."""
    order: list[int] = []
    skipping = False
    for number in range(start, stop):
        bar = written[number]
        if bar.is_ending:
            later = _next_ending(written, number)
            skipping = later is not None and later < stop
        elif bar.opens:
            skipping = False
        if not skipping:
            order.append(number)
    return order


def _next_ending(written: Sequence[JumpBar], number: int) -> int | None:
    """Return the number of the bar with the next ending of the same repeat, if there is one."""
    for later in range(number + 1, len(written)):
        if written[later].opens:
            return None
        if written[later].is_ending:
            return later
    return None
