#!/usr/bin/env python3
"""Measure how much the band plays like people: 60 charts × styles × seeds.

    python scripts/benchmark.py band [--json] [--tunes 60] [--mma]

The rows are those of the package `band_figures`: one module for each player. Each figure has
people's beside it, where somebody has measured it, and what it should be. With `--mma`, MMA plays
the same charts beside them, where it is installed (see `band_figures.mma`).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace

import band_figures.bass
import band_figures.comping
import band_figures.drums
import band_figures.levels
import band_figures.timing
from band_figures.mma import accompany_with_mma, is_installed
from band_figures.table import Band, Played, Row

import jazzgen
from jazzgen.band.arrangement import Arrangement, arrange
from jazzgen.band.styles import styles
from jazzgen.band.trio import accompany
from jazzgen.library import library_names
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH

__all__ = ["ROWS", "main", "played_tunes"]

ROWS: tuple[Row, ...] = (
    *band_figures.bass.ROWS,
    *band_figures.comping.ROWS,
    *band_figures.drums.ROWS,
    *band_figures.timing.ROWS,
    *band_figures.levels.ROWS,
)
"""All rows, in the order of the table; a player's module is added here."""
BARS = 96
"""The length in bars up to which choruses are added."""


def played_tunes(number: int, band: Band, as_sounds: bool = False) -> Iterator[Played]:
    """Yield tunes that a band has played.

    First come the charts of the library in their own styles, with two seeds each; then charts in
    4/4 in each of the styles in turn.

    Args:
        number: How many.
        band: The band.
        as_sounds: Whether the band's onsets are those that sound; otherwise swing is added.
    """
    charts = [jazzgen.chart(name) for name in library_names()]
    named = [(chart, seed) for seed in (0, 1) for chart in charts]
    square = [chart for chart in charts if str(chart.bars[0].meter) == "4/4"]
    others = [style for style in styles() if style.name != "waltz"]
    for turn in range(number - len(named)):
        style = others[turn % len(others)]
        chart = square[turn * 5 % len(square)]
        named.append((replace(chart, feel=style.name, tempo=style.tempo), 2 + turn))
    for chart, seed in named[:number]:
        form = chart.repeat(max(BARS // len(chart.bars), 1))
        solo = _solo_over(arrange(form, 1, Arrangement(ending="final")).chart)
        yield Played(solo=solo, seed=seed, band=band, as_sounds=as_sounds)


def _solo_over(chart: Chart) -> Solo:
    """Return a plain line of chord tones in eighths: six beats of it, then two of silence."""
    notes = []
    for tick in range(0, chart.ticks - EIGHTH, EIGHTH):
        tones = sorted(chart.chord_at(tick).chord_tones)
        if tones and tick % (16 * EIGHTH) < 12 * EIGHTH:
            notes.append(Note(tick, EIGHTH, 60 + tones[tick // EIGHTH % len(tones)]))
    return Solo(tuple(notes), chart)


def figures_of(tunes: Sequence[Played], rows: Sequence[Row] = ROWS) -> dict[str, float]:
    """Return the figure of each row, by its name.

    Args:
        tunes: The tunes.
        rows: The rows.
    """
    return {row.name: float(f"{row.measure(tunes):.3g}") for row in rows}


def mma_figures(number: int) -> dict[str, float]:
    """Return the figures of MMA, by the names of rows.

    Args:
        number: The number of tunes.
    """
    if not is_installed():
        sys.exit("mma is not installed; on Debian: apt install mma")
    tunes = list(played_tunes(number, accompany_with_mma, as_sounds=True))
    with warnings.catch_warnings():
        # What a program never varies has no correlation, and NumPy says so.
        warnings.simplefilter("ignore", RuntimeWarning)
        return figures_of(tunes, [row for row in ROWS if not row.is_own])


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description="Measure how much the band plays like people.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--tunes", type=int, default=60, help="how many tunes (60)")
    parser.add_argument("--mma", action="store_true", help="let MMA play the same charts too")
    options = parser.parse_args()
    beside = mma_figures(options.tunes) if options.mma else {}
    figures = figures_of(list(played_tunes(options.tunes, accompany)))
    if options.json:
        # What cannot be measured over so few tunes is null: JSON has no NaN.
        known, other = (
            {name: None if math.isnan(value) else value for name, value in found.items()}
            for found in (figures, beside)
        )
        print(json.dumps({"band": known, "mma": other} if options.mma else known))
        return
    print(f"{'figure':<28} {'people':>8} {'mma':>8} {'ours':>8}  target")
    for row in ROWS:
        value, target, other = figures[row.name], row.target, beside.get(row.name, math.nan)
        known = ["" if math.isnan(one) else f"{one:g}" for one in (row.people, other)]
        verdict = "" if target is None else "met   " if target.is_met(value) else "MISSED"
        wanted = "" if target is None else target.text
        print(
            f"{row.name:<28} {known[0]:>8} {known[1]:>8} {value:>8g}  "
            f"{wanted:<13} {verdict:<6} {row.text}"
        )


if __name__ == "__main__":
    sys.exit(main())
