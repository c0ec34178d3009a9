"""Measure how often the key of a chart is estimated right, on charts whose keys are written.

    python scripts/measure_keys.py charts.json playlist.html sheets/*.musicxml

The chords alone are given to the estimate. A key counts as right in any spelling.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from jazzgen.errors import ChartError
from jazzgen.io.charts import read_readings
from jazzgen.music.chart import Chart
from jazzgen.music.key_estimation import guess_key
from jazzgen.music.pitch import Key


def written_charts(files: Sequence[Path]) -> Iterator[Chart]:
    """Yield the charts of files that name their keys."""
    for file in files:
        try:
            readings = read_readings(file)
        except ChartError as error:
            print(error)
            continue
        yield from (reading.chart for reading in readings if reading.chart and reading.says_key)


def same(one: Key, other: Key) -> bool:
    """Return whether two keys are one in any spelling.

    Args:
        one: A key.
        other: Another key.
    """
    return (one.pitch_class, one.mode) == (other.pitch_class, other.mode)


def main() -> None:
    """Print the share of right keys, and the charts whose keys are wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path, help="files with charts")
    charts = list(written_charts(parser.parse_args().files))
    wrong = [(chart, key) for chart in charts if not same(key := guess_key(chart.bars), chart.key)]
    for chart, key in wrong:
        print(f"{chart.title[:40]:40} is in {chart.key!s:4} and taken for {key}")
    if charts:
        right = len(charts) - len(wrong)
        print(f"{right} of {len(charts)} keys right: {right / len(charts):.1%}")


if __name__ == "__main__":
    main()
