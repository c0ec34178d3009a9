"""A chart as MusicXML: chord symbols above empty bars."""

from __future__ import annotations

from jazzgen.io.musicxml.notes import bar_notes
from jazzgen.io.musicxml.score import Staff, lead_sheet
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo
from jazzgen.notation.notate import notate

__all__ = ["chart_to_musicxml"]


def chart_to_musicxml(chart: Chart) -> bytes:
    """Return a chart as MusicXML: chord symbols above empty bars, to be read as slashes."""
    bars = notate(Solo((), chart))
    content = [bar_notes(bar, 0, (), chart.key) for bar in bars]
    return lead_sheet(Staff(chart, bars, content, chart.title, "Chords", slashes=True))
