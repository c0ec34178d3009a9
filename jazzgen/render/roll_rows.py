"""Draw one row of a piano roll: bars and beats, chords above, and the notes."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from jazzgen.music.chart import Chart
from jazzgen.music.pitch import pitch_name, prefers_flats
from jazzgen.music.solo import Solo
from jazzgen.render.roll_colors import Coloring
from jazzgen.render.roll_layout import Row, bar_labels, chord_size, pretty
from jazzgen.render.roll_panel import Panel

__all__ = ["INK", "PAPER", "SOFT_INK", "draw_marks", "draw_notes", "draw_row"]

INK, SOFT_INK, BAR_LINE, BEAT_LINE = "#20262c", "#7a838c", "#8c959d", "#e3e7ea"
PAPER, BLACK_KEY = "#ffffff", "#f5f6f8"
BLACK_KEYS = (1, 3, 6, 8, 10)


def draw_row(panel: Panel, solo: Solo, row: Row, pitches: tuple[int, int], longest: int) -> None:
    """Draw a row of bars without its notes: keys, bar lines, labels and chords.

    Args:
        panel: The panel on which it is drawn.
        solo: The solo.
        row: Its bars.
        pitches: The lowest and the highest pitch of the picture.
        longest: The length of the longest row of the picture, in ticks.
    """
    low, high = pitches
    _name_pitches(panel, solo, row, pitches)
    _draw_keys(panel, row, pitches)
    _draw_lines(panel, row, pitches)
    _draw_labels(panel, row, low, longest)
    _draw_chords(panel, row, high, longest)


def _name_pitches(panel: Panel, solo: Solo, row: Row, pitches: tuple[int, int]) -> None:
    """Name the Cs and Gs on the left; more names would be too close together to be read.

    Args:
        panel: The panel on which they are written.
        solo: The solo.
        row: The bars of the row.
        pitches: The lowest and the highest pitch of the picture.
    """
    flats = prefers_flats(solo.chart.key)
    for pitch in range(pitches[0], pitches[1] + 1):
        if pitch % 12 in (0, 7):
            panel.text(
                pitch_name(pitch, flats), (row.start, pitch), (-3.5, 0), ha="right",
                va="center_baseline", fontsize=7.5, color=SOFT_INK,
            )  # fmt: skip


def _draw_keys(panel: Panel, row: Row, pitches: tuple[int, int]) -> None:
    """Shade the rows of the black keys; draw a line below each C."""
    shown = range(pitches[0], pitches[1] + 1)
    blacks = [
        (row.start, row.end, pitch - 0.5, pitch + 0.5)
        for pitch in shown
        if pitch % 12 in BLACK_KEYS
    ]
    panel.boxes(blacks, facecolors=BLACK_KEY, zorder=0)
    below = [pitch - 0.5 for pitch in shown if pitch % 12 == 0]
    level = [((row.start, pitch), (row.end, pitch)) for pitch in below]
    panel.lines(level, color=BEAT_LINE, linewidth=0.8, zorder=1)


def _draw_lines(panel: Panel, row: Row, pitches: tuple[int, int]) -> None:
    """Draw bar lines and beats."""
    bottom, top = pitches[0] - 0.5, pitches[1] + 0.5
    chart, numbers = row.chart, range(row.first, row.last)
    beats = [
        start + beat * chart.bars[number].meter.beat_ticks
        for number, start in zip(numbers, chart.bar_starts[row.first :], strict=False)
        for beat in range(1, chart.bars[number].meter.beats)
    ]

    def upright(ticks: Sequence[int], **look: object) -> None:
        panel.lines([((tick, bottom), (tick, top)) for tick in ticks], **look)

    upright(beats, color=BEAT_LINE, linewidth=0.7, zorder=1)
    opening = [chart.bar_starts[number] for number in numbers if _opens(chart, number)]
    others = {chart.bar_starts[number] for number in (*numbers, row.last)} - {*opening}
    upright(sorted(others), color=BAR_LINE, linewidth=0.9, zorder=2)
    upright(opening, color=INK, linewidth=1.6, zorder=2)


def _draw_labels(panel: Panel, row: Row, low: int, longest: int) -> None:
    """Write the numbers of bars and the names of sections."""
    for number, label in bar_labels(row, longest):
        opens = _opens(row.chart, number)
        panel.text(
            label, (row.chart.bar_starts[number], low - 0.5), (2, -9), fontsize=7,
            color=INK if opens else SOFT_INK, weight="bold" if opens else "normal",
        )  # fmt: skip


def _opens(chart: Chart, number: int) -> bool:
    """Whether a chorus or a section begins in a bar."""
    return number in chart.chorus_starts or bool(chart.bars[number].section)


def _draw_chords(panel: Panel, row: Row, high: int, longest: int) -> None:
    """Write the chords above the row; a chord from the row before is repeated at the beginning."""
    symbols = {
        tick: pretty(str(chord))
        for tick, chord in row.chart.placed_chords()
        if row.start <= tick < row.end
    }
    symbols.setdefault(row.start, pretty(str(row.chart.chord_at(row.start))))
    size = chord_size(symbols, row, longest)
    for tick, symbol in sorted(symbols.items()):
        panel.text(symbol, (tick, high + 0.5), (2, 4), fontsize=size, color=INK, weight="bold")


def draw_notes(panel: Panel, solo: Solo, row: Row, coloring: Coloring) -> None:
    """Draw the notes of a row, including those that are held from the row before.

    Args:
        panel: The panel on which they are drawn.
        solo: The solo.
        row: The bars of the row.
        coloring: The color of each note.
    """
    colors = importlib.import_module("matplotlib.colors")
    boxes, looks = [], []
    for note, color in zip(solo.notes, coloring.colors, strict=True):
        start, end = max(note.onset, row.start), min(note.end, row.end)
        if start < end:
            boxes.append((start, end, note.pitch - 0.55, note.pitch + 0.55))
            looks.append(colors.to_rgba(color, 0.6 + note.velocity / 320))
    panel.boxes(boxes, facecolors=looks, edgecolors=PAPER, linewidths=0.9, zorder=3)


def draw_marks(panel: Panel, row: Row, marks: Sequence[tuple[int, int, float, str, str]]) -> None:
    """Underline the ideas that return, and name them.

    Args:
        panel: The panel on which they are drawn.
        row: The bars of the row.
        marks: The beginning and the end of each idea in ticks, its lowest pitch, its color and
            its name.
    """
    for begin, end, low, color, name in marks:
        start, stop = max(begin, row.start), min(end, row.end)
        if start >= stop:
            continue
        level = low - 1.1
        panel.lines([((start, level), (stop, level))], color=color, linewidth=2.0, zorder=4)
        if begin >= row.start:
            panel.text(name, (start, level), (0, -8), fontsize=7, weight="bold", color=color)
