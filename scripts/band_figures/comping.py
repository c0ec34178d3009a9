"""Figures of the piano: voicings, top voice, registers, rhythm, spread.

Nobody has published people's figures of these; the targets are what a listener asks for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

import numpy as np

import jazzgen
from band_figures.table import Played, Row, at_least, at_most
from jazzgen.music.chart import Chart
from jazzgen.music.part import Part
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["ROWS"]

STATIC_BARS = 16


def strikes(part: Part) -> dict[int, list[Note]]:
    """Return the notes that are struck at each tick, the lowest first."""
    struck: dict[int, list[Note]] = defaultdict(list)
    for note in part.notes:
        struck[note.onset].append(note)
    return {tick: sorted(notes, key=lambda note: note.pitch) for tick, notes in struck.items()}


def _static(tunes: Sequence[Played]) -> float:
    """The least number of voicings over sixteen bars of one chord, with each seed."""
    chart = Chart.of_chords([["Dm7"]] + [[]] * (STATIC_BARS - 1))
    numbers = []
    band = tunes[0].band
    for seed in sorted({tune.seed for tune in tunes}):
        piano = band(Solo((), chart), seed)[0]
        voiced = {tuple(n.pitch for n in notes) for notes in strikes(piano).values()}
        numbers.append(len(voiced))
    return min(numbers)


def _top_range(tunes: Sequence[Played]) -> float:
    """The range of the top voice in 32 bars, in semitones: its tenth percentile."""
    ranges = []
    for tune in tunes:
        tops: dict[int, list[int]] = defaultdict(list)
        for tick, notes in strikes(tune.parts["Piano"]).items():
            tops[tune.chart.bar_at(tick) // 32].append(notes[-1].pitch)
        ranges += [max(found) - min(found) for found in tops.values() if len(found) > 16]
    return float(np.percentile(ranges, 10))


def _clusters(tunes: Sequence[Played]) -> float:
    """The share of voicings whose two lowest notes are a semitone or a whole tone apart."""
    found = [
        notes[1].pitch - notes[0].pitch <= 2
        for tune in tunes
        for notes in strikes(tune.parts["Piano"]).values()
        if len(notes) > 1
    ]
    return fmean(found)


def _shared(tunes: Sequence[Played]) -> float:
    """The share of strikes under a note of a tenor or a trombone that it lies within."""
    found = []
    for tune in tunes:
        low = Solo(
            tuple(
                Note(note.onset, note.duration, note.pitch - 8, note.velocity)
                for note in tune.solo.notes
            ),
            tune.chart,
        )
        notes = {note.onset: note.pitch for note in low.notes}
        for tick, struck in strikes(tune.band(low, tune.seed)[0]).items():
            if tick in notes:
                found.append(struck[0].pitch <= notes[tick] <= struck[-1].pitch)
    return fmean(found)


def _top_accents(tunes: Sequence[Played]) -> float:
    """The standard deviation of how much louder the top voice is than the others."""
    found = [
        notes[-1].velocity - fmean(note.velocity for note in notes[:-1])
        for tune in tunes
        for notes in strikes(tune.parts["Piano"]).values()
        if len(notes) > 1
    ]
    return float(np.std(found))


def _spread(tunes: Sequence[Played]) -> float:
    """The median time from the first note of a chord to the last, in milliseconds."""
    found = [
        1000 * 60 / tune.chart.tempo / TICKS_PER_QUARTER * (max(late) - min(late))
        for tune in tunes
        for notes in strikes(tune.parts["Piano"]).values()
        if len(late := [note.deviation for note in notes]) > 1
    ]
    return float(np.median(found))


def _bars_alike(tunes: Sequence[Played]) -> float:
    """The share of bars of swing with the rhythm of one of the four bars before."""
    found = []
    for tune in tunes:
        if tune.style != "swing":
            continue
        bars: dict[int, list[int]] = defaultdict(list)
        for tick in strikes(tune.parts["Piano"]):
            number = tune.chart.bar_at(tick)
            bars[number].append(tick - tune.chart.bar_starts[number])
        rhythms = [tuple(bars[number]) for number in range(len(tune.chart.bars))]
        found += [
            rhythms[n] in rhythms[max(n - 4, 0) : n] for n in range(1, len(rhythms)) if rhythms[n]
        ]
    return fmean(found)


def _movement(tunes: Sequence[Played]) -> float:
    """The mean movement of the top voice where the voicing changes, in semitones."""
    found = [
        abs(a[-1].pitch - b[-1].pitch)
        for tune in tunes
        for a, b in pairwise(strikes(tune.parts["Piano"]).values())
        if [note.pitch for note in a] != [note.pitch for note in b]
    ]
    return fmean(found)


def _families(tunes: Sequence[Played]) -> float:
    """The least number of different numbers of voices and outer intervals in So What's changes."""
    chart = jazzgen.chart("modal").repeat(3)
    seeds = sorted({tune.seed for tune in tunes})
    return min(
        len({tuple(b.pitch - a.pitch for a, b in pairwise(notes)) for notes in found.values()})
        for found in (strikes(tunes[0].band(Solo((), chart), seed)[0]) for seed in seeds)
    )


ROWS: tuple[Row, ...] = (
    Row(
        name="piano_static_voicings",
        text="voicings over a chord of 16 bars",
        measure=_static,
        target=at_least(8),
    ),
    Row(
        name="piano_modal_shapes",
        text="different stacks of intervals in three choruses of a modal tune",
        measure=_families,
        target=at_least(8),
    ),
    Row(
        name="piano_top_range",
        text="range of the top voice in 32 bars, semitones (tenth percentile)",
        measure=_top_range,
        target=at_least(13),
    ),
    Row(
        name="piano_top_movement",
        text="movement of the top voice where the voicing changes, semitones",
        measure=_movement,
        target=at_least(1),
    ),
    Row(
        name="piano_bottom_clusters",
        text="voicings with a semitone or a whole tone at the bottom",
        measure=_clusters,
        target=at_most(0.05),
    ),
    Row(
        name="piano_shared_register",
        text="strikes that a tenor's note at the same time lies within",
        measure=_shared,
        target=at_most(0.25),
    ),
    Row(
        name="piano_top_accents",
        text="standard deviation of the top voice's accent, velocities",
        measure=_top_accents,
        target=at_least(2),
    ),
    Row(
        name="piano_spread_ms",
        text="from the first note of a chord to the last, milliseconds (median)",
        measure=_spread,
        target=at_least(4),
    ),
    Row(
        name="piano_rhythms_again",
        text="bars of swing with the rhythm of one of the four before",
        measure=_bars_alike,
        target=at_most(0.15),
    ),
)
