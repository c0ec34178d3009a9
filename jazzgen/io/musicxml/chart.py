"""A chart as MusicXML: chord symbols above empty bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jazzgen.io.musicxml.notes import bar_notes
from jazzgen.io.musicxml.score import Staff, lead_sheet
from jazzgen.music.chart import Chart
from jazzgen.music.folded_repeats import folded
from jazzgen.music.repeats import WrittenBar as RepeatedBar
from jazzgen.music.solo import Solo
from jazzgen.notation.notate import notate

__all__ = ["chart_to_musicxml"]


def chart_to_musicxml(chart: Chart) -> bytes:
    """Return a chart as MusicXML: chord symbols above empty bars, to be read as slashes.

    What comes twice in a row is written once, with repeat signs; but not where the tempo or the
    key changes.

    Args:
        chart: The chart.
    """
    repeats: Sequence[RepeatedBar] = ()
    if not chart.tempo_changes and not chart.key_changes:
        repeats = folded(chart.bars)
        chart = replace(chart, bars=tuple(one.bar for one in repeats), chorus_starts=(0,))
    bars = notate(Solo((), chart))
    content = [bar_notes(bar, 0, (), chart.key) for bar in bars]
    return lead_sheet(
        Staff(chart, bars, content, chart.title, "Chords", slashes=True, repeats=repeats)
    )
