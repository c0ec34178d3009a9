"""Phrases: where a soloist breathes, how long a phrase is and how long the pause after it.

A new phrase begins where the silence between the end of one note and the onset of the next is
at least `PHRASE_GAP` ticks, just under a beat. Of the rules that were tried on the phrases which
the Weimar Jazz Database's transcribers marked (gaps from half a beat to two beats, gaps combined
with inter-onset intervals), this one finds them best (precision .85, recall .85) and gives
phrases as long as theirs: 18.0 notes and 9.3 beats on average, where they have 18.1 and 9.4.
The same rule is applied to solos whose phrases are marked, so that all solos can be compared.

`phrase_notes`, `phrase_beats` and `phrase_gap` are a solo's means; the functions at the end of
the module return the figure of every phrase.
"""

from __future__ import annotations

from itertools import pairwise
from math import isnan, nan
from statistics import pstdev

from jazzgen.evaluation.metrics import SoloMetric
from jazzgen.evaluation.positions import mean
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = [
    "METRICS",
    "PHRASE_GAP",
    "gaps",
    "long_phrases",
    "longest_gap",
    "longest_phrase",
    "notes_of_phrases",
    "phrase_beats",
    "phrase_gap",
    "phrase_notes",
    "phrase_variation",
    "phrases",
    "quarters_between_phrases",
    "quarters_of_phrases",
    "short_phrases",
]

PHRASE_GAP = 22
"""Ticks of silence that end a phrase."""
SHORT = 2
"""Notes of a short phrase, at most."""
BREATH = 15.0
"""Seconds that a player of a wind instrument can play in one breath."""


def gaps(solo: Solo) -> list[int]:
    """Return the silence after each note but the last, in ticks."""
    return [after.onset - note.end for note, after in pairwise(solo.notes)]


def phrases(solo: Solo) -> list[tuple[Note, ...]]:
    """Return the notes of a solo, phrase by phrase.

    >>> from jazzgen.music.chart import Chart
    >>> chart = Chart.of_chords([["C6"]])
    >>> notes = (Note(0, 12, 60), Note(12, 12, 62), Note(48, 12, 64))
    >>> [len(phrase) for phrase in phrases(Solo(notes, chart))]
    [2, 1]
    """
    starts = [0, *(k for k, gap in enumerate(gaps(solo), 1) if gap >= PHRASE_GAP)]
    ends = [*starts[1:], len(solo.notes)]
    return [solo.notes[a:b] for a, b in zip(starts, ends, strict=True) if a < b]


def phrase_notes(solo: Solo) -> float:
    """Return the mean length of a phrase in notes."""
    return mean(notes_of_phrases(solo))


def phrase_beats(solo: Solo) -> float:
    """Return the mean length of a phrase, first onset to last end, in quarter notes."""
    return mean(quarters_of_phrases(solo))


def phrase_gap(solo: Solo) -> float:
    """Return the mean silence between phrases, in quarter notes."""
    return mean(quarters_between_phrases(solo))


def phrase_variation(solo: Solo) -> float:
    """Return how unequal the phrases are: the standard deviation of their notes ÷ the mean."""
    lengths = notes_of_phrases(solo)
    return pstdev(lengths) / mean(lengths) if lengths else nan


def short_phrases(solo: Solo) -> float:
    """Return the share of phrases of one or two notes."""
    return mean(notes <= SHORT for notes in notes_of_phrases(solo))


def longest_phrase(solo: Solo) -> float:
    """Return how long the longest phrase lasts, in seconds at the chart's first tempo."""
    return max(quarters_of_phrases(solo), default=nan) * 60 / solo.chart.tempo


def long_phrases(solo: Solo) -> float:
    """Return 1 if a phrase lasts longer than `BREATH` seconds, else 0; NaN without notes."""
    longest = longest_phrase(solo)
    return nan if isnan(longest) else float(longest > BREATH)


def longest_gap(solo: Solo) -> float:
    """Return the longest silence between two notes, in quarter notes."""
    return max(gaps(solo), default=nan) / TICKS_PER_QUARTER


def notes_of_phrases(solo: Solo) -> list[float]:
    """Return the number of notes of each phrase."""
    return [float(len(phrase)) for phrase in phrases(solo)]


def quarters_of_phrases(solo: Solo) -> list[float]:
    """Return the length of each phrase, first onset to last end, in quarter notes."""
    return [(p[-1].end - p[0].onset) / TICKS_PER_QUARTER for p in phrases(solo)]


def quarters_between_phrases(solo: Solo) -> list[float]:
    """Return the silence after each phrase but the last, in quarter notes."""
    return [gap / TICKS_PER_QUARTER for gap in gaps(solo) if gap >= PHRASE_GAP]


METRICS = (
    SoloMetric(
        name="phrase_notes",
        group="phrases",
        label="phrase",
        unit="notes",
        text="length of a phrase in notes",
        measure=phrase_notes,
        each=notes_of_phrases,
    ),
    SoloMetric(
        name="phrase_beats",
        group="phrases",
        label="phrase",
        unit="beats",
        text="length of a phrase in quarter notes, from its first onset to its last end",
        measure=phrase_beats,
        each=quarters_of_phrases,
    ),
    SoloMetric(
        name="phrase_gap",
        group="phrases",
        label="between phrases",
        unit="beats",
        text="silence between phrases in quarter notes",
        measure=phrase_gap,
        each=quarters_between_phrases,
    ),
    SoloMetric(
        name="phrase_variation",
        group="phrases",
        label="phrase lengths, std ÷ mean",
        text="standard deviation of the phrases' notes, divided by their mean",
        measure=phrase_variation,
    ),
    SoloMetric(
        name="short_phrases",
        group="phrases",
        label="phrases of 1 or 2 notes",
        text="share of phrases of one or two notes",
        measure=short_phrases,
    ),
    SoloMetric(
        name="longest_phrase",
        group="phrases",
        label="longest phrase",
        unit="seconds",
        text="length of the longest phrase at the chart's first tempo",
        measure=longest_phrase,
    ),
    SoloMetric(
        name="long_phrases",
        group="phrases",
        label="a phrase over 15 s",
        text="share of solos with a phrase of more than 15 seconds",
        measure=long_phrases,
    ),
    SoloMetric(
        name="longest_gap",
        group="phrases",
        label="longest silence",
        unit="quarters",
        text="longest silence between two notes",
        measure=longest_gap,
    ),
)
"""The metrics of phrases, in the order of the tables."""
