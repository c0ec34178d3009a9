"""Rhythms as drummers write them: one character for each step of a grid.

    x . x x     a stroke, silence, two strokes
    X           an accent
    o           a ghost stroke
    -           what was struck before goes on

A grid spans a group of pulses, and the number of its characters says how fine it is: over four
pulses, eight characters are eighths, twelve are triplets, and sixteen are sixteenths. Spaces are
there for the eye.
"""

from __future__ import annotations

from jazzgen.band.comping_cells import Cell
from jazzgen.band.drum_kit import Stroke

__all__ = ["cell", "pattern", "strokes"]

ACCENT, GHOST = 16, -26
"""MIDI velocities that an accent and a ghost stroke add to the level of their drum."""
STRUCK = "xXo"


def strokes(
    pitch: int, level: int, grid: str, pulses: int = 4, chance: float = 1.0
) -> tuple[Stroke, ...]:
    """Return what a grid says that one drum plays in a group.

    Args:
        pitch: The drum, as a MIDI pitch.
        level: The MIDI velocity of a plain stroke.
        grid: The grid.
        pulses: The number of pulses in the group.
        chance: The chance that a stroke is played, 0 to 1; accents are always played.
    """
    more = {"x": 0, "X": ACCENT, "o": GHOST}
    return tuple(
        Stroke(place, pitch, max(level + more[mark], 14), 1.0 if mark == "X" else chance)
        for place, mark in _marks(grid, pulses)
        if mark in STRUCK
    )


def cell(grid: str, pulses: int = 4) -> Cell:
    """Return the strikes of a chordal instrument in a group, each with its length.

    Args:
        grid: The grid.
        pulses: The number of pulses in the group.
    """
    marks = _marks(grid, pulses)
    ends = [*(place for place, _ in marks[1:]), float(pulses)]
    found: list[tuple[float, float]] = []
    for (place, mark), end in zip(marks, ends, strict=True):
        if mark in STRUCK:
            found.append((place, end - place))
        elif mark == "-" and found:
            found[-1] = (found[-1][0], end - found[-1][0])
    return tuple(found)


def pattern(grid: str, pulses: int = 4) -> tuple[float, ...]:
    """Return the positions at which a grid is struck, in pulses.

    Args:
        grid: The grid.
        pulses: The number of pulses in the group.
    """
    return tuple(place for place, mark in _marks(grid, pulses) if mark in STRUCK)


def _marks(grid: str, pulses: int) -> list[tuple[float, str]]:
    """Return the position of each character of a grid, in pulses, and the character."""
    marks = grid.replace(" ", "").replace("|", "")
    return [(number * pulses / len(marks), mark) for number, mark in enumerate(marks)]
