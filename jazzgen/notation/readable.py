"""Readable rhythm: what a transcriber writes for a player.

Each pulse of a line takes one of the cells of `reading_cells`, and each of its notes a slot of
that cell, the next beat, or the place of a grace note. The choice for the whole line is one of
least cost (Viterbi): how far notes are written from where they lie, how hard the cells are to
read, and how often the way of dividing changes. In quick tempi a distance is heard less and
fine values are read less easily, so that distances weigh less.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import inf

from jazzgen.music.pulse import Pulse, pulses
from jazzgen.music.solo import Solo
from jazzgen.music.styles import find_feel
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER
from jazzgen.notation.cell_choices import CARRIED, GRACE, Choice, best_of_cell
from jazzgen.notation.own_swing import own_off_beat
from jazzgen.notation.reading_cells import cells_of
from jazzgen.notation.tuplets import Division, Layout, quarter_triplet

__all__ = ["choose_readable"]

SWUNG = 2 * TICKS_PER_QUARTER / 3
"""Where an off-beat lies that is transcribed as a quarter and an eighth of a triplet."""
USUAL_TEMPO = 150.0
"""The tempo at which a note that is written two ticks away costs 1."""
QUICK_TEMPO = 180.0
"""The tempo above which sixteenths are read less easily, by the square of the ratio."""
SLOW_TEMPO, LEAST_SLOWNESS = 110.0, 0.5
"""The tempo below which runs are written out, and the least factor on the costs of their values."""
SIXTEENTHS, SPARSE = 4, 1.5
"""The notes that a beat of sixteenths holds; the factor on finer values for no more than these."""
LIGHTEST, HEAVIEST = 0.7, 1.25
"""The bounds of the factor on distances at other tempi."""
CHANGE_COST = 0.35
"""The cost of dividing a pulse in another way than the one before it."""
GRACE_COST, GRACE_SECONDS = 1.3, 0.085
"""The cost of a grace note: at least, and the time to the next note that costs as much again."""
LONGEST_GRACE = 5
"""The longest time to the next note at which one is usually a grace note, in ticks."""
BROAD_COST = 1.0
"""The cost of a triplet of quarters over two pulses."""
EARLIEST_CARRY = 5.0
"""The greatest distance from the next beat, in ticks, of a note that is written on it."""


def choose_readable(solo: Solo) -> Layout:
    """Return how the notes of a solo are laid out so that they are easy to read.

    Args:
        solo: The solo.
    """
    chart = solo.chart
    starts = [
        (start + pulse.tick, pulse)
        for start, bar in zip(chart.bar_starts, chart.bars, strict=False)
        for pulse in pulses(bar.meter)
    ]
    onsets = [note.onset for note in solo.notes]
    swings = find_feel(chart.feel).swings
    latest = max(own_off_beat(solo), SWUNG) if swings else EIGHTH
    line = _Line(starts, onsets, chart.tempo, latest)
    return _laid_out(line, _best(line))


class _Line:
    """A line, its pulses and what its choices cost.

    Args:
        starts: The tick and the kind of each pulse.
        onsets: The tick of each note.
        tempo: Quarter notes per minute.
        latest: Up to where an off-beat is read as a swung eighth, in ticks after a beat.
    """

    def __init__(
        self,
        starts: Sequence[tuple[int, Pulse]],
        onsets: Sequence[int],
        tempo: float,
        latest: float,
    ) -> None:
        self.starts, self.onsets = starts, onsets
        self.latest = latest
        factor = (USUAL_TEMPO / tempo) ** 0.5
        self.quickness = round(max(tempo / QUICK_TEMPO, 1.0) ** 2, 2)
        self.weight = min(max(factor, LIGHTEST), HEAVIEST) / 4
        self.slowness = round(max(tempo / SLOW_TEMPO, LEAST_SLOWNESS), 2)
        tick = 60 / tempo / TICKS_PER_QUARTER
        gaps = [after - on for on, after in pairwise(onsets)]
        self.grace_costs = [_grace_cost(gap, gap * tick) for gap in gaps] + [inf]

    def inside(self, number: int) -> range:
        """Return the indices of the notes in a pulse."""
        start, pulse = self.starts[number]
        return range(
            bisect_left(self.onsets, start), bisect_left(self.onsets, start + pulse.length)
        )

    def fineness(self, notes: int) -> float:
        """Return the factor on the costs of values finer than sixteenths, for a beat of some notes.

        In slow tempi a beat of many notes is a run in double time, written with all its notes:
        a row of grace notes is harder to read. A few notes are played freely, and are written on
        sixteenths or triplets all the more.

        Args:
            notes: The number of notes in the beat.
        """
        if self.slowness >= 1:
            return 1.0
        return self.slowness if notes > SIXTEENTHS else SPARSE

    def choices(self, number: int, arrives: bool) -> list[tuple[bool, Choice]]:
        """Return the best choice of each cell of a pulse, and whether its last note leaves it.

        A note that leaves a pulse is written on the next one.

        Args:
            number: The index of the pulse.
            arrives: Whether a note of the pulse before is written on this one.
        """
        start, pulse = self.starts[number]
        notes = self.inside(number)
        places = tuple(self.onsets[index] - start for index in notes)
        graces = tuple(round(self.grace_costs[index], 3) for index in notes)
        last = number + 1 == len(self.starts)
        may_leave = places and not last and pulse.length - places[-1] <= EARLIEST_CARRY
        weight = round(self.weight, 4)
        return [
            (leaves, choice)
            for leaves in ((False, True) if may_leave else (False,))
            for cell in cells_of(
                pulse.length, self.latest, self.quickness, self.fineness(len(places))
            )
            if cell.fewest <= len(places)
            for choice in best_of_cell(cell, pulse.length, places, graces, weight, arrives, leaves)
        ]


def _grace_cost(ticks: int, seconds: float) -> float:
    """Return the cost of a grace note, by the time to the next note in ticks and in seconds."""
    cost = GRACE_COST * (1 + (seconds / GRACE_SECONDS) ** 2)
    return cost if ticks <= LONGEST_GRACE else cost + ticks


State = tuple[str, bool]
"""The name of a pulse's cell, and whether its last note is written on the next pulse."""
Step = tuple[float, "State | None", int, "Choice | None"]
"""The cost so far, the state before, the pulses taken, and the choice (None: a broad triplet)."""


def _best(line: _Line) -> list[Choice | None]:
    """Return the choice of each pulse; a triplet of quarters gives None for both of its pulses."""
    size = len(line.starts)
    table: list[dict[State, Step]] = [{} for _ in range(size + 1)]
    table[0][("", False)] = (0.0, None, 0, None)
    for number in range(size):
        broad = quarter_triplet(line.starts[number : number + 2], line.onsets)
        choices = {
            arrives: line.choices(number, arrives)
            for arrives in {arrives for _, arrives in table[number]}
        }
        for state, step in table[number].items():
            for taken, after, cost, choice in _steps(state, choices[state[1]], broad is not None):
                total = step[0] + cost
                held = table[number + taken].get(after)
                if held is None or total < held[0]:
                    table[number + taken][after] = (total, state, taken, choice)
    return _traced(table)


def _steps(
    state: State, choices: Sequence[tuple[bool, Choice]], broad: bool
) -> Iterator[tuple[int, State, float, Choice | None]]:
    """Yield each way to go on: pulses taken, the state after, its cost and the choice.

    Args:
        state: The state before.
        choices: The choices of the pulse (see `_Line.choices`).
        broad: Whether a triplet of quarters fits this pulse and the next.
    """
    name, arrives = state
    for leaves, choice in choices:
        # A beat with one note or none does not divide at all.
        plain = choice.cell.name == "eighths" and 1 not in choice.slots
        kind = name if plain else choice.cell.name
        change = CHANGE_COST if name and kind != name else 0.0
        yield 1, (kind, leaves), choice.cost + change, choice
    if broad and not arrives:
        yield 2, ("triplet", False), BROAD_COST, None


def _traced(table: Sequence[dict[State, Step]]) -> list[Choice | None]:
    number = len(table) - 1
    state: State | None = min(table[-1], key=lambda one: table[-1][one][0])
    chosen: list[Choice | None] = []
    while number and state is not None:
        _, before, taken, choice = table[number][state]
        chosen += [choice] * taken
        number, state = number - taken, before
    return chosen[::-1]


def _laid_out(line: _Line, chosen: Sequence[Choice | None]) -> Layout:
    divisions: list[Division] = []
    positions = [0] * len(line.onsets)
    graces: set[int] = set()
    number = 0
    while number < len(chosen):
        choice = chosen[number]
        start, pulse = line.starts[number]
        if choice is None:
            broad = quarter_triplet(line.starts[number : number + 2], line.onsets)
            if broad is not None:
                divisions.append(broad)
                for index in (*line.inside(number), *line.inside(number + 1)):
                    positions[index] = broad.nearest(line.onsets[index])
            number += 2
            continue
        divisions += [replace(part, start=start + part.start) for part in choice.cell.parts]
        for index, slot in zip(line.inside(number), choice.slots, strict=True):
            if slot == GRACE:
                graces.add(index)
            elif slot == CARRIED:
                positions[index] = start + pulse.length
            else:
                positions[index] = start + choice.cell.slots[slot].written
        number += 1
    for index in sorted(graces, reverse=True):
        positions[index] = positions[index + 1]
    return Layout(tuple(divisions), tuple(positions), frozenset(graces))
