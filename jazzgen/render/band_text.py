"""How a MIDI file says how its band was made.

When bars of the solo in a file are regenerated, the band must stay as it is in all other bars. So
a file says with which seed its band plays, what the band hears, and who is muted:

    seed 7, middle 62.5, mute bass
    seed 7, form, energies 0x4 3x8 5x4, tight 0.5

`form` says that the band hears the form only; `energies` are those of a shape, for so many bars
each; `tight` is how near to the grid the band plays.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby

from jazzgen.band.listening import Hearing
from jazzgen.music.shape import HIGHEST_ENERGY
from jazzgen.render.playback import PLAYERS, Playback

__all__ = ["band_text", "read_band"]

LONGEST = 100_000
"""The largest number of bars whose energies are read."""


def band_text(playback: Playback, hearing: Hearing) -> str:
    """Return what a file says of its band; "" without a band.

    Args:
        playback: The seed, and who plays.
        hearing: What the band hears.
    """
    if not playback.band:
        return ""
    said = [f"seed {playback.seed}", f"middle {hearing.middle:g}" if hearing.solo else "form"]
    if any(hearing.energies):
        runs = [f"{energy}x{len(list(run))}" for energy, run in groupby(hearing.energies)]
        said.append(f"energies {' '.join(runs)}")
    if playback.tightness:
        said.append(f"tight {playback.tightness:g}")
    muted = [name for name in PLAYERS if name not in playback.players]
    return ", ".join([*said, *([f"mute {' '.join(muted)}"] if muted else [])])


def read_band(text: str, playback: Playback) -> Playback:
    """Return a playback with the band that a file says it has.

    Args:
        text: What the file says; what cannot be understood in it changes nothing.
        playback: The playback; its seed, its mutes, its tightness and what its band
            hears are replaced.
    """
    said = dict(part.partition(" ")[::2] for part in text.split(", "))
    if not re.fullmatch(r"\d{1,18}", said.get("seed", "")):
        return playback
    hearing = Hearing(solo="form" not in said, energies=_energies(said.get("energies", "")))
    if re.fullmatch(r"\d{1,3}(\.\d+)?", said.get("middle", "")):
        hearing = replace(hearing, middle=float(said["middle"]))
    muted = [name for name in said.get("mute", "").split() if name in PLAYERS]
    tight = said.get("tight", "")
    return replace(
        playback,
        seed=int(said["seed"]),
        tight=float(tight) if re.fullmatch(r"0\.\d{1,6}|1", tight) else 0.0,
        mute=",".join(muted) if len(muted) < len(PLAYERS) else "",
        hearing=hearing,
    )


def _energies(text: str) -> tuple[int, ...]:
    """Return the energies of a text such as "3x8 5x4"; none if it is not one."""
    runs = [re.fullmatch(r"(\d)x(\d{1,5})", run) for run in text.split()]
    pairs = [(int(run[1]), int(run[2])) for run in runs if run]
    if len(pairs) < len(runs) or sum(length for _, length in pairs) > LONGEST:
        return ()
    return tuple(min(energy, HIGHEST_ENERGY) for energy, length in pairs for _ in range(length))
