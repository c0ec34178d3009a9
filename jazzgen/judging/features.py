"""What the judge hears of a solo: phrases, what comes back, arcs, density, rhythm, line, ending.

These are figures of structure. None says how likely the notes are, and none knows a model. They
are computed here, apart from the metrics of `evaluation`, so that its listeners can measure what
the judge's choice brings: judge and listeners hear different things of a solo.

Conventions: a feature is NaN where nothing can be counted. A phrase ends with a silence of at
least `PHRASE_GAP` ticks. A window has two bars and begins at the first bar with a note. Times in
the course of a solo go from 0 at the first onset to 1 at the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import log, nan

import numpy as np

from jazzgen.judging.line import PHRASE_GAP, MeasuredLine
from jazzgen.judging.measures import (
    autocorrelation,
    bend,
    correlation,
    entropy,
    mean,
    place_of_most,
    returning,
    runs,
    slope,
    spread,
)
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["FEWEST_NOTES", "feature_names", "features_of"]

FEWEST_NOTES = 6
"""The number of notes that a solo needs to have features."""
LAGS = (1, 2, 4, 8)
"""Bars after which bars and figures are compared."""


def features_of(solo: Solo) -> dict[str, float]:
    """Return the features of a solo by name, NaN where nothing can be counted.

    Args:
        solo: The solo; with fewer than `FEWEST_NOTES` notes all its features are NaN.
    """
    if len(solo.notes) < FEWEST_NOTES:
        return dict.fromkeys(feature_names(), nan)
    line = MeasuredLine(solo)
    parts = (_phrases, _figures, _bars, _arcs, _density, _rhythm, _contour, _ending)
    found: dict[str, float] = {}
    for part in parts:
        found |= part(line)
    return found


@cache
def feature_names() -> tuple[str, ...]:
    """Return the names of the features, in their order."""
    notes = tuple(Note(EIGHTH * k, EIGHTH, 60 + k) for k in range(FEWEST_NOTES))
    return tuple(features_of(Solo(notes, Chart.of_chords([["C6"]]))))


def _phrases(line: MeasuredLine) -> Mapping[str, float]:
    notes = np.array([part.stop - part.start for part in line.phrases], np.float64)
    begins = np.array([part.start for part in line.phrases])
    ends = np.array([part.stop - 1 for part in line.phrases])
    lasts = (line.onset[ends] + line.length[ends] - line.onset[begins]) / TICKS_PER_QUARTER
    gaps = line.gaps[line.gaps >= PHRASE_GAP] / TICKS_PER_QUARTER
    logs = np.log2(notes)
    loudness = np.array([line.velocity[part].mean() for part in line.phrases])
    seconds = 60 / line.solo.chart.tempo
    return {
        "phrases_a_bar": len(notes) / line.bars,
        "phrase_log_notes": float(logs.mean()),
        "phrase_log_spread": float(logs.std()),
        "phrase_shortest": float(logs.min()),
        "phrase_longest": float(logs.max()),
        "phrase_longest_share": float(notes.max() / notes.sum()),
        "phrase_longest_log_seconds": log(float(lasts.max()) * seconds + 0.1),
        "phrases_of_few": float((notes <= 3).mean()),
        "phrase_lag": autocorrelation(logs),
        "gap_mean": mean(gaps),
        "gap_spread": float(np.log(gaps).std()) if len(gaps) else nan,
        "gap_longest": float(np.log(gaps.max())) if len(gaps) else nan,
        "gap_after_long": correlation(logs[:-1], np.log(gaps)) if len(gaps) else nan,
        "phrase_begins_on_one": float((line.place[begins] < EIGHTH).mean()),
        "phrase_begins_off": mean(line.place[begins] % TICKS_PER_QUARTER != 0),
        "phrase_ends_off": mean(line.place[ends] % TICKS_PER_QUARTER != 0),
        "phrase_ends_long": float(np.log(line.length[ends]).mean() - np.log(line.length).mean()),
        "phrase_first_step": mean(np.abs(line.steps[begins[begins < len(line.steps)]])),
        "phrase_fall": mean(line.pitch[ends] - line.pitch[begins]),
        "phrase_peak": mean(
            np.argmax(line.pitch[part]) / (part.stop - part.start - 1)
            for part in line.phrases
            if part.stop - part.start > 2
        ),
        "phrase_join": mean(np.abs(line.pitch[begins[1:]] - line.pitch[ends[:-1]])),
        "phrase_register_spread": spread([line.pitch[part].mean() for part in line.phrases]),
        "phrase_loudness_spread": spread(loudness),
        "phrase_loudness_lag": autocorrelation(loudness),
    }


def _figures(line: MeasuredLine) -> Mapping[str, float]:
    """How much of intervals, rhythms and both together comes back, and when."""
    steps, waits = line.steps.tolist(), (line.waits // 3).tolist()
    both = list(zip(steps, waits, strict=True))
    found = {
        "intervals_3_back": returning(steps, 3),
        "intervals_6_back": returning(steps, 6),
        "rhythm_4_back": returning(waits, 4),
        "rhythm_8_back": returning(waits, 8),
        "both_2_back": returning(both, 2),
        "both_4_back": returning(both, 4),
        "pitches_4_back": returning(line.pitch.tolist(), 4),
    }
    return found | {f"figures_{name}": share for name, share in _distances(line, steps)}


def _distances(line: MeasuredLine, steps: Sequence[int]) -> Iterator[tuple[str, float]]:
    """The share of figures of three intervals that were played some bars ago, on the same beat."""
    begins = range(len(steps) - 2)
    beats = (line.place // TICKS_PER_QUARTER).tolist()
    figures = [tuple(steps[k : k + 3]) for k in begins]
    there = {(figures[k], line.bar[k], beats[k]) for k in begins}
    length = _chorus(line.solo)
    for name, bars in (*((str(lag), lag) for lag in LAGS), ("chorus", length)):
        yield (
            name,
            mean(
                (figures[k], line.bar[k] - bars, beats[k]) in there
                for k in begins
                if bars and line.bar[k] - bars >= line.bar[0]
            ),
        )


def _chorus(solo: Solo) -> int:
    """The bars of a chorus; 0 in a solo of one."""
    starts = solo.chart.chorus_starts
    return starts[1] - starts[0] if len(starts) > 1 else 0


def _bars(line: MeasuredLine) -> Mapping[str, float]:
    """How alike the rhythms of bars are, and how a bar's line resembles former ones."""
    eighths = np.zeros((line.bars, 1 + int(line.place.max()) // (EIGHTH // 2)))
    eighths[line.bar - line.bar[0], line.place // (EIGHTH // 2)] = 1
    size = np.sqrt(eighths.sum(1))
    found = {}
    for lag in LAGS:
        alike = (eighths[lag:] * eighths[:-lag]).sum(1)
        both = size[lag:] * size[:-lag]
        found[f"rhythm_like_{lag}"] = mean((alike / np.maximum(both, 1))[both > 0])
    found["empty_bars"] = mean(size == 0)
    return found


def _arcs(line: MeasuredLine) -> Mapping[str, float]:
    density, pitch, loud = line.counts(), line.by_window(line.pitch), line.by_window(line.velocity)
    found = {
        "peak_at": float(line.time[int(line.pitch.argmax())]),
        "bottom_at": float(line.time[int(line.pitch.argmin())]),
        "loudest_at": place_of_most(loud),
        "densest_at": place_of_most(density),
        "longest_phrase_at": float(
            line.time[max(line.phrases, key=lambda part: part.stop - part.start).start]
        ),
    }
    for name, course in (("density", density), ("pitch", pitch), ("loud", loud)):
        found |= {
            f"{name}_slope": slope(course),
            f"{name}_bend": bend(course),
            f"{name}_lag_1": autocorrelation(course, 1),
            f"{name}_lag_2": autocorrelation(course, 2),
            f"{name}_lag_4": autocorrelation(course, 4),
            f"{name}_spread": spread(course),
        }
    long = line.by_window(line.velocity, 8)
    return found | {
        "loud_8_spread": spread(long),
        "pitch_8_spread": spread(line.by_window(line.pitch, 8)),
        "density_8_spread": spread(line.counts(8)) / max(mean(line.counts(8)), 0.1),
        "loud_with_density": correlation(loud[: len(density)], density),
        "loud_with_pitch": correlation(line.velocity, line.pitch),
        "pitch_with_density": correlation(pitch[: len(density)], density),
    }


def _density(line: MeasuredLine) -> Mapping[str, float]:
    counts = line.counts(1)
    return {
        "notes_a_bar": mean(counts),
        "notes_a_second": len(line.onset)
        * line.solo.chart.tempo
        / 60
        / ((line.onset[-1] - line.onset[0]) / TICKS_PER_QUARTER + 1),
        "bar_spread": spread(counts),
        "bar_lag": autocorrelation(counts),
        "bar_most": float(counts.max()),
        "sounding": float(line.length.sum() / (line.onset[-1] + line.length[-1] - line.onset[0])),
    }


def _rhythm(line: MeasuredLine) -> Mapping[str, float]:
    waits, place = line.waits, line.place % TICKS_PER_QUARTER
    changes = waits[1:] != waits[:-1]
    return {
        "waits_of_eighths": mean(waits == EIGHTH),
        "waits_of_triplets": mean((waits == 8) | (waits == 16)),
        "waits_of_sixteenths": mean(waits <= EIGHTH // 2),
        "waits_long": mean(waits > TICKS_PER_QUARTER),
        "waits_entropy": entropy(waits),
        "waits_change": mean(changes),
        "waits_runs": spread(np.log(runs(changes))),
        "on_beats": mean(place == 0),
        "odd_places": mean(~np.isin(place, (0, 6, 8, 12, 16, 18))),
        "gates": mean(line.gaps[line.gaps < PHRASE_GAP] / waits[line.gaps < PHRASE_GAP]),
        "accents": correlation(line.velocity, (line.place % TICKS_PER_QUARTER != 0) * 1.0),
        "loud_note_lag": autocorrelation(line.velocity),
        "loud_note_spread": spread(line.velocity),
        "late_spread": spread([note.deviation for note in line.solo.notes]),
    }


def _contour(line: MeasuredLine) -> Mapping[str, float]:
    steps = line.steps
    way = np.sign(steps)
    turns = way[1:] * way[:-1] < 0
    return {
        "span": float(line.pitch.max() - line.pitch.min()),
        "pitch_note_spread": float(line.pitch.std()),
        "pitch_note_lag_4": autocorrelation(line.pitch, 4),
        "pitch_note_lag_8": autocorrelation(line.pitch, 8),
        "pitch_note_lag_16": autocorrelation(line.pitch, 16),
        "turns": mean(turns),
        "runs": spread(np.log(runs(turns))),
        "runs_longest": float(runs(turns).max()),
        "half_steps": mean(np.abs(steps) == 1),
        "whole_steps": mean(np.abs(steps) == 2),
        "thirds": mean((np.abs(steps) == 3) | (np.abs(steps) == 4)),
        "same": mean(steps == 0),
        "wide": mean(np.abs(steps) > 7),
        "step_entropy": entropy(steps),
        "leap_then_back": mean((steps[:-1] * steps[1:] < 0)[np.abs(steps[:-1]) > 5]),
        "up": mean(steps > 0),
    }


def _ending(line: MeasuredLine) -> Mapping[str, float]:
    end, last = line.solo.chart.ticks, line.phrases[-1]
    middle = line.pitch.mean()
    tail = line.onset >= line.onset[-1] - 16 * TICKS_PER_QUARTER
    return {
        "beats_before": float(line.onset[0]) / TICKS_PER_QUARTER,
        "beats_left": float(end - line.onset[-1]) / TICKS_PER_QUARTER,
        "last_phrase": log(last.stop - last.start),
        "last_pitch": float(line.pitch[-1] - middle),
        "last_fall": float(line.pitch[last].max() - line.pitch[-1]),
        "tail_pitch": float(line.pitch[tail].mean() - middle),
        "tail_loud": float(line.velocity[tail].mean() - line.velocity.mean()),
        "tail_notes": float(tail.sum()) / 16 - len(line.onset) / (4 * line.bars),
    }
