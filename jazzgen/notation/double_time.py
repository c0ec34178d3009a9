"""Double time: slow solos written in values twice as long, two bars for each bar of the chart.

In a ballad soloists play sixteenths, sextuplets and thirty-seconds. Written twice as long they
are eighths, triplets and sixteenths, which are read at sight; the half note is the beat then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from jazzgen.music.chart import Bar, Chart, KeyChange, PlacedChord, TempoChange
from jazzgen.music.solo import Solo
from jazzgen.music.timing import MAX_TEMPO, TICKS_PER_QUARTER, Meter
from jazzgen.music.trade import Trade, Turn, line_of

__all__ = ["fits_double_time", "in_double_time", "is_read_in_double_time"]

METERS = (Meter(4, 4), Meter(2, 4))
"""The meters in which the half note can be felt as the beat."""
SLOWEST_QUICK = 100.0
"""The tempo from which quarters are the beat that players read, in quarter notes per minute."""
SIXTEENTHS = 4
"""The largest number of notes in a beat that are read as sixteenths."""
CROWDED = 0.1
"""The share of beats with more notes than `SIXTEENTHS` from which double time is easier to read."""


def fits_double_time(chart: Chart) -> bool:
    """Return whether a chart can be written in double time: its meter and tempo allow it.

    Args:
        chart: The chart.
    """
    quickest = max([chart.tempo, *(change.tempo for change in chart.tempo_changes)])
    return 2 * quickest <= MAX_TEMPO and all(bar.meter in METERS for bar in chart.bars)


def is_read_in_double_time(music: Solo | Trade) -> bool:
    """Return whether players read music more easily in double time.

    Args:
        music: The solo, or the soloists who trade.
    """
    line = line_of(music)
    if line.chart.tempo >= SLOWEST_QUICK or not fits_double_time(line.chart):
        return False
    beats = Counter(note.onset // TICKS_PER_QUARTER for note in line.notes)
    crowded = sum(notes > SIXTEENTHS for notes in beats.values())
    return crowded > CROWDED * len(beats)


def in_double_time(music: Solo | Trade) -> Solo | Trade:
    """Return music that sounds the same in values twice as long, at twice the tempo.

    Args:
        music: The solo, or the soloists who trade; its chart `fits_double_time`.
    """
    if isinstance(music, Trade):
        turns = tuple(
            Turn(player=turn.player, first=2 * turn.first - 1, last=2 * turn.last)
            for turn in music.turns
        )
        return replace(music, solos=tuple(map(_doubled, music.solos)), turns=turns)
    return _doubled(music)


def _doubled(solo: Solo) -> Solo:
    notes = tuple(
        replace(
            note,
            onset=2 * note.onset,
            duration=2 * note.duration,
            deviation=2 * note.deviation,
        )
        for note in solo.notes
    )
    return replace(solo, notes=notes, chart=_doubled_chart(solo.chart))


def _doubled_chart(chart: Chart) -> Chart:
    return replace(
        chart,
        bars=tuple(half for bar in chart.bars for half in _halves(bar)),
        tempo=2 * chart.tempo,
        chorus_starts=tuple(2 * start for start in chart.chorus_starts),
        tempo_changes=tuple(
            TempoChange(2 * change.tick, 2 * change.tempo) for change in chart.tempo_changes
        ),
        key_changes=tuple(KeyChange(2 * change.bar, change.key) for change in chart.key_changes),
    )


def _halves(bar: Bar) -> Iterator[Bar]:
    """Yield the two bars in which a bar is written."""
    length = bar.meter.bar_ticks
    placed = [PlacedChord(2 * onset, chord) for onset, chord in bar.chords]
    yield replace(bar, chords=tuple(one for one in placed if one.onset < length))
    later = (one._replace(onset=one.onset - length) for one in placed if one.onset >= length)
    yield Bar(tuple(later), bar.meter)
