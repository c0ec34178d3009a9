"""What the metrics share: means, and where in the chart a note lies.

Conventions: a solo is measured on its metrical grid (`Note.onset`; deviations from it are
expression). The chord under a note is the one at the note's onset; notes
over `N.C.` have none. A beat is the beat of the meter (a dotted quarter in 12/8);
"on the beat" is exactly on one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from math import nan

from jazzgen.music.chord import ChordSymbol
from jazzgen.music.solo import Note, Solo

__all__ = ["chords_under", "mean", "played_bars", "tune_of", "with_beats", "with_chords"]


def mean(values: Iterable[float]) -> float:
    """Return the mean; NaN if there are no values.

    >>> mean([True, False]), mean([])
    (0.5, nan)
    """
    counted = list(values)
    return sum(counted) / len(counted) if counted else nan


def tune_of(solo: Solo) -> str:
    """Return the name of the tune that a solo is over; solos over one tune have the same."""
    return solo.title or solo.chart.title or solo.name


def chords_under(solo: Solo, notes: Iterable[Note]) -> list[ChordSymbol]:
    """Return the chord at each note's onset.

    Args:
        solo: The solo, for its chart.
        notes: Some of its notes.
    """
    spans = solo.chart.chord_spans
    starts = [span.start for span in spans]
    return [spans[bisect_right(starts, note.onset) - 1].chord for note in notes]


def with_chords(solo: Solo, notes: Iterable[Note]) -> list[tuple[Note, ChordSymbol]]:
    """Pair notes with the chords at their onsets; notes without a chord are left out.

    Args:
        solo: The solo, for its chart.
        notes: Some of its notes.
    """
    notes = list(notes)
    pairs = zip(notes, chords_under(solo, notes), strict=True)
    return [(note, chord) for note, chord in pairs if chord.root_pc is not None]


def with_beats(solo: Solo) -> list[tuple[Note, bool]]:
    """Pair each note with whether its onset is exactly on a beat."""
    chart, pairs = solo.chart, []
    for note in solo.notes:
        bar = chart.bar_at(note.onset)
        position = note.onset - chart.bar_starts[bar]
        pairs.append((note, position % chart.bars[bar].meter.beat_ticks == 0))
    return pairs


def played_bars(solo: Solo) -> tuple[int, int]:
    """Return the first bar with a note and the one after the last with a note."""
    if not solo.notes:
        return 0, 0
    return solo.chart.bar_at(solo.notes[0].onset), solo.chart.bar_at(solo.notes[-1].onset) + 1
