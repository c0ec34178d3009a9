"""How a solo is played back: with or without a band, swung or straight."""

from __future__ import annotations

from dataclasses import dataclass

from jazzgen.band.listening import Hearing
from jazzgen.errors import ConfigError
from jazzgen.music.part import Part
from jazzgen.music.solo import Solo
from jazzgen.music.swing import STRAIGHT, Swing, check_ratio, swing_ratio
from jazzgen.runtime.settings import check_settings, setting

__all__ = ["PLAYERS", "Playback"]

PLAYERS = ("piano", "bass", "drums")
"""The players of the band, in the order of their tracks."""
ALIASES = {"guitar": "piano", "drum": "drums", "double bass": "bass"}
"""Other names: a guitar plays the piano's part in some styles."""


@dataclass(frozen=True, kw_only=True)
class Playback:
    """How a solo is played and by whom.

    Args:
        swing: Ratio of the first eighth of a beat to the second, 1 to 5; by default that of the
            chart's feel and tempo (see `swing_ratio`).
        straight: Whether every note is on the grid, off-beats halfway between beats, for a DAW
            that adds its own swing.
        band: Whether piano, bass and drums play along.
        tight: How near to the grid the band plays: 0 as people keep time, 1 on the grid.
        program: General MIDI program of the solo, 0 to 127; by default that of its instrument, or
            without one that of an alto saxophone.
        seed: The seed of the band; the same seed gives the same parts.
        soloist: Whether the solo has a track; without it the file is a backing track.
        mute: The players of the band who are left out, with commas between them.
        hearing: What the band hears; None for the solo, by the range of its instrument.
        gaps: The ticks at which each silence of the band begins and ends (see `band.gaps`).
        fixed: Parts of the band that are played as they are, whatever is heard.

    Raises:
        ConfigError: The swing ratio or the tightness is out of range, or a ratio is given for
            straight notes; there is no such player, or nobody is left to play.
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
    tight: float = setting(
        0.0,
        0,
        1,
        text="How near to the grid the band plays: 0 as people keep time, 1 on the grid; swung "
        "off-beats stay swung.",
    )
    program: int | None = None
    seed: int = setting(
        0,
        0,
        option="--band-seed",
        usual="that of --seed; with --solo, that of the file",
        text="The seed of the band: another one gives another band under the same solo.",
    )
    soloist: bool = setting(
        True,
        option="--solo",
        text="Write a backing track: the band alone, for you to play over. With --trade 4 the band "
        "is silent in every other four bars, which are yours.",
    )
    mute: str = setting(
        "",
        metavar="NAMES",
        text=f"Leave out players of the band, with commas between: {', '.join(PLAYERS)}.",
    )
    hearing: Hearing | None = None
    gaps: tuple[tuple[int, int], ...] = ()
    fixed: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        if self.swing is not None:
            check_ratio(self.swing)
        if self.straight and self.swing not in (None, 1):
            raise ConfigError(f"swing {self.swing:g}: straight notes have none")
        check_settings(self)
        unknown = [name for name in self._mutes if name not in PLAYERS]
        if unknown:
            raise ConfigError(f"mute {unknown[0]!r}: expected some of {', '.join(PLAYERS)}")
        if self.mute and not self.players:
            instead = ", or use --no-band for the solo alone" if self.soloist else ""
            raise ConfigError(
                f"mute {self.mute}: leaves nobody of the band; leave somebody in{instead}"
            )
        if not self.soloist and not self.band:
            raise ConfigError("soloist: without a band, nobody plays")

    @property
    def players(self) -> tuple[str, ...]:
        """The players of the band who are not muted, of "piano", "bass" and "drums"."""
        if not self.band:
            return ()
        return tuple(name for name in PLAYERS if name not in self._mutes)

    @property
    def _mutes(self) -> list[str]:
        names = [name.strip().lower() for name in self.mute.split(",")]
        return [ALIASES.get(name, name) for name in names if name]

    @property
    def tightness(self) -> float:
        """How near to the grid the band plays: straight notes are on it."""
        return 1.0 if self.straight else self.tight

    def swing_of(self, solo: Solo) -> Swing:
        """Return the swing of a solo and its band."""
        if self.straight:
            return STRAIGHT
        usual = swing_ratio(solo.chart.feel, solo.chart.tempo)
        return Swing(usual if self.swing is None else round(self.swing, 4))
