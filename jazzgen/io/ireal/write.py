"""Charts as iReal Pro links, on a page of HTML that the app opens.

A bar has a cell for each beat, and a chord stands in the cell of its beat. Where a chord begins
between beats, it stands in the cell of the beat before, if that is free, and in that of the beat
after otherwise. Source: iReal Pro, "Custom Chord Chart Protocol".
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import quote

from jazzgen.errors import ChartError
from jazzgen.music.chart import Bar, Chart
from jazzgen.music.chord import NO_CHORD, ChordSymbol
from jazzgen.music.repeats import one_chorus
from jazzgen.music.styles import find_feel
from jazzgen.music.timing import Meter
from jazzgen.runtime.ownership import PROGRAM

__all__ = ["chart_to_ireal", "ireal_link"]

QUALITIES = (
    ("m7b5", "h7"), ("m9b5", "h9"), ("mMaj", "-^"), ("maj", "^"), ("dim", "o"), ("aug", "+"),
    ("m", "-"),
)  # fmt: skip
"""The beginnings of qualities as jazzgen spells them, and as the app does."""
KNOWN_AS_SECTION = re.compile(r"[A-Za-z]")
STYLES = {"swing": "Medium Swing", "straight": "Even 8ths", "bossa": "Bossa Nova"}
"""The app's styles for feels of which it does not know the name."""


def chart_to_ireal(chart: Chart) -> bytes:
    """Return a page with a link to a chart, which iReal Pro opens.

    Args:
        chart: The chart; of choruses that are all the same, the page has one.

    Raises:
        ChartError: The app has no such meter.
    """
    title = html.escape(_title(chart))
    link = html.escape(ireal_link(chart))
    page = (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title}</title>\n'
        f'<meta name="generator" content="{PROGRAM}"></head>\n'
        f'<body><p><a href="{link}">{title}</a></p></body></html>\n'
    )
    return page.encode("utf-8")


def ireal_link(chart: Chart) -> str:
    """Return the link of a chart (see `chart_to_ireal`).

    Args:
        chart: The chart.

    Raises:
        ChartError: The app has no such meter.
    """
    key = chart.key.tonic + ("-" if chart.key.mode == "minor" else "")
    style = STYLES.get(chart.feel, find_feel(chart.feel).label)
    fields = (_title(chart), "Unknown", style, key, "n", "".join(_progression(chart)))
    return "irealbook://" + quote("=".join(fields), safe="=")


def _title(chart: Chart) -> str:
    printed = "".join(letter for letter in chart.title if letter.isprintable())
    return printed.replace("=", "-").strip() or "Untitled"


def _progression(chart: Chart) -> Iterator[str]:
    """Yield the signs of each bar of a chart."""
    bars = one_chorus(chart)
    meter: Meter | None = None
    sounding = NO_CHORD
    for number, bar in enumerate(bars):
        opens = bool(bar.section) or number == 0
        yield ("[" if number == 0 else "][") if opens else "|"
        if KNOWN_AS_SECTION.match(bar.section):
            yield f"*{bar.section[0]}"
        if bar.meter != meter:
            yield _meter_sign(bar.meter)
            meter = bar.meter
        cells = _cells(bar, sounding)
        yield "".join(cells)
        sounding = bar.chords[-1].chord if bar.chords else sounding
    yield "Z"


def _meter_sign(meter: Meter) -> str:
    if str(meter) == "12/8":
        return "T12"
    if meter.numerator > 9:
        raise ChartError(f"iReal Pro has no meter {meter}")
    return f"T{meter.numerator}{meter.denominator}"


def _cells(bar: Bar, sounding: ChordSymbol) -> list[str]:
    """Return the cells of a bar, one for each beat.

    Args:
        bar: The bar.
        sounding: The chord before it, which its first cell has if no other chord does.
    """
    cells = [" "] * bar.meter.beats
    for onset, chord in bar.chords:
        beat = min(onset // bar.meter.beat_ticks, len(cells) - 1)
        if cells[beat] != " " and beat + 1 < len(cells):
            beat += 1
        cells[beat] = _symbol(chord)
    if cells[0] == " ":
        cells[0] = _symbol(sounding)
    return cells


def _symbol(chord: ChordSymbol) -> str:
    if chord.root is None:
        return "n"
    quality = chord.quality
    for ours, theirs in QUALITIES:
        if quality.startswith(ours):
            quality = theirs + quality[len(ours) :]
            break
    return chord.root + quality + (f"/{chord.bass}" if chord.bass else "")
