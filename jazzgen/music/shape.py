"""The shape of a solo: how its energy rises and falls, drawn by the user.

An energy is a whole number from 1, calm, to 9, as much as a player gives. A shape has one for each
chorus, or one for each four bars.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jazzgen.errors import ConfigError
from jazzgen.music.chart import Chart
from jazzgen.runtime.files import is_file, read_file
from jazzgen.runtime.wording import counted

__all__ = ["HIGHEST_ENERGY", "SHAPES", "Shape"]

HIGHEST_ENERGY = 9
LARGEST = 100_000
"""The largest size of a shape's file in bytes."""
SUMMIT = 0.65
"""Where an arch is highest, as a share of the solo."""


def _arch(place: float) -> float:
    if place < SUMMIT:
        return 3 + 5 * place / SUMMIT
    return 8 - 4 * (place - SUMMIT) / (1 - SUMMIT)


SHAPES: Mapping[str, Callable[[float], float]] = {
    "build": lambda place: 3 + 5.5 * place,
    "arch": _arch,
    "calm": lambda _place: 3,
}
"""The shapes with a name, as functions from a place in the solo, 0 to 1, to an energy."""


@dataclass(frozen=True)
class Shape:
    """A shape.

    Args:
        energies: The energies, 1 to 9; empty for a shape with a name.
        name: The name of the shape; empty for one of the user's own.
        source: What the user has written, for messages.

    Raises:
        ConfigError: There is no shape of that name, or an energy is out of range.
    """

    energies: tuple[int, ...] = ()
    name: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if self.name and self.name not in SHAPES:
            raise ConfigError(f"{self.name!r}: expected {', '.join(SHAPES)}, or energies")
        if not self.name and not self.energies:
            raise ConfigError(f"{self.source!r}: has no energies")
        if any(not 1 <= energy <= HIGHEST_ENERGY for energy in self.energies):
            raise ConfigError(
                f"{self.source or self.energies}: expected energies from 1 to {HIGHEST_ENERGY}"
            )

    @classmethod
    def parse(cls, text: str) -> Shape:
        """Return the shape that a text stands for.

        >>> Shape.parse("2 3 5 4").energies
        (2, 3, 5, 4)

        Args:
            text: The name of a shape, energies with spaces or commas between them, or the name
                of a text file that holds energies.

        Raises:
            ConfigError: It is none of these, or an energy is out of range.
        """
        name = text.strip().lower()
        if name in SHAPES:
            return cls(name=name, source=text)
        if re.fullmatch(r"[\d\s,]+", text):
            return cls(energies=_numbers(text, text), source=text)
        if not is_file(text):
            raise ConfigError(
                f"{text!r}: expected {', '.join(SHAPES)}, energies from 1 to "
                f'{HIGHEST_ENERGY} such as "2 3 5 4", or a file with energies'
            )
        try:
            content = read_file(Path(text), LARGEST, ConfigError).decode()
        except UnicodeDecodeError as error:
            raise ConfigError(f"{text}: expected a text file with energies") from error
        return cls(energies=_numbers(content, text), source=text)

    def spread(self, chart: Chart, bars: int | None = None) -> tuple[int, ...]:
        """Return an energy for each group of four bars of a chart.

        Args:
            chart: The chart, choruses unfolded.
            bars: The number of bars that the shape is drawn over; what follows, such as a final
                chord, keeps the last energy. By default all.

        Raises:
            ConfigError: There are neither as many energies as choruses nor as many as groups.
        """
        groups, starts = chart.groups, chart.chorus_starts
        drawn = [first for first in groups if bars is None or first < bars]
        choruses = [sum(start <= first for start in starts) for first in drawn]
        if self.name:
            curve = SHAPES[self.name]
            energies = [
                min(max(round(curve((number + 0.5) / len(drawn))), 1), HIGHEST_ENERGY)
                for number in range(len(drawn))
            ]
        elif len(self.energies) == choruses[-1] - min(choruses) + 1:
            energies = [self.energies[chorus - min(choruses)] for chorus in choruses]
        elif len(self.energies) == len(drawn):
            energies = list(self.energies)
        else:
            raise ConfigError(
                f"{self.source or self.energies}: "
                f"{counted(len(self.energies), 'energy', 'energies')} for "
                f"{counted(choruses[-1] - min(choruses) + 1, 'chorus', 'choruses')}; expected one "
                f"for each, or {len(drawn)}, one for each four bars"
            )
        return (*energies, *[energies[-1]] * (len(groups) - len(drawn)))


def _numbers(text: str, source: str) -> tuple[int, ...]:
    found = []
    for word in text.replace(",", " ").split():
        if not re.fullmatch(r"\d{1,3}", word):
            raise ConfigError(
                f"{source}: expected energies from 1 to {HIGHEST_ENERGY}, got {word[:20]!r}"
            )
        found.append(int(word))
    return tuple(found)
