"""Lead sheets of charts alone: a grid of four bars a line with large chords, as PDF, SVG or PNG."""

from __future__ import annotations

import importlib
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

from jazzgen.errors import ConfigError
from jazzgen.music.chart import Chart
from jazzgen.music.chord import NO_CHORD
from jazzgen.music.repeats import one_chorus
from jazzgen.music.styles import find_feel
from jazzgen.notation.tempo_mark import tempo_mark
from jazzgen.render.roll_layout import pretty, shortened
from jazzgen.runtime.extras import require
from jazzgen.runtime.ownership import PROGRAM

__all__ = ["GRID_SUFFIXES", "chart_grid", "grid_lines"]

GRID_SUFFIXES = (".pdf", ".svg", ".png")
"""The kinds of files that a grid can be."""
BARS = 4
"""Bars in a line."""
WIDTH, HEIGHT = 8.27, 11.69
"""The size of a page in inches: A4."""
LEFT, RIGHT, TOP, LINE = 0.75, 7.6, 10.2, 0.78
"""The borders of the grid, the top of its first line and the distance of lines, in inches."""
BOX = 0.5
"""The height of a bar, in inches."""
LINES_PER_PAGE = 12
CHORD_POINTS, CROWDED, SMALLEST = 19.0, 13.0, 5.5
"""The size of chords; that under which they share the bar by their lengths, not by beats; and the
smallest one."""
GAP = 0.55
"""The room behind a chord, in sizes of its letters."""
POINT = 1 / 72
"""A point in inches."""
INK, SOFT = "#20262c", "#7a838c"
STYLE = {"font.family": ["DejaVu Sans"], "svg.hashsalt": "jazzgen", "svg.fonttype": "path"}
METADATA: dict[str, dict[str, str | None]] = {
    ".png": {"Software": PROGRAM},
    ".svg": {"Date": None, "Creator": PROGRAM},
    ".pdf": {"CreationDate": None, "Creator": PROGRAM, "Producer": None},
}


@dataclass(frozen=True)
class GridLine:
    """A line of bars.

    Args:
        first: The index of its first bar.
        end: The index of the bar after its last.
    """

    first: int
    end: int


def grid_lines(chart: Chart) -> list[GridLine]:
    """Return the lines of a chart: four bars each, and a section begins a line.

    Args:
        chart: The chart.
    """
    borders = sorted(
        {0, len(chart.bars), *chart.chorus_starts}
        | {number for number, bar in enumerate(chart.bars) if bar.section}
    )
    return [
        GridLine(start, min(start + BARS, end))
        for first, end in pairwise(borders)
        for start in range(first, end, BARS)
    ]


def chart_grid(chart: Chart, suffix: str) -> bytes:
    """Return a chart as the bytes of a file with a grid of its bars.

    Args:
        chart: The chart.
        suffix: The kind of file, one of `GRID_SUFFIXES`. In a PDF a long chart has pages;
            in a picture it has one tall page.

    Raises:
        ConfigError: The chart is too long for a picture.
        MissingPackageError: matplotlib is not installed.
    """
    require("sheets of charts need", "matplotlib")
    chart = replace(chart, bars=one_chorus(chart), chorus_starts=(0,), tempo_changes=())
    matplotlib = importlib.import_module("matplotlib")
    lines, content = grid_lines(chart), io.BytesIO()
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        # Titles of all scripts are drawn; a letter that the font has not is a box.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        if suffix != ".pdf":
            if len(lines) > 10 * LINES_PER_PAGE:
                raise ConfigError(f"{len(chart.bars)} bars are too many for a picture; write a PDF")
            figure = _page(chart, lines, first=True)
            figure.savefig(content, format=suffix[1:], metadata=METADATA[suffix], dpi=150)
            return content.getvalue()
        backend = importlib.import_module("matplotlib.backends.backend_pdf")
        metadata = {**METADATA[suffix], "Title": chart.title or None}
        with backend.PdfPages(content, metadata=metadata) as pdf:
            for start in range(0, len(lines), LINES_PER_PAGE):
                page = lines[start : start + LINES_PER_PAGE]
                pdf.savefig(_page(chart, page, first=start == 0))
    return content.getvalue()


def _page(chart: Chart, lines: Sequence[GridLine], *, first: bool) -> Any:
    figures = importlib.import_module("matplotlib.figure")
    more = max(len(lines) - LINES_PER_PAGE, 0) * LINE
    figure = figures.Figure(figsize=(WIDTH, HEIGHT + more))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(-more, HEIGHT)
    axes.set_axis_off()
    if first:
        _head(axes, chart)
    for number, line in enumerate(lines):
        _draw_line(axes, chart, line, TOP - LINE * number)
    return figure


def _head(axes: Any, chart: Chart) -> None:
    tempo = f"{find_feel(chart.feel).label}, {tempo_mark(chart)}"
    key = f"{pretty(chart.key.tonic)} {chart.key.mode}"
    title = shortened("".join(filter(str.isprintable, chart.title)) or "Untitled", 44)
    place = {"va": "baseline", "parse_math": False, "color": INK}
    axes.text(WIDTH / 2, 11.0, title, fontsize=20, weight="bold", ha="center", **place)
    axes.text(LEFT, 10.62, tempo, fontsize=10.5, ha="left", **place)
    axes.text(RIGHT, 10.62, key, fontsize=10.5, ha="right", **place)


def _draw_line(axes: Any, chart: Chart, line: GridLine, top: float) -> None:
    width = (RIGHT - LEFT) / BARS
    for place, number in enumerate(range(line.first, line.end)):
        left, bar = LEFT + place * width, chart.bars[number]
        opens = bool(bar.section) or number in chart.chorus_starts
        _bar_line(axes, left, top, double=opens)
        if bar.section:
            axes.text(
                left, top + 0.06, bar.section, fontsize=9.5, weight="bold", color=INK,
                parse_math=False,
            )  # fmt: skip
        news = number == 0 or bar.meter != chart.bars[number - 1].meter
        inset = _meter(axes, chart, number, left, top) if news else 0.07
        _chords(axes, chart, number, (left + inset, left + width), top)
    end = LEFT + (line.end - line.first) * width
    closes = line.end == len(chart.bars)
    _bar_line(axes, end, top, double=_ends(chart, line.end), final=closes)
    axes.text(
        LEFT - 0.1, top - BOX / 2, str(line.first + 1), fontsize=7, color=SOFT, ha="right",
        va="center",
    )  # fmt: skip


def _ends(chart: Chart, number: int) -> bool:
    """Return whether a section or a chorus, or the chart, ends before a bar."""
    return (
        number == len(chart.bars)
        or bool(chart.bars[number].section)
        or number in chart.chorus_starts
    )


def _bar_line(axes: Any, x: float, top: float, *, double: bool, final: bool = False) -> None:
    axes.plot([x, x], [top, top - BOX], color=INK, linewidth=2.6 if final else 1.1)
    if double or final:
        inner = x - 0.05 if final or x > RIGHT - 0.1 else x + 0.035
        axes.plot([inner, inner], [top, top - BOX], color=INK, linewidth=1.1)


def _meter(axes: Any, chart: Chart, number: int, left: float, top: float) -> float:
    """Write the meter of a bar, and return the room that it takes."""
    above, below = str(chart.bars[number].meter).split("/")
    for text, y in ((above, top - BOX * 0.28), (below, top - BOX * 0.72)):
        axes.text(left + 0.16, y, text, fontsize=11, weight="bold", color=INK, ha="center",
                  va="center")  # fmt: skip
    return 0.32


def _chords(axes: Any, chart: Chart, number: int, borders: tuple[float, float], top: float) -> None:
    """Write the chords of a bar; one in which the chord before goes on has a sign for that."""
    left, right = borders
    middle = top - BOX / 2
    placed = list(_placed(chart, number))
    if not placed:
        axes.text((left + right) / 2, middle, "%", fontsize=14, color=SOFT, ha="center",
                  va="center", parse_math=False)  # fmt: skip
        return
    ticks = chart.bars[number].meter.bar_ticks
    shares: list[float] = [
        end - onset
        for (onset, _), end in zip(
            placed, [*(onset for onset, _ in placed[1:]), ticks], strict=True
        )
    ]
    lengths = [_width(text) + GAP * POINT for _, text in placed]
    size = _size(right - left, shares, lengths)
    if size < CROWDED:
        shares = lengths
        size = _size(right - left, shares, lengths)
    x = left
    for (_, text), share in zip(placed, shares, strict=True):
        axes.text(
            x, middle, text, fontsize=max(size, SMALLEST), color=INK, va="center_baseline",
            parse_math=False,
        )  # fmt: skip
        x += (right - left) * share / sum(shares)


@cache
def _width(text: str) -> float:
    """Return the width of a text in inches, for each point of its size."""
    drawn = importlib.import_module("matplotlib.textpath").TextPath((0, 0), text, size=100)
    return float(drawn.get_extents().x1) / 100 * POINT


def _size(room: float, shares: Sequence[float], lengths: Sequence[float]) -> float:
    """Return the size at which each chord fits its share of a bar, in points.

    Args:
        room: The width of the bar in inches.
        shares: How much of it each chord has, in any unit.
        lengths: The width of each chord in inches, for each point of its size.
    """
    fitting = (
        room * share / sum(shares) / length for share, length in zip(shares, lengths, strict=True)
    )
    return min(CHORD_POINTS, *fitting)


def _placed(chart: Chart, number: int) -> Iterator[tuple[int, str]]:
    """Yield the onset and the text of each chord that a bar shows."""
    bar = chart.bars[number]
    if bar.chords and bar.chords[0].onset:
        yield 0, _text(chart.chord_at(chart.bar_starts[number]))
    for onset, chord in bar.chords:
        yield onset, _text(chord)
    if number == 0 and not bar.chords:
        yield 0, _text(NO_CHORD)


def _text(chord: object) -> str:
    return pretty(str(chord))
