"""The chart of a file with a solo: its form, with the chords that are named or played."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from jazzgen.band.bar_plan import ENDING
from jazzgen.io.chart_reading import ChartReading
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.transcription.solos import Transcription, read_solos

__all__ = ["form_of", "read_music_chart"]

INFERRED = "no chords are named; they are inferred from what the parts play"


def read_music_chart(path: str | Path) -> ChartReading:
    """Read the chart of the first solo of a file.

    Args:
        path: A file of a format that holds solos, such as MIDI.

    Raises:
        InputError: The file cannot be used.
    """
    found = read_solos(path)[0]
    origin = str(found.decisions.get("chords", ""))
    guessed = [INFERRED] if origin == "inferred" else []
    says_key = origin not in ("inferred", "implied")
    return ChartReading.of(form_of(found), [*guessed, *found.warnings], says_key=says_key)


def _is_ending(bar: Bar) -> bool:
    """Return whether what follows the last chorus begins with a bar, such as a final chord."""
    return bar.section.casefold() == ENDING.casefold()


def form_of(found: Transcription) -> Chart:
    """Return the first chorus of a solo, without the bars before it and an ending behind it.

    Args:
        found: The solo as it was read.
    """
    chart = found.solo.chart
    first, *later = (*chart.chorus_starts, len(chart.bars))
    first = max(first, chart.bar_at(found.lead_in))
    end = max(later[0], first + 1)
    end = next((bar for bar in range(first + 1, end) if _is_ending(chart.bars[bar])), end)
    start, stop = chart.bar_starts[first], chart.bar_starts[end]
    before = [change.tempo for change in chart.tempo_changes if change.tick <= start]
    bars = list(chart.bars[first:end])
    if not bars[0].chords or bars[0].chords[0].onset:
        # The chord of a pickup goes on.
        chord = PlacedChord(0, chart.chord_at(start))
        bars[0] = replace(bars[0], chords=(chord, *bars[0].chords))
    return replace(
        chart,
        bars=tuple(bars),
        title=chart.title or found.solo.title,
        tempo=before[-1] if before else chart.tempo,
        chorus_starts=(0,),
        tempo_changes=tuple(
            change._replace(tick=change.tick - start)
            for change in chart.tempo_changes
            if start < change.tick < stop
        ),
    )
