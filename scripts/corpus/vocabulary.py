"""The cells that lines are made of.

`cells_from` lists, for a group of notes that begins on a given pitch over a
harmony, everything a bebop player might put there: scale runs, bebop scales,
arpeggios from any chord tone (from the third: 3-5-7-9), digital patterns
(1235, broken thirds), pentatonics and fourths, turns, chromatic runs, repeated
notes, blues phrases, and approaches and enclosures of a note of the next group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from random import Random

from corpus.harmony import Harmony

__all__ = ["Cell", "cells_from", "ladder"]

LOWEST, HIGHEST = 36, 92
DRAWS = 10  # approaches that are tried from one note

# Steps on a ladder of pitches; cut to the length that is wanted.
PATTERNS: tuple[tuple[int, ...], ...] = (
    (0, 1, 2, 4, 2, 1, 0, -1),
    (0, 1, 2, 4, 3, 2, 1, 0),
    (0, 1, 2, 0, 1, 2, 3, 1),
    (4, 2, 1, 0, -1, 0, 1, 2),
    (0, 2, 1, 3, 2, 4, 3, 5),
    (0, -2, -1, -3, -2, -4, -3, -5),
    (0, 2, 4, 6, 5, 4, 3, 2),
    (0, 2, 4, 6, 4, 5, 3, 2),
    (0, -2, -4, -6, -5, -4, -3, -2),
    (0, -2, -4, -5, -4, -2, -1, 0),
    (0, 4, 3, 2, 1, 0, -1, -2),
    (0, 5, 4, 3, 2, 1, 0, -1),
    (0, -3, -2, -1, 0, 2, 4, 3),
    (0, 2, 1, 0, -1, -2, 0, 1),
    (0, 1, -1, 0, 2, 4, 3, 2),
    (0, -1, 1, 0, -2, -4, -3, -2),
    (0, 1, 3, 2, 0, -1, 1, 0),
    (0, -1, -2, 1, 0, -1, -2, -3),
    (0, 1, 2, -1, 0, 1, 2, 3),
    (0, 3, 2, 1, 2, 0, -1, 0),
    (0, -1, 0, 2, 1, 3, 2, 0),
    (0, -1, -3, -2, -1, 0, 2, 1),
)
TURNS: tuple[tuple[int, ...], ...] = (
    (0, 1, 0, -1, 0, -1, -2, -1),
    (0, 1, 0, -1, -2, -3, -2, -1),
    (0, -1, 0, 1, 2, 1, 0, -1),
    (0, 1, 0, -2, -1, 0, 1, 2),
)
ARPEGGIOS: tuple[tuple[int, ...], ...] = (
    (0, 1, 2, 3, 2, 1, 0, -1),
    (0, -1, -2, -3, -2, -1, 0, 1),
    (0, 1, 2, 3, 4, 3, 2, 1),
    (0, 2, 1, 3, 2, 1, 0, -1),
    (0, -1, 1, 0, 2, 1, 0, -1),
    (0, 2, 1, 0, -1, -2, -1, 0),
)
PENTATONICS: tuple[tuple[int, ...], ...] = (
    (0, 1, 2, 3, 4, 3, 2, 1),
    (0, 1, 2, 1, 3, 2, 1, 0),
    (0, -1, -2, -3, -4, -3, -2, -1),
    (0, 2, 1, 3, 2, 4, 3, 2),
    (0, -2, -1, -3, -2, -1, 0, 1),
    (3, 2, 1, 0, 2, 1, 0, -1),
    (0, 2, 1, 0, -1, 1, 0, -1),
)
REPEATS: tuple[tuple[int, ...], ...] = (
    (0, 0, -1, -2, -3),
    (0, 0, 1, 2, 3),
    (0, 0, 2, 1, 0),
    (0, 1, 1, 0, -1),
    (0, -1, -1, 0, 1),
    (0, 2, 2, 1, 0),
    (0, 0, 0, -1, 1),
    (0, -2, -2, -1, 0),
)
FOURTHS: tuple[tuple[int, ...], ...] = (
    (0, 3, 6, 5, 2, -1),
    (0, 3, 1, 4, 2, 5),
    (0, -3, -1, -4, -2, -5),
    (0, -3, -6, -5),
)
# How a line goes on from a note that was enclosed.
WAYS_ON = ((1, 2, 3, 4, 5), (-1, -2, -3, -4, -5), (2, 4, 3, 2, 1))
# Semitones above the tonic of the blues.
BLUES_LINES: tuple[tuple[int, ...], ...] = (
    (0, 3, 5, 6, 5, 3, 0, -2, 0),
    (0, 3, 4, 7, 9, 7, 4, 3, 0),
    (12, 10, 7, 6, 5, 3, 0, -2, 0),
    (7, 9, 12, 15, 12, 9, 7, 5, 3, 0),
    (7, 6, 5, 3, 4, 0, -3, 0),
    (-3, 0, 2, 3, 4, 7, 9, 7, 4, 0),
    (9, 7, 4, 3, 2, 0, -3, -5, -3, 0),
    (5, 6, 7, 10, 7, 6, 5, 3, 0),
    (10, 12, 15, 12, 10, 7, 10, 7, 5, 3),
    (3, 4, 0, 3, 4, 7, 10, 9, 7),
    (12, 12, 10, 12, 15, 12, 10, 7),
    (7, 7, 5, 3, 5, 3, 0, 0),
    (0, 0, 3, 3, 4, 7, 7, 9),
    (4, 3, 0, -2, -5, -2, 0, 3, 4),
)
# The ways into a goal, as semitones above it; None is the scale tone above it.
APPROACHES: tuple[tuple[int | None, ...], ...] = (
    (-1,),
    (1,),
    (None,),
    (None, -1),
    (-1, None),
    (-2, -1),
    (2, 1),
    (None, 1, -1),
    (2, 1, -1),
    (None, -2, -1),
    (-2, -1, None),
    (-1, None, -1),
    (3, 2, 1),
    (-3, -2, -1),
)
PENTATONIC = (0, 3, 5, 7, 10)
PENTATONIC_ROOTS = {"min": (0, 7, 2), "maj": (9, 4, 11), "dom": (9, 2), "sus": (2, 9, 7),
                    "minmaj": (0, 2), "hdim": (3,)}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A cell: its family, its pitches, and the pitch it leads to, if to one."""

    family: str
    pitches: tuple[int, ...]
    goal: int | None = None


@lru_cache(maxsize=4096)
def ladder(pitch_classes: frozenset[int]) -> tuple[int, ...]:
    """Return all pitches of the given classes, upwards."""
    return tuple(pitch for pitch in range(LOWEST, HIGHEST + 1) if pitch % 12 in pitch_classes)


def cells_from(
    start: int, size: int, harmony: Harmony, after: Harmony | None, rng: Random
) -> list[Cell]:
    """Return the cells of `size` notes that begin on `start`.

    Args:
        start: Pitch of the first note.
        size: Notes in the group, 1 to 9.
        harmony: The harmony of the group.
        after: The harmony of the first note of the next group, where there is one.
        rng: Chooses among the many approaches.
    """
    if size == 1:
        return [Cell("single", (start,))]
    plain = list(_inside(start, size, harmony))
    if after is not None:
        plain += _approaching(start, size, plain, after, rng)
    unique = {(cell.pitches, cell.goal): cell for cell in reversed(plain)}
    return list(unique.values())


def _inside(start: int, size: int, harmony: Harmony) -> Iterator[Cell]:
    scale, tones = ladder(harmony.scale), ladder(harmony.tones)
    runs = (tuple(range(size)), tuple(-k for k in range(size)))
    yield from _on_ladder("scale", scale, start, runs, size)
    if start % 12 in harmony.tones:
        yield from _on_ladder("bebop", ladder(harmony.bebop), start, runs, size)
        yield from _on_ladder("arpeggio", tones, start, ARPEGGIOS, size)
        yield from _led_arpeggio(tones, start, size)
    yield from _on_ladder("pattern", scale, start, PATTERNS, size)
    yield from _on_ladder("turn", scale, start, TURNS, size)
    for root in PENTATONIC_ROOTS.get(harmony.span.chord.family, ()):
        classes = frozenset((harmony.root + root + step) % 12 for step in PENTATONIC)
        if classes <= harmony.scale:
            yield from _on_ladder("pentatonic", ladder(classes), start, PENTATONICS, size)
    yield from _on_ladder("fourths", scale, start, FOURTHS, size)
    yield from _on_ladder("repeat", scale, start, REPEATS, size)
    yield from _blues(start, size, harmony)
    yield from _enclosures(scale, start, size, harmony)
    if size <= 4:
        yield Cell("chromatic", tuple(start - k for k in range(size)))
        yield Cell("chromatic", tuple(start + k for k in range(size)))


def _on_ladder(
    family: str, rungs: Sequence[int], start: int, patterns: Sequence[Sequence[int]], size: int
) -> Iterator[Cell]:
    """Yield each pattern set on a ladder so that its first note is `start`."""
    if start not in rungs:
        return
    here = rungs.index(start)
    for pattern in patterns:
        indices = [here + step - pattern[0] for step in pattern[:size]]
        if len(indices) == size and min(indices) >= 0 and max(indices) < len(rungs):
            yield Cell(family, tuple(rungs[index] for index in indices))


def _led_arpeggio(tones: Sequence[int], start: int, size: int) -> Iterator[Cell]:
    """Yield a lower neighbour before the arpeggio goes on: 3, #2, 3, 5, 7."""
    for arpeggio in _on_ladder("arpeggio", tones, start, ARPEGGIOS[:2], max(size - 2, 1)):
        if size >= 4:
            yield Cell("arpeggio", (start, start - 1, *arpeggio.pitches))


def _enclosures(scale: Sequence[int], start: int, size: int, harmony: Harmony) -> Iterator[Cell]:
    """Yield a note, an enclosure or double approach of another, and the way on from that."""
    if size < 4:
        return
    for here in range(5, len(scale) - 5):
        target, above = scale[here], scale[here + 1]
        if target % 12 not in harmony.tones or abs(target - start) > 5:
            continue
        ways = ((above, target - 1), (target - 1, above), (target + 2, target + 1),
                (target - 2, target - 1))  # fmt: skip
        for way, on in product(ways, WAYS_ON):
            cell = (start, *way, target, *(scale[here + step] for step in on))[:size]
            if len(cell) == size and 1 <= abs(cell[1] - start) <= 4:
                yield Cell("enclosure", cell)


def _blues(start: int, size: int, harmony: Harmony) -> Iterator[Cell]:
    if harmony.blues is None:
        return
    for line in BLUES_LINES:
        for first in range(len(line) - size + 1):
            if (line[first] + harmony.blues - start) % 12 == 0:
                yield Cell("blues", tuple(start + p - line[first] for p in line[first:][:size]))


def _approaching(
    start: int, size: int, plain: Sequence[Cell], after: Harmony, rng: Random
) -> Iterator[Cell]:
    """Yield some cells whose end approaches or encloses a note of the next harmony."""
    goals = [p for p in range(start - 9, start + 10) if p % 12 in after.restful]
    weights = [1.2 if p % 12 in after.tones else 0.8 for p in goals]
    for goal in rng.choices(goals, weights, k=DRAWS):
        approach = rng.choice(APPROACHES)
        above = next(p for p in range(goal + 1, goal + 5) if p % 12 in after.scale)
        way = tuple(above if step is None else goal + step for step in approach)
        head = size - len(way)
        if head == 0 and way[0] == start:
            yield Cell("approach", way, goal)
        if head > 0:
            heads = [c.pitches[:head] for c in plain if 1 <= abs(c.pitches[head - 1] - way[0]) <= 4]
            heads = [begin for begin in heads if begin[-1] != goal]
            if heads:
                yield Cell("approach", rng.choice(heads) + way, goal)
