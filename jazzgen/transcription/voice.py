"""The melody of a part with several voices, such as that of a pianist who plays alone.

First the hands are told apart: the border between them moves slowly through the wide gap between
what they play. Then a path through the highest notes of the right hand is chosen that keeps its
register: notes that would need a leap there and back, such as chords below a rest of the melody,
and notes under a longer one are left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.io.midi.line import count_overlaps
from jazzgen.io.midi.part import MidiPart

__all__ = ["LEAST_CONFIDENCE", "Voice", "has_voices", "melody_voice"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST_CONFIDENCE = 0.5
"""The confidence below which a voice is no line."""
SEVERAL = 0.3
"""The least share of overlapping notes in a part with several voices."""
WIDE = 30
"""The least range in semitones, without rare notes, of a part with two hands."""
TOGETHER = 0.035
"""Seconds within which notes begin together."""
LOWEST, HIGHEST = 45, 74
"""The range of the border between the hands, as pitches."""
MIDDLE, SPREAD = 60, 9
"""The likeliest border, and the standard deviation around it in semitones."""
GAP = 2.5
"""Semitones around the border in which notes speak against it."""
SPAN = 15
"""The largest span of a hand in semitones."""
MOVE = 0.25
"""The cost of moving the border by a semitone from one chord to the next."""
LOOK_BACK = 10
"""The number of chords, at most, that a melody passes over on its way to the next note."""
EASY, OCTAVE = 7, 12
"""The intervals in semitones up to which a melody moves easily, and up to which it moves at all."""
UNDER = 1.4
"""The cost of a note below a longer one."""
RELEASED, PEDALLED = 3, 0.5
"""Notes that begin one after the other and end together if a pedal holds them, and their share."""
LOUDER = 12
"""How much louder than nearly all others nearly all notes of a melody are, if that tells it."""
FEWEST = 0.15
"""The least share of such a melody among the notes."""
ALONE = 0.1
"""The largest share of its notes that overlap."""
OCTAVES = 0.8
"""The least share of notes in octaves in a melody that is played in octaves."""
LEAPS = 8.0
"""How fast leaps beyond an octave reduce the confidence."""
CHANGING = 0.7
"""The share of notes with another pitch than the one before, in a line; chords repeat theirs."""


class Voice(NamedTuple):
    """The melody of a part.

    Args:
        notes: Its notes as rows of start, end, pitch and velocity, shape (M, 4).
        confidence: How certain it is that they are a line, 0 to 1.
    """

    notes: Ints
    confidence: float


def has_voices(part: MidiPart) -> bool:
    """Return whether a part has a melody and its own accompaniment, as two hands play them."""
    if _is_in_octaves(part.table):
        return False
    low, high = np.percentile(part.table[:, 2], (5, 95))
    return bool(high - low >= WIDE / 2 and count_overlaps(part) >= SEVERAL * len(part.notes) - 0.5)


def _is_in_octaves(notes: Ints) -> bool:
    """Return whether hardly any note is without the one an octave above or below."""
    struck = {(start, pitch) for start, pitch in notes[:, [0, 2]].tolist()}
    doubled = sum(
        (start, pitch + 12) in struck or (start, pitch - 12) in struck for start, pitch in struck
    )
    return doubled >= OCTAVES * len(struck)


def melody_voice(notes: Ints, seconds: Floats) -> Voice:
    """Return the melody of a part with several voices.

    Args:
        notes: The notes of the part in order of their starts (see `MidiPart.table`), shape (N, 4).
        seconds: The length of a tick of the file at each note, in seconds, shape (N,).
    """
    if _is_pedalled(notes):
        notes = _without_pedal(notes)
    loud = _loud_line(notes)
    if loud is not None:
        return Voice(loud, _confidence(loud, len(loud)))
    first = np.concatenate([[True], np.diff(notes[:, 0]) * seconds[1:] >= TOGETHER])
    chord_of = np.cumsum(first) - 1
    border = _borders(notes[:, 2], chord_of)
    right = np.flatnonzero(notes[:, 2] >= border[chord_of])
    if not len(right):  # one hand, which plays low
        right = np.arange(len(notes))
    # The highest note of each chord of the right hand, in order.
    order = right[np.lexsort((notes[right, 2], chord_of[right]))]
    tops = order[np.append(np.diff(chord_of[order]) != 0, True)]
    path = _path(notes[tops])
    line = notes[tops[path]]
    return Voice(line, _confidence(line, len(tops)))


def _is_pedalled(notes: Ints) -> bool:
    """Return whether most notes end together with others that begin earlier, by a pedal."""
    _, of_end = np.unique(notes[:, 1], return_inverse=True)
    _, onsets = np.unique(np.unique(notes[:, :2], axis=0)[:, 1], return_counts=True)
    return bool((onsets[of_end] >= RELEASED).mean() > PEDALLED)


def _without_pedal(notes: Ints) -> Ints:
    """Return notes that end where the next one begins, if a pedal holds them for longer."""
    after = np.searchsorted(notes[:, 0], notes[:, 0], "right")
    following = np.append(notes[:, 0], np.iinfo(np.int64).max)[after]
    return np.column_stack([notes[:, 0], np.minimum(notes[:, 1], following), notes[:, 2:]])


def _loud_line(notes: Ints) -> Ints | None:
    """Return the melody that is played clearly louder than what is around it, wherever it lies."""
    loudness = notes[:, 3]
    levels = np.unique(loudness)
    if len(levels) < 2 or np.ptp(levels) < LOUDER:
        return None
    spread = [
        (loudness <= level).mean() * (loudness > level).mean()
        * (loudness[loudness > level].mean() - loudness[loudness <= level].mean()) ** 2
        for level in levels[:-1].tolist()
    ]  # fmt: skip
    level = levels[int(np.argmax(spread))]
    loud, soft = notes[loudness > level], notes[loudness <= level]
    apart = np.percentile(loud[:, 3], 5) - np.percentile(soft[:, 3], 95)
    few = len(loud) < max(2, FEWEST * len(notes))
    if apart < LOUDER or few or loud[:, 2].mean() < LOWEST:
        return None
    middle = (loud[1:, 0] + loud[1:, 1]) // 2
    return loud if (loud[:-1, 1] > middle).mean() <= ALONE else None


def _borders(pitches: Ints, chord_of: Ints) -> Ints:
    """Return the lowest pitch of the right hand in each chord (Viterbi)."""
    borders = np.arange(LOWEST, HIGHEST + 1)
    chords = int(chord_of[-1]) + 1
    near = np.exp(-(((pitches[:, None] - borders + 0.5) / GAP) ** 2))
    cost = np.zeros((chords, len(borders)))
    np.add.at(cost, chord_of, near)
    for upper in (True, False):
        inside = (pitches[:, None] >= borders) == upper
        top = np.full(cost.shape, -1)
        low = np.full(cost.shape, 128)
        np.maximum.at(top, chord_of, np.where(inside, pitches[:, None], -1))
        np.minimum.at(low, chord_of, np.where(inside, pitches[:, None], 128))
        cost += 0.3 * np.maximum(top - low - SPAN, 0)
    cost += 0.05 * ((borders - MIDDLE) / SPREAD) ** 2
    moves = MOVE * np.abs(borders[:, None] - borders)
    total, came_from = cost[0], []
    for here in cost[1:]:
        ways = total + moves  # (to, from)
        came_from.append(ways.argmin(1))
        total = ways.min(1) + here
    path = [int(total.argmin())]
    for back in reversed(came_from):
        path.append(int(back[path[-1]]))
    return borders[path[::-1]]


def _path(tops: Ints) -> list[int]:
    """Return the indices of the notes of the melody among the highest notes of the right hand."""
    rows = tops.tolist()
    best: list[float] = []
    before: list[int] = []
    for number, (_, end, pitch, _) in enumerate(rows):
        most, last = 0.0, -1
        for other in range(max(number - LOOK_BACK, 0), number):
            value = best[other] - _step_cost(rows[other], pitch, end)
            if value > most:
                most, last = value, other
        best.append(1 + most)
        before.append(last)
    path = [int(np.argmax(best))]
    while before[path[-1]] >= 0:
        path.append(before[path[-1]])
    return path[::-1]


def _step_cost(last: list[int], pitch: int, end: int) -> float:
    """Return the cost of going on from a note to a pitch that ends at a tick."""
    interval = abs(pitch - last[2])
    cost = UNDER if pitch < last[2] and end <= last[1] else 0.0
    if interval <= EASY:
        return cost
    if interval <= OCTAVE:
        return cost + 0.12 * (interval - EASY)
    return cost + 1.6 + 0.15 * (interval - OCTAVE)


def _confidence(line: Ints, tops: int) -> float:
    """Return how certain it is that notes are a line.

    Args:
        line: The notes, shape (M, 4).
        tops: The number of chords from whose highest notes they were chosen.
    """
    if len(line) < 2:
        return 0.0
    steps = np.abs(np.diff(line[:, 2]))
    smooth = max(0.0, 1 - LEAPS * float((steps > OCTAVE).mean()))
    changing = min(1.0, float((steps > 0).mean()) / CHANGING)
    return round(smooth * changing * len(line) / tops, 3)
