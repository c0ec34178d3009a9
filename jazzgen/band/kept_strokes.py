"""What the learnt drummer plays whatever it draws: the time of its style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.band import drum_kit as kit
from jazzgen.band.bar_plan import BarPlan
from jazzgen.band.drum_kit import Stroke
from jazzgen.band.rhythm_cells import group_pulses, tick_of
from jazzgen.band.stroke_values import DRUMS, VALUES, is_value, value_of

__all__ = ["Kept", "kept_strokes"]

FEET = (kit.HAT_PEDAL, kit.BASS_DRUM)
"""The drums that the feet play."""
RESTRAINT = 0.6
"""How much less likely other strokes are on drums that keep something, in logits."""
QUIET = 1.5
"""How much less likely other drums are where one is left out and nothing is kept, in logits."""


class Kept(NamedTuple):
    """What a bar holds whatever the drummer draws."""

    velocities: dict[int, int]
    """The MIDI velocity of each first value that is kept."""
    bias: NDArray[np.float32]
    """What is added to the logits of the first values, shape (VALUES,)."""


def kept_strokes(
    grooves: Sequence[Mapping[int, tuple[Stroke, ...]]],
    bar: BarPlan,
    fill: int,
    generator: np.random.Generator,
) -> Kept:
    """Return what is played in a bar whatever else is.

    A stroke that has a chance and is left out by chance is not played at all, so that the chance
    is what is heard. In a fill the hands are busy: only the feet keep what they play.

    Args:
        grooves: What is kept, taking turns bar by bar.
        bar: The bar.
        fill: Its fill: 0 for none, 1 in its second half, 2 from its beginning on.
        generator: Decides which strokes are played that have a chance.
    """
    velocities: dict[int, int] = {}
    left_out: list[int] = []
    begin = {0: bar.end, 1: (bar.start + bar.end) // 2, 2: bar.start}[fill] - bar.start
    for group in group_pulses(bar) if grooves else ():
        for stroke in grooves[bar.turn % len(grooves)][len(group)]:
            tick = tick_of(group, stroke.position)
            is_heard = generator.random() < stroke.chance
            if (tick >= begin and stroke.pitch not in FEET) or not is_value(tick, stroke.pitch):
                continue
            if is_heard:
                velocities[value_of(tick, stroke.pitch)] = stroke.velocity
            else:
                left_out.append(value_of(tick, stroke.pitch))
    bias = np.zeros(VALUES, np.float32)
    kept_drums = {value % DRUMS for value in velocities}
    # The drummer would play its own time too, and with what is kept that would be too much.
    for drum in kept_drums:
        bias[drum : VALUES - 1 : DRUMS] = -RESTRAINT
    # Nor would it leave a place empty because one drum does: another would be struck instead.
    sounding = {value // DRUMS for value in velocities}
    for value in left_out:
        if value // DRUMS not in sounding:
            place = value - value % DRUMS
            bias[place : place + DRUMS] -= QUIET
    bias[left_out] = -np.inf
    return Kept(velocities, bias)
