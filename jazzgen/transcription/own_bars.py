"""The bars in which one of several soloists plays."""

from __future__ import annotations

from dataclasses import replace

from jazzgen.music.chart import Chart, PlacedChord
from jazzgen.music.solo import Note

__all__ = ["own_bars"]


def own_bars(
    notes: tuple[Note, ...], chart: Chart, lead_in: int
) -> tuple[tuple[Note, ...], Chart, int]:
    """Return a line, its chart and its lead-in without the bars before and after the line.

    Args:
        notes: The line, at least one note.
        chart: The chart under it.
        lead_in: The tick at which bar 1 begins.
    """
    first, last = chart.bar_at(notes[0].onset), chart.bar_at(notes[-1].end - 1)
    start, end = chart.bar_starts[first], chart.bar_starts[last + 1]
    bars = list(chart.bars[first : last + 1])
    chord = chart.chord_at(start)
    if not bars[0].chords or bars[0].chords[0].onset:
        bars[0] = replace(bars[0], chords=(PlacedChord(0, chord), *bars[0].chords))
    tempo = next((c.tempo for c in reversed(chart.tempo_changes) if c.tick <= start), chart.tempo)
    own = replace(
        chart,
        bars=tuple(bars),
        tempo=tempo,
        tempo_changes=tuple(
            c._replace(tick=c.tick - start) for c in chart.tempo_changes if start < c.tick < end
        ),
        chorus_starts=tuple(c - first for c in chart.chorus_starts if first <= c <= last) or (0,),
    )
    moved = tuple(replace(note, onset=note.onset - start) for note in notes)
    return moved, own, max(lead_in - start, 0)
