"""A row of the table: a figure of the band, people's beside it, and what it should be."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from jazzgen.music.chart import Chart
from jazzgen.music.part import Part
from jazzgen.music.solo import Solo
from jazzgen.music.swing import Swing, swing_ratio

__all__ = ["Band", "Played", "Row", "Target", "at_least", "at_most", "near"]


Band = Callable[[Solo, int], tuple[Part, ...]]
"""What plays piano, bass and drums under a solo, by a seed."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Played:
    """A tune that a band has played.

    Args:
        solo: The solo over which it has played; its chart is the whole tune.
        seed: The seed of the band.
        band: The band.
        as_sounds: Whether its onsets are those that sound; otherwise swing is added.
    """

    solo: Solo
    seed: int
    band: Band
    as_sounds: bool = False

    @cached_property
    def parts(self) -> dict[str, Part]:
        """The parts by name: Piano, Bass, Drums."""
        return {part.name: part for part in self.band(self.solo, self.seed)}

    @property
    def swing(self) -> Swing:
        """The swing that its onsets get when they sound."""
        even = self.as_sounds
        return Swing(1.0 if even else swing_ratio(self.chart.feel, self.chart.tempo))

    @property
    def chart(self) -> Chart:
        """The chart of the whole tune."""
        return self.solo.chart

    @property
    def style(self) -> str:
        """The style in which it is played."""
        return self.solo.chart.feel


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a figure should be.

    Args:
        text: It in words, as the table shows it.
        is_met: Whether a value is as it should be.
    """

    text: str
    is_met: Callable[[float], bool]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A figure of the band.

    Args:
        name: Its key in JSON.
        text: What it measures.
        measure: Returns it for all tunes together; NaN if it cannot be told.
        people: The same of people; NaN if nobody has measured it.
        target: What it should be; None if it is only shown.
        is_own: Whether only our band has it.
    """

    name: str
    text: str
    measure: Callable[[Sequence[Played]], float]
    people: float = math.nan
    target: Target | None = None
    is_own: bool = False


def near(value: float, within: float) -> Target:
    """Return the target of a figure: another one, give or take some.

    Args:
        value: The other figure, usually people's.
        within: The largest difference from it.
    """
    return Target(text=f"{value:g} ± {within:g}", is_met=lambda found: abs(found - value) <= within)


def at_most(bound: float) -> Target:
    """Return the target of a figure that should not be larger than a bound."""
    return Target(text=f"≤ {bound:g}", is_met=lambda found: found <= bound)


def at_least(bound: float) -> Target:
    """Return the target of a figure that should not be smaller than a bound."""
    return Target(text=f"≥ {bound:g}", is_met=lambda found: found >= bound)
