"""Ranges of bars, which may begin and end inside a bar: "5-8", or "5.3-8.2" with beats."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jazzgen.errors import SoloError
from jazzgen.music.chart import Chart

__all__ = ["BarRange"]

_POSITION = r"(\d{1,6})(?:\.(\d{1,3}))?"


@dataclass(frozen=True, kw_only=True)
class BarRange:
    """The bars, or the beats, from one place of a chart to another.

    Bars and beats are counted from 1; the last ones belong to the range. In 6/8, 9/8 and 12/8 a
    beat is a dotted quarter.

    Args:
        first: The first bar.
        last: The last bar.
        first_beat: The beat of the first bar with which the range begins.
        last_beat: The last beat of the range in its last bar; None for the whole bar.
    """

    first: int
    last: int
    first_beat: int = 1
    last_beat: int | None = None

    @classmethod
    def parse(cls, text: str) -> BarRange:
        """Read "5-8", "5", or with beats "5.3-8.2": from beat 3 of bar 5 to beat 2 of bar 8.

        Raises:
            SoloError: The text is no range of bars.

        >>> str(BarRange.parse("5.3 - 8")), BarRange.parse("5.3") == BarRange.parse("5.3-5.3")
        ('5.3-8', True)
        """
        match = re.fullmatch(rf"\s*{_POSITION}\s*(?:-\s*{_POSITION})?\s*", text, re.ASCII)
        if match is None:
            raise SoloError(f"{text!r}: expected two bars, such as 5-8, or with beats 5.3-8.2")
        bar, beat, last, last_beat = (int(part) if part else None for part in match.groups())
        if last is None:
            last, last_beat = bar, beat
        return cls(
            first=bar or 0,
            last=last or 0,
            first_beat=1 if beat is None else beat,
            last_beat=last_beat,
        )

    @classmethod
    def of(cls, bars: BarRange | str | tuple[int, int]) -> BarRange:
        """Return a range of bars: itself, of its text, or of its first and its last bar.

        Raises:
            SoloError: The text is no range of bars.
        """
        if isinstance(bars, str):
            return cls.parse(bars)
        return bars if isinstance(bars, BarRange) else cls(first=bars[0], last=bars[1])

    def __str__(self) -> str:
        begin = f"{self.first}.{self.first_beat}" if self.first_beat != 1 else f"{self.first}"
        return f"{begin}-{self.last}" + ("" if self.last_beat is None else f".{self.last_beat}")

    def ticks(self, chart: Chart, named: str = "") -> tuple[int, int]:
        """Return the ticks at which the range begins and ends.

        Args:
            chart: The chart.
            named: What has these bars, for messages.

        Raises:
            SoloError: The chart has no such bars or beats, or the range ends before it begins.
        """
        count, of = len(chart.bars), f" of {named}" if named else ""
        if not 1 <= self.first <= self.last <= count:
            raise SoloError(f"expected bars from 1 to {count}{of}, the first one first")
        begin, end = chart.bar_starts[self.first - 1], chart.bar_starts[self.last]
        begin += (_beat(chart, self.first, self.first_beat) - 1) * _beat_ticks(chart, self.first)
        if self.last_beat is not None:
            beats = _beat(chart, self.last, self.last_beat)
            end = chart.bar_starts[self.last - 1] + beats * _beat_ticks(chart, self.last)
        if begin >= end:
            raise SoloError("expected two beats, the first one first")
        return begin, end


def _beat(chart: Chart, bar: int, beat: int) -> int:
    """The beat itself, counted from 1, if its bar has it.

    Raises:
        SoloError: The bar has fewer beats.
    """
    beats = chart.bars[bar - 1].meter.beats
    if not 1 <= beat <= beats:
        raise SoloError(f"expected beats from 1 to {beats} in bar {bar}")
    return beat


def _beat_ticks(chart: Chart, bar: int) -> int:
    return chart.bars[bar - 1].meter.beat_ticks
