"""The notes of one beat on the slots of a cell: which fit best, and which are grace notes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import inf

from jazzgen.notation.reading_cells import Cell

__all__ = ["CARRIED", "GRACE", "Choice", "best_of_cell"]

CARRIED, GRACE = -1, -2
"""In place of a slot: a note that is written on the next pulse, and one that is a grace note."""
REMEMBERED = 8_192
"""Results that are remembered of each kind: a tune repeats its rhythms, another one has others."""


@dataclass(frozen=True)
class Choice:
    """What is written in one pulse.

    Args:
        cost: Its cost.
        cell: The cell.
        slots: The slot of each note: an index, `CARRIED` (on the next pulse) or `GRACE`.
    """

    cost: float
    cell: Cell
    slots: tuple[int, ...]


@lru_cache(maxsize=REMEMBERED)
def best_of_cell(
    cell: Cell,
    length: int,
    places: tuple[int, ...],
    graces: tuple[float, ...],
    weight: float,
    arrives: bool,
    leaves: bool,
) -> tuple[Choice, ...]:
    """Return the choice of least cost for a cell, or nothing if it does not hold the notes.

    Args:
        cell: The cell.
        length: The length of the pulse in ticks.
        places: The notes, in ticks after the beginning of the pulse.
        graces: What each costs as a grace note.
        weight: The cost of a distance of one tick; it grows with the square.
        arrives: Whether its first slot is taken by a note from before.
        leaves: Whether its last note is written on the next pulse.
    """
    struck = tuple(range(len(places) - leaves))
    last = (CARRIED,) if leaves else ()
    distance = length - places[-1] if leaves else 0
    room = len(cell.slots) - arrives
    shortest = sorted(struck, key=lambda index: graces[index])
    found: Choice | None = None
    # The notes that are nearest to their next ones are the grace notes: as few as must, or more.
    for number in range(max(0, len(struck) - room), len(struck) + 1):
        small = frozenset(shortest[:number])
        before = weight * distance**2 + sum(graces[index] for index in small)
        if found is not None and before >= found.cost:
            break
        large = tuple(index for index in struck if index not in small)
        cost, slots = _on_slots(cell, tuple(places[index] for index in large), weight, arrives)
        if found is None or before + cost < found.cost:
            taken = dict(zip(large, slots, strict=False))
            chosen = tuple(taken.get(index, GRACE) for index in struck)
            found = Choice(before + cost, cell, chosen + last)
    return (found,) if found is not None and found.cost < inf else ()


@lru_cache(maxsize=REMEMBERED)
def _on_slots(
    cell: Cell, places: tuple[int, ...], weight: float, arrives: bool
) -> tuple[float, tuple[int, ...]]:
    """Return the least cost of notes on the slots of a cell, and these slots (see `best_of_cell`).

    The cost is infinite if the cell is never used so.
    """
    best: tuple[float, tuple[int, ...]] = (inf, ())
    for slots in combinations(range(int(arrives), len(cell.slots)), len(places)):
        reading = cell.reading_cost((0, *slots) if arrives else slots)
        if reading is None or reading >= best[0]:
            continue
        pairs = zip(slots, places, strict=True)
        off = sum(cell.slots[slot].distance(place) ** 2 for slot, place in pairs)
        best = min(best, (reading + weight * off, slots))
    return best
