"""Draw solos as piano rolls: rows of bars, the chords above, chord tones told apart."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from jazzgen import atomic
from jazzgen.errors import ConfigError
from jazzgen.music.chart import Chart
from jazzgen.music.pitch import pitch_name, prefers_flats
from jazzgen.music.solo import Note, Solo

__all__ = ["draw_piano_roll"]

SUFFIXES = (".png", ".svg", ".pdf")
DPI = 150
WIDTH, TOP, BOTTOM, BETWEEN = 12.0, 0.82, 0.62, 0.58  # inches
SEMITONE = 0.072
CHORD_POINTS, CHARACTER = 10.0, 0.105  # size of a chord symbol, and inches for each of its letters
TALLEST = 400.0  # matplotlib draws at most 65,535 pixels

CHORD_TONE, SCALE_TONE, OUTSIDE = "#1f5fa8", "#e08a1e", "#c0392b"
KINDS = {CHORD_TONE: "chord tone", SCALE_TONE: "tone of the scale", OUTSIDE: "chromatic tone"}
NO_HARMONY = "#5b6770"
INK, SOFT_INK, BAR_LINE, BEAT_LINE = "#20262c", "#7a838c", "#8c959d", "#e3e7ea"
PAPER, BLACK_KEY = "#ffffff", "#f5f6f8"
BLACK_KEYS = (1, 3, 6, 8, 10)

STYLE = {
    "font.family": ["DejaVu Sans"],
    "svg.hashsalt": "jazzgen",  # names in SVG files are random otherwise
    "svg.fonttype": "path",
}
EMPTY_METADATA = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


@dataclass(frozen=True)
class Row:
    """Bars `first` to `last` (without it) of a chart, on one line of the picture."""

    chart: Chart
    first: int
    last: int

    @property
    def start(self) -> int:
        """The tick of its first bar line."""
        return self.chart.bar_starts[self.first]

    @property
    def end(self) -> int:
        """The tick of its last bar line."""
        return self.chart.bar_starts[self.last]


def draw_piano_roll(solo: Solo, path: str | Path, *, bars_per_row: int = 4) -> Path:
    """Draw a solo as a piano roll.

    Args:
        solo: The solo.
        path: Where to write: a PNG, SVG or PDF file, by its suffix.
        bars_per_row: Bars on one line, 1 to 16.

    Returns:
        The path that was written.

    Raises:
        ConfigError: Another suffix, bars a row out of range, or matplotlib is not
            installed.
        OutputError: The file cannot be written.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ConfigError(f"{path}: expected a file name that ends in {', '.join(SUFFIXES)}")
    if not 1 <= bars_per_row <= 16:
        raise ConfigError(f"{bars_per_row} bars a row: expected 1 to 16")
    matplotlib = _matplotlib()
    content = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        figure = _figure(solo, bars_per_row)
        figure.savefig(
            content, format=suffix[1:], dpi=DPI, facecolor=PAPER, metadata=EMPTY_METADATA[suffix]
        )
    return atomic.write_bytes(path, content.getvalue())


def _matplotlib() -> Any:
    try:
        return importlib.import_module("matplotlib")
    except ImportError:
        raise ConfigError(
            "pictures need matplotlib, which is not installed: pip install 'jazzgen[plot]'"
        ) from None


def _figure(solo: Solo, bars_per_row: int) -> Any:
    # Figure, and not pyplot, which opens windows and keeps what it drew.
    figure_module = importlib.import_module("matplotlib.figure")
    rows = list(_rows(solo.chart, bars_per_row))
    low, high = _pitch_range(solo)
    row_height = SEMITONE * (high - low + 1)
    height = TOP + len(rows) * (row_height + BETWEEN) - BETWEEN + BOTTOM
    if height > TALLEST:
        raise ConfigError(f"{len(solo.chart.bars)} bars, {bars_per_row} a row, make a picture "
                          f"{height:.0f} inches tall; expected {TALLEST:g} at most")  # fmt: skip
    figure = figure_module.Figure(figsize=(WIDTH, height))
    axes = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
    figure.subplots_adjust(
        left=0.045, right=0.985, top=1 - TOP / height, bottom=BOTTOM / height,
        hspace=BETWEEN / row_height,
    )  # fmt: skip
    longest = max(row.end - row.start for row in rows)
    for axis, row in zip(axes, rows, strict=True):
        _draw_row(axis, solo, row, (low, high), longest)
    _draw_title(figure, solo, height)
    _draw_legend(figure, solo)
    return figure


def _rows(chart: Chart, bars_per_row: int) -> Iterator[Row]:
    for first in range(0, len(chart.bars), bars_per_row):
        yield Row(chart, first, min(first + bars_per_row, len(chart.bars)))


def _pitch_range(solo: Solo) -> tuple[int, int]:
    """Return the lowest and highest pitch to show, at least an octave apart."""
    pitches = [note.pitch for note in solo.notes] or [60, 72]
    low, high = min(pitches), max(pitches)
    missing = max(0, 12 - (high - low))
    return low - missing // 2 - 1, high + (missing + 1) // 2 + 1


def _draw_row(axis: Any, solo: Solo, row: Row, pitches: tuple[int, int], longest: int) -> None:
    low, high = pitches
    axis.set_xlim(row.start, row.start + longest)
    axis.set_ylim(low - 0.5, high + 0.5)
    axis.set_frame_on(False)
    axis.tick_params(length=0, colors=SOFT_INK, labelsize=7.5)
    axis.set_xticks([])
    # The Cs, and between them the Gs: names on every line would not be read.
    named = [pitch for pitch in range(low, high + 1) if pitch % 12 in (0, 7)]
    flats = prefers_flats(solo.chart.key)
    axis.set_yticks(named, [pitch_name(pitch, flats) for pitch in named])
    _draw_keys(axis, row, pitches)
    _draw_lines(axis, row, pitches)
    _draw_chords(axis, row, high, longest)
    _draw_notes(axis, solo, row)


def _draw_keys(axis: Any, row: Row, pitches: tuple[int, int]) -> None:
    """Shade the rows of the black keys; draw a line below each C."""
    for pitch in range(pitches[0], pitches[1] + 1):
        if pitch % 12 in BLACK_KEYS:
            axis.broken_barh([(row.start, row.end - row.start)], (pitch - 0.5, 1),
                             facecolor=BLACK_KEY, zorder=0)  # fmt: skip
        if pitch % 12 == 0:
            axis.hlines(pitch - 0.5, row.start, row.end, color=BEAT_LINE, linewidth=0.8, zorder=1)


def _draw_lines(axis: Any, row: Row, pitches: tuple[int, int]) -> None:
    """Draw bar lines and beats; number the bars, name the sections."""
    bottom, top = pitches[0] - 0.5, pitches[1] + 0.5
    chart = row.chart
    for number in range(row.first, row.last):
        start, bar = chart.bar_starts[number], chart.bars[number]
        beats = range(start + bar.meter.beat_ticks, start + bar.meter.bar_ticks,
                      bar.meter.beat_ticks)  # fmt: skip
        axis.vlines(list(beats), bottom, top, color=BEAT_LINE, linewidth=0.7, zorder=1)
        opens = number in chart.chorus_starts or bool(bar.section)
        axis.vlines(start, bottom, top, color=INK if opens else BAR_LINE,
                    linewidth=1.6 if opens else 0.9, zorder=2)  # fmt: skip
        axis.annotate(_bar_label(chart, number), (start, bottom), xytext=(2, -9), fontsize=7,
                      textcoords="offset points", color=INK if opens else SOFT_INK,
                      weight="bold" if opens else "normal", annotation_clip=False,
                      parse_math=False)  # fmt: skip
    axis.vlines(row.end, bottom, top, color=BAR_LINE, linewidth=0.9, zorder=2)


def _bar_label(chart: Chart, number: int) -> str:
    """Return the number of a bar (from 1), with what begins in it."""
    bar = chart.bars[number]
    label = [str(number + 1)]
    if bar.section:
        label.append(bar.section)
    if chart.choruses > 1 and number in chart.chorus_starts:
        label.append(f"chorus {chart.chorus_starts.index(number) + 1}")
    if number == 0 or bar.meter != chart.bars[number - 1].meter:
        label.append(str(bar.meter))
    return " · ".join(label)


def _draw_chords(axis: Any, row: Row, high: int, longest: int) -> None:
    """Write the chords above the row; the one that still sounds stands at its beginning."""
    symbols = {tick: chord for tick, chord in row.chart.placed_chords()
               if row.start <= tick < row.end}  # fmt: skip
    symbols.setdefault(row.start, row.chart.chord_at(row.start))
    size = _chord_size({tick: len(str(chord)) for tick, chord in symbols.items()}, row, longest)
    for tick, chord in sorted(symbols.items()):
        axis.annotate(_pretty(str(chord)), (tick, high + 0.5), xytext=(2, 4), fontsize=size,
                      textcoords="offset points", color=INK, weight="bold",
                      annotation_clip=False, parse_math=False)  # fmt: skip


def _chord_size(lengths: dict[int, int], row: Row, longest: int) -> float:
    """Return the size, in points, at which neighbouring chord symbols keep apart."""
    ticks = sorted(lengths)
    inches = [(b - a) * WIDTH / longest for a, b in pairwise([*ticks, row.end])]
    room = min(gap / (lengths[tick] * CHARACTER) for gap, tick in zip(inches, ticks, strict=True))
    return min(CHORD_POINTS, max(CHORD_POINTS * room, 5.0))


def _pretty(symbol: str) -> str:
    """Return a chord symbol with the signs of print; every "b" in one is a flat."""
    return symbol.replace("b", "♭").replace("#", "♯")


def _draw_notes(axis: Any, solo: Solo, row: Row) -> None:
    """Draw the notes of a row, also those that hang over from the row before."""
    for note in solo.notes:
        start, end = max(note.onset, row.start), min(note.end, row.end)
        if start >= end:
            continue
        axis.broken_barh([(start, end - start)], (note.pitch - 0.55, 1.1),
                         facecolor=_colour(solo.chart, note), edgecolor=PAPER, linewidth=0.9,
                         alpha=0.6 + note.velocity / 320, zorder=3)  # fmt: skip


def _colour(chart: Chart, note: Note) -> str:
    chord = chart.chord_at(note.onset)
    pitch_class = note.pitch % 12
    if chord.root is None:
        return NO_HARMONY
    if pitch_class in chord.chord_tones:
        return CHORD_TONE
    return SCALE_TONE if pitch_class in chord.scale else OUTSIDE


def _draw_title(figure: Any, solo: Solo, height: float) -> None:
    chart = solo.chart
    title = solo.title or chart.title or "Untitled"
    said = [solo.performer, f"{_pretty(chart.key.tonic)} {chart.key.mode}", chart.feel,
            f"♩ = {chart.tempo:g}"]  # fmt: skip
    figure.text(0.045, 1 - 0.30 / height, title, fontsize=15, weight="bold", color=INK,
                va="center", parse_math=False)  # fmt: skip
    figure.text(0.985, 1 - 0.30 / height, "  ·  ".join(filter(None, said)), fontsize=9.5,
                color=SOFT_INK, va="center", ha="right", parse_math=False)  # fmt: skip


def _draw_legend(figure: Any, solo: Solo) -> None:
    """Explain the colours that occur."""
    patches = importlib.import_module("matplotlib.patches")
    used = {_colour(solo.chart, note) for note in solo.notes}
    kinds = {**KINDS, NO_HARMONY: "no chord"}
    handles = [patches.Patch(color=colour, label=kind) for colour, kind in kinds.items()
               if colour in used]  # fmt: skip
    if handles:
        figure.legend(handles=handles, loc="lower right", bbox_to_anchor=(0.988, 0.0), ncols=4,
                      frameon=False, fontsize=8.5, labelcolor=SOFT_INK, handlelength=1.1,
                      handleheight=0.8)  # fmt: skip
