"""Draw what a solo plans above its piano roll, and mark its returning ideas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jazzgen.music.returns import returning_ideas
from jazzgen.music.shape import HIGHEST_ENERGY
from jazzgen.music.solo import Solo
from jazzgen.render.roll_layout import Row
from jazzgen.render.roll_panel import Panel

__all__ = ["STRIP", "PlannedBars", "draw_plan", "idea_marks"]

STRIP = 0.30
"""The height of the plan above a row, in inches."""
CALM, WILD = (0.86, 0.91, 0.95), (0.80, 0.33, 0.15)
AIM, INK = "#c9822b", "#20262c"
IDEAS = ("#7b3fa0", "#1e8a5a", "#b0307a", "#20798f", "#8a6d1b", "#4b5fc0")
"""The colors of ideas; there may be more ideas than colors."""


@dataclass(frozen=True, kw_only=True)
class PlannedBars:
    """What is planned for some bars.

    Args:
        first: The index of the first bar.
        last: The index of the bar after the last.
        energy: Their energy, 1 to 9.
        pitch: The mean pitch that is planned; None if it is left open.
    """

    first: int
    last: int
    energy: int
    pitch: int | None = None


def draw_plan(
    panel: Panel, row: Row, plan: Sequence[PlannedBars], pitches: tuple[int, int], height: float
) -> None:
    """Draw the plan of a row: its energies in a strip above, planned pitches as dashed lines.

    Args:
        panel: The panel on which the row is drawn.
        row: The row.
        plan: The plan of the whole solo.
        pitches: The lowest and the highest pitch that the row shows.
        height: The height of the row in inches.
    """
    starts, top = row.chart.bar_starts, pitches[1] + 0.5
    inch = (pitches[1] - pitches[0] + 1) / height  # semitones
    base, room = top + 0.27 * inch, (STRIP - 0.04) * inch
    for group in plan:
        first, last = max(group.first, row.first), min(group.last, row.last)
        if first >= last:
            continue
        begin, end = starts[first], starts[last]
        share = (group.energy - 1) / (HIGHEST_ENERGY - 1)
        color = tuple(a + (b - a) * share for a, b in zip(CALM, WILD, strict=True))
        tall = room * (0.28 + 0.72 * share)
        box = (begin, end, base, base + tall)
        panel.boxes([box], facecolors=[color], edgecolors="white", linewidths=1.0, zorder=2)
        panel.text(
            str(group.energy), (begin + (row.end - row.start) * 0.004, base + 0.03 * inch), (0, 0),
            fontsize=7, color=INK, va="bottom", zorder=4,
        )  # fmt: skip
        if group.pitch is not None and pitches[0] <= group.pitch <= pitches[1]:
            level = ((begin, group.pitch), (end, group.pitch))
            panel.lines([level], color=AIM, linewidth=1.1, linestyle=(0, (5, 4)), zorder=2)


def idea_marks(solo: Solo) -> list[tuple[int, int, float, str, str]]:
    """Return a mark for each time that an idea of a solo is played, if it returns.

    Returns:
        For each the tick at which it begins and ends, the lowest pitch, its color and its name:
        a letter, with a number from the second time on.
    """
    marks = []
    for number, idea in enumerate(returning_ideas(solo)):
        color, letter = IDEAS[number % len(IDEAS)], _letter(number)
        for time, place in enumerate(idea.places):
            notes = solo.notes[place : place + idea.notes]
            if notes:
                name = letter + (str(time + 1) if time else "")
                low = min(note.pitch for note in notes)
                marks.append((notes[0].onset, notes[-1].end, float(low), color, name))
    return marks


def _letter(number: int) -> str:
    """The name of an idea: a, b and so on; aa comes after z."""
    name = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        name = chr(ord("a") + digit) + name
    return name
