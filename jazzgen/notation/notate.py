"""From a solo in ticks to what a copyist writes: note values, ties and tuplets.

Swung eighths are written as eighths. Every note is written, at its onset or at the nearest
position that the division of its pulse has: for players as `readable` chooses them, or
literally (`tuplets`). A note that ends less than an eighth
before the next one is written up to that one. A note that is followed by a rest ends where the
rest is easy to read. A length that no single value has, or whose value would hide the beat, is
split and tied (`note_values`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, pairwise

from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER, Meter
from jazzgen.notation.choices import Notation
from jazzgen.notation.note_values import dotted_value, is_value, values_between
from jazzgen.notation.readable import choose_readable
from jazzgen.notation.silent_bars import crowded_chords, rests_under
from jazzgen.notation.tuplets import Division, Layout, choose_tuplets

__all__ = ["Tuplet", "Written", "WrittenBar", "notate"]


@dataclass(frozen=True)
class Tuplet:
    """The tuplet of a note or rest, such as a triplet: three eighths in the time of two.

    Args:
        actual: The number of values that are played.
        normal: The number of values in whose time they are played.
        of: The value that is counted, such as "eighth".
        opens: Whether the tuplet begins with this note or rest.
        closes: Whether the tuplet ends with this note or rest.
    """

    actual: int
    normal: int
    of: str = "eighth"
    opens: bool = False
    closes: bool = False


@dataclass(frozen=True, kw_only=True)
class Written:
    """A note or a rest as it is written.

    Args:
        onset: Its beginning, in ticks after the bar line.
        ticks: Its length in ticks.
        pitch: MIDI pitch, or None for a rest.
        value: The name of its note value: "whole", "half", …, "64th".
        dots: The number of its dots.
        tuplet: The tuplet that it is part of, or None.
        tied: Whether it is tied to the note after it.
        held: Whether it is tied to the note before it.
        source: The index of the solo's note, or None for a rest.
        short: Whether it is a note that is marked as staccato.
        graces: The indices of the solo's notes that are written as grace notes before it.
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
    short: bool = False
    graces: tuple[int, ...] = ()


@dataclass(frozen=True)
class WrittenBar:
    """A bar as it is written; its notes and rests fill it."""

    meter: Meter
    content: tuple[Written, ...]


@dataclass(frozen=True)
class _Span:
    """A note or a rest before it is split into values; begin and end are in ticks of the chart."""

    start: int
    end: int
    pitch: int | None = None
    source: int | None = None
    short: bool = False
    graces: tuple[int, ...] = ()


def notate(solo: Solo, notation: Notation = "readable") -> tuple[WrittenBar, ...]:
    """Return the bars of a solo as they are written.

    Args:
        solo: The solo. Its deviations are left out: notes are written where they are meant.
        notation: Whether rhythm is written as players read it, or literally.
    """
    if notation == "readable":
        layout = choose_readable(solo)
    else:
        layout = choose_tuplets(solo.chart, [note.onset for note in solo.notes])
    divisions = layout.divisions
    firsts = [division.start for division in divisions]
    spans = list(_spans(solo, layout, firsts, notation == "readable"))
    starts = [span.start for span in spans]
    bars = []
    for bar, (start, end) in zip(solo.chart.bars, pairwise(solo.chart.bar_starts), strict=True):
        # From the span that sounds at the bar line to the last one that begins in the bar.
        heard = spans[bisect_left(starts, start + 1) - 1 : bisect_left(starts, end)]
        own = divisions[bisect_left(firsts, start) : bisect_left(firsts, end)]
        chords = crowded_chords(bar) if solo.notes else ()
        bars.append(WrittenBar(bar.meter, tuple(_bar(start, bar.meter, heard, own, chords))))
    return tuple(bars)


def _spans(solo: Solo, layout: Layout, firsts: Sequence[int], readable: bool) -> Iterator[_Span]:
    """Yield the notes and the rests between them; together they fill the chart."""
    clock = 0
    graces: list[int] = []
    for index, note in enumerate(solo.notes):
        if index in layout.graces:
            graces.append(index)
            continue
        onset, limit = layout.positions[index], _limit(solo, layout, index)
        end = limit
        last = layout.divisions[bisect_left(firsts, limit) - 1]
        # Shorter silences are articulation, which is not written as rests.
        if limit - note.end >= EIGHTH:
            end = min(_ended(onset, note.end, layout.divisions, firsts), limit)
        # A rest on a beat is easier to read than a tie into it.
        elif readable and onset < last.start and note.end <= last.start + 1:
            end = last.start
        if onset > clock:
            yield _Span(clock, onset)
        short = _is_short(note, onset, limit)
        yield _Span(onset, end, note.pitch, index, short, tuple(graces))
        clock, graces = end, []
    if clock < solo.chart.ticks:
        yield _Span(clock, solo.chart.ticks)


def _limit(solo: Solo, layout: Layout, index: int) -> int:
    """Return the tick at which the next note is written that is no grace note, or the end."""
    after = index + 1
    while after in layout.graces:
        after += 1
    return layout.positions[after] if after < len(solo.notes) else solo.chart.ticks


def _is_short(note: Note, onset: int, limit: int) -> bool:
    """Return whether a note is played so short that it is marked as staccato.

    Args:
        note: The note as it sounds.
        onset: The tick at which it is written.
        limit: The tick at which the next note is written.
    """
    written = limit - onset
    joined = limit - note.end < EIGHTH
    return joined and EIGHTH <= written <= TICKS_PER_QUARTER and note.duration * 2 <= written


def _ended(start: int, end: int, divisions: Sequence[Division], firsts: Sequence[int]) -> int:
    """Return the tick at which a note before a rest ends: an eighth's, or one of a tuplet."""
    division = divisions[bisect_left(firsts, max(end, start + 1)) - 1]
    unit = division.unit if division.ratio else EIGHTH
    written = division.start + (end - division.start + unit // 2) // unit * unit
    if written <= start:
        written += unit
    return min(written, division.end)


def _bar(
    start: int,
    meter: Meter,
    heard: Sequence[_Span],
    divisions: Sequence[Division],
    chords: Sequence[int],
) -> Iterator[Written]:
    """Yield the notes and rests of a bar.

    A silent bar is one rest in any meter, but if its chords would have no room.

    Args:
        start: The tick of its bar line.
        meter: Its meter.
        heard: The spans that sound in it.
        divisions: The divisions of its pulses.
        chords: The onsets of its chords if they need room, in ticks after the bar line.
    """
    silent = all(span.pitch is None for span in heard)
    if silent and not chords:
        name, dots = dotted_value(meter.bar_ticks) if is_value(meter.bar_ticks) else ("whole", 0)
        yield Written(onset=0, ticks=meter.bar_ticks, pitch=None, value=name, dots=dots)
        return
    if silent:
        rests = rests_under(chords, meter)
        heard = [_Span(start + first, start + end) for first, end in rests]
    for span in heard:
        first, last = max(span.start, start), min(span.end, start + meter.bar_ticks)
        pieces = _pieces(start, meter, _Span(first, last, span.pitch), divisions)
        for onset, ticks, division in pieces:
            sounds = span.pitch is not None
            tied = sounds and start + onset + ticks < span.end
            held = sounds and start + onset > span.start
            tuplet = _tuplet(division, start + onset, ticks)
            name, dots = dotted_value(_counted(ticks, tuplet))
            yield Written(
                onset=onset,
                ticks=ticks,
                pitch=span.pitch,
                value=name,
                dots=dots,
                tuplet=tuplet,
                tied=tied,
                held=held,
                source=span.source,
                short=span.short and not tied and not held,
                graces=() if held else span.graces,
            )


def _counted(ticks: int, tuplet: Tuplet | None) -> int | Fraction:
    """Return the ticks that a note would last if its value were not in a tuplet."""
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
    """Yield onset in the bar, length and tuplet of each value of a span.

    The span is cut at the borders of tuplets, since no value can lie across one.
    """
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
    """Yield onset and length of the values that fill a part of a tuplet, both in chart's ticks."""
    while start < end:
        position, left = (start - tuplet.start) // tuplet.unit, (end - start) // tuplet.unit
        # One position always fits, so there is a value for everything.
        count = next(n for n in (16, 8, 4, 3, 2, 1) if n <= left and _fits(tuplet, position, n))
        yield start, count * tuplet.unit
        start += count * tuplet.unit


def _fits(tuplet: Division, position: int, count: int) -> bool:
    """Return whether a value is easy to read at a position of a tuplet.

    Args:
        tuplet: The tuplet.
        position: The index of the position.
        count: The number of positions that the value covers.
    """
    ratio = tuplet.ratio
    if count == 3:  # a dotted value: half of a sextuplet
        return ratio is not None and ratio.actual == 6 and position % 3 == 0
    return count <= 2 or position % (count // 2) == 0
