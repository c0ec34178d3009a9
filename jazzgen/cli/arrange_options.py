"""What the options of `jazzgen generate` about the band and the arrangement ask for."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from jazzgen.cli.output import naming_options
from jazzgen.errors import ConfigError

if TYPE_CHECKING:
    from jazzgen.band.arrangement import Arrangement
    from jazzgen.render.midi import Mix

__all__ = ["EndingName", "arrangement_of", "mixed"]


class EndingName(StrEnum):
    """How a tune can end."""

    none = "none"
    final = "final"
    tag = "tag"
    ritardando = "ritardando"


def arrangement_of(
    count_in: int | None, intro: int | None, ending: EndingName | None
) -> Arrangement:
    """Return what goes around the choruses.

    Raises:
        ConfigError: A number of bars is out of range.
    """
    from jazzgen.band.arrangement import Arrangement

    with naming_options():
        return Arrangement(count_in or 0, intro or 0, ending.value if ending else "none")


def mixed(swing: float | None, straight: bool, band: bool, seed: int) -> Mix:
    """Return how the band plays.

    Raises:
        ConfigError: The swing ratio is out of range, or does not go with straight notes.
    """
    from jazzgen.render.midi import Mix

    if straight and swing not in (None, 1):
        raise ConfigError(f"--swing {swing:g}: --straight and --mechanical notes do not swing")
    with naming_options():
        return Mix(band, None, swing, straight, seed)
