"""What came of reading one chart of a file: the chart with its warnings, or why there is none.

A playlist or a list of tunes is read chart by chart, so that one of them that cannot be read does
not cost the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from jazzgen.errors import ChartError
from jazzgen.music.chart import Chart

__all__ = ["MAX_BARS_OF_ALL", "ChartReading", "bounded_readings", "required_charts"]

MAX_BARS_OF_ALL = 1_000_000
"""The largest number of bars of all charts of one file together."""


@dataclass(frozen=True, kw_only=True)
class ChartReading:
    """One chart of a file as far as it could be read.

    Args:
        title: The title that the file has for it, or "".
        chart: The chart; None if it cannot be read.
        error: Why it cannot be read; None if it can.
        warnings: What was repaired, guessed or left out: lines that do not name the file.
        says_key: Whether the file names the key, so that it is not guessed from the chords.
    """

    title: str
    chart: Chart | None = None
    error: ChartError | None = None
    warnings: tuple[str, ...] = ()
    says_key: bool = True

    @classmethod
    def of(
        cls, chart: Chart, warnings: Iterable[str] = (), *, says_key: bool = True
    ) -> ChartReading:
        """Return the reading of a chart that could be read.

        Args:
            chart: The chart.
            warnings: What was repaired, guessed or left out.
            says_key: Whether the file names the key.
        """
        return cls(title=chart.title, chart=chart, warnings=tuple(warnings), says_key=says_key)

    def required(self) -> Chart:
        """Return the chart.

        Raises:
            ChartError: It cannot be read.
        """
        if self.chart is None:
            raise self.error or ChartError(f"{self.title}: no chart")
        return self.chart

    def warned(self, warnings: Iterable[str]) -> ChartReading:
        """Return the same reading with more warnings."""
        return replace(self, warnings=(*self.warnings, *warnings))


def required_charts(readings: Iterable[ChartReading]) -> tuple[Chart, ...]:
    """Return the charts of readings.

    Raises:
        ChartError: One of them cannot be read; the first error.
    """
    return tuple(reading.required() for reading in readings)


def bounded_readings(
    readings: Iterable[ChartReading], source: str, max_bars: int = MAX_BARS_OF_ALL
) -> Iterator[ChartReading]:
    """Yield the readings of a file, unless its charts are too long together.

    Args:
        readings: The readings; reading stops as soon as the charts have too many bars.
        source: The file's name, for messages.
        max_bars: The largest number of bars of all its charts together, repeats played out.

    Raises:
        ChartError: The charts have more bars together.
    """
    bars = 0
    for reading in readings:
        bars += len(reading.chart.bars) if reading.chart else 0
        if bars > max_bars:
            raise ChartError(f"{source}: its charts have more than {max_bars:,} bars altogether")
        yield reading
