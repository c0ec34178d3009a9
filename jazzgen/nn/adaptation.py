"""Adaptation: what a line teaches about itself while it is played.

A network knows how players play. A solo shows how this one plays: which notes he likes, how he
leaves the third, where in the beat he places an off-beat. So the network's probabilities are
multiplied by the exponential of *biases*, which begin at zero, and each value of the line moves
them a little towards what was played: by a step of gradient ascent on the value's log-likelihood.
It is dynamic evaluation (Mikolov et al. 2010, Krause et al. 2018), confined to biases.

Every bias belongs to a pitch, a pitch class or an interval, a degree or a rest, a duration or the
place in the quarter note where it ends; most of them hold after a rest only, after one pitch class
only, or from one place of the quarter note. An outcome's biases are found by their *slots* in one
table, so that to adapt is to gather and to learn is to scatter. The table of a line is part of its
state, like the states of the cells, and both engines carry it as such.

A line that is being played takes half as long steps as one that is only listened to (`PLAYING`).
What a player plays tells something of him; what a model has drawn tells what it has drawn. If it
believed that as readily, it would get caught in trills, and keep away from the ends of its range.

The biases never change how often a pitch is repeated. A player's own share of repeated notes would
be learned too, but a generated line would also learn those that it repeated by chance.

Axes: B lines, V outcomes, S slots of an outcome, T steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.sequence import NO_PITCH, HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.nn.sizes import DURATION_CLASSES, PITCH_CLASSES, PITCHES

__all__ = [
    "BIASES",
    "DEGREE_SLOTS",
    "DURATION_SLOTS",
    "INTERVAL_SLOTS",
    "PLAYING",
    "RATES",
    "Expected",
    "adapt",
    "adapt_solo",
    "duration_slots",
    "learn",
    "pitch_slots",
    "unbiased",
]

Array = NDArray[Any]
Slots = NDArray[np.intp]

WIDEST = 25
"""Wider intervals than this, in semitones, share the biases of the widest."""
INTERVALS = 2 * WIDEST + 1
VIEW = INTERVALS + 12 + 1
"""The number of biases of one group: of each interval, each degree of the chord, and a rest."""

# Where in the table each group begins. The biases of pitches come first.
_AFTER = PITCHES
"""Two groups: after a note, and after a rest."""
_LAST = _AFTER + 2 * VIEW
"""Twelve groups: for each pitch class of the last note."""
_TIME = _LAST + 12 * VIEW
"""Durations, from each tick of the quarter note."""
_PLACE = _TIME + TICKS_PER_QUARTER * DURATION_CLASSES
"""The tick of the quarter note at which a note ends, then that at which a rest ends."""
_CLASS = _PLACE + 2 * TICKS_PER_QUARTER
"""Each pitch class."""
_NOTHING = _CLASS + 12
"""The last slot: its bias stays zero."""
BIASES = _NOTHING + 1
"""The number of biases of a line."""


def _rates() -> NDArray[np.float32]:
    """The step of each bias; chosen together, for the likelihood of real solos."""
    rates = np.zeros(BIASES, np.float32)
    rates[:_AFTER] = 0.02
    rates[_AFTER:_LAST] = 0.016
    rates[_LAST:_TIME] = 0.035
    rates[_TIME:_PLACE] = 0.04
    rates[_PLACE:_CLASS] = 0.012
    rates[_CLASS:_NOTHING] = 0.03
    return rates


RATES = _rates()
"""The length of a step of each bias, shape (BIASES,)."""
PLAYING = 0.5
"""The part of these steps that a line takes that is being played."""


def _interval_slots() -> NDArray[np.int32]:
    pitch = np.arange(PITCHES)
    away = WIDEST + np.clip(pitch - pitch[:, None], -WIDEST, WIDEST)  # (last, pitch)
    slots = np.full((2, PITCHES, 4, PITCH_CLASSES), _NOTHING, np.int32)
    slots[:, :, 0, :PITCHES] = pitch
    slots[:, :, 3, :PITCHES] = _CLASS + pitch % 12
    last = _LAST + VIEW * (pitch[:, None] % 12)
    for rested in range(2):
        after = _AFTER + VIEW * rested
        slots[rested, :, 1, :PITCHES], slots[rested, :, 1, REST] = after + away, after + VIEW - 1
    slots[:, :, 2, :PITCHES], slots[:, :, 2, REST:] = last + away, last + VIEW - 1
    slots[:, pitch, 1:3, pitch] = _NOTHING  # a repeated pitch: see the module's docstring
    return np.concatenate([slots, np.full_like(slots[:, :1], _NOTHING)], axis=1)


def _degree_slots() -> NDArray[np.int32]:
    degree = INTERVALS + (np.arange(PITCHES) - np.arange(12)[:, None]) % 12  # (root, pitch)
    slots = np.full((2, 12, 13, 2, PITCH_CLASSES), _NOTHING, np.int32)
    for rested in range(2):
        slots[rested, :, :12, 0, :PITCHES] = (_AFTER + VIEW * rested + degree)[:, None]
    slots[:, :, :12, 1, :PITCHES] = (_LAST + VIEW * np.arange(12))[:, None] + degree[:, None]
    return slots


def _duration_slots() -> NDArray[np.int32]:
    tick, ticks = np.arange(TICKS_PER_QUARTER)[:, None], np.arange(1, DURATION_CLASSES + 1)
    slots = np.empty((2, TICKS_PER_QUARTER, 2, DURATION_CLASSES), np.int32)
    slots[:, :, 0] = _TIME + DURATION_CLASSES * tick + ticks - 1
    end = (tick + ticks) % TICKS_PER_QUARTER
    slots[:, :, 1] = np.stack([_PLACE + end, _PLACE + TICKS_PER_QUARTER + end])
    return np.concatenate([slots, np.full_like(slots[:1], _NOTHING)])


INTERVAL_SLOTS = _interval_slots()
"""The slots of a pitch, of its interval, and of its pitch class, after a note and after a rest, by
the last pitch, shape (2, 129, 4, PITCH_CLASSES). The last row is for the beginning, before there is
a last pitch."""
DEGREE_SLOTS = _degree_slots()
"""The slots of its degree, after a note and after a rest, by the chord's root and the pitch class
of the last note, 12 for none, shape (2, 12, 13, 2, PITCH_CLASSES)."""
DURATION_SLOTS = _duration_slots()
"""The slots of a note's duration, of a rest's, and of what comes before there is a last pitch, by
the tick of the quarter note at which it begins, shape (3, 24, 2, DURATION_CLASSES)."""


def unbiased(batch: int) -> NDArray[np.float32]:
    """Return the biases of new lines: all zero, shape (batch, BIASES)."""
    return np.zeros((batch, BIASES), np.float32)


def pitch_slots(last: Sequence[int], root: Sequence[int], rested: Sequence[bool]) -> Slots:
    """Return the slots of every pitch and of a rest, shape (B, 6, PITCH_CLASSES).

    Args:
        last: The pitch of each line's last note, or `NO_PITCH`, shape (B,). A line learns nothing
            up to its first note, whose interval is counted from a pitch that is a setting.
        root: The chord's root, as a pitch class, shape (B,).
        rested: Whether it is after a rest or at the beginning, shape (B,).
    """
    return _joined([*map(_slots_of_pitches, last, root, rested)])


def duration_slots(last: Sequence[int], in_beat: Sequence[int], rest: Sequence[bool]) -> Slots:
    """Return the slots of every duration, shape (B, 2, DURATION_CLASSES).

    Args:
        last: The pitch of each line's last note, or `NO_PITCH`, shape (B,).
        in_beat: Ticks since the beat, shape (B,).
        rest: Whether it is a rest that lasts, not a note, shape (B,).
    """
    kinds = [2 if before == NO_PITCH else int(one) for before, one in zip(last, rest, strict=True)]
    return _joined([*map(_slots_of_durations, kinds, in_beat)])


@lru_cache(1 << 10)
def _slots_of_pitches(last: int, root: int, rested: bool) -> Slots:
    """What `pitch_slots` returns for one line: kept, as a solo comes to a few hundred of them."""
    note = 12 if last == NO_PITCH else last % 12
    # `NO_PITCH` is -1: it finds the last row.
    both = INTERVAL_SLOTS[int(rested), last], DEGREE_SLOTS[int(rested), root, note]
    return np.concatenate(both)[None].astype(np.intp)


@cache
def _slots_of_durations(kind: int, in_beat: int) -> Slots:
    slots = DURATION_SLOTS[kind, in_beat % TICKS_PER_QUARTER]
    return np.asarray(slots[None], np.intp)


def _joined(slots: list[Slots]) -> Slots:
    return slots[0] if len(slots) == 1 else np.concatenate(slots)


class Expected(NamedTuple):
    """What lines expect of one output, such as the next pitch."""

    slots: Slots
    """The slots of each outcome in the tables of all lines, one behind the other, (B, S, V)."""
    shares: Array
    """The probability of each outcome, shape (B, V)."""


def adapt(shares: Array, biases: Array, slots: Array) -> Expected:
    """Return what biases make of probabilities.

    Args:
        shares: The network's probabilities, shape (B, V).
        biases: The lines' biases, shape (B, BIASES).
        slots: The slots of each outcome, shape (B, S, V).
    """
    if len(slots) > 1:
        slots = slots + BIASES * np.arange(len(slots))[:, None, None]
    weights = np.exp(np.add.reduce(biases.take(slots), axis=1))
    weights *= shares
    weights /= np.add.reduce(weights, axis=1, keepdims=True)
    return Expected(slots, weights)


def learn(
    biases: Array, *outputs: tuple[Expected, Sequence[int] | Array], part: float = 1
) -> Array:
    """Return biases after a value: a step towards what was played.

    Args:
        biases: The biases before it, shape (B, BIASES).
        outputs: What was expected with them of each output, and the outcome, shape (B,). No bias
            belongs to two outputs.
        part: The part of a whole step.

    Returns:
        New biases, float32, shape (B, BIASES).
    """
    slots, errors = [], []
    for (own, shares), played in outputs:
        # The gradient of the log-likelihood: what was played minus what was expected.
        error = np.negative(shares, dtype=np.float64)
        for line, outcome in enumerate(played):
            error[line, outcome] += 1
        slots.append(own.reshape(len(own), -1))
        errors += [error] * own.shape[1]
    gradient = np.bincount(
        np.concatenate(slots, axis=1).ravel(), np.concatenate(errors, axis=1).ravel(), biases.size
    )
    after: Array = gradient.astype(np.float32).reshape(biases.shape)
    after *= _steps(part)
    after += biases
    return after


@cache
def _steps(part: float) -> NDArray[np.float32]:
    """The length of a part of a step of each bias, shape (BIASES,)."""
    return RATES * np.float32(part)


def adapt_solo(
    pitches: Array,
    durations: Array,
    history: Array,
    rows: Array,
    played: tuple[Array, Array],
    part: float = 1,
) -> tuple[Array, Array]:
    """Return what a solo's own biases make of the probabilities of its values, teacher-forced.

    Args:
        pitches: The network's probabilities of pitches and a rest, shape (T, PITCH_CLASSES).
        durations: Those of durations, given the pitch that was played, shape
            (T, DURATION_CLASSES).
        history: What the network received of the line, shape (T, HISTORY_COLUMNS).
        rows: The rows of the chart table, shape (T, CHART_COLUMNS).
        played: The pitches or `REST`, and the durations in ticks, each of shape (T,).
        part: The part of a whole step that its biases take.

    Returns:
        The probabilities of pitches and those of durations, of the same shapes.
    """
    last = history[:, HistoryColumn.LAST].tolist()
    rested = (history[:, HistoryColumn.RESTED] > 0).tolist()
    pitch, ticks = played
    resting = (pitch == REST).tolist()
    root, in_beat = rows[:, ChartColumn.ROOT].tolist(), rows[:, ChartColumn.IN_BEAT].tolist()
    found = np.empty(pitches.shape), np.empty(durations.shape)
    biases = unbiased(1)
    for step in range(len(pitch)):
        now = slice(step, step + 1)
        note = adapt(pitches[now], biases, pitch_slots(last[now], root[now], rested[now]))
        time = adapt(durations[now], biases, duration_slots(last[now], in_beat[now], resting[now]))
        found[0][now], found[1][now] = note.shares, time.shares
        biases = learn(biases, (note, pitch[now]), (time, ticks[now] - 1), part=part)
    return found
