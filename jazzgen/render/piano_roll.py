"""Draw solos as piano rolls: rows of bars with chords above, and notes in colors."""

from __future__ import annotations

import importlib
import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from jazzgen.errors import ConfigError
from jazzgen.music.solo import Solo
from jazzgen.music.trade import Trade
from jazzgen.notation.tempo_mark import tempo_mark
from jazzgen.render.png import png_bytes
from jazzgen.render.roll_colors import Coloring, by_harmony, by_surprise
from jazzgen.render.roll_layout import (
    BARS_PER_ROW,
    LEFT,
    RIGHT,
    WIDTH,
    Row,
    pitch_range,
    pretty,
    rows_of,
    shortened,
)
from jazzgen.render.roll_panel import Panel
from jazzgen.render.roll_plan import STRIP, PlannedBars, draw_plan, idea_marks
from jazzgen.render.roll_rows import INK, PAPER, SOFT_INK, draw_marks, draw_notes, draw_row
from jazzgen.runtime import atomic
from jazzgen.runtime.extras import require
from jazzgen.runtime.ownership import PROGRAM

__all__ = ["SUFFIXES", "check_drawing", "draw_piano_roll", "roll_svg"]

SUFFIXES = (".png", ".svg", ".pdf")
DPI = 150
TOP, BOTTOM, BETWEEN = 0.82, 0.62, 0.58  # inches
SEMITONE = 0.072
TITLE_POINTS, FACTS_POINTS = 15.0, 9.5
BOLD, REGULAR = 0.0098, 0.0084  # inches of a letter for each point of its size
WHITE = 255
"""Each color of white paper, and its opacity."""
PAGE = 16.9
"""The largest height of a page of a PDF in inches: in proportion to its width, that of A4."""
TALLEST = 400.0  # matplotlib draws at most 65,535 pixels

STYLE = {
    "font.family": ["DejaVu Sans"],
    "svg.hashsalt": "jazzgen",  # names in SVG files are random otherwise
    "svg.fonttype": "path",
}
METADATA = {
    ".svg": {"Date": None, "Creator": PROGRAM},
    ".pdf": {"CreationDate": None, "Creator": PROGRAM, "Producer": None},
}
"""What pictures say of themselves: no date, so that the same solo gives the same bytes."""


def draw_piano_roll(
    solo: Solo | Trade,
    path: str | Path,
    *,
    bars_per_row: int = 4,
    plan: Sequence[PlannedBars] | None = None,
    surprise: Sequence[float | None] | None = None,
) -> Path:
    """Draw a solo as a piano roll.

    Args:
        solo: The solo; or a trade, as one line that says below the bars who plays.
        path: Where to write: a PNG, SVG or PDF file, by its suffix.
        bars_per_row: Bars on one line, 1 to 16.
        plan: What was planned; it is drawn above the bars, and ideas that return are marked.
            None for neither.
        surprise: How surprising each note is in bits, None where nothing can be said: notes are
            then colored by it, and not by harmony.

    Returns:
        The path that was written.

    Raises:
        ConfigError: Another suffix, bars per row out of range, or matplotlib is not
            installed.
        OutputError: The file cannot be written.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ConfigError(f"{path}: expected a file name that ends in {', '.join(SUFFIXES)}")
    return atomic.write_bytes(path, _drawn(solo, suffix, bars_per_row, plan, surprise))


def roll_svg(solo: Solo | Trade, bars_per_row: int = 4) -> str:
    """Return a solo's piano roll as an SVG element that can stand in a page of HTML.

    Args:
        solo: The solo, or a trade (see `draw_piano_roll`).
        bars_per_row: Bars on one line, 1 to 16.

    Raises:
        ConfigError: Bars per row out of range, or matplotlib is not installed.
    """
    text = _drawn(solo, ".svg", bars_per_row).decode("utf-8")
    text = text[text.index("<svg") :].rstrip()
    # A style sheet would hold for the whole page; what it says here can be inherited as well.
    text = re.sub(r"<style.*?</style>", "", text, count=1, flags=re.DOTALL)
    own = 'stroke-linejoin="round" stroke-linecap="butt" style="max-width: 100%; height: auto" '
    return text.replace("<svg ", f"<svg {own}", 1)


def check_drawing(bars_per_row: int = 4) -> None:
    """Check, before long work begins, that something can be drawn later.

    Raises:
        ConfigError: Bars per row out of range, or matplotlib is not installed.
    """
    fewest, most = BARS_PER_ROW
    if not fewest <= bars_per_row <= most:
        raise ConfigError(f"{bars_per_row} bars per row: expected {fewest} to {most}")
    _matplotlib()


def _named_line(trade: Trade) -> Solo:
    """Return the line of a trade over a chart in which each turn is a section with a name."""
    line, bars = trade.line, list(trade.chart.bars)
    for turn in trade.turns:
        bar, label = bars[turn.first - 1], trade.labels[turn.player]
        section = " · ".join(filter(None, (bar.section, label.partition(": ")[2] or label)))
        bars[turn.first - 1] = replace(bar, section=section)
    return replace(line, chart=replace(trade.chart, bars=tuple(bars)))


def _drawn(
    music: Solo | Trade,
    suffix: str,
    bars_per_row: int,
    plan: Sequence[PlannedBars] | None = None,
    surprise: Sequence[float | None] | None = None,
) -> bytes:
    """Return the picture of a solo as a file of a kind."""
    check_drawing(bars_per_row)
    solo = _named_line(music) if isinstance(music, Trade) else music
    coloring = by_harmony(solo) if surprise is None else by_surprise(surprise)
    content = io.BytesIO()
    with _matplotlib().rc_context(STYLE), warnings.catch_warnings():
        # Titles of all scripts are drawn; a letter that the font has not is a box.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        rows = rows_of(solo.chart, bars_per_row)
        if suffix == ".pdf":
            _save_pages(content, solo, _pages(solo, rows, plan), plan, coloring)
        elif suffix == ".png":
            content.write(_png_of(_figure(solo, rows, plan, coloring)))
        else:
            figure = _figure(solo, rows, plan, coloring)
            figure.savefig(content, format="svg", facecolor=PAPER, metadata=METADATA[suffix])
    return content.getvalue()


def _png_of(figure: Any) -> bytes:
    """Return a figure as a PNG file."""
    backend = importlib.import_module("matplotlib.backends.backend_agg")
    figure.set_dpi(DPI)
    canvas = backend.FigureCanvasAgg(figure)
    renderer = canvas.get_renderer()
    pixels = np.asarray(canvas.buffer_rgba())
    # A page that is filled so need not be painted, which takes as long as half of what is on it.
    pixels[:] = WHITE
    figure.patch.set_visible(False)
    figure.draw(renderer)
    return png_bytes(pixels, DPI, {"Software": PROGRAM})


def _save_pages(
    content: io.BytesIO,
    solo: Solo,
    pages: Sequence[Sequence[Row]],
    plan: Sequence[PlannedBars] | None,
    coloring: Coloring,
) -> None:
    """Write the pages of a solo as a PDF."""
    backend = importlib.import_module("matplotlib.backends.backend_pdf")
    with backend.PdfPages(content, metadata=METADATA[".pdf"]) as pdf:
        for rows in pages:
            pdf.savefig(_figure(solo, rows, plan, coloring), facecolor=PAPER)


def _pages(
    solo: Solo, rows: Sequence[Row], plan: Sequence[PlannedBars] | None
) -> list[Sequence[Row]]:
    """Return the rows of each page: one page if all fit on it, or as many as it takes."""
    number = len(rows)
    while number > 1 and _height(solo, number, plan) > PAGE:
        number -= 1
    return [rows[start : start + number] for start in range(0, len(rows), number)]


def _row_height(solo: Solo) -> float:
    low, high = pitch_range(solo)
    return SEMITONE * (high - low + 1)


def _height(solo: Solo, rows: int, plan: Sequence[PlannedBars] | None) -> float:
    """Return the height of a picture with some rows, in inches."""
    strip = 0.0 if plan is None else STRIP
    between = BETWEEN + strip
    return TOP + strip + rows * (_row_height(solo) + between) - between + BOTTOM


def _matplotlib() -> Any:
    require("pictures need", "matplotlib")
    return importlib.import_module("matplotlib")


def _figure(
    solo: Solo, rows: Sequence[Row], plan: Sequence[PlannedBars] | None, coloring: Coloring
) -> Any:
    # Not pyplot, which opens windows and keeps its figures in memory.
    figure_module = importlib.import_module("matplotlib.figure")
    low, high = pitch_range(solo)
    row_height, height = _row_height(solo), _height(solo, len(rows), plan)
    between = BETWEEN if plan is None else BETWEEN + STRIP
    top = TOP if plan is None else TOP + STRIP
    if height > TALLEST:
        bars = max(row.last - row.first for row in rows)
        raise ConfigError(
            f"{len(solo.chart.bars)} bars, {bars} per row, make a picture {height:.0f} "
            f"inches tall; expected at most {TALLEST:g}"
        )
    figure = figure_module.Figure(figsize=(WIDTH, height))
    longest = max(row.end - row.start for row in rows)
    marks = [] if plan is None else idea_marks(solo)
    for number, row in enumerate(rows):
        panel = Panel(
            figure=figure,
            left=WIDTH * LEFT,
            bottom=height - top - (number + 1) * row_height - number * between,
            width=WIDTH * (RIGHT - LEFT),
            height=row_height,
            ticks=(row.start, row.start + longest),
            pitches=(low - 0.5, high + 0.5),
        )
        draw_row(panel, solo, row, (low, high), longest)
        draw_notes(panel, solo, row, coloring)
        draw_plan(panel, row, plan or (), (low, high), row_height)
        draw_marks(panel, row, marks)
    _draw_title(figure, solo, height)
    _draw_legend(figure, coloring)
    return figure


def _draw_title(figure: Any, solo: Solo, height: float) -> None:
    """Write the title on the left, and performer, key, feel and tempo on the right."""
    chart = solo.chart
    said = [
        shortened(solo.performer, 40),
        f"{pretty(chart.key.tonic)} {chart.key.mode}",
        chart.feel,
        str(tempo_mark(chart)),
    ]
    facts = "  ·  ".join(filter(None, said))
    room = WIDTH * (RIGHT - LEFT) - len(facts) * REGULAR * FACTS_POINTS
    title = shortened(solo.full_title or "Untitled", int(room / (BOLD * TITLE_POINTS)))
    place = {"y": 1 - 0.30 / height, "va": "center", "parse_math": False}
    figure.text(LEFT, s=title, fontsize=TITLE_POINTS, weight="bold", color=INK, **place)
    figure.text(RIGHT, s=facts, fontsize=FACTS_POINTS, color=SOFT_INK, ha="right", **place)


def _draw_legend(figure: Any, coloring: Coloring) -> None:
    """Explain the colors that occur."""
    patches = importlib.import_module("matplotlib.patches")
    handles = [
        patches.Patch(color=color, label=kind)
        for color, kind in coloring.kinds.items()
        if color in coloring.colors
    ]
    if handles:
        figure.legend(
            handles=handles,
            loc="lower right",
            bbox_to_anchor=(0.988, 0.0),
            ncols=6,
            frameon=False,
            fontsize=8.5,
            labelcolor=SOFT_INK,
            handlelength=1.1,
            handleheight=0.8,
        )
