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
from dataclasses import dataclass
from functools import cache, cached_property
from math import log, nan

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["FEWEST_NOTES", "feature_names", "features_of"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEWEST_NOTES = 6
"""The number of notes that a solo needs to have features."""
PHRASE_GAP = 20
"""Ticks of silence that end a phrase."""
WINDOW = 2
"""Bars of a window."""
FEWEST = 4
"""Values that a correlation needs."""
LAGS = (1, 2, 4, 8)
"""Bars after which bars and figures are compared."""


@dataclass(frozen=True, eq=False)
class _Line:
    """The notes of a solo as arrays, each of shape (notes,).

    Args:
        solo: The solo, of at least two notes.
    """

    solo: Solo

    @cached_property
    def onset(self) -> Integers:
        """Onsets in ticks."""
        return np.array([note.onset for note in self.solo.notes])

    @cached_property
    def length(self) -> Integers:
        """Written lengths in ticks."""
        return np.array([note.duration for note in self.solo.notes])

    @cached_property
    def pitch(self) -> Integers:
        """MIDI pitches."""
        return np.array([note.pitch for note in self.solo.notes])

    @cached_property
    def velocity(self) -> Integers:
        """MIDI velocities."""
        return np.array([note.velocity for note in self.solo.notes])

    @cached_property
    def bar(self) -> Integers:
        """Indices of the notes' bars."""
        starts = np.array(self.solo.chart.bar_starts[1:-1])
        return np.searchsorted(starts, self.onset, side="right").astype(np.int64)

    @cached_property
    def place(self) -> Integers:
        """Ticks from the bar line."""
        starts: Integers = np.array(self.solo.chart.bar_starts)
        return self.onset - starts[self.bar]

    @cached_property
    def time(self) -> Floats:
        """Times in the course of the solo, 0 to 1."""
        return np.asarray((self.onset - self.onset[0]) / (self.onset[-1] - self.onset[0]))

    @cached_property
    def steps(self) -> Integers:
        """Intervals between neighbours in semitones, shape (notes - 1,)."""
        return np.diff(self.pitch)

    @cached_property
    def waits(self) -> Integers:
        """Ticks from onset to onset, shape (notes - 1,)."""
        return np.diff(self.onset)

    @cached_property
    def gaps(self) -> Integers:
        """Silence after each note but the last, in ticks."""
        return self.waits - self.length[:-1]

    @cached_property
    def phrases(self) -> list[slice]:
        """The notes of each phrase."""
        breaks = (np.flatnonzero(self.gaps >= PHRASE_GAP) + 1).tolist()
        return [
            slice(begin, end)
            for begin, end in zip([0, *breaks], [*breaks, len(self.onset)], strict=True)
        ]

    @cached_property
    def bars(self) -> int:
        """Bars from the first with a note to the last."""
        return int(self.bar[-1] - self.bar[0]) + 1

    def by_window(self, values: NDArray[np.generic], bars: int = WINDOW) -> Floats:
        """Return the mean of values in each window, NaN in one without notes.

        Args:
            values: One for each note.
            bars: Bars of a window.
        """
        window = (self.bar - self.bar[0]) // bars
        counts = np.bincount(window)
        sums = np.bincount(window, weights=np.asarray(values, np.float64))
        return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)

    def counts(self, bars: int = WINDOW) -> Floats:
        """Return the number of notes in each window that the solo fills."""
        found = np.bincount((self.bar - self.bar[0]) // bars).astype(np.float64)
        return found[: max(self.bars // bars, 1)]


def features_of(solo: Solo) -> dict[str, float]:
    """Return the features of a solo by name, NaN where nothing can be counted.

    Args:
        solo: The solo; with fewer than `FEWEST_NOTES` notes all its features are NaN.
    """
    if len(solo.notes) < FEWEST_NOTES:
        return dict.fromkeys(feature_names(), nan)
    line = _Line(solo)
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


def _phrases(line: _Line) -> Mapping[str, float]:
    notes = np.array([part.stop - part.start for part in line.phrases], np.float64)
    begins = np.array([part.start for part in line.phrases])
    ends = np.array([part.stop - 1 for part in line.phrases])
    lasts = (line.onset[ends] + line.length[ends] - line.onset[begins]) / TICKS_PER_QUARTER
    gaps = line.gaps[line.gaps >= PHRASE_GAP] / TICKS_PER_QUARTER
    logs = np.log2(notes)
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
        "phrase_lag": _lag(logs),
        "gap_mean": _mean(gaps),
        "gap_spread": float(np.log(gaps).std()) if len(gaps) else nan,
        "gap_longest": float(np.log(gaps.max())) if len(gaps) else nan,
        "gap_after_long": _correlation(logs[:-1], np.log(gaps)) if len(gaps) else nan,
        "phrase_begins_on_one": float((line.place[begins] < EIGHTH).mean()),
        "phrase_begins_off": _mean(line.place[begins] % TICKS_PER_QUARTER != 0),
        "phrase_ends_off": _mean(line.place[ends] % TICKS_PER_QUARTER != 0),
        "phrase_ends_long": float(np.log(line.length[ends]).mean() - np.log(line.length).mean()),
        "phrase_first_step": _mean(np.abs(line.steps[begins[begins < len(line.steps)]])),
        "phrase_fall": _mean(line.pitch[ends] - line.pitch[begins]),
        "phrase_peak": _mean(
            np.argmax(line.pitch[part]) / (part.stop - part.start - 1)
            for part in line.phrases
            if part.stop - part.start > 2
        ),
        "phrase_join": _mean(np.abs(line.pitch[begins[1:]] - line.pitch[ends[:-1]])),
        "phrase_register_spread": _spread([line.pitch[part].mean() for part in line.phrases]),
        "phrase_loudness_spread": _spread([line.velocity[part].mean() for part in line.phrases]),
        "phrase_loudness_lag": _lag(
            np.array([line.velocity[part].mean() for part in line.phrases])
        ),
    }


def _figures(line: _Line) -> Mapping[str, float]:
    """How much of intervals, rhythms and both together comes back, and when."""
    steps, waits = line.steps.tolist(), (line.waits // 3).tolist()
    both = list(zip(steps, waits, strict=True))
    found = {
        "intervals_3_back": _returning(steps, 3),
        "intervals_6_back": _returning(steps, 6),
        "rhythm_4_back": _returning(waits, 4),
        "rhythm_8_back": _returning(waits, 8),
        "both_2_back": _returning(both, 2),
        "both_4_back": _returning(both, 4),
        "pitches_4_back": _returning(line.pitch.tolist(), 4),
    }
    return found | {f"figures_{name}": share for name, share in _distances(line, steps)}


def _distances(line: _Line, steps: Sequence[int]) -> Iterator[tuple[str, float]]:
    """The share of figures of three intervals that were played some bars ago, on the same beat."""
    begins = range(len(steps) - 2)
    beats = (line.place // TICKS_PER_QUARTER).tolist()
    figures = [tuple(steps[k : k + 3]) for k in begins]
    there = {(figures[k], line.bar[k], beats[k]) for k in begins}
    length = _chorus(line.solo)
    for name, bars in (*((str(lag), lag) for lag in LAGS), ("chorus", length)):
        yield (
            name,
            _mean(
                (figures[k], line.bar[k] - bars, beats[k]) in there
                for k in begins
                if bars and line.bar[k] - bars >= line.bar[0]
            ),
        )


def _chorus(solo: Solo) -> int:
    """The bars of a chorus; 0 in a solo of one."""
    starts = solo.chart.chorus_starts
    return starts[1] - starts[0] if len(starts) > 1 else 0


def _bars(line: _Line) -> Mapping[str, float]:
    """How alike the rhythms of bars are, and how a bar's line resembles former ones."""
    eighths = np.zeros((line.bars, 1 + int(line.place.max()) // (EIGHTH // 2)))
    eighths[line.bar - line.bar[0], line.place // (EIGHTH // 2)] = 1
    size = np.sqrt(eighths.sum(1))
    found = {}
    for lag in LAGS:
        alike = (eighths[lag:] * eighths[:-lag]).sum(1)
        both = size[lag:] * size[:-lag]
        found[f"rhythm_like_{lag}"] = _mean((alike / np.maximum(both, 1))[both > 0])
    found["empty_bars"] = _mean(size == 0)
    return found


def _arcs(line: _Line) -> Mapping[str, float]:
    density, pitch, loud = line.counts(), line.by_window(line.pitch), line.by_window(line.velocity)
    found = {
        "peak_at": float(line.time[int(line.pitch.argmax())]),
        "bottom_at": float(line.time[int(line.pitch.argmin())]),
        "loudest_at": _place_of_most(loud),
        "densest_at": _place_of_most(density),
        "longest_phrase_at": float(
            line.time[max(line.phrases, key=lambda part: part.stop - part.start).start]
        ),
    }
    for name, course in (("density", density), ("pitch", pitch), ("loud", loud)):
        found |= {
            f"{name}_slope": _slope(course),
            f"{name}_bend": _bend(course),
            f"{name}_lag_1": _lag(course, 1),
            f"{name}_lag_2": _lag(course, 2),
            f"{name}_lag_4": _lag(course, 4),
            f"{name}_spread": _spread(course),
        }
    long = line.by_window(line.velocity, 8)
    return found | {
        "loud_8_spread": _spread(long),
        "pitch_8_spread": _spread(line.by_window(line.pitch, 8)),
        "density_8_spread": _spread(line.counts(8)) / max(_mean(line.counts(8)), 0.1),
        "loud_with_density": _correlation(loud[: len(density)], density),
        "loud_with_pitch": _correlation(line.velocity, line.pitch),
        "pitch_with_density": _correlation(pitch[: len(density)], density),
    }


def _density(line: _Line) -> Mapping[str, float]:
    counts = line.counts(1)
    return {
        "notes_a_bar": _mean(counts),
        "notes_a_second": len(line.onset)
        * line.solo.chart.tempo
        / 60
        / ((line.onset[-1] - line.onset[0]) / TICKS_PER_QUARTER + 1),
        "bar_spread": _spread(counts),
        "bar_lag": _lag(counts),
        "bar_most": float(counts.max()),
        "sounding": float(line.length.sum() / (line.onset[-1] + line.length[-1] - line.onset[0])),
    }


def _rhythm(line: _Line) -> Mapping[str, float]:
    waits, place = line.waits, line.place % TICKS_PER_QUARTER
    changes = waits[1:] != waits[:-1]
    return {
        "waits_of_eighths": _mean(waits == EIGHTH),
        "waits_of_triplets": _mean((waits == 8) | (waits == 16)),
        "waits_of_sixteenths": _mean(waits <= EIGHTH // 2),
        "waits_long": _mean(waits > TICKS_PER_QUARTER),
        "waits_entropy": _entropy(waits),
        "waits_change": _mean(changes),
        "waits_runs": _spread(np.log(_runs(changes))),
        "on_beats": _mean(place == 0),
        "odd_places": _mean(~np.isin(place, (0, 6, 8, 12, 16, 18))),
        "gates": _mean(line.gaps[line.gaps < PHRASE_GAP] / waits[line.gaps < PHRASE_GAP]),
        "accents": _correlation(line.velocity, (line.place % TICKS_PER_QUARTER != 0) * 1.0),
        "loud_note_lag": _lag(line.velocity),
        "loud_note_spread": _spread(line.velocity),
        "late_spread": _spread([note.deviation for note in line.solo.notes]),
    }


def _contour(line: _Line) -> Mapping[str, float]:
    steps = line.steps
    way = np.sign(steps)
    turns = way[1:] * way[:-1] < 0
    return {
        "span": float(line.pitch.max() - line.pitch.min()),
        "pitch_note_spread": float(line.pitch.std()),
        "pitch_note_lag_4": _lag(line.pitch, 4),
        "pitch_note_lag_8": _lag(line.pitch, 8),
        "pitch_note_lag_16": _lag(line.pitch, 16),
        "turns": _mean(turns),
        "runs": _spread(np.log(_runs(turns))),
        "runs_longest": float(_runs(turns).max()),
        "half_steps": _mean(np.abs(steps) == 1),
        "whole_steps": _mean(np.abs(steps) == 2),
        "thirds": _mean((np.abs(steps) == 3) | (np.abs(steps) == 4)),
        "same": _mean(steps == 0),
        "wide": _mean(np.abs(steps) > 7),
        "step_entropy": _entropy(steps),
        "leap_then_back": _mean((steps[:-1] * steps[1:] < 0)[np.abs(steps[:-1]) > 5]),
        "up": _mean(steps > 0),
    }


def _ending(line: _Line) -> Mapping[str, float]:
    end, last = line.solo.chart.ticks, line.phrases[-1]
    mean = line.pitch.mean()
    tail = line.onset >= line.onset[-1] - 16 * TICKS_PER_QUARTER
    return {
        "beats_before": float(line.onset[0]) / TICKS_PER_QUARTER,
        "beats_left": float(end - line.onset[-1]) / TICKS_PER_QUARTER,
        "last_phrase": log(last.stop - last.start),
        "last_pitch": float(line.pitch[-1] - mean),
        "last_fall": float(line.pitch[last].max() - line.pitch[-1]),
        "tail_pitch": float(line.pitch[tail].mean() - mean),
        "tail_loud": float(line.velocity[tail].mean() - line.velocity.mean()),
        "tail_notes": float(tail.sum()) / 16 - len(line.onset) / (4 * line.bars),
    }


def _returning(symbols: Sequence[object], size: int) -> float:
    """The share of n-grams that the line has more than once."""
    grams = [tuple(symbols[k : k + size]) for k in range(len(symbols) - size + 1)]
    counts: dict[tuple[object, ...], int] = {}
    for gram in grams:
        counts[gram] = counts.get(gram, 0) + 1
    return sum(count for count in counts.values() if count > 1) / len(grams) if grams else nan


def _mean(values: object) -> float:
    found = np.array(list(values), np.float64)  # type: ignore[call-overload]
    return float(found.mean()) if len(found) else nan


def _spread(values: object) -> float:
    found = np.array(values, np.float64)
    found = found[~np.isnan(found)]
    return float(found.std()) if len(found) > 2 else nan


def _correlation(first: NDArray[np.generic], second: NDArray[np.generic]) -> float:
    """Pearson's correlation where both are numbers; 0 where one of the two never changes."""
    pairs = np.stack([np.asarray(first, np.float64), np.asarray(second, np.float64)])
    pairs = pairs[:, ~np.isnan(pairs).any(axis=0)]
    if pairs.shape[1] < FEWEST:
        return nan
    centred = pairs - pairs.mean(axis=1, keepdims=True)
    size = float(np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum()))
    return float((centred[0] * centred[1]).sum()) / size if size > 1e-9 else 0.0


def _lag(values: NDArray[np.generic], lag: int = 1) -> float:
    """The correlation of values with those some places later."""
    return _correlation(values[:-lag], values[lag:]) if len(values) > lag else nan


def _slope(values: Floats) -> float:
    return _correlation(np.arange(len(values)), values)


def _bend(values: Floats) -> float:
    """Above 0 where the middle is lower than the ends."""
    return _correlation((np.arange(len(values)) - (len(values) - 1) / 2) ** 2, values)


def _place_of_most(values: Floats) -> float:
    found = np.where(np.isnan(values), -np.inf, values)
    return float(found.argmax() / (len(found) - 1)) if len(found) > 2 else nan


def _entropy(values: Integers) -> float:
    counts = np.unique(values, return_counts=True)[1] / len(values)
    return float(-(counts * np.log2(counts)).sum())


def _runs(breaks: NDArray[np.bool_]) -> Integers:
    """The lengths of the runs between breaks."""
    at = np.flatnonzero(breaks)
    return np.diff(np.concatenate([[-1], at, [len(breaks)]]))
