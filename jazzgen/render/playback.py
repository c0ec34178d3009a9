"""How a solo is played back: with or without a band, swung or straight."""

from __future__ import annotations

from dataclasses import dataclass

from jazzgen.errors import ConfigError
from jazzgen.music.solo import Solo
from jazzgen.music.swing import STRAIGHT, Swing, check_ratio, swing_ratio
from jazzgen.runtime.settings import setting

__all__ = ["Playback"]


@dataclass(frozen=True, kw_only=True)
class Playback:
    """How a solo is played and by whom.

    Args:
        swing: Ratio of the first eighth of a beat to the second, 1 to 5; by default that of the
            chart's feel and tempo (see `swing_ratio`).
        straight: Whether every note is on the grid, off-beats halfway between beats, for a DAW
            that adds its own swing.
        band: Whether piano, bass and drums play along.
        program: General MIDI program of the solo, 0 to 127; by default that of its instrument, or
            without one that of an alto saxophone.
        seed: The seed of the band; the same seed gives the same parts.

    Raises:
        ConfigError: The swing ratio is out of range, or given for straight notes.
    """

    swing: float | None = setting(
        None,
        metavar="RATIO",
        text="Swing ratio: first eighth to second, 1 to 5; by default by feel and tempo.",
    )
    straight: bool = setting(
        False, text="Put every note on the grid, for a DAW that adds its own swing."
    )
    band: bool = setting(True, text="Write the solo alone, without the band.")
    program: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.swing is not None:
            check_ratio(self.swing)
        if self.straight and self.swing not in (None, 1):
            raise ConfigError(f"swing {self.swing:g}: straight notes have none")

    def swing_of(self, solo: Solo) -> Swing:
        """Return the swing of a solo and its band."""
        if self.straight:
            return STRAIGHT
        usual = swing_ratio(solo.chart.feel, solo.chart.tempo)
        return Swing(usual if self.swing is None else round(self.swing, 4))
