"""Beat tracking in performances that were recorded without a click.

The onset strength at a time is greater the more notes begin there, and for low notes and
drums. The tempo is the period at which the onset strength repeats, with a preference for tempi
that are usual in jazz. The beats are the path through the piece that keeps time and has the
greatest onset strength (Ellis, "Beat Tracking by Dynamic Programming", Journal of New Music
Research 36, 2007). Bars are placed so that they begin where chords change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jazzgen.io.midi.part import MidiNote, MidiPart, table_of
from jazzgen.io.midi.score import MidiScore, Timed, seconds_at
from jazzgen.music.chart import Bar, Chart
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.transcription.chords import likelihood
from jazzgen.transcription.chroma import chroma_of

__all__ = ["beat_times", "find_beats", "is_on_beat", "on_beats"]

T = TypeVar("T")
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FRAMES = 100
"""Frames per second."""
PPQ = 480
"""Ticks per quarter note of a file whose beats were found."""
SLOWEST, FASTEST = 45.0, 330.0
"""The range of tempi, in beats per minute."""
USUAL, OCTAVES = 150.0, 0.9
"""The likeliest tempo in beats per minute, and the standard deviation around it in octaves."""
TIGHTNESS = 120.0
"""The weight of keeping time, compared with that of onset strength."""
SMEAR = 0.02
"""The standard deviation of the curve to which each onset is smoothed, in seconds."""
ALIGNED = 0.25
"""The least length of the mean phase vector, 0 to 1, if a file's own beats are the real ones."""
WALKS = 0.7
"""The least strength of the bass between beats, relative to that on beats, if it walks there."""
STANDS = 0.3
"""The largest strength on every second beat, relative to the others, if these are no beats."""
BASS = 50
"""The pitch below which notes count as bass."""
UPPER = 0.4
"""The weight of a note that is neither drums nor bass."""
BEATS_PER_BAR = 4
ENOUGH_BEATS = 1024
"""The number of beats at the beginning of a piece from which its bar lines are inferred."""
MIN_NOTES = 16
"""The number of notes or beats below which nothing can be said of them."""


def is_on_beat(score: MidiScore) -> bool:
    """Return whether the onsets of a band gather around the file's beats, or subdivisions of them.

    A soloist alone plays too freely to tell (see `beat_grid`).

    Args:
        score: The piece.
    """
    if not score.metrical:
        return False
    starts = table_of(score.parts)[:, 0]
    if len(starts) < MIN_NOTES:
        return True
    angle = 2 * np.pi * starts / score.ppq
    # On a grid of half, third … beats, the phases of all onsets point the same way.
    return any(abs(np.exp(1j * times * angle).mean()) > ALIGNED for times in (1, 2, 3, 4))


def beat_times(score: MidiScore) -> Floats:
    """Return the times of the beats found in a file, in seconds, whatever its own beats are."""
    notes = table_of(score.parts)
    drums = np.repeat(
        [part.is_drums for part in score.parts], [len(part.notes) for part in score.parts]
    )
    low = (notes[:, 2] < BASS) & ~drums
    weights = np.where(low | drums, 1.0, UPPER)
    return find_beats(seconds_at(notes[:, 0], score.ppq, score.tempos), weights, low)


def on_beats(score: MidiScore, beats: Floats | None = None) -> MidiScore:
    """Return a file on a new time grid, whose quarter notes are the beats that were found.

    Args:
        score: The file.
        beats: The times of the beats in seconds, shape (B,); by default they are searched for.
    """
    beats = beat_times(score) if beats is None else beats
    if len(beats) < 2:
        return score
    ticks = PPQ * (np.arange(len(beats)) + BEATS_PER_BAR - _first_bar(score, beats))

    def to(old: ArrayLike) -> Ints:
        seconds = seconds_at(old, score.ppq, score.tempos)
        before = ticks[0] - (beats[0] - seconds) / (beats[1] - beats[0]) * PPQ
        after = ticks[-1] + (seconds - beats[-1]) / (beats[-1] - beats[-2]) * PPQ
        new = np.where(seconds < beats[0], before, np.interp(seconds, beats, ticks))
        new = np.where(seconds > beats[-1], after, new)
        return np.maximum(np.rint(new), 0).astype(np.int64)

    tempi = 60 / np.diff(beats)
    return replace(
        score,
        ppq=PPQ,
        end=int(to(score.end)),
        metrical=True,
        lead_in=0,
        meters=(),
        parts=tuple(_moved(part, to) for part in score.parts),
        tempos=(Timed(0, round(float(np.median(tempi)), 2)),),
        chords=_all_moved(score.chords, to),
        sections=_all_moved(score.sections, to),
        others=_all_moved(score.others, to),
        choruses=tuple(to(score.choruses).tolist()),
    )


def find_beats(times: Floats, weights: Floats, low: NDArray[np.bool_]) -> Floats:
    """Return the times of the beats.

    Args:
        times: The onsets of notes in seconds, shape (N,).
        weights: The weight of each onset, shape (N,).
        low: Whether each note is bass, shape (N,).

    Returns:
        Times in seconds, ascending; none if there are too few notes.
    """
    if len(times) < MIN_NOTES or times.max() <= times.min():
        return np.zeros(0)
    strength = _strength(times, weights)
    beats = _best_path(strength, _period(strength))
    bass = _strength(times[low], weights[low]) if low.sum() >= MIN_NOTES else strength
    return _at_level(beats, strength, bass)


def _at_level(beats: Floats, strength: Floats, bass: Floats) -> Floats:
    """Return the beats at the right metrical level: as they are, twice or half as many.

    They are doubled if the bass walks between them too, and halved if hardly anything sounds on
    every second one.
    """
    if len(beats) < MIN_NOTES:
        return beats
    middles = (beats[1:] + beats[:-1]) / 2
    tempo = 60 / float(np.median(np.diff(beats)))
    on, between = _mean_at(bass, beats), _mean_at(bass, middles)
    if between > WALKS * on and 2 * tempo < FASTEST + 60:
        return np.sort(np.concatenate([beats, middles]))
    halves = [_mean_at(strength, beats[first::2]) for first in (0, 1)]
    if min(halves) < STANDS * max(halves) and tempo > 2 * SLOWEST:
        return beats[int(np.argmax(halves)) :: 2]
    return beats


def _mean_at(strength: Floats, times: Floats) -> float:
    frames = np.rint(times * FRAMES).astype(np.int64)
    return float(strength[frames[frames < len(strength)]].mean())


def _best_path(strength: Floats, period: float) -> Floats:
    """Return the times of the best path, in steps of about a period (dynamic programming)."""
    score, before = strength.copy(), np.full(len(strength), -1)
    steps = np.arange(round(period / 2), 2 * round(period) + 1)
    cost = -TIGHTNESS * np.log(steps / period) ** 2
    nearest = int(steps[0])
    # No beat is nearer than that to the one before, so that so many frames are done at once.
    for start in range(nearest, len(strength), nearest):
        frames = np.arange(start, min(start + nearest, len(strength)))
        reach = frames[:, None] - steps
        ways = np.where(reach >= 0, score[reach] + cost, -np.inf)
        step = ways.argmax(1)
        best = ways[np.arange(len(frames)), step]
        better = best > 0
        score[frames[better]] += best[better]
        before[frames[better]] = reach[better, step[better]]
    last = int(score[-round(period) :].argmax()) + len(score) - round(period)
    path = [last]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return np.array(path[::-1]) / FRAMES


def _strength(times: Floats, weights: Floats) -> Floats:
    """Return the onset strength in each frame, with a standard deviation of 1."""
    frames = np.zeros(int(times.max() * FRAMES) + FRAMES)
    np.add.at(frames, np.rint(times * FRAMES).astype(np.int64), weights)
    width = np.arange(-6, 7) / FRAMES
    smooth = np.convolve(np.minimum(frames, 3.0), np.exp(-((width / SMEAR) ** 2) / 2), "same")
    strength: Floats = smooth / max(float(smooth.std()), 1e-9)
    return strength


def _period(strength: Floats) -> float:
    """Return the frames between beats: the best lag of autocorrelation near the usual tempo."""
    size = 2 ** int(np.ceil(np.log2(2 * len(strength))))
    spectrum = np.abs(np.fft.rfft(strength - strength.mean(), size)) ** 2
    again = np.fft.irfft(spectrum)[: len(strength)]  # the autocorrelation (Wiener-Khinchin)
    lags = np.arange(int(60 * FRAMES / FASTEST), min(int(60 * FRAMES / SLOWEST), len(again) // 4))
    if not len(lags):
        return 60 * FRAMES / USUAL
    # A period also repeats at its double, but less at its half.
    twice, half = again[2 * lags], again[np.maximum(lags // 2, 1)]
    prior = np.exp(-0.5 * (np.log2(60 * FRAMES / lags / USUAL) / OCTAVES) ** 2)
    return float(lags[((again[lags] + 0.5 * twice - 0.1 * half) * prior).argmax()])


def _first_bar(score: MidiScore, beats: Floats) -> int:
    """Return which of the first beats begins a bar: the one that makes chords likeliest."""
    beats = beats[:ENOUGH_BEATS]
    numbers = np.arange(len(beats))
    notes = table_of(part for part in score.parts if not part.is_drums)
    seconds = seconds_at(notes[:, :2], score.ppq, score.tempos)
    heard = seconds[:, 0] <= beats[-1]
    notes, seconds = notes[heard], seconds[heard]
    begin, end = TICKS_PER_QUARTER * np.interp(seconds, beats, numbers).T
    counts = np.ones(len(notes))
    chart = Chart((Bar(),) * (len(beats) // BEATS_PER_BAR + 2))

    def fit(first: int) -> float:
        ahead = TICKS_PER_QUARTER * (-first % BEATS_PER_BAR)
        sounding = np.stack([begin + ahead, end + ahead, notes[:, 2], counts], 1)
        return likelihood(chroma_of(sounding, chart))

    return max(range(BEATS_PER_BAR), key=fit)


def _moved(part: MidiPart, to: Callable[[ArrayLike], Ints]) -> MidiPart:
    start, end = to(part.table[:, :2]).T
    rows = np.stack([start, np.maximum(end, start + 1), *part.table[:, 2:].T], 1)
    return replace(part, notes=tuple(map(MidiNote._make, rows.tolist())), grid=b"")


def _all_moved(things: Sequence[Timed[T]], to: Callable[[ArrayLike], Ints]) -> tuple[Timed[T], ...]:
    ticks = to([thing.tick for thing in things]).tolist()
    return tuple(Timed(tick, thing.value) for tick, thing in zip(ticks, things, strict=True))
