"""The mix of the band: its sounds, and where each player stands.

The levels are those of small-group records: heard through the soundfont FluidR3 GM, the bass lies
4 dB below the soloist, the piano 8 dB and the drums 9 dB, as root mean square over the tune. A
style has volumes of its own where its patterns are fuller or sparser, so that the levels come out
the same (`scripts/benchmark.py band` measures them).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jazzgen.band.styles import Style
from jazzgen.music.part import Mix, Part

__all__ = ["mixed"]

PIANO_PAN, BASS_PAN, DRUMS_PAN = 42, 64, 80
"""MIDI pans: the piano a little to the left, the drums a little to the right."""
PIANO_REVERB, BASS_REVERB, DRUMS_REVERB = 44, 16, 36
"""How much of each goes into the room, 0 to 127: little of the bass, which would blur."""


def mixed(parts: Sequence[Part], style: Style) -> tuple[Part, ...]:
    """Return the parts of piano, bass and drums with the sounds and the mix of a style.

    Args:
        parts: The parts, in this order.
        style: The style.
    """
    piano, bass, drums = parts
    piano_volume, bass_volume, drums_volume = style.volumes
    return (
        replace(
            piano,
            program=style.piano_program,
            mix=Mix(volume=piano_volume, pan=PIANO_PAN, reverb=PIANO_REVERB),
        ),
        replace(
            bass,
            program=style.bass_program,
            mix=Mix(volume=bass_volume, pan=BASS_PAN, reverb=BASS_REVERB),
        ),
        replace(drums, mix=Mix(volume=drums_volume, pan=DRUMS_PAN, reverb=DRUMS_REVERB)),
    )
