"""From the options of `jazzgen generate` to how solo and band are played."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jazzgen.band.listening import Hearing
from jazzgen.cli.generate_tasks import FullSolo, Regeneration
from jazzgen.errors import ConfigError
from jazzgen.music.trade import line_of
from jazzgen.render.band_text import read_band

if TYPE_CHECKING:
    from jazzgen.cli.generate_takes import Take
    from jazzgen.cli.options import Given
    from jazzgen.render.playback import Playback

__all__ = ["as_in_file", "band_of_take", "playback_of", "shares_band"]


def playback_of(playback: Given[Playback], mechanical: bool, seed: int) -> Playback:
    """Return how solo and band are played.

    Args:
        playback: The options that were given.
        mechanical: Whether the whole solo is mechanical, and the band with it.
        seed: The seed of the band.

    Raises:
        ConfigError: The swing ratio is out of range, or contradicts straight notes.
    """
    straight, swing = "straight" in playback.values or mechanical, playback.values.get("swing")
    if straight and swing not in (None, 1):
        raise ConfigError(f"--swing {swing:g}: --straight and --mechanical notes do not swing")
    return playback.build(straight=straight, seed=seed)


def band_of_take(
    task: FullSolo | Regeneration, played: Playback, take: Take[Any], takes: int
) -> Playback:
    """Return how a take is played: with a band of its own, unless there are several takes.

    Several takes share one band, which hears the form and the shape but none of the solos. The
    band of regenerated bars hears what that of their file has heard.

    Args:
        task: What is played.
        played: How solo and band are played; the seed of the band is the one that was asked for,
            that of the file, or that of the first take.
        take: The take.
        takes: The number of takes.
    """
    line = line_of(take.music)
    if isinstance(task, Regeneration):
        return replace(played, hearing=played.hearing or Hearing.of(line))
    hearing = Hearing.of(line) if takes == 1 else Hearing(solo=False)
    # The solo of a further draw sounds the same when its seed is asked for.
    own = takes == 1 and take.draws is not None and played.seed == take.seed
    return replace(
        played,
        seed=take.played_seed if own else played.seed,
        hearing=replace(hearing, energies=task.bar_energies),
    )


def shares_band(task: FullSolo | Regeneration, played: Playback, takes: int) -> bool:
    """Return whether several takes have one band (see `band_of_take`).

    Args:
        task: What is played.
        played: How solo and band are played.
        takes: The number of takes.
    """
    return takes > 1 and (isinstance(task, FullSolo) or played.hearing is not None)


def as_in_file(playback: Playback, given: Given[Playback], band: str) -> Playback:
    """Return a playback with the band of a file, where the user has asked for no other one.

    Args:
        playback: The playback.
        given: The options that were given.
        band: How the band of the file was made; "" if it does not say.
    """
    own = {name: given.values[name] for name in ("seed", "mute", "tight") if name in given.values}
    return replace(read_band(band, playback), **own)
