"""What a chart says at every tick, as a table of integers.

A network asks at each step what stands at its clock's place in the chart. The
table answers with one row of `COLUMNS`; the graphs turn rows into features.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.chart import Chart
from jazzgen.music.chord import ChordSymbol

__all__ = ["COLUMNS", "Column", "chart_table"]


class Column(IntEnum):
    """The columns of a chart table."""

    ROOT = 0
    """Pitch class that degrees are counted from: the chord's root; over N.C. the key's tonic."""
    TONES = 1
    """Chord tones above ROOT, bit 0 being the root itself; 0 over N.C."""
    NEXT_ROOT = 2
    """The same of the chord that comes next; of this one, if none does."""
    NEXT_TONES = 3
    """The next chord's tones above this ROOT."""
    TO_NEXT = 4
    """Ticks until the next chord, at most `FAR`."""
    IN_BAR = 5
    """Ticks since the bar line."""
    IN_BEAT = 6
    """Ticks since the beat."""
    BEAT = 7
    """Number of the beat in its bar, from 0."""
    BAR = 8
    """Number of the bar in its chorus, from 0."""


COLUMNS = len(Column)
FAR = 192


def chart_table(chart: Chart) -> NDArray[np.int32]:
    """Return the table of a chart.

    Args:
        chart: The chart, choruses unfolded.

    Returns:
        Shape (ticks, `COLUMNS`).
    """
    table = np.zeros((chart.ticks, COLUMNS), dtype=np.int32)
    _fill_chords(table, chart)
    _fill_bars(table, chart)
    return table


def _fill_chords(table: NDArray[np.int32], chart: Chart) -> None:
    spans = chart.chord_spans
    tonic = chart.key.pitch_class
    for span, after in zip(spans, [*spans[1:], spans[-1]], strict=True):
        root, following = _root(span.chord, tonic), _root(after.chord, tonic)
        rows = table[span.start : span.end]
        rows[:, Column.ROOT] = root
        rows[:, Column.TONES] = span.chord.tones_mask
        rows[:, Column.NEXT_ROOT] = following
        rows[:, Column.NEXT_TONES] = _rotate(after.chord.tones_mask, following - root)
        rows[:, Column.TO_NEXT] = np.minimum(span.end - np.arange(span.start, span.end), FAR)
    table[spans[-1].start : spans[-1].end, Column.TO_NEXT] = FAR


def _fill_bars(table: NDArray[np.int32], chart: Chart) -> None:
    chorus = 0
    for number, (bar, start) in enumerate(zip(chart.bars, chart.bar_starts, strict=False)):
        chorus = number if number in chart.chorus_starts else chorus
        ticks = np.arange(bar.meter.bar_ticks)
        rows = table[start : start + len(ticks)]
        rows[:, Column.IN_BAR] = ticks
        rows[:, Column.IN_BEAT] = ticks % bar.meter.beat_ticks
        rows[:, Column.BEAT] = ticks // bar.meter.beat_ticks
        rows[:, Column.BAR] = number - chorus


def _root(chord: ChordSymbol, tonic: int) -> int:
    return tonic if chord.root_pc is None else chord.root_pc


def _rotate(mask: int, semitones: int) -> int:
    """Pitch classes counted from a root, counted from another that lies `semitones` below it."""
    shift = semitones % 12
    return ((mask << shift) | (mask >> (12 - shift))) & 0xFFF
