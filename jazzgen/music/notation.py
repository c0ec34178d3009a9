"""From a solo on the grid of ticks to what a copyist writes: note values, ties and tuplets.

Swung eighths are written as eighths. Within each pulse the places are binary (down to
thirty-seconds), triplets of eighths or sextuplets, whichever lies nearest to what is
played; nothing of the line is lost but where more than eight notes share a pulse. A note
that stops less than an eighth before the next one is written up to it. Values are split
and tied where the bar would otherwise be hard to read: at bar lines, at the middle of four
beats, at the borders of a tuplet (Gardner Read, "Music Notation", 1979).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from jazzgen.music.pulse import Pulse, pulses
from jazzgen.music.solo import Solo
from jazzgen.music.timing import Meter

__all__ = ["Tuplet", "Written", "WrittenBar", "notate"]

BINARY, TRIPLET, SEXTUPLET = 3, 8, 4
"""Ticks between the places of a pulse: thirty-seconds, triplets of eighths, sextuplets."""
COARSE = 6
GAP = 12
"""Ticks of silence after a note that are written as a rest."""
QUARTER, HALF = 24, 48
FINER = 2.0
"""How many ticks of error, squared, a finer or a ternary division must save."""

# Ticks, name and dots of the values that may be written.
VALUES = (
    (192, "breve", 0), (144, "whole", 1), (96, "whole", 0), (72, "half", 1), (48, "half", 0),
    (36, "quarter", 1), (24, "quarter", 0), (18, "eighth", 1), (12, "eighth", 0),
    (9, "16th", 1), (6, "16th", 0), (3, "32nd", 0),
)  # fmt: skip
BY_TICKS = {ticks: (name, dots) for ticks, name, dots in VALUES}


@dataclass(frozen=True)
class Tuplet:
    """So many in the time of so many, and whether the bracket opens or closes here."""

    actual: int
    normal: int
    opens: bool = False
    closes: bool = False


@dataclass(frozen=True)
class Written:
    """A note or a rest as it is written.

    Args:
        onset: Where it begins, in ticks after the bar line.
        ticks: How long it lasts.
        pitch: MIDI pitch, or None for a rest.
        value: "whole", "half", …, "32nd".
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
    pitch: int | None
    source: int | None = None


@dataclass(frozen=True)
class _Beat:
    """A pulse of the chart: where it lies, and how it is divided."""

    start: int
    pulse: Pulse
    unit: int = BINARY

    @property
    def end(self) -> int:
        return self.start + self.pulse.length

    @property
    def is_tuplet(self) -> bool:
        return self.unit in (TRIPLET, SEXTUPLET)


def notate(solo: Solo) -> tuple[WrittenBar, ...]:
    """Return the bars of a solo as they are written.

    Args:
        solo: The solo; its deviations are not written.
    """
    beats = _beats(solo)
    spans = _spans(solo, beats)
    bars = []
    first = 0
    for start, bar in zip(solo.chart.bar_starts, solo.chart.bars, strict=False):
        end = start + bar.meter.bar_ticks
        inside = []
        while first < len(spans) and spans[first].start < end:
            inside.append(spans[first])
            if spans[first].end > end:
                break
            first += 1
        bars.append(WrittenBar(bar.meter, _bar(start, bar.meter, inside, beats)))
    return tuple(bars)


def _beats(solo: Solo) -> list[_Beat]:
    """Return the pulses of the chart, each divided as its notes ask."""
    chart = solo.chart
    found = [
        _Beat(start + pulse.tick, pulse)
        for start, bar in zip(chart.bar_starts, chart.bars, strict=False)
        for pulse in pulses(bar.meter)
    ]
    onsets = [note.onset for note in solo.notes]
    return [
        replace(beat, unit=_unit(beat, onsets[bisect_left(onsets, beat.start) :
                                              bisect_left(onsets, beat.end)]))
        for beat in found
    ]  # fmt: skip


def _unit(beat: _Beat, onsets: Sequence[int]) -> int:
    """Return the division that lies nearest to the onsets of a pulse."""
    places = [onset - beat.start for onset in onsets]
    if beat.pulse.length != QUARTER:
        return BINARY
    units = {COARSE: 0.0, BINARY: FINER, TRIPLET: 0.5, SEXTUPLET: 2 * FINER}
    best = min(units, key=lambda unit: (_error(places, unit) + units[unit], unit))
    return BINARY if best == COARSE else best


def _error(places: Sequence[int], unit: int) -> float:
    """Return the squared error of a division; endless, where two notes fall on one place."""
    nearest = [min(round(place / unit), QUARTER // unit - 1) * unit for place in places]
    if len(set(nearest)) < len(nearest):
        return 1e6 * (len(nearest) - len(set(nearest)))
    return float(sum((a - b) ** 2 for a, b in zip(places, nearest, strict=True)))


def _spans(solo: Solo, beats: Sequence[_Beat]) -> list[_Span]:
    """Return the line with its rests, every place on its pulse's division."""
    starts = [beat.start for beat in beats]
    placed: list[tuple[int, int]] = []
    for index, note in enumerate(solo.notes):
        place = _placed(note.onset, beats, starts)
        if placed and place <= placed[-1][0]:
            place = _next_place(placed[-1][0], beats, starts)
        if place < solo.chart.ticks:
            placed.append((place, index))
    spans: list[_Span] = []
    clock = 0
    for number, (place, index) in enumerate(placed):
        note = solo.notes[index]
        limit = placed[number + 1][0] if number + 1 < len(placed) else solo.chart.ticks
        end = _ended(place, note.end, limit, beats, starts)
        if place > clock:
            spans.append(_Span(clock, place, None))
        spans.append(_Span(place, end, note.pitch, index))
        clock = end
    if clock < solo.chart.ticks:
        spans.append(_Span(clock, solo.chart.ticks, None))
    return spans


def _beat_at(tick: int, beats: Sequence[_Beat], starts: Sequence[int]) -> _Beat:
    place = bisect_left(starts, tick + 1) - 1
    return beats[min(max(place, 0), len(beats) - 1)]


def _placed(tick: int, beats: Sequence[_Beat], starts: Sequence[int]) -> int:
    """Return the place of an onset: within its own pulse."""
    beat = _beat_at(tick, beats, starts)
    places = range(beat.start, beat.end, beat.unit)
    return min(places, key=lambda place: abs(place - tick))


def _next_place(tick: int, beats: Sequence[_Beat], starts: Sequence[int]) -> int:
    beat = _beat_at(tick, beats, starts)
    return min(tick + beat.unit, beat.end)


def _ended(start: int, end: int, limit: int, beats: Sequence[_Beat], starts: Sequence[int]) -> int:
    """Return where a note is written to end: at the next one, or where it leaves a rest."""
    if limit - end < GAP or limit <= start:
        return limit
    beat = _beat_at(end, beats, starts)
    unit = beat.unit if beat.is_tuplet or beat.pulse.length != QUARTER else COARSE
    place = beat.start + round((end - beat.start) / unit) * unit
    earliest = _next_place(start, beats, starts)
    return min(max(min(place, beat.end), earliest), limit)


def _bar(
    start: int, meter: Meter, spans: Sequence[_Span], beats: Sequence[_Beat]
) -> tuple[Written, ...]:
    """Return a bar's notes and rests, values split where they must be."""
    end = start + meter.bar_ticks
    own = [beat for beat in beats if start <= beat.start < end]
    if all(span.pitch is None for span in spans):
        name, dots = BY_TICKS.get(meter.bar_ticks, ("whole", 0))
        return (Written(0, meter.bar_ticks, None, name, dots),)
    content: list[Written] = []
    for span in spans:
        first, last = max(span.start, start), min(span.end, end)
        pieces = list(_pieces(first, last, own, span.pitch is None))
        for number, (place, ticks, beat) in enumerate(pieces):
            more = number + 1 < len(pieces) or span.end > end
            sounds = span.pitch is not None
            content.append(_written(
                span, place - start, ticks, beat, sounds and more, sounds and place > span.start
            ))  # fmt: skip
    return tuple(_bracketed(content, start, own))


def _written(
    span: _Span, onset: int, ticks: int, beat: _Beat | None, tied: bool, held: bool
) -> Written:
    if beat is None or not beat.is_tuplet:
        name, dots = BY_TICKS[ticks]
        return Written(onset, ticks, span.pitch, name, dots, None, tied, held, span.source)
    actual, normal = (3, 2) if beat.unit == TRIPLET else (6, 4)
    name, dots = BY_TICKS[ticks * actual // normal]
    tuplet = Tuplet(actual, normal)
    return Written(onset, ticks, span.pitch, name, dots, tuplet, tied, held, span.source)


def _bracketed(content: Sequence[Written], start: int, beats: Sequence[_Beat]) -> Iterator[Written]:
    """Yield what is written, the first and the last of each tuplet marked."""
    borders = {beat.start - start for beat in beats}
    ends = {beat.end - start for beat in beats}
    for item in content:
        tuplet = item.tuplet
        if tuplet is not None:
            opens, closes = item.onset in borders, item.onset + item.ticks in ends
            item = replace(item, tuplet=replace(tuplet, opens=opens, closes=closes))
        yield item


def _pieces(
    first: int, last: int, beats: Sequence[_Beat], rest: bool
) -> Iterator[tuple[int, int, _Beat | None]]:
    """Yield place and length of each value, and the pulse where it is within a divided one."""
    while first < last:
        beat = next(beat for beat in beats if beat.start <= first < beat.end)
        length = _longest(first, last, beat, beats, rest)
        inside = first + length <= beat.end and length < beat.pulse.length
        yield first, length, beat if inside else None
        first += length


def _longest(first: int, last: int, beat: _Beat, beats: Sequence[_Beat], rest: bool) -> int:
    """Return the longest value that may be written from a place on."""
    for ticks, *_ in VALUES:
        if first + ticks <= last and _may_stand(first, ticks, beat, beats, rest):
            return ticks
    return _within(first, last, beat)


def _within(first: int, last: int, beat: _Beat) -> int:
    """Return the longest value within a pulse; only tuplets come here, and odd remainders."""
    left = min(last, beat.end) - first
    if beat.is_tuplet:
        ratio = Fraction(3, 2)
        lengths = [ticks for ticks in (16, 12, 8, 4) if ticks * ratio in BY_TICKS]
        return next(ticks for ticks in lengths if ticks <= left and ticks % beat.unit == 0)
    return next(ticks for ticks, *_ in VALUES if ticks <= left)


def _may_stand(first: int, ticks: int, beat: _Beat, beats: Sequence[_Beat], rest: bool) -> bool:
    """Whether a value reads well at a place of its bar."""
    end, place = first + ticks, first - beat.start
    touched = [other for other in beats if other.start < end and other.end > first]
    if end <= beat.end:
        return _stands_in_pulse(place, ticks, beat)
    if any(other.is_tuplet and (first > other.start or end < other.end) for other in touched):
        return False
    group_start = beat.start - sum(
        other.pulse.length for other in beats[: beats.index(beat)][-beat.pulse.place :]
        if beat.pulse.place
    )  # fmt: skip
    same_group = all(
        group_start <= other.start and other.start - group_start < 4 * QUARTER * 2
        and other.pulse.place > beat.pulse.place for other in touched[1:]
    )  # fmt: skip
    if place == 0 and end == touched[-1].end:
        whole_bar = first == beats[0].start and end == beats[-1].end
        return whole_bar or (same_group and _whole_pulses(beat, len(touched), rest))
    if not same_group or beat.pulse.length != QUARTER or rest:
        return False
    if place == 0:
        return ticks == 36 and (beat.pulse.place % 2 == 0 or beat.pulse.group == 3)
    middle = beat.pulse.group == 4 and beat.pulse.place == 1
    return place == GAP and ticks in (24, 36) and len(touched) == 2 and not middle


def _stands_in_pulse(place: int, ticks: int, beat: _Beat) -> bool:
    length = beat.pulse.length
    if place == 0 and ticks == length:
        return True
    if beat.is_tuplet:
        return False
    if length == 36:
        return ticks in (24, 12, 6, 3) and place % min(ticks, 12) == 0
    if ticks in (18, 9):
        return place % (ticks // 3 * 4) == 0 or (place + ticks) % (ticks // 3 * 4) == 0
    return place % ticks == 0 or (ticks == 12 and place == 6)


def _whole_pulses(beat: _Beat, number: int, rest: bool) -> bool:
    """Whether a value of whole pulses may begin here: rests show the middle of the bar."""
    place, group = beat.pulse.place, beat.pulse.group
    if group != 4:
        return not rest or place == 0
    if rest:
        return place in (0, 2) and number == 2
    return number == 2 or place + number == 4 or place == 0
