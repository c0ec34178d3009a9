"""From a solo on the grid of ticks to what a copyist writes: note values, ties and tuplets.

Swung eighths are written as eighths. Every note of the line is written, at its place or at
the nearest one that its pulse's division has (`divisions`). A note that stops less than an
eighth before the next one is written up to it; one that leaves a rest is written up to a
place where the rest reads well. What no single value can hold, or should not hide, is
split and tied (`note_values`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, pairwise

from jazzgen.music.solo import Solo
from jazzgen.music.timing import EIGHTH, Meter
from jazzgen.notation.note_values import dotted_value, is_value, values_between
from jazzgen.notation.tuplets import Division, choose_tuplets

__all__ = ["Tuplet", "Written", "WrittenBar", "notate"]

"""Ticks of silence after a note that are written as a rest, and where such rests begin."""


@dataclass(frozen=True)
class Tuplet:
    """So many in the time of so many, and whether the bracket opens or closes here.

    Args:
        actual: How many are played.
        normal: In the time of how many.
        of: The value that is counted: "eighth".
        opens: Whether the first of them begins here.
        closes: Whether the last of them ends here.
    """

    actual: int
    normal: int
    of: str = "eighth"
    opens: bool = False
    closes: bool = False


@dataclass(frozen=True)
class Written:
    """A note or a rest as it is written.

    Args:
        onset: Where it begins, in ticks after the bar line.
        ticks: How long it lasts.
        pitch: MIDI pitch, or None for a rest.
        value: "whole", "half", …, "64th".
        dots: Its dots.
        tuplet: What it is part of, if anything.
        tied: Whether the note is tied to the next one.
        held: Whether it is tied to the one before.
        source: The index of the solo's note.
    """

    onset: int
    ticks: int
    pitch: int | None
    value: str
    dots: int = 0
    tuplet: Tuplet | None = None
    tied: bool = False
    held: bool = False
    source: int | None = None


@dataclass(frozen=True)
class WrittenBar:
    """A bar: what is written in it, which fills it."""

    meter: Meter
    content: tuple[Written, ...]


@dataclass(frozen=True)
class _Span:
    """From where to where a note or a rest is written, in ticks of the chart."""

    start: int
    end: int
    pitch: int | None = None
    source: int | None = None


def notate(solo: Solo) -> tuple[WrittenBar, ...]:
    """Return the bars of a solo as they are written.

    Args:
        solo: The solo; its deviations are not written.
    """
    divisions, places = choose_tuplets(solo.chart, [note.onset for note in solo.notes])
    firsts = [division.start for division in divisions]
    spans = list(_spans(solo, places, divisions, firsts))
    starts = [span.start for span in spans]
    bars = []
    for bar, (start, end) in zip(solo.chart.bars, pairwise(solo.chart.bar_starts), strict=True):
        heard = spans[bisect_left(starts, start + 1) - 1 : bisect_left(starts, end)]
        own = divisions[bisect_left(firsts, start) : bisect_left(firsts, end)]
        bars.append(WrittenBar(bar.meter, tuple(_bar(start, bar.meter, heard, own))))
    return tuple(bars)


def _spans(
    solo: Solo, places: Sequence[int], divisions: Sequence[Division], firsts: Sequence[int]
) -> Iterator[_Span]:
    """Yield the notes and the rests between them, which fill the chart."""
    clock = 0
    limits = [*places[1:], solo.chart.ticks]
    for index, (note, place, limit) in enumerate(zip(solo.notes, places, limits, strict=False)):
        end = limit
        if limit - note.end >= EIGHTH:
            end = min(_ended(place, note.end, divisions, firsts), limit)
        if place > clock:
            yield _Span(clock, place)
        yield _Span(place, end, note.pitch, index)
        clock = end
    if clock < solo.chart.ticks:
        yield _Span(clock, solo.chart.ticks)


def _ended(start: int, end: int, divisions: Sequence[Division], firsts: Sequence[int]) -> int:
    """Return where a note ends before a rest: on an eighth, or on a tuplet's place."""
    division = divisions[bisect_left(firsts, max(end, start + 1)) - 1]
    unit = division.unit if division.ratio else EIGHTH
    place = division.start + (end - division.start + unit // 2) // unit * unit
    if place <= start:
        place += unit
    return min(place, division.end)


def _bar(
    start: int, meter: Meter, heard: Sequence[_Span], divisions: Sequence[Division]
) -> Iterator[Written]:
    """Yield a bar's notes and rests; silence is one rest, whatever the meter."""
    if all(span.pitch is None for span in heard):
        name, dots = dotted_value(meter.bar_ticks) if is_value(meter.bar_ticks) else ("whole", 0)
        yield Written(0, meter.bar_ticks, None, name, dots)
        return
    for span in heard:
        first, last = max(span.start, start), min(span.end, start + meter.bar_ticks)
        pieces = _pieces(start, meter, _Span(first, last, span.pitch), divisions)
        for onset, ticks, division in pieces:
            sounds = span.pitch is not None
            tied = sounds and start + onset + ticks < span.end
            held = sounds and start + onset > span.start
            tuplet = _tuplet(division, start + onset, ticks)
            name, dots = dotted_value(_counted(ticks, tuplet))
            yield Written(onset, ticks, span.pitch, name, dots, tuplet, tied, held, span.source)


def _counted(ticks: int, tuplet: Tuplet | None) -> int | Fraction:
    """Return the ticks that a value would last without its tuplet."""
    return Fraction(ticks * tuplet.actual, tuplet.normal) if tuplet else ticks


def _tuplet(division: Division | None, onset: int, ticks: int) -> Tuplet | None:
    if division is None or division.ratio is None:
        return None
    ratio = division.ratio
    opens, closes = onset == division.start, onset + ticks == division.end
    return Tuplet(ratio.actual, ratio.normal, ratio.of, opens, closes)


def _pieces(
    bar: int, meter: Meter, span: _Span, divisions: Sequence[Division]
) -> Iterator[tuple[int, int, Division | None]]:
    """Yield place in the bar, length and tuplet of each value that a stretch needs."""
    silent = span.pitch is None
    clock = span.start
    tuplets = (one for one in divisions if one.ratio and one.end > clock and one.start < span.end)
    for tuplet in chain(tuplets, (None,)):
        until = span.end if tuplet is None else tuplet.start
        for onset, ticks in values_between(meter, clock - bar, until - bar, silent):
            yield onset, ticks, None
        if tuplet is None:
            return
        clock = max(clock, until)
        for onset, ticks in _in_tuplet(tuplet, clock, min(span.end, tuplet.end)):
            yield onset - bar, ticks, tuplet
        clock = min(span.end, tuplet.end)


def _in_tuplet(tuplet: Division, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield place and length of the values of a stretch of a tuplet."""
    while start < end:
        place, left = (start - tuplet.start) // tuplet.unit, (end - start) // tuplet.unit
        count = next(n for n in (16, 8, 4, 3, 2, 1) if n <= left and _fits(tuplet, place, n))
        yield start, count * tuplet.unit
        start += count * tuplet.unit


def _fits(tuplet: Division, place: int, count: int) -> bool:
    """Return whether a value of so many of a tuplet's places reads well there."""
    ratio = tuplet.ratio
    if count == 3:  # a dotted value: half of a sextuplet
        return ratio is not None and ratio.actual == 6 and place % 3 == 0
    return count <= 2 or place % (count // 2) == 0
