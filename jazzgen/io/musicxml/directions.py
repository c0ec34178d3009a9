"""Directions above a staff, as they are written: sections, choruses and tempi."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter
from xml.etree.ElementTree import Element, SubElement

from jazzgen.io.musicxml.header import printable
from jazzgen.music.chart import Chart
from jazzgen.music.styles import find_feel
from jazzgen.notation.tempo_mark import tempo_mark

__all__ = ["chorus_at", "directions_at", "tempo_changes_in"]

NOTHING = "\u00a0"
"""An invisible text: MuseScore prints the number of a tempo without a text."""


def chorus_at(chart: Chart, number: int) -> int:
    """Return the number of the chorus, from 1, that begins with a bar; 0 if none does.

    Args:
        chart: The chart.
        number: The index of the bar.
    """
    index = bisect_left(chart.chorus_starts, number)
    return index + 1 if chart.chorus_starts[index : index + 1] == (number,) else 0


def directions_at(chart: Chart, number: int, *, double_time: bool) -> Iterator[Element]:
    """Yield what stands at a bar line: section and chorus, and at the first feel and tempo.

    Args:
        chart: The chart.
        number: The index of the bar.
        double_time: Whether the beat is the half note.
    """
    bar = chart.bars[number]
    if bar.section:
        # From the bar line on: in the middle above it, a long one would leave the page.
        yield _direction("rehearsal", printable(bar.section) or "·", halign="left")
    chorus = chorus_at(chart, number)
    if chart.choruses > 1 and chorus:
        yield _direction("words", f"Chorus {chorus}")
    if number == 0:
        yield _tempo(chart, double_time=double_time)


def tempo_changes_in(chart: Chart, number: int) -> list[tuple[int, Element]]:
    """Return the changes of tempo in a bar: ticks after its bar line, and their elements.

    They are played but not printed, except for "rit." where the music begins to slow down.

    Args:
        chart: The chart.
        number: The index of the bar.
    """
    start, end = chart.bar_starts[number : number + 2]
    changes, found = chart.tempo_changes, []
    # By bisection: there may be more changes than bars.
    first, after = (bisect_left(changes, tick, key=attrgetter("tick")) for tick in (start, end))
    for index in range(first, after):
        begins = _slows(chart, index) and not _slows(chart, index - 1)
        direction = _direction("words", "rit." if begins else NOTHING)
        SubElement(direction, "sound", {"tempo": repr(changes[index].tempo)})
        found.append((changes[index].tick - start, direction))
    return found


def _direction(kind: str, text: str, **look: str) -> Element:
    direction = Element("direction", {"placement": "above"})
    SubElement(SubElement(direction, "direction-type"), kind, look).text = text
    return direction


def _tempo(chart: Chart, *, double_time: bool) -> Element:
    """Return the feel and the tempo at the head of the page.

    Args:
        chart: The chart.
        double_time: Whether the beat is the half note.
    """
    feel = find_feel(chart.feel).label
    look = {"font-weight": "bold"}
    direction = _direction("words", f"{feel}, in double time" if double_time else feel, **look)
    mark = tempo_mark(chart, double_time=double_time)
    metronome = SubElement(SubElement(direction, "direction-type"), "metronome")
    SubElement(metronome, "beat-unit").text = mark.unit
    for _ in range(mark.dots):
        SubElement(metronome, "beat-unit-dot")
    SubElement(metronome, "per-minute").text = f"{round(mark.per_minute)}"
    SubElement(direction, "sound", {"tempo": repr(chart.tempo)})
    return direction


def _slows(chart: Chart, index: int) -> bool:
    """Return whether a change of tempo makes the music slower; there is none before the first."""
    if index < 0:
        return False
    before = chart.tempo_changes[index - 1].tempo if index else chart.tempo
    return chart.tempo_changes[index].tempo < before
