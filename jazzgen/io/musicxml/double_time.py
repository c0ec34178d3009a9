"""Scores that jazzgen has written in double time, read back in the values of the chart.

A field of the score says so (see `notation.double_time`). Bars are taken in pairs; a score from
which somebody has taken a bar is read as it is written.
"""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element

from jazzgen.io.midi.score import MidiScore, Timed
from jazzgen.music.chart import Bar, Chart, KeyChange, PlacedChord, TempoChange

__all__ = ["DOUBLE_TIME", "chart_in_single_time", "is_in_double_time", "score_in_single_time"]

DOUBLE_TIME = "double-time"
"""The name of the miscellaneous field of a score in double time."""


def is_in_double_time(root: Element, chart: Chart) -> bool:
    """Return whether a score is in double time, so that two of its bars are one of the chart's.

    Args:
        root: The score.
        chart: Its bars as they are written.
    """
    fields = root.iterfind("identification/miscellaneous/miscellaneous-field")
    pairs = zip(chart.bars[::2], chart.bars[1::2], strict=False)
    return (
        any(field.get("name") == DOUBLE_TIME for field in fields)
        and len(chart.bars) % 2 == 0
        and all(first.meter == second.meter for first, second in pairs)
    )


def chart_in_single_time(chart: Chart) -> Chart:
    """Return the chart of a score in double time, with one bar for two.

    Args:
        chart: The bars as they are written.
    """
    pairs = zip(chart.bars[::2], chart.bars[1::2], strict=True)
    return replace(
        chart,
        bars=tuple(_joined(first, second) for first, second in pairs),
        tempo=chart.tempo / 2,
        tempo_changes=tuple(
            TempoChange(change.tick // 2, change.tempo / 2) for change in chart.tempo_changes
        ),
        key_changes=tuple(
            KeyChange(change.bar // 2, change.key)
            for change in chart.key_changes
            if change.bar % 2 == 0
        ),
    )


def _joined(first: Bar, second: Bar) -> Bar:
    length = first.meter.bar_ticks
    placed = [*first.chords, *((length + onset, chord) for onset, chord in second.chords)]
    chords = {onset // 2: chord for onset, chord in placed}
    return Bar(
        tuple(PlacedChord(onset, chord) for onset, chord in sorted(chords.items())),
        first.meter,
        first.section or second.section,
    )


def score_in_single_time(score: MidiScore) -> MidiScore:
    """Return a score in double time with quarters twice as long, and one bar for two.

    Args:
        score: The score as it is written.
    """
    return replace(
        score,
        ppq=2 * score.ppq,
        tempos=tuple(Timed(tick, tempo / 2) for tick, tempo in score.tempos),
        meters=score.meters[::2],
    )
