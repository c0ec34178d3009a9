"""From chord to chord: the chain of voicings that a pianist's hands take through a tune.

The chain is the cheapest path through all ways to voice all chords (`cheapest_path`). What counts
is how far the hand moves, how each voicing sounds, and three things without which the hand would
find one position and stay in it:

- the top voice follows a contour, a slow random walk over more than an octave, as a melody does;
- each group of four bars has likings of its own for families of voicings, drawn by chance;
- on a chord that lasts, the same voicing again costs more than a neighbouring one.

There are two chains, a low one and a high one, so that the pianist can keep out of the soloist's
register. Both depend on the chart and the seed alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.cheapest_path import cheapest_path
from jazzgen.band.guitar_voicings import on_guitar
from jazzgen.band.voicing_families import FAMILIES, Candidates, Family, Voicing, candidates
from jazzgen.music.chart import Chart
from jazzgen.music.chord import ChordSymbol

__all__ = ["REGISTERS", "Register", "Slot", "find_slots", "lead_voices"]

Floats = NDArray[np.float64]
Register = Literal["low", "high"]
REGISTERS: tuple[Register, ...] = get_args(Register)
TOPS: dict[Register, float] = {"low": 62.0, "high": 72.0}
"""The MIDI pitch around which the top voice moves: D4 and C5."""
BOUNDS: dict[Register, tuple[int, int]] = {"low": (47, 68), "high": (60, 80)}
BEYOND = 0.6
"""The MIDI pitches between which the hands lie, and the cost of each semitone beyond them."""
WANDER, STEADY = 7.5, 0.2
"""The contour's random steps, in semitones, and the share of its distance from the middle that it
loses at each step."""
PULL = 0.67
"""The cost of each semitone between the top voice and the contour; if all voices move by a
semitone, that costs 1."""
AGAIN = 1.6
"""The cost of the same voicing again on a chord that lasts."""
TASTE, NOISE = 2.0, 0.8
"""The largest chance cost of a family in a group of four bars, and of a voicing."""
PASSED_OVER, AVOIDED = 0.65, 6.0
"""The share of voicings that are avoided in each stretch of a chord that lasts, where nothing else
makes the hand move; and what they cost."""
GROUP = 4
"""The number of bars in a group."""
LASTING = 1
"""The number of bars beyond which a chord is played as a mode."""
MODAL: Mapping[Family, float] = {"fourths": -2.0, "upper": 0.0, "shell": 2.0, "drop2": 1.0}
FUNCTIONAL: Mapping[Family, float] = {"fourths": 1.8, "upper": -1.5, "shell": 1.5, "drop2": 0.8}
"""What families cost on chords that last, and on others."""
FAST, SHELLS_WHEN_FAST = 220.0, -2.0
"""The tempo in quarter notes per minute from which on shells cost less, and by how much."""
SLOW, SPREAD_WHEN_SLOW = 80.0, -1.5
"""The tempo up to which dropped voicings cost less, and by how much."""
MOST_KEPT = 1024
"""The number of tables of moves that are kept."""


@dataclass(frozen=True)
class Slot:
    """A stretch of a chord with one voicing.

    Args:
        tick: Its beginning, in ticks of the chart.
        chord: Its chord.
        group: The index of its group of bars.
        lasts: Whether the chord is played as a mode.
    """

    tick: int
    chord: ChordSymbol
    group: int
    lasts: bool


def find_slots(chart: Chart) -> list[Slot]:
    """Return the stretches of a chart: chords, cut at the bar lines and in the middle of bars."""
    cuts = set(chart.bar_starts[:-1])
    for start, bar in zip(chart.bar_starts, chart.bars, strict=False):
        if bar.meter.beats % 2 == 0:
            cuts.add(start + bar.meter.bar_ticks // 2)
    spans = [span for span in chart.chord_spans if span.chord.root is not None]
    slots = []
    ordered = sorted(cuts)
    first = 0
    for span in spans:
        while first < len(ordered) and ordered[first] <= span.start:
            first += 1
        ticks = [span.start]
        while first < len(ordered) and ordered[first] < span.end:
            ticks.append(ordered[first])
            first += 1
        bars = chart.bar_at(span.end - 1) - chart.bar_at(span.start) + 1
        for tick in ticks:
            group = chart.bar_at(tick) // GROUP
            slots.append(Slot(tick, span.chord, group, bars > LASTING))
    return slots


def lead_voices(
    slots: Sequence[Slot],
    tempo: float,
    register: Register,
    seed: Sequence[int],
    tastes: Mapping[Family, float] | None = None,
    guitar: bool = False,
) -> list[Voicing]:
    """Return a voicing for each stretch of a chart.

    Args:
        slots: The stretches, in order.
        tempo: Quarter notes per minute: fast tunes have smaller voicings, slow ones wider ones.
        register: Where the hands lie.
        seed: The same seed gives the same voicings.
        tastes: What families cost in a style beside what they cost anywhere.
        guitar: Whether a guitarist plays them, and not a pianist.
    """
    if not slots:
        return []
    generator = np.random.default_rng([*seed, REGISTERS.index(register)])
    likings = TASTE * generator.random((slots[-1].group + 1, len(FAMILIES)))
    likings += [(tastes or {}).get(family, 0.0) for family in FAMILIES]
    contour = TOPS[register] + _contour(len(slots), generator)
    choices, (low, high) = [candidates(slot.chord) for slot in slots], BOUNDS[register]
    if guitar:
        choices = [on_guitar(found) for found in choices]
    costs = []
    for slot, found, top in zip(slots, choices, contour, strict=True):
        families = likings[slot.group] + _family_costs(slot, tempo)
        costs.append(
            found.costs
            + families[found.families]
            + PULL * np.abs(found.outlines[:, -1] - top)
            + BEYOND * np.maximum(low - found.outlines[:, 0], 0)
            + BEYOND * np.maximum(found.outlines[:, -1] - high, 0)
            + _chance(slot, len(found.voicings), generator)
        )
    moves = [_moves(before, after) for before, after in pairwise(choices)]
    path = cheapest_path(costs, moves)
    return [found.voicings[choice] for found, choice in zip(choices, path, strict=True)]


def _family_costs(slot: Slot, tempo: float) -> Floats:
    costs = dict(MODAL if slot.lasts else FUNCTIONAL)
    if tempo >= FAST:
        costs["shell"] += SHELLS_WHEN_FAST
    if tempo <= SLOW:
        costs["drop2"] += SPREAD_WHEN_SLOW
    return np.array([costs.get(family, 0.0) for family in FAMILIES])


def _chance(slot: Slot, number: int, generator: np.random.Generator) -> Floats:
    """Return the chance costs of a number of voicings."""
    noise = NOISE * generator.random(number)
    return noise + AVOIDED * (generator.random(number) < PASSED_OVER) if slot.lasts else noise


def _contour(number: int, generator: np.random.Generator) -> Floats:
    """Return where the top voice is drawn, in semitones from its middle, shape (number,)."""
    offsets, offset = np.zeros(number), 0.0
    for index, push in enumerate(generator.normal(0, WANDER, number)):
        offset = (1 - STEADY) * offset + push
        offsets[index] = offset
    return offsets


@lru_cache(maxsize=MOST_KEPT)
def _moves(before: Candidates, after: Candidates) -> Floats:
    """Return what the moves between two chords' voicings cost, shape (K, K of the next).

    A move costs the mean distance in semitones between the outlines of both hands.
    """
    distances = np.abs(before.outlines[:, None] - after.outlines[None]).mean(axis=2)
    again = AGAIN * np.eye(len(before.voicings)) if before is after else 0.0
    return np.asarray(distances + again, np.float64)
