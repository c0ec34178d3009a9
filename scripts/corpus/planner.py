"""When the phrases of a solo begin and end, and how high they climb."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from corpus.harmony import Harmony, harmony_index
from corpus.line import HELD, Slot
from corpus.players import Player
from jazzgen.music.chart import Chart
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["Frame", "contour_of", "grouped", "next_frame", "slots_of"]

BEAT = TICKS_PER_QUARTER
SHORTEST, LONGEST = 1.5, 30.0  # beats of a phrase
CLIMAX = 0.72  # of the solo
SHAPES: tuple[Callable[[float], float], ...] = (
    lambda u: math.sin(math.pi * u) - 0.5,
    lambda u: 0.8 - 1.6 * u,
    lambda u: 1.4 * u - 0.7,
    lambda u: 0.5 - math.sin(math.pi * u),
    lambda u: 0.8 * math.cos(2 * math.pi * u),
    lambda u: 0.6 * math.sin(3 * math.pi * u),
)


@dataclass(frozen=True)
class Frame:
    """Where a phrase begins and where its last note begins, in ticks."""

    start: int
    end: int


def next_frame(
    at: int, chart: Chart, harmonies: list[Harmony], player: Player, rng: Random
) -> Frame | None:
    """Return the next phrase's frame after a rest that begins at tick `at`.

    It is None if too little of the chart is left.
    """
    gap = player.gap_beats * math.exp(rng.gauss(0, 0.55)) * BEAT if at else rng.choice((0, 12, 60))
    begin = at + max(gap, BEAT if at else 0) + (EIGHTH - 1 if at else 0)
    start = int(begin // BEAT) * BEAT + rng.choices((0, 8, 12, 16), (4, 1, 6, 1))[0]
    beats = player.phrase_beats * math.exp(rng.gauss(0, player.phrase_spread))
    length = min(max(beats, SHORTEST), LONGEST) * BEAT
    last = _curtain(chart, harmonies)
    if start > last - 3 * BEAT:  # late: rest as little as possible, for a last word
        start = (int(at) // BEAT + 2) * BEAT + rng.choice((0, EIGHTH))
    if start + SHORTEST * BEAT > last:
        return None
    end = _landing(min(start + round(length), last), start, last, harmonies, rng)
    if last - end < 5 * BEAT:  # no room for one more: play to the end
        end = _landing(last - EIGHTH, start, last, harmonies, rng)
    return Frame(start, end)


def _curtain(chart: Chart, harmonies: list[Harmony]) -> int:
    """Return the latest tick for a solo's last note: soon after the last chord has come."""
    arrived = harmonies[-1].span.start + 36
    return min(max(arrived, chart.ticks - 5 * BEAT), chart.ticks - BEAT)


def _landing(target: int, start: int, last: int, harmonies: list[Harmony], rng: Random) -> int:
    """Return a good tick for a last note near a target: where the harmony arrives."""
    near = range(max(target - 36, start + EIGHTH) // EIGHTH * EIGHTH, target + 37, EIGHTH)
    ticks = [tick for tick in near if start < tick <= last] or [target]
    return max(ticks, key=lambda tick: _arrival(tick, harmonies) + rng.gauss(0, 0.6))


def _arrival(tick: int, harmonies: list[Harmony]) -> float:
    """Return how well a tick suits a phrase's last note."""
    number = harmony_index(harmonies, tick)
    since = tick - harmonies[number].span.start
    resolved = number > 0 and harmonies[number - 1].resolves and since <= 36
    return 1.2 * resolved + 0.3 * (since <= 12) + 0.25 * (tick % BEAT != 0)


def contour_of(frame: Frame, ticks: int, player: Player, rng: Random) -> Callable[[int], float]:
    """Return the pitch that a phrase should lie near, by tick.

    The solo begins below the middle of the player's range, climbs to a climax
    at about seven tenths and comes down; each phrase draws a shape around that.
    """
    middle, reach = (player.low + player.high) / 2, (player.high - player.low) / 2
    share = frame.start / ticks
    arc = share / CLIMAX if share < CLIMAX else 1 - 0.7 * (share - CLIMAX) / (1 - CLIMAX)
    centre = middle + reach * (-0.36 + 0.66 * arc) + rng.gauss(0, 3.0)
    length = max(frame.end - frame.start, 1)
    depth = min(3.5 + length / BEAT * 0.5, 10.0) * (0.7 + 0.6 * rng.random())
    shape = rng.choices(SHAPES, (4, 3, 2, 1.5, 2, 2))[0]
    low, high = player.low + 3, player.high - 3

    def contour(tick: int) -> float:
        along = min(max((tick - frame.start) / length, 0.0), 1.0)
        return min(max(centre + depth * shape(along), low), high)

    return contour


def slots_of(onsets: Sequence[int], last: int, harmonies: list[Harmony]) -> list[Slot]:
    """Return the slots of a phrase; a note held over a bar line belongs to the next chord.

    Args:
        onsets: Ticks.
        last: Ticks that the last note lasts.
        harmonies: The harmonies of the chart.
    """
    ends = [*onsets[1:], onsets[-1] + last]
    slots = []
    for onset, end in zip(onsets, ends, strict=True):
        number = harmony_index(harmonies, onset)
        change = harmonies[number].span.end
        anticipates = change - onset <= EIGHTH and end >= change + EIGHTH
        if anticipates and number + 1 < len(harmonies):
            number += 1
        slots.append(Slot(onset, end - onset, onset % BEAT == 0, harmonies[number],
                          last=onset == onsets[-1]))  # fmt: skip
    return slots


def grouped(slots: Sequence[Slot], chart: Chart, rng: Random) -> list[list[Slot]]:
    """Return slots in groups of one harmony within half a bar (or a bar, where short)."""
    bar = chart.bars[0].meter.bar_ticks
    half = bar // 2 if bar % (4 * BEAT) == 0 else bar
    groups: list[list[Slot]] = []
    for slot in slots:
        group = groups[-1] if groups else []
        same = bool(group) and group[-1].harmony is slot.harmony
        near = same and group[0].onset // half == slot.onset // half
        joined = same and group[0].onset // bar == slot.onset // bar and rng.random() < 0.3
        if group and (near or joined) and len(group) < 8 and group[-1].room < 2 * HELD:
            group.append(slot)
        else:
            groups.append([slot])
    return groups
