"""The bars of a MusicXML score as they are played: repeats unfolded, divided bars joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from xml.etree.ElementTree import Element

from jazzgen.errors import ChartError
from jazzgen.io.musicxml.late_chords import move_late_chords
from jazzgen.io.musicxml.measures import Measure, WrittenScore, read_written
from jazzgen.io.musicxml.navigation import Navigation
from jazzgen.io.musicxml.repair import repair_measures
from jazzgen.io.musicxml.short_first import mark_pickup
from jazzgen.io.musicxml.titles import titles_of
from jazzgen.music.chart import Bar, Chart, PlacedChord, TempoChange
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.jumps import playing_order
from jazzgen.music.key_estimation import guess_key
from jazzgen.music.pitch import Key
from jazzgen.music.repeats import MAX_BARS
from jazzgen.music.styles import feel_of_words
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["PlayedMeasure", "Sheet", "read_sheet"]

USUAL_TEMPO = 120.0
"""The tempo of a score without one, in quarter notes per minute."""


class PlayedMeasure(NamedTuple):
    """One pass through a measure, which may be played several times.

    Args:
        number: The index of the written measure.
        tick: The tick at which it begins, counted from the beginning of the chart; negative for a
            pickup.
    """

    number: int
    tick: int


@dataclass(frozen=True)
class Sheet:
    """A score without its notes.

    Args:
        chart: The chart, with repeats and jumps unfolded; without chords if the score has none.
        measures: The measures in the order in which they are played.
        warnings: What was repaired in them.
        says_key: Whether there is a key signature.
        title: The title of what is played, which may be another one than the chart's.
        pickup_chords: The chords of the pickup, at ticks before bar 1.
    """

    chart: Chart
    measures: tuple[PlayedMeasure, ...]
    warnings: tuple[str, ...] = ()
    says_key: bool = True
    title: str = ""
    pickup_chords: tuple[PlacedChord, ...] = ()

    @property
    def has_chords(self) -> bool:
        """Whether there is any chord symbol."""
        return any(chord.root for _, chord in self.chart.placed_chords())


def read_sheet(
    root: Element, source: str, *, for_notes: bool = False, remarks: Sequence[str] = ()
) -> Sheet:
    """Read the bars of a score, without its notes.

    Args:
        root: The score, by parts.
        source: The file's name in messages.
        for_notes: Whether its notes are to be played. If so, a measure is as long as its notes,
            whatever its meter, with a warning. Otherwise the meter alone decides how long a
            measure is.
        remarks: What there is to say about the file: the first warnings of the sheet.

    Raises:
        ChartError: The bars do not add up; the message names the measure.
    """
    score = read_written(root, source)
    mark_pickup(score.measures, root)
    try:
        warnings = list(repair_measures(score.measures) if for_notes else ())
        warnings += [*score.symbols.warnings, *move_late_chords(score.measures)]
        titles = titles_of(root)
        sheet = replace(_sheet(score, titles.tune), title=titles.music)
        return replace(sheet, warnings=(*remarks, *warnings, *sheet.warnings))
    except ChartError as error:
        raise ChartError(f"{source}: {error}") from None


def _sheet(score: WrittenScore, title: str) -> Sheet:
    skipped = int(len(score.measures) > 1 and score.measures[0].is_pickup)
    measures = score.measures[skipped:]
    for before in score.measures[:skipped]:  # what a sign there leads to begins with bar 1
        measures[0].navigation.segno |= before.navigation.segno
        measures[0].navigation.opens |= before.navigation.opens
    order, warnings = _order(measures, skipped)
    bars, starts = _bars(measures, order)
    lead = [chord for measure in score.measures[:skipped] for chord in _pickup_chords(measure)]
    bars = _going_on(lead, bars)
    tempo, changes = _tempi(score.measures[:skipped], [measures[n] for n in order], starts)
    end = sum(bar.meter.bar_ticks for bar in bars)
    changes = tuple(change for change in changes if change.tick < end)
    feel = feel_of_words(score.words, bars[0].meter)
    up = score.up or 0
    key = _key(score, bars)
    chart = Chart(bars, title, key, tempo, feel, tempo_changes=changes)
    pickup = [PlayedMeasure(0, -measure.ticks) for measure in score.measures[:skipped]]
    played = [PlayedMeasure(n + skipped, start) for n, start in zip(order, starts, strict=True)]
    return Sheet(
        chart.transpose(up),
        (*pickup, *played),
        warnings,
        score.key is not None,
        pickup_chords=tuple(one._replace(chord=one.chord.transpose(up)) for one in lead),
    )


def _pickup_chords(measure: Measure) -> list[PlacedChord]:
    """Return the chords of a pickup, at ticks before bar 1."""
    return [
        PlacedChord(tick - measure.ticks, chord)
        for tick, chord in _placed(measure)
        if tick < measure.ticks
    ]


def _going_on(before: Sequence[PlacedChord], bars: tuple[Bar, ...]) -> tuple[Bar, ...]:
    """Return bars of which the first one begins with the last chord before it, if with none.

    Args:
        before: The chords of the pickup.
        bars: The bars.
    """
    first = bars[0].chords
    if not before or (first and first[0].onset == 0):
        return bars
    goes_on = PlacedChord(0, before[-1].chord)
    return (replace(bars[0], chords=(goes_on, *first)), *bars[1:])


def _order(measures: Sequence[Measure], skipped: int) -> tuple[list[int], tuple[str, ...]]:
    """Return the order in which measures are played, and what their signs leave open.

    Args:
        measures: The written measures without a pickup.
        skipped: The number of measures before them.
    """
    _settle_times([measure.navigation for measure in measures])
    order = playing_order([measure.navigation.jump_bar() for measure in measures])
    jumps = any(measure.navigation.jump for measure in measures)  # without, no sign matters
    read = [
        (number, f"{text!r} is taken from words alone")
        for number, measure in enumerate(measures)
        for kind, text in measure.navigation.in_words.items()
        if jumps or kind == "times"
    ]
    told = sorted([*read, *order.doubts])
    doubts = (f"measure {number + skipped + 1}: {doubt}" for number, doubt in told)
    return order.bars, tuple(doubts)


def _settle_times(signs: Sequence[Navigation]) -> None:
    """Play repeats as often as words say, which may stand at their beginnings."""
    begin: Navigation | None = None
    for sign in signs:
        begin = sign if sign.opens else begin
        if sign.times and begin is not None:
            begin.hand_on_times(sign)
            begin = None
    for sign in signs:
        sign.settle_times()


def _key(score: WrittenScore, bars: tuple[Bar, ...]) -> Key:
    """Return the key of the chords as they are written.

    Many programs write a key signature and not whether it is major or minor; the chords tell.

    Args:
        score: The score.
        bars: Its bars as they are played.
    """
    if score.key is None:
        return guess_key(bars)
    key = score.key.transpose(score.key_up - (score.up or 0))
    return key if score.says_mode else guess_key(bars, (key, key.relative))


def _bars(measures: Sequence[Measure], order: Sequence[int]) -> tuple[tuple[Bar, ...], list[int]]:
    """Return the bars that are played, and the tick at which each measure begins."""
    bars: list[Bar] = []
    starts: list[int] = []
    end = filled = 0  # the tick at which the last bar ends, and how much of it is filled
    for turn, number in enumerate(order):
        measure, placed = measures[number], _placed(measures[number])
        bar = measure.meter.bar_ticks
        if turn and _completes(measures, order[turn - 1], number, filled):
            starts.append(end - bar + filled)
            later = [PlacedChord(filled + tick, chord) for tick, chord in placed]
            first = later[0].onset if later else bar
            earlier = [chord for chord in bars[-1].chords if chord.onset < first]
            bars[-1] = replace(bars[-1], chords=(*earlier, *later))
            filled = bar
            continue
        starts.append(end)
        for start in range(0, measure.bars * bar, bar):
            chords = [
                PlacedChord(tick - start, chord)
                for tick, chord in placed
                if start <= tick < start + bar
            ]
            bars.append(Bar(tuple(chords), measure.meter, "" if start else measure.section))
        filled, end = measure.ticks - (measure.bars - 1) * bar, end + measure.bars * bar
        if len(bars) > MAX_BARS:
            raise ChartError(f"more than {MAX_BARS} bars")
    return tuple(bars), starts


def _completes(measures: Sequence[Measure], before: int, number: int, filled: int) -> bool:
    """Whether a measure is the second part of a bar that the measure before it has begun.

    Without a sign that a bar was divided, a short measure is one whose rests are not written.
    """
    first, second = measures[before], measures[number]
    divided = (
        number != before + 1
        or first.navigation.times
        or second.navigation.opens
        or first.is_implicit
        or second.is_implicit
    )
    same = first.meter == second.meter and not second.section
    return bool(divided) and same and filled + second.ticks == first.meter.bar_ticks


def _placed(measure: Measure) -> list[PlacedChord]:
    chords: dict[int, ChordSymbol] = {}
    for quarters, chord in sorted(measure.chords.items()):
        chords[round(quarters * TICKS_PER_QUARTER)] = chord
    return [PlacedChord(tick, chord) for tick, chord in sorted(chords.items())]


def _tempi(
    pickup: Sequence[Measure], measures: Sequence[Measure], starts: Sequence[int]
) -> tuple[float, tuple[TempoChange, ...]]:
    """Return the first tempo of a score, and its changes in the order in which they are played."""
    named = [tempo for measure in (*pickup, *measures) for tempo in measure.tempi.values()]
    first = now = named[0] if named else USUAL_TEMPO
    changes: list[TempoChange] = []
    for measure, start in zip(measures, starts, strict=True):
        for quarters, tempo in sorted(measure.tempi.items()):
            tick = start + round(quarters * TICKS_PER_QUARTER)
            if tick > start + measure.bars * measure.meter.bar_ticks:
                continue  # a tempo after the end of its measure is never reached
            if tick and tempo != now and (not changes or changes[-1].tick < tick):
                changes.append(TempoChange(tick, tempo))
                now = tempo
    return first, tuple(changes)
