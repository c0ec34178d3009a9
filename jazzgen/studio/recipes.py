"""How a take of the studio was made, as its MIDI file keeps it for `generate --again`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jazzgen.cli.generate_again import CHANGED, Made, recipe_for
from jazzgen.cli.options import Given
from jazzgen.studio.take import KeptTake

__all__ = ["recipe_of_take"]


def recipe_of_take(take: KeptTake, *, changed: bool = False) -> Mapping[str, Any]:
    """Return what determines the music of a take.

    Args:
        take: The take.
        changed: Whether it is written otherwise than it was played, such as transposed.

    Returns:
        The recipe. It says so where the music is no longer what its seed plays: after bars were
        played again or notes edited, or with a band in which players were locked.
    """
    from jazzgen.nn.registry import find_model

    asked = take.asked
    own_band = {} if take.band_seed == take.seed else {"seed": take.band_seed}
    playback = replace(asked.playback, values={**asked.playback.values, **own_band})
    options: dict[str, Given[Any]] = {
        "soloist": asked.soloist,
        "tune": asked.tune,
        "arrangement": asked.arrangement,
        "sampling": asked.sampling,
        "playback": playback,
    }
    made = Made(seed=take.seed, like=take.performer)
    recipe = recipe_for(options, find_model(asked.soloist.build().model), made)
    return {**recipe, CHANGED: True} if changed or take.changed or take.locked else recipe
