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
from numpy.typing import NDArray

from jazzgen.formats.midi_score import MidiNote, MidiPart, MidiScore, Timed, seconds_at
from jazzgen.intake.harmony import likelihood
from jazzgen.intake.profile import Sounding, profile_of
from jazzgen.music.chart import Bar, Chart
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["beat_times", "find_beats", "is_on_beat", "on_beats"]

T = TypeVar("T")
Floats = NDArray[np.float64]

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
BEATS_A_BAR = 4
FEWEST = 16


def is_on_beat(score: MidiScore) -> bool:
    """Whether a file's onsets gather around its own beats or parts of them.

    A line alone is believed: players' freedom hides the beat of many a solo.
    """
    if not score.metrical or len(score.parts) < 2:
        return score.metrical
    starts = np.array([note.start for part in score.parts for note in part.notes])
    if len(starts) < FEWEST:
        return True
    angle = 2 * np.pi * starts / score.ppq
    return any(abs(np.exp(1j * times * angle).mean()) > ALIGNED for times in (1, 2, 3, 4))


def beat_times(score: MidiScore) -> Floats:
    """Return the times of the beats of a file, in seconds, whatever it says of them."""
    rhythm = [(seconds_at(note.start, score.ppq, score.tempos), part, note)
              for part in score.parts for note in part.notes]  # fmt: skip
    return find_beats(
        np.array([time for time, _, _ in rhythm]),
        np.array([_weight(part, note) for _, part, note in rhythm]),
        np.array([note.pitch < BASS and not part.is_drums for _, part, note in rhythm]),
    )


def on_beats(score: MidiScore) -> MidiScore:
    """Return a file with its beats found: quarter notes on them, and their tempi."""
    beats = beat_times(score)
    if len(beats) < 2:
        return score
    ticks = PPQ * (np.arange(len(beats)) + BEATS_A_BAR - _first_bar(score, beats))

    def to(tick: int) -> int:
        seconds = seconds_at(tick, score.ppq, score.tempos)
        place = np.interp(seconds, beats, ticks)
        if seconds < beats[0]:
            place = ticks[0] - (beats[0] - seconds) / (beats[1] - beats[0]) * PPQ
        elif seconds > beats[-1]:
            place = ticks[-1] + (seconds - beats[-1]) / (beats[-1] - beats[-2]) * PPQ
        return max(round(float(place)), 0)

    tempi = 60 / np.diff(beats)
    return replace(
        score, ppq=PPQ, end=to(score.end), metrical=True, meters=(),
        parts=tuple(_moved(part, to) for part in score.parts),
        tempos=(Timed(0, round(float(np.median(tempi)), 2)),),
        chords=_all_moved(score.chords, to), sections=_all_moved(score.sections, to),
        others=_all_moved(score.others, to), choruses=tuple(map(to, score.choruses)),
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


def _weight(part: MidiPart, note: MidiNote) -> float:
    if part.is_drums:
        return 1.0
    return 1.0 if note.pitch < BASS else 0.4


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
    sounding: list[Sounding] = []
    for part in score.parts:
        for note in part.notes if not part.is_drums else ():
            ends = [seconds_at(tick, score.ppq, score.tempos) for tick in (note.start, note.end)]
            begin, end = TICKS_PER_QUARTER * np.interp(ends, beats, numbers)
            sounding.append((float(begin), float(end), note.pitch, 1.0))
    chart = Chart((Bar(),) * (len(beats) // BEATS_A_BAR + 2))

    def fit(first: int) -> float:
        ahead = TICKS_PER_QUARTER * (-first % BEATS_A_BAR)
        return likelihood(profile_of([(b + ahead, e + ahead, p, c) for b, e, p, c in sounding],
                                     chart))  # fmt: skip

    return max(range(BEATS_A_BAR), key=fit)


def _moved(part: MidiPart, to: Callable[[int], int]) -> MidiPart:
    notes = []
    for note in part.notes:
        start = to(note.start)
        notes.append(note._replace(start=start, end=max(to(note.end), start + 1)))
    return replace(part, notes=tuple(notes), grid=b"")


def _all_moved(things: Sequence[Timed[T]], to: Callable[[int], int]) -> tuple[Timed[T], ...]:
    return tuple(Timed(to(thing.tick), thing.value) for thing in things)
