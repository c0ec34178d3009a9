"""The tempo as players read it: how many beats a minute, and which note is the beat."""

from __future__ import annotations

from typing import NamedTuple

from jazzgen.music.chart import Chart
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["TempoMark", "tempo_mark"]

SIGNS = {"half": "\U0001d15e", "quarter": "♩"}
HALF = 2 * TICKS_PER_QUARTER


class TempoMark(NamedTuple):
    """A tempo.

    Args:
        unit: The name of the note value that is the beat.
        dots: The number of its dots.
        per_minute: How many of them there are in a minute.
    """

    unit: str
    dots: int
    per_minute: float

    def __str__(self) -> str:
        return f"{SIGNS[self.unit]}{'.' * self.dots} = {round(self.per_minute, 2):g}"


def tempo_mark(chart: Chart, *, double_time: bool = False) -> TempoMark:
    """Return the tempo of a chart's beginning: in 6/8, 9/8 and 12/8 it counts dotted quarters.

    >>> from jazzgen.music.chart import Bar
    >>> from jazzgen.music.timing import Meter
    >>> str(tempo_mark(Chart((Bar(meter=Meter(6, 8)),), tempo=120.0)))
    '♩. = 80'

    Args:
        chart: The chart.
        double_time: Whether it is written in double time, so that the half note is the beat.
    """
    if double_time:
        return TempoMark("half", 0, chart.tempo * TICKS_PER_QUARTER / HALF)
    meter = chart.bars[0].meter
    if meter.is_compound:
        return TempoMark("quarter", 1, chart.tempo * TICKS_PER_QUARTER / meter.beat_ticks)
    return TempoMark("quarter", 0, chart.tempo)
