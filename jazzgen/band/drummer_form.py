"""What the learnt drummer knows of the form: fills, crashes, energy, and whether it can play a bar.

The drummer does not invent the form. Here is decided which bars hold a fill, as often as people
play one in the style, and where a cymbal crash opens a chorus.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jazzgen.band.bar_plan import COUNT_IN, ENDING, BarPlan
from jazzgen.band.drummer import Drummer
from jazzgen.band.drummer_conditions import ENERGIES, BarConditions
from jazzgen.band.styles import Style

__all__ = ["LEARNT_METERS", "can_play", "conditions_of", "energy_class", "heard_by_drummer"]

LEARNT_METERS = {"4/4": 4, "2/2": 4, "3/4": 3}
"""The meters that the drummer has learnt, and the quarter notes of their bars."""
FILL_INTO_CRASH, FILL_INTO_SECTION = 0.65, 0.5
"""The share of bars before a crash that hold a fill, which is people's, and the least one of bars
before a section: the data do not tell where people's sections begin."""
ROOM = 1 / 3
"""The share of a bar's end in which a soloist who plays nothing leaves room for an answer."""


def can_play(drummer: Drummer, style: Style, bar: BarPlan) -> bool:
    """Return whether the learnt drummer knows a style and a bar's meter.

    Args:
        drummer: The drummer.
        style: The style.
        bar: The bar.
    """
    beats = LEARNT_METERS.get(str(bar.meter), 0)
    # Two bars of three are no bar of the drummer's.
    return style.drummer in drummer.styles and beats in (
        (3, 4) if style.drummer_bars == 1 else (4,)
    )


def conditions_of(
    drummer: Drummer,
    style: Style,
    tempo: float,
    plan: Sequence[BarPlan],
    bars: Sequence[BarPlan],
    number: int,
    generator: np.random.Generator,
    between: float,
) -> BarConditions:
    """Return what the drummer knows about a bar of its own where nobody plays a solo.

    Args:
        drummer: The drummer.
        style: The style.
        tempo: Quarter notes of the drummer's bars per minute.
        plan: All bars of the tune.
        bars: The bars of the tune that are one of the drummer's.
        number: Its number in the section.
        generator: Decides about fills.
        between: Which of two classes of energy an energy between them is, 0 to 1.
    """
    first, last = bars[0], bars[-1]
    after = plan[last.number + 1] if last.number + 1 < len(plan) else None
    crash_next = after is not None and _crashes(style, plan, after)
    return BarConditions(
        style=drummer.styles.index(style.drummer) + 1,
        tempo=drummer.habits[style.drummer].nearest_tempo(tempo),
        swings=style.swings,
        beats=LEARNT_METERS[str(first.meter)],
        energy=energy_class(first.form_energy, between),
        fill=_fill(drummer, style, last, number, crash_next, generator.random()),
        crash=_crashes(style, plan, first),
        crash_next=crash_next,
        number=number,
    )


def _crashes(style: Style, plan: Sequence[BarPlan], bar: BarPlan) -> bool:
    """Return whether a crash opens a bar: the beginning of a chorus, but not of the tune."""
    before = plan[bar.number - 1].role if bar.number else COUNT_IN
    return style.crashes and (bar.opens or bar.is_final) and before != COUNT_IN


def _fill(
    drummer: Drummer, style: Style, bar: BarPlan, number: int, crash_next: bool, uniform: float
) -> int:
    """Return the fill of a bar: 0 for none, 1 in its second half, 2 from its beginning on."""
    if bar.is_last or bar.role == ENDING:
        return 0
    rates = drummer.habits[style.drummer].fills
    short, long = rates[2 if bar.closes else 1 if number % 4 == 3 else 0]
    least = FILL_INTO_CRASH if crash_next else FILL_INTO_SECTION if bar.closes else 0.0
    if 0 < short + long < least:
        short, long = (least * one / (short + long) for one in (short, long))
    return 1 if uniform < short else 2 if uniform < short + long else 0


def energy_class(energy: float, between: float) -> int:
    """Return the class of an energy.

    Args:
        energy: The energy, 0 to 1.
        between: Decides between two classes, 0 to 1.
    """
    return min(max(int(energy * ENERGIES - 0.5 + between), 0), ENERGIES - 1)


def heard_by_drummer(bar: BarPlan) -> float:
    """Return the energy of a bar as the drummer plays it: more of it where the soloist rests."""
    if not bar.solo:
        return bar.energy
    rests = bar.solo[-1].end <= bar.end - ROOM * (bar.end - bar.start)
    return bar.energy + (1 / ENERGIES if rests else 0)
