"""The chart beside a music file, under the same name."""

from __future__ import annotations

import os
from pathlib import Path

from jazzgen.errors import ChartError
from jazzgen.io.charts import pick_reading
from jazzgen.io.registry import FORMATS
from jazzgen.music.chart import Chart

__all__ = ["changes_beside", "file_of_chart"]


def changes_beside(path: Path) -> tuple[Chart | None, tuple[str, ...]]:
    """Return the chart beside a file, if there is one, and warnings.

    A score of the same name that cannot be read as a chart is no chart; a warning says so.

    Raises:
        ChartError: A file that is named as a chart cannot be read.
    """
    file = file_of_chart(path)
    if file is None:
        return None, ()
    try:
        reading = pick_reading(file)
        return reading.chart, tuple(f"{file.name}: {warning}" for warning in reading.warnings)
    except ChartError as error:
        if file.name.endswith(FORMATS.chart_marks):
            raise
        return None, (f"not used as its chart: {error}",)


def file_of_chart(path: Path) -> Path | None:
    """Return the file of the chart beside a file, or None.

    Beside a score, which has its own chords, only a file that is named as a chart counts:
    `NAME.chart.txt`.
    """
    if not path.name:  # "." and "/", which are folders: the reader says so
        return None
    stem = str(path.with_suffix(""))
    found = (stem + suffix for suffix in FORMATS.chart_suffixes(path))
    return next((Path(file) for file in found if os.path.isfile(file)), None)  # noqa: PTH113 - quick
