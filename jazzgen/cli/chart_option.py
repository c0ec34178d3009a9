"""The chart that `--chart` names, with what there is to say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jazzgen.cli.output import printable, say
from jazzgen.errors import ChartError

if TYPE_CHECKING:
    from jazzgen.io.chart_reading import ChartReading
    from jazzgen.music.chart import Chart

__all__ = ["STRICT", "accepted"]

STRICT = "Refuse a chart in which something had to be repaired or guessed, such as a chord symbol."
"""The help of `--strict`."""
SHOWN = 40
"""The largest number of characters of a chart's name in a message."""


def accepted(reading: ChartReading, name: str, strict: bool) -> Chart:
    """Return the chart of a reading, and say what was repaired in it.

    Args:
        reading: The chart as it was read.
        name: What messages call it.
        strict: Whether a chart in which something was repaired is refused.

    Raises:
        ChartError: It cannot be read, or is refused.
    """
    chart = reading.required()
    # Changes are known by their beginning, files by their end.
    if len(name) > SHOWN:
        name = name[:SHOWN] + "…" if "|" in name else "…" + name[-SHOWN:]
    if strict and reading.warnings:
        raise ChartError(printable(f"{name}: {reading.warnings[0]} (refused because of --strict)"))
    for warning in reading.warnings:
        say(printable(f"{name}: {warning}"))
    return chart
