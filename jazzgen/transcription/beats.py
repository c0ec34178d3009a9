"""Where the beats are, in a performance that was recorded without a click.

What begins at a time counts the more, the lower and the more of it there is; the tempo is
the period at which that repeats, near the tempi of jazz; the beats are the way through the
piece on which most begins and which keeps time (Ellis, "Beat Tracking by Dynamic
Programming", Journal of New Music Research 36, 2007). Bars begin where chords change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jazzgen.io.midi.score import (
    MidiNote,
    MidiPart,
    MidiScore,
    Timed,
    seconds_at,
    table_of,
)
from jazzgen.music.chart import Bar, Chart
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.transcription.chords import likelihood
from jazzgen.transcription.chroma import profile_of

__all__ = ["beat_times", "find_beats", "is_on_beat", "on_beats"]

T = TypeVar("T")
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FRAMES = 100
"""Frames a second."""
PPQ = 480
SLOWEST, FASTEST = 45.0, 330.0
USUAL, OCTAVES = 150.0, 0.9
"""The tempo that is likeliest, and how far others are from it, as a standard deviation."""
TIGHTNESS = 120.0
"""How much keeping time counts against what begins."""
SMEAR = 0.02
"""Seconds over which an onset is spread."""
ALIGNED = 0.25
"""How much onsets must gather around the beats of a file whose tempo is true."""
WALKS = 0.7
"""How much the bass must play between beats, of what it plays on them, to walk there."""
STANDS = 0.3
"""How little the band plays on every second beat where those are none."""
BASS = 50
UPPER = 0.4
"""How much a note counts that is neither drums nor a bass."""
BEATS_A_BAR = 4
FEWEST = 16


def is_on_beat(score: MidiScore) -> bool:
    """Whether a file's onsets gather around its own beats or parts of them.

    A line alone is believed: players' freedom hides the beat of many a solo.
    """
    if not score.metrical or len(score.parts) < 2:
        return score.metrical
    starts = table_of(score.parts)[:, 0]
    if len(starts) < FEWEST:
        return True
    angle = 2 * np.pi * starts / score.ppq
    return any(abs(np.exp(1j * times * angle).mean()) > ALIGNED for times in (1, 2, 3, 4))


def beat_times(score: MidiScore) -> Floats:
    """Return the times of the beats of a file, in seconds, whatever it says of them."""
    notes = table_of(score.parts)
    drums = np.repeat([part.is_drums for part in score.parts],
                      [len(part.notes) for part in score.parts])  # fmt: skip
    low = (notes[:, 2] < BASS) & ~drums
    weights = np.where(low | drums, 1.0, UPPER)
    return find_beats(seconds_at(notes[:, 0], score.ppq, score.tempos), weights, low)


def on_beats(score: MidiScore) -> MidiScore:
    """Return a file with its beats found: quarter notes on them, and their tempi."""
    beats = beat_times(score)
    if len(beats) < 2:
        return score
    ticks = PPQ * (np.arange(len(beats)) + BEATS_A_BAR - _first_bar(score, beats))

    def to(old: ArrayLike) -> Ints:
        seconds = seconds_at(old, score.ppq, score.tempos)
        before = ticks[0] - (beats[0] - seconds) / (beats[1] - beats[0]) * PPQ
        behind = ticks[-1] + (seconds - beats[-1]) / (beats[-1] - beats[-2]) * PPQ
        places = np.where(seconds < beats[0], before, np.interp(seconds, beats, ticks))
        places = np.where(seconds > beats[-1], behind, places)
        return np.maximum(np.rint(places), 0).astype(np.int64)

    tempi = 60 / np.diff(beats)
    return replace(
        score, ppq=PPQ, end=int(to(score.end)), metrical=True, meters=(),
        parts=tuple(_moved(part, to) for part in score.parts),
        tempos=(Timed(0, round(float(np.median(tempi)), 2)),),
        chords=_all_moved(score.chords, to), sections=_all_moved(score.sections, to),
        others=_all_moved(score.others, to), choruses=tuple(to(score.choruses).tolist()),
    )  # fmt: skip


def find_beats(times: Floats, weights: Floats, low: NDArray[np.bool_]) -> Floats:
    """Return the times of the beats.

    Args:
        times: When notes begin, in seconds, shape (N,).
        weights: How much each counts, shape (N,).
        low: Which are a bass's, shape (N,).
    """
    if len(times) < FEWEST or times.max() <= times.min():
        return np.zeros(0)
    strength = _strength(times, weights)
    beats = _best_path(strength, _period(strength))
    bass = _strength(times[low], weights[low]) if low.sum() >= FEWEST else strength
    return _at_level(beats, strength, bass)


def _at_level(beats: Floats, strength: Floats, bass: Floats) -> Floats:
    """Return the beats, with those between them if the bass walks there too, or every second."""
    if len(beats) < FEWEST:
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
    """Return the times of the best way through, in steps of about a period."""
    score, before = strength.copy(), np.full(len(strength), -1)
    steps = np.arange(round(period / 2), 2 * round(period) + 1)
    cost = -TIGHTNESS * np.log(steps / period) ** 2
    for frame in range(int(steps[0]), len(strength)):
        reach = steps[steps <= frame]
        ways = score[frame - reach] + cost[: len(reach)]
        step = int(ways.argmax())
        if ways[step] > 0:
            score[frame] += ways[step]
            before[frame] = frame - reach[step]
    last = int(score[-round(period) :].argmax()) + len(score) - round(period)
    path = [last]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return np.array(path[::-1]) / FRAMES


def _strength(times: Floats, weights: Floats) -> Floats:
    """Return how much begins in each frame, with a deviation of 1."""
    frames = np.zeros(int(times.max() * FRAMES) + FRAMES)
    np.add.at(frames, np.rint(times * FRAMES).astype(np.int64), weights)
    width = np.arange(-6, 7) / FRAMES
    smooth = np.convolve(np.minimum(frames, 3.0), np.exp(-((width / SMEAR) ** 2) / 2), "same")
    strength: Floats = smooth / max(float(smooth.std()), 1e-9)
    return strength


def _period(strength: Floats) -> float:
    """Return the frames between beats: where what begins repeats, near the usual tempo."""
    size = 2 ** int(np.ceil(np.log2(2 * len(strength))))
    spectrum = np.abs(np.fft.rfft(strength - strength.mean(), size)) ** 2
    again = np.fft.irfft(spectrum)[: len(strength)]
    lags = np.arange(int(60 * FRAMES / FASTEST), min(int(60 * FRAMES / SLOWEST), len(again) // 4))
    if not len(lags):
        return 60 * FRAMES / USUAL
    twice, half = again[2 * lags], again[np.maximum(lags // 2, 1)]
    prior = np.exp(-0.5 * (np.log2(60 * FRAMES / lags / USUAL) / OCTAVES) ** 2)
    return float(lags[((again[lags] + 0.5 * twice - 0.1 * half) * prior).argmax()])


def _first_bar(score: MidiScore, beats: Floats) -> int:
    """Return which of the first beats begins a bar: where the chords change most likely."""
    numbers = np.arange(len(beats))
    notes = table_of(part for part in score.parts if not part.is_drums)
    seconds = seconds_at(notes[:, :2], score.ppq, score.tempos)
    begin, end = TICKS_PER_QUARTER * np.interp(seconds, beats, numbers).T
    counts = np.ones(len(notes))
    chart = Chart((Bar(),) * (len(beats) // BEATS_A_BAR + 2))

    def fit(first: int) -> float:
        ahead = TICKS_PER_QUARTER * (-first % BEATS_A_BAR)
        sounding = np.stack([begin + ahead, end + ahead, notes[:, 2], counts], 1)
        return likelihood(profile_of(sounding, chart))

    return max(range(BEATS_A_BAR), key=fit)


def _moved(part: MidiPart, to: Callable[[ArrayLike], Ints]) -> MidiPart:
    start, end = to(part.table[:, :2]).T
    rows = np.stack([start, np.maximum(end, start + 1), *part.table[:, 2:].T], 1)
    return replace(part, notes=tuple(map(MidiNote._make, rows.tolist())), grid=b"")


def _all_moved(things: Sequence[Timed[T]], to: Callable[[ArrayLike], Ints]) -> tuple[Timed[T], ...]:
    ticks = to([thing.tick for thing in things]).tolist()
    return tuple(Timed(tick, thing.value) for tick, thing in zip(ticks, things, strict=True))
