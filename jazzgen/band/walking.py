"""Walking lines: the pitch that a bass has in mind on each pulse of a chart.

The learnt bass (`bass_model`) says how likely each pitch is; rules keep the line playable and keep
it from saying what only a transcription says:

- E1 to G3, and no leap beyond an octave;
- the root where a chord begins;
- a note before a new chord resolves into its root: by a step, a fourth or a fifth, or it is the
  root itself (Ed Friedland, *Building Walking Bass Lines*, 1993);
- a note outside of the chord-scale is left by a step, and by a semitone if a leap led to it;
- no leap to the perfect fifth of a chord that has none, such as a half-diminished one;
- leaps of a tritone, a sixth or a seventh are rarer than in the transcriptions, and so is another
  leap after one of a sixth or more;
- no leap back to where the last leap came from, no pendulum of two notes, no note three times.

A line depends on the chart and the seed alone. What the bass makes of it, in two, walking or in a
pattern, may depend on the solo, so that a solo that changes in one bar changes the bass there.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.bass_model import BassModel
from jazzgen.band.bass_steps import (
    HIGH,
    LOW,
    PITCHES,
    BassPlace,
    find_places,
)
from jazzgen.music.chart import Chart
from jazzgen.music.chord import ChordSymbol

__all__ = ["walking_line"]

Scores = NDArray[np.float64]

FOLLOWING = 2
"""How closely the line follows the changes, as a class of the model's: that of the median line in
its data. Roots are a rule here."""
TEMPERATURE = 1.0
"""How bold the choice of a pitch is: 1 as in the recordings, transcribed by a machine."""
NEVER = -1e9
"""The score of what must not be played, unless nothing else is left."""
OCTAVE, PERFECT_FIFTH = 12, 7
RESOLUTIONS = (0, 1, 2, 5, 7)
"""Intervals in semitones, up or down, by which a note leads into the root of a new chord."""
PENDULUM, THIRD_TIME, BACK, ON, OUTSIDE, CLASH, TOP = 3.0, 3.0, 1.5, 1.5, 2.0, 3.0, 0.7
"""What is taken off the score of a note that makes a pendulum; that comes a third time; that leaps
back; that leaps on after a wide leap; that is outside of the chord-scale on a downbeat; that leaps
to a false fifth; and for each semitone above `COMFORTABLE`."""
REACH = 4
"""The number of notes before a note from which it is at most an octave away."""
AWKWARD = {2: 0.5, 6: 0.2, 8: 0.8, 9: 0.8, 10: 2.5, 11: 4.0}
"""What intervals cost by their semitones: leaps that players rarely make and transcriptions often
show; and whole tones, of which the rules leave too many."""
PASSING = 0.3
"""What is added to the score of a note outside of the chord-scale, by a step on a weak pulse: rules
leave fewer of them than players play."""
LEAP, WIDE = 5, 8
"""The least interval that is a leap, and the least one that is a wide one, in semitones."""
COMFORTABLE = 50
"""The highest MIDI pitch without a cost: D3, in the first position on the highest string."""
ALL = np.arange(LOW, HIGH + 1)
HEIGHT = -TOP * np.maximum(ALL - COMFORTABLE, 0).astype(np.float64)
SIZES = np.abs(np.subtract.outer(ALL, ALL))
HARDNESS = np.select([size == SIZES for size in AWKWARD], list(AWKWARD.values()), 0.0)
FAR, NO_STEP, NO_SEMITONE = SIZES > OCTAVE, (SIZES > 2) | (SIZES == 0), SIZES != 1
"""What rules add for height; and by both pitches, what an interval costs, whether it is larger than
an octave, whether it is no step, and whether it is no semitone."""


def walking_line(
    model: BassModel, chart: Chart, ticks: Sequence[int], seed: int | Sequence[int]
) -> dict[int, int]:
    """Return the MIDI pitch of a walking line at each onset where there is a chord.

    Args:
        model: The learnt bass.
        chart: The chart, choruses unfolded.
        ticks: Onsets in ticks of the chart, ascending: its pulses.
        seed: The same seed gives the same line.
    """
    places = find_places(chart, ticks, FOLLOWING)
    uniforms = np.random.default_rng(seed).random(len(places))
    line: list[int] = []
    states = model.first_states()
    for number, place in enumerate(places):
        scores, states = model.step(line[-4:], place, states)
        after = places[number + 1] if number + 1 < len(places) else None
        scores = scores / TEMPERATURE + _rules(line, places[number - 1] if line else None, place)
        if after is not None and after.begins:
            scores += _resolving(after.chord.bass_pc or 0)
        # The uniform number picks a pitch, so that a score that changes a little seldom changes it.
        chances = np.cumsum(np.exp(scores - scores.max()))
        found = int(np.searchsorted(chances, uniforms[number] * chances[-1], side="right"))
        line.append(LOW + min(found, PITCHES - 1))
    return {place.tick: pitch for place, pitch in zip(places, line, strict=True)}


def _rules(line: Sequence[int], before: BassPlace | None, place: BassPlace) -> Scores:
    """Return what rules add to the score of each pitch, shape (PITCHES,).

    Args:
        line: The pitches before the note.
        before: Where the last of them is; None for none.
        place: Where the note is to be played.
    """
    added = HEIGHT.copy()
    if place.begins:
        added += _roots_only(place.chord.bass_pc or 0)
    elif place.is_downbeat:
        added -= OUTSIDE * _is_outside(place.chord)
    if before is None:
        return added
    last = line[-1] - LOW
    if not (place.begins or place.is_downbeat):
        added += PASSING * (_is_outside(place.chord) & ~NO_STEP[last])
    added -= HARDNESS[last]
    added -= CLASH * (_is_false_fifth(place.chord) & NO_STEP[last])
    # The notes of a bar lie within an octave, so that a bass in two can leave some of them out.
    for weight, earlier in zip((2, 1, 1, 1), reversed(line[-REACH:]), strict=False):
        added += weight * NEVER * FAR[earlier - LOW]
    if not place.begins and _is_outside(before.chord)[last]:
        led = len(line) > 1 and abs(line[-1] - line[-2]) > 2
        added += NEVER / 2 * (NO_SEMITONE if led else NO_STEP)[last]
    _add_turns(added, [pitch - LOW for pitch in line[-REACH:]])
    return added


def _add_turns(added: Scores, line: Sequence[int]) -> None:
    """Take off what it costs to go back to where the line just was.

    Args:
        added: What rules add to each score; it is changed in place.
        line: The last notes, from 0 for `LOW`.
    """
    if len(line) < 2:
        return
    turned, last = line[-2], line[-1]
    if turned == last:
        added[last] -= THIRD_TIME
        return
    added[turned] -= BACK * (abs(last - turned) >= LEAP)
    if abs(last - turned) >= WIDE:
        added -= ON * (SIZES[last] >= LEAP)
    if len(line) > 2 and line[-3] == last:
        added[turned] -= PENDULUM
    if len(line) > 3 and line[-4] == turned and line[-3] == last:
        added[turned] += NEVER / 4


@cache
def _roots_only(root: int) -> Scores:
    return np.where(root == ALL % OCTAVE, 0.0, NEVER)


@lru_cache(maxsize=1024)
def _is_outside(chord: ChordSymbol) -> NDArray[np.bool_]:
    """Return whether each pitch belongs neither to the chord nor to its scale."""
    return ~np.isin(ALL % OCTAVE, sorted(chord.scale | chord.chord_tones))


@lru_cache(maxsize=1024)
def _is_false_fifth(chord: ChordSymbol) -> NDArray[np.bool_]:
    """Return whether each pitch is a perfect fifth above a chord that has none."""
    return _is_outside(chord) & (((chord.root_pc or 0) + PERFECT_FIFTH) % OCTAVE == ALL % OCTAVE)


@cache
def _resolving(root: int) -> Scores:
    """Return what is added to each pitch before a chord with a given root that begins."""
    roots = ALL[root == ALL % OCTAVE]
    steps = np.abs(ALL[:, None] - roots).min(axis=1)
    return np.where(np.isin(steps, RESOLUTIONS), 0.0, NEVER / 8)
