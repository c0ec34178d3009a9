"""Rhythms of one beat that players read: how each divides it, and how hard it is to read.

A cell is a division of a pulse. Its *slots* are the positions that notes may take. Each slot has
the tick where it is written and the span of ticks that is read as this slot: a swung eighth is
written halfway through the beat, and everything from there to the solo's own off-beat is heard
as one. Costs are in the unit of `DISTANCE_COST`: a note that is written two ticks away costs 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER
from jazzgen.notation.tuplets import Division, Ratio

__all__ = ["FINE", "Cell", "Slot", "cells_of"]

QUARTER = TICKS_PER_QUARTER
SIXTEENTH = QUARTER // 4
TRIPLET = QUARTER // 3
FINE = ("sextuplet", "32nds", "16th triplets", "run")
"""The names of the cells that a player does not read at sight."""

Costs = dict[tuple[int, ...], float]
EIGHTHS_COSTS: Costs = {(): 0.0, (0,): 0.0, (0, 1): 0.0, (1,): 0.1}
TRIPLET_COSTS: Costs = {
    (0, 1, 2): 0.7, (0, 2): 1.4, (1, 2): 1.0, (0, 1): 1.5, (1,): 2.2, (2,): 1.6,
}  # fmt: skip
SIXTEENTHS_COSTS: Costs = {
    (0, 1, 2, 3): 0.6, (0, 2, 3): 0.7, (0, 1, 2): 0.7, (2, 3): 0.7, (0, 1, 3): 1.1,
    (1, 2, 3): 0.9, (0, 3): 1.4, (1, 3): 1.3, (0, 1): 1.3, (1, 2): 1.5, (3,): 1.7, (1,): 2.2,
}  # fmt: skip
"""The cost of reading a cell, by the slots that hold notes; without an entry, it is not used."""
SEXTUPLET_COST, THIRTY_SECONDS_COST, MIXED_COST, RUN_COST = 7.2, 8.2, 6.7, 9.0
"""The costs of reading the cells of `FINE`."""
SHORTEST_RUN = 9
"""The fewest notes of a beat that is written as two sextuplets of thirty-seconds."""
SEXTUPLET, SIXTEENTH_TRIPLET = Ratio(6, 4, "16th"), Ratio(3, 2, "16th")
RUN = Ratio(6, 4, "32nd")
TRIPLET_RATIO = Ratio(3, 2, "eighth")


@dataclass(frozen=True)
class Slot:
    """A position within a pulse.

    Args:
        written: Where a note is written, in ticks after the pulse's beginning.
        early: The earliest place that is read as this position, in the same ticks.
        late: The latest place that is read as this position.
    """

    written: int
    early: float
    late: float

    def distance(self, place: float) -> float:
        """Return how far a place is from being read as this position, in ticks."""
        return max(self.early - place, place - self.late, 0.0)


@dataclass(frozen=True)
class Cell:
    """A division of a pulse.

    Args:
        name: Its name.
        slots: Its positions, in order.
        parts: Its parts, each divided evenly: the beginning in ticks after the pulse's, the
            length and the distance of the positions, in ticks, and the ratio of its tuplet.
        cost: The cost of reading it.
        costs: The cost by the indices of the slots that hold notes, in place of `cost`.
        fewest: The fewest notes that it is used for.
    """

    name: str
    slots: tuple[Slot, ...]
    parts: tuple[Division, ...]
    cost: float = 0.0
    costs: tuple[tuple[tuple[int, ...], float], ...] = ()
    fewest: int = 0

    def reading_cost(self, used: tuple[int, ...]) -> float | None:
        """Return the cost of reading it with notes on some slots; None if it is not used so."""
        return _costs(self).get(used) if self.costs else self.cost


@lru_cache(maxsize=256)
def _costs(cell: Cell) -> dict[tuple[int, ...], float]:
    return dict(cell.costs)


@lru_cache(maxsize=256)
def cells_of(
    length: int, latest: float, quickness: float = 1.0, fineness: float = 1.0
) -> tuple[Cell, ...]:
    """Return the cells of a pulse, those that are easy to read first.

    Args:
        length: The length of the pulse in ticks.
        latest: Up to where an off-beat is read as a swung eighth, in ticks after a beat.
        quickness: The factor on the costs of sixteenths, by the tempo.
        fineness: The factor on the costs of the cells of `FINE`, by tempo and number of notes.
    """
    if length != QUARTER:
        return tuple(_even_cells(length, fineness))
    swing = latest - EIGHTH
    eighths = (_at(0), _at(EIGHTH, swing))
    quick = {used: cost * quickness for used, cost in SIXTEENTHS_COSTS.items()}
    # In double time the sixteenths swing.
    sixteenths = (_at(0), _at(6, swing / 2), _at(12), _at(18, swing / 2))
    return (
        _cell("eighths", eighths, SIXTEENTH, costs=EIGHTHS_COSTS),
        _cell("triplet", _grid(QUARTER, TRIPLET), TRIPLET, TRIPLET_RATIO, costs=TRIPLET_COSTS),
        _cell("sixteenths", sixteenths, SIXTEENTH, costs=quick),
        *_mixed_cells(MIXED_COST * fineness),
        _cell("sextuplet", _grid(QUARTER, 4), 4, SEXTUPLET, cost=SEXTUPLET_COST * fineness),
        _cell("32nds", _grid(QUARTER, 3), 3, cost=THIRTY_SECONDS_COST * fineness),
        _run(RUN_COST * fineness),
    )


def _run(cost: float) -> Cell:
    """Return the cell of more notes than a beat has thirty-seconds, as ballads have them."""
    halves = (Division(0, EIGHTH, 2, RUN), Division(EIGHTH, EIGHTH, 2, RUN))
    return Cell("run", _grid(QUARTER, 2), halves, cost, fewest=SHORTEST_RUN)


def _mixed_cells(cost: float) -> tuple[Cell, Cell]:
    """Return the cells in which one eighth of a quarter is divided into a triplet."""
    name = "16th triplets"
    early = (Division(0, EIGHTH, 4, SIXTEENTH_TRIPLET), Division(EIGHTH, EIGHTH, SIXTEENTH))
    late = (Division(0, EIGHTH, SIXTEENTH), Division(EIGHTH, EIGHTH, 4, SIXTEENTH_TRIPLET))
    return (
        Cell(name, (_at(0), _at(4), _at(8), _at(12)), early, cost),
        Cell(name, (_at(0), _at(12), _at(16), _at(20)), late, cost),
    )


def _even_cells(length: int, fineness: float) -> list[Cell]:
    """Return the cells of a pulse that is no quarter, such as the dotted quarter of 6/8."""
    cells = [
        _cell(name, _grid(length, unit), SIXTEENTH, cost=cost)
        for name, unit, cost in (("eighths", EIGHTH, 0.0), ("sixteenths", SIXTEENTH, 0.8))
        if length % unit == 0
    ]
    parts = (Division(0, length, 3),)
    return [*cells, Cell("32nds", _grid(length, 3), parts, THIRTY_SECONDS_COST * fineness)]


def _cell(
    name: str,
    slots: tuple[Slot, ...],
    unit: int,
    ratio: Ratio | None = None,
    *,
    cost: float = 0.0,
    costs: Costs | None = None,
) -> Cell:
    """Return a cell that is divided evenly (see `Cell`)."""
    length = slots[-1].written + (slots[1].written if len(slots) > 1 else unit)
    return Cell(
        name, slots, (Division(0, length, unit, ratio),), cost, tuple((costs or {}).items())
    )


def _grid(length: int, unit: int) -> tuple[Slot, ...]:
    return tuple(_at(tick) for tick in range(0, length, unit))


def _at(tick: int, swing: float = 0.0) -> Slot:
    return Slot(tick, tick, tick + swing)
