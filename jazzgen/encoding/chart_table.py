"""Charts as tables of integers.

A chart table has a row for each tick: at each step a network looks up the row of its clock. A
chord table has a row for each chord change: the chart encoder runs over them. The graphs turn
rows into features.
"""

from __future__ import annotations

import math
from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.chart import Chart
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.timing import EIGHTH

__all__ = [
    "BARS_BACK",
    "CHART_COLUMNS",
    "CHORD_COLUMNS",
    "END_FAR",
    "PLACES",
    "ChartColumn",
    "ChordColumn",
    "chart_table",
    "chart_tables",
    "chord_table",
    "group_starts",
    "shared_chart_table",
    "tempo_of",
]


class ChartColumn:
    """The columns of a chart table, plain integers as those of `sequence.HistoryColumn`."""

    ROOT = 0
    """Pitch class that degrees are counted from: the chord's root, or over N.C. the key's tonic."""
    TONES = 1
    """Bit mask of the chord tones, in semitones above ROOT: bit 0 is the root; 0 over N.C."""
    NEXT_ROOT = 2
    """ROOT of the next chord, or of this one if it is the last."""
    NEXT_TONES = 3
    """Bit mask of the next chord's tones, in semitones above this ROOT."""
    TO_NEXT = 4
    """Ticks until the next chord, at most `FAR`."""
    IN_BAR = 5
    """Ticks since the bar line."""
    IN_BEAT = 6
    """Ticks since the beat."""
    BEAT = 7
    """Index of the beat in the bar."""
    BAR = 8
    """Index of the bar in the chorus."""
    TEMPO = 9
    """Tempo class: quarters of an octave above 40 beats per minute."""
    CHORD = 10
    """Index of the row in the chord table."""
    TO_END = 11
    """Ticks until the chart ends, at most `END_FAR`."""
    BACK = 12
    """Ticks back to the same place of the bar that lies so many bars before, for each of
    `BARS_BACK`, then to the same place of the chorus before; 0 where there is none."""
    GROUP = 17
    """Index of the group of four bars (see `Chart.groups`)."""
    NUMBER = 18
    """Index of the bar in the chart."""


class ChordColumn(IntEnum):
    """The columns of a chord table; none of them depends on the key."""

    TONES = 0
    """Bit mask of the chord tones, in semitones above the root: bit 0 is the root; 0 for N.C."""
    FROM_PREVIOUS = 1
    """Semitones from the previous chord's root up to this one's, 0 to 11; 0 for the first."""
    TO_NEXT = 2
    """Semitones from this root up to the next chord's, 0 to 11; 0 for the last."""
    EIGHTHS = 3
    """Length in eighths, at least 1."""
    BAR = 4
    """Index in its chorus of the bar in which the chord begins."""
    BEAT = 5
    """Index in that bar of the beat on which it begins."""


BARS_BACK = (1, 2, 4, 8)
"""The numbers of bars after which a line is likely to return to what it played."""
PLACES = len(BARS_BACK) + 1
"""The number of earlier places: those of `BARS_BACK`, and that in the chorus before."""

CHART_COLUMNS = ChartColumn.NUMBER + 1
CHORD_COLUMNS = len(ChordColumn)
FAR = 192
"""The largest distance to the next chord that is told, in ticks: two bars of 4/4."""
END_FAR = 384
"""The largest distance to the end that is told, in ticks: four bars of 4/4."""
TEMPO_STEPS = 4
"""Tempo classes per octave, that is, until the tempo has doubled."""
SLOWEST = 40
"""The tempo of class 0, in beats per minute."""
FASTEST_CLASS = 15


def chart_table(chart: Chart) -> NDArray[np.int32]:
    """Return the chart table of a chart.

    Args:
        chart: The chart, with its choruses unfolded.

    Returns:
        Shape (ticks, `CHART_COLUMNS`).
    """
    table = np.zeros((chart.ticks, CHART_COLUMNS), dtype=np.int32)
    _fill_chords(table, chart)
    _fill_bars(table, chart)
    table[:, ChartColumn.CHORD] = np.cumsum(_changes(table)) - 1
    table[:, ChartColumn.TO_END] = np.minimum(np.arange(chart.ticks, 0, -1), END_FAR)
    return table


def chord_table(chart: Chart) -> NDArray[np.int32]:
    """Return the chord table of a chart; a chord that is merely written again is no change.

    Args:
        chart: The chart, with its choruses unfolded.

    Returns:
        Shape (C, `CHORD_COLUMNS`).
    """
    return chart_tables(chart)[1]


@lru_cache(maxsize=2)
def shared_chart_table(chart: Chart) -> NDArray[np.int32]:
    """Return the chart table of a chart, which nobody may change.

    Whoever draws soloists and plans and plays over a chart reads the same table, which takes
    its time to make.

    Args:
        chart: The chart, with its choruses unfolded.
    """
    table = chart_table(chart)
    table.setflags(write=False)
    return table


def chart_tables(chart: Chart) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the chart table, which nobody may change, and the chord table of a chart."""
    rows = shared_chart_table(chart)
    starts = np.flatnonzero(_changes(rows))
    root = rows[starts, ChartColumn.ROOT]
    table = np.zeros((len(starts), CHORD_COLUMNS), dtype=np.int32)
    table[:, ChordColumn.TONES] = rows[starts, ChartColumn.TONES]
    table[1:, ChordColumn.FROM_PREVIOUS] = table[:-1, ChordColumn.TO_NEXT] = np.diff(root) % 12
    lengths = np.diff([*starts, len(rows)])
    table[:, ChordColumn.EIGHTHS] = np.maximum(lengths // EIGHTH, 1)
    table[:, ChordColumn.BAR] = rows[starts, ChartColumn.BAR]
    table[:, ChordColumn.BEAT] = rows[starts, ChartColumn.BEAT]
    return rows, table


def group_starts(rows: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the tick at which each group of bars begins, and that of the chart's end.

    Args:
        rows: The chart table, shape (ticks, `CHART_COLUMNS`).

    Returns:
        Shape (groups + 1,).
    """
    begun = np.flatnonzero(np.diff(rows[:, ChartColumn.GROUP], prepend=-1))
    return np.append(begun, len(rows))


def tempo_of(number: int) -> float:
    """Return the tempo in the middle of a tempo class, in beats per minute."""
    return float(SLOWEST * 2 ** ((number + 0.5) / TEMPO_STEPS))


def tempo_class(tempo: float) -> int:
    """Return the class of a tempo in beats per minute."""
    return min(max(int(math.log2(tempo / SLOWEST) * TEMPO_STEPS), 0), FASTEST_CLASS)


def _changes(table: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return whether the chord at each tick differs from that before it, shape (ticks,)."""
    chord = table[:, [ChartColumn.ROOT, ChartColumn.TONES]]
    return np.concatenate([[True], (chord[1:] != chord[:-1]).any(axis=1)])


def _fill_chords(table: NDArray[np.int32], chart: Chart) -> None:
    spans = chart.chord_spans
    tonic = chart.key.pitch_class
    for span, after in zip(spans, [*spans[1:], spans[-1]], strict=True):
        root, following = _root(span.chord, tonic), _root(after.chord, tonic)
        rows = table[span.start : span.end]
        rows[:, ChartColumn.ROOT] = root
        rows[:, ChartColumn.TONES] = span.chord.tones_mask
        rows[:, ChartColumn.NEXT_ROOT] = following
        rows[:, ChartColumn.NEXT_TONES] = _rotate(after.chord.tones_mask, following - root)
        rows[:, ChartColumn.TO_NEXT] = np.minimum(span.end - np.arange(span.start, span.end), FAR)
    table[spans[-1].start : spans[-1].end, ChartColumn.TO_NEXT] = FAR


def _fill_bars(table: NDArray[np.int32], chart: Chart) -> None:
    chorus, before = 0, -1
    for number, (bar, start) in enumerate(zip(chart.bars, chart.bar_starts, strict=False)):
        if number in chart.chorus_starts and number:
            chorus, before = number, chorus
        ticks = np.arange(bar.meter.bar_ticks)
        rows = table[start : start + len(ticks)]
        rows[:, ChartColumn.IN_BAR] = ticks
        rows[:, ChartColumn.IN_BEAT] = ticks % bar.meter.beat_ticks
        rows[:, ChartColumn.BEAT] = ticks // bar.meter.beat_ticks
        rows[:, ChartColumn.BAR] = number - chorus
        rows[:, ChartColumn.TEMPO] = tempo_class(chart.tempo)
        rows[:, ChartColumn.BACK : ChartColumn.GROUP] = _ticks_back(chart, number, chorus, before)
        rows[:, ChartColumn.GROUP] = chart.group_numbers[number]
        rows[:, ChartColumn.NUMBER] = number


def _ticks_back(chart: Chart, number: int, chorus: int, before: int) -> list[int]:
    """Return the ticks from a bar back to each of its earlier places, 0 for those without one.

    Args:
        chart: The chart.
        number: The index of the bar.
        chorus: The index of the bar with which its chorus begins.
        before: The index of the bar with which the chorus before begins, or -1.
    """
    bars = [number - back for back in BARS_BACK]
    same = before + number - chorus
    bars.append(same if before >= 0 and same < chorus else -1)
    length, starts = chart.bars[number].meter.bar_ticks, chart.bar_starts
    return [
        starts[number] - starts[bar]
        if bar >= 0 and chart.bars[bar].meter.bar_ticks == length
        else 0
        for bar in bars
    ]


def _root(chord: ChordSymbol, tonic: int) -> int:
    return tonic if chord.root_pc is None else chord.root_pc


def _rotate(mask: int, semitones: int) -> int:
    """Turn a mask of tones above a root into one above a root that is `semitones` lower."""
    shift = semitones % 12
    return ((mask << shift) | (mask >> (12 - shift))) & 0xFFF
