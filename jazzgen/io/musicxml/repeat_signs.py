"""Repeat signs and endings of a written score.

Source: MusicXML 4.0, W3C Music Notation Community Group, elements `barline`, `ending`, `repeat`.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from jazzgen.music.repeats import WrittenBar

__all__ = ["add_beginning", "add_end"]


def add_beginning(measure: Element, bar: WrittenBar) -> None:
    """Add the signs with which a bar begins: of a repeat, of an ending.

    Args:
        measure: The element of the bar.
        bar: Its repeats.
    """
    if not (bar.opens or bar.ending):
        return
    line = SubElement(measure, "barline", {"location": "left"})
    if bar.opens:
        SubElement(line, "bar-style").text = "heavy-light"
    if bar.ending:
        _ending(line, bar.ending, "start")
    if bar.opens:
        SubElement(line, "repeat", {"direction": "forward"})


def add_end(measure: Element, bars: Sequence[WrittenBar], number: int) -> bool:
    """Add the signs with which a bar ends, and return whether there are any.

    Args:
        measure: The element of the bar.
        bars: All bars.
        number: The index of the bar.
    """
    bar, ending = bars[number], _ending_at(bars, number)
    is_last = ending is not None and not bar.times and number == ending[1]
    if not bar.times and not is_last:
        return False
    line = SubElement(measure, "barline", {"location": "right"})
    if bar.times:
        SubElement(line, "bar-style").text = "light-heavy"
    else:
        closes = number + 1 == len(bars)
        SubElement(line, "bar-style").text = "light-heavy" if closes else "light-light"
    if ending is not None:
        _ending(line, bars[ending[0]].ending, "stop")
    if bar.times:
        often = {"times": str(bar.times)} if bar.times > 2 else {}
        SubElement(line, "repeat", {"direction": "backward", **often})
    return True


def _ending_at(bars: Sequence[WrittenBar], number: int) -> tuple[int, int] | None:
    """Return the first and the last bar of the ending that a bar lies in; None if in none.

    The last ending is as long as the first one.

    Args:
        bars: All bars.
        number: The index of the bar.
    """
    first = next((at for at in range(number, -1, -1) if bars[at].ending or bars[at].opens), -1)
    if first < 0 or not bars[first].ending:
        return None
    closed = next((at for at in range(first, len(bars)) if bars[at].times), len(bars))
    if bars[first].ending != (1,) or closed == len(bars):
        start = next(at for at in range(first - 1, -1, -1) if bars[at].ending)
        closed = first + (first - 1 - start)
    return (first, closed) if number <= closed else None


def _ending(line: Element, passes: Sequence[int], kind: str) -> None:
    numbers = ",".join(map(str, passes))
    text = f"{numbers}." if kind == "start" else None
    SubElement(line, "ending", {"number": numbers, "type": kind}).text = text
