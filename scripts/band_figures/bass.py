"""Figures of the bass.

People's figures are those of the swing solos of the Weimar Jazz Database (`beats.bass_pitch`: one
pitch a beat, 93,349 intervals). They come from an automatic transcription, which shows large leaps
and chromatic notes a little too often; a note of two beats is a repeated one there. Ours are
counted in bars in which the bass walks: a note begins on every beat, but for one at most.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from band_figures.table import Played, Row, at_least, at_most, near
from jazzgen.band.bass_file import BASS_FILE, bass_figures
from jazzgen.music.chart import Chart
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.runtime.folders import shipped

__all__ = ["ROWS", "Line", "line_figures"]

Line = list[tuple[int, int]]
"""Ticks, one beat apart, and MIDI pitches."""

SIZES = {"repeated": (0, 0), "semitones": (1, 1), "whole_tones": (2, 2), "thirds": (3, 4),
         "fourths": (5, 5), "fifths_and_larger": (6, 99)}  # fmt: skip
PEOPLE = {"repeated": 0.205, "semitones": 0.218, "whole_tones": 0.133, "thirds": 0.143,
          "fourths": 0.079, "fifths_and_larger": 0.222, "chromatic": 0.313, "abab": 0.0083,
          "pendulum": 9, "roots": 0.413}  # fmt: skip
"""People's figures: shares of intervals; of notes on 2 and 4 outside of the chord-scale; of notes
that repeat the pair before them; the notes of the longest such run; roots where chords begin."""


def walking_lines(tune: Played) -> Iterator[Line]:
    """Yield the lines that the bass walks, note by note on the beats.

    A note that rings on counts as repeated, as in people's figures; so a bar with fewer than three
    notes on its beats is no walking.
    """
    notes = tune.parts["Bass"].notes
    onsets = {note.onset: note.pitch for note in notes}
    line: Line = []
    for start, bar in zip(tune.chart.bar_starts, tune.chart.bars, strict=False):
        beats = range(start, start + bar.meter.bar_ticks, TICKS_PER_QUARTER)
        struck = [beat for beat in beats if beat in onsets]
        if bar.meter.denominator == 4 and start in onsets and len(struck) >= max(3, len(beats) - 1):
            for beat in beats:
                line.append((beat, onsets.get(beat, line[-1][1] if line else 0)))
            continue
        if line:
            yield line
        line = []
    if line:
        yield line


def line_figures(lines: Sequence[tuple[Chart, Line]]) -> dict[str, float]:
    """Return the figures of lines, by the keys of `PEOPLE`.

    Args:
        lines: Lines, and their charts.
    """
    steps, repeats, longest = [0] * 128, 0, 0
    chromatic: list[bool] = []
    roots: list[bool] = []
    for chart, line in lines:
        pitches = [pitch for _, pitch in line]
        for a, b in pairwise(pitches):
            steps[abs(a - b)] += 1
        run = 2
        for number in range(2, len(pitches)):
            swings = pitches[number] == pitches[number - 2] != pitches[number - 1]
            run = run + 1 if swings else 2
            repeats += run >= 4
            longest = max(longest, run)
        for tick, pitch in line:
            chord, bar = chart.chord_at(tick), chart.bar_at(tick)
            if chord.root is None:
                continue
            if (tick - chart.bar_starts[bar]) // TICKS_PER_QUARTER in (1, 3):
                chromatic.append(pitch % 12 not in chord.scale)
            if chart.chord_spans[chart.span_at(tick)].start == tick:
                roots.append(pitch % 12 == chord.bass_pc)
    total = max(sum(steps), 1)
    shares = {name: sum(steps[low : high + 1]) / total for name, (low, high) in SIZES.items()}
    return {
        **shares,
        "chromatic": _mean(chromatic),
        "abab": repeats / total,
        "pendulum": longest,
        "roots": _mean(roots),
    }


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else math.nan


def _figure(name: str) -> Callable[[Sequence[Played]], float]:
    def measure(tunes: Sequence[Played]) -> float:
        lines = [(tune.chart, line) for tune in tunes for line in walking_lines(tune)]
        return line_figures(lines)[name]

    return measure


def _lengths(tunes: Sequence[Played]) -> float:
    """The standard deviation of the share of the time to the next note that a note sounds."""
    shares = [
        (note.duration) / (after.onset - note.onset)
        for tune in tunes
        for note, after in pairwise(tune.parts["Bass"].notes)
        if 0 < after.onset - note.onset <= 4 * TICKS_PER_QUARTER
    ]
    return float(np.std(shares))


def _off_beats(tunes: Sequence[Played]) -> float:
    """The share of notes that begin between the beats, where the bass walks."""
    notes = [
        note.onset % TICKS_PER_QUARTER != 0
        for tune in tunes
        if tune.style == "swing"
        for note in tune.parts["Bass"].notes
    ]
    return _mean(notes)


def _bits(name: str) -> Callable[[Sequence[Played]], float]:
    """Bits per beat on held-out lines, as `train_bass.py` has measured them."""
    return lambda _: bass_figures(shipped("models") / BASS_FILE).get(name, math.nan)


WITHIN = {"fifths_and_larger": 0.12, "chromatic": 0.12, "fourths": 0.12}
ROWS: tuple[Row, ...] = (
    Row(
        name="bass_abab",
        text="notes that repeat the pair of notes before them",
        measure=_figure("abab"),
        people=PEOPLE["abab"],
        target=at_most(0.03),
    ),
    Row(
        name="bass_longest_pendulum",
        text="notes of the longest run of two notes in turn",
        measure=_figure("pendulum"),
        people=PEOPLE["pendulum"],
        target=at_most(8),
    ),
    *(
        Row(
            name=f"bass_{name}",
            text=f"share of intervals: {name.replace('_', ' ')}",
            measure=_figure(name),
            people=PEOPLE[name],
            target=near(PEOPLE[name], WITHIN.get(name, 0.08)),
        )
        for name in SIZES
    ),
    Row(
        name="bass_chromatic",
        text="notes on 2 and 4 outside of the chord-scale",
        measure=_figure("chromatic"),
        people=PEOPLE["chromatic"],
        target=near(PEOPLE["chromatic"], WITHIN["chromatic"]),
    ),
    Row(
        name="bass_roots",
        text="roots where chords begin, walking (ours by rule)",
        measure=_figure("roots"),
        people=PEOPLE["roots"],
    ),
    Row(
        name="bass_length_spread",
        text="standard deviation of how much of its time a note sounds",
        measure=_lengths,
        target=at_least(0.05),
    ),
    Row(
        name="bass_bits",
        text="bits per beat of the learnt bass, on lines held out",
        measure=_bits("held_out"),
        target=at_most(3.4),
        is_own=True,
    ),
    Row(
        name="bass_bits_trigram",
        text="the same of a trigram of pitches",
        measure=_bits("trigram"),
        is_own=True,
    ),
    Row(
        name="bass_bits_cost_model",
        text="the same of a cost model with fitted weights and a memory of four notes",
        measure=_bits("cost model"),
        is_own=True,
    ),
    Row(
        name="bass_off_beats",
        text="notes between the beats, in swing",
        measure=_off_beats,
    ),
)
