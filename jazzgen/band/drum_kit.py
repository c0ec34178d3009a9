"""Grooves, comping and fills of drummers, for groups of one to four pulses.

Sources: the General MIDI percussion map (MIDI Manufacturers Association, RP-003); John Riley,
"The Art of Bop Drumming", 1994, for the ride, the hi-hat on two and four, the feathered bass
drum and comping on the snare; the side stick of bossa nova, in its two bars, is in every method.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "BASS_DRUM",
    "BOSSA",
    "BOSSA_CLAVE",
    "BRUSHES",
    "BRUSH_TAP",
    "CLOSED_HAT",
    "COMPING",
    "COWBELL",
    "CRASH",
    "FILLS",
    "FUNK_TIME",
    "HAT_PEDAL",
    "HIGH_BONGO",
    "HIGH_CONGA",
    "HIGH_TIMBALE",
    "HIGH_TOM",
    "JAZZ_KIT",
    "LOW_BONGO",
    "LOW_CONGA",
    "LOW_TIMBALE",
    "LOW_TOM",
    "MID_TOM",
    "MUTE_CONGA",
    "OPEN_HAT",
    "RIDE",
    "RIDE_BELL",
    "SAMBA_TIME",
    "SECOND_LINE_TIME",
    "SIDE_STICK",
    "SNARE",
    "STANDARD_KIT",
    "STICKS",
    "STRAIGHT",
    "SWING",
    "SWING_TIME",
    "Groove",
    "Stroke",
]

STANDARD_KIT, JAZZ_KIT, BRUSHES = 0, 32, 40
"""MIDI programs of the drums' channel; 32 and 40 are the jazz and the brush kit of GS and General
MIDI 2, in whose place other synthesizers play the standard kit."""

BASS_DRUM, SIDE_STICK, SNARE, CLOSED_HAT, HAT_PEDAL = 36, 37, 38, 42, 44
OPEN_HAT, RIDE_BELL = 46, 53
LOW_TOM, MID_TOM, HIGH_TOM, CRASH, RIDE = 43, 47, 50, 49, 51
COWBELL = 56
HIGH_BONGO, LOW_BONGO, MUTE_CONGA, HIGH_CONGA, LOW_CONGA = 60, 61, 62, 63, 64
HIGH_TIMBALE, LOW_TIMBALE = 65, 66
STICKS = SIDE_STICK
BRUSH_TAP, BRUSH_SWIRL = 38, 40
"""MIDI pitches of the drums; on a brush kit the snare's two pitches are a tap and a swirl."""


class Stroke(NamedTuple):
    """A stroke of a groove.

    Args:
        position: When, in pulses after the beginning of the group; 1.5 is an off-beat.
        pitch: The drum, as a MIDI pitch.
        velocity: The MIDI velocity at medium energy.
        chance: The chance that it is played, 0 to 1.
    """

    position: float
    pitch: int
    velocity: int
    chance: float = 1.0


Groove = dict[int, tuple[Stroke, ...]]


def _hats(*positions: float, pitch: int = HAT_PEDAL, velocity: int = 62) -> tuple[Stroke, ...]:
    return tuple(Stroke(position, pitch, velocity) for position in positions)


def _ride(*strokes: tuple[float, int, float]) -> tuple[Stroke, ...]:
    return tuple(Stroke(position, RIDE, velocity, chance) for position, velocity, chance in strokes)


def _feathered(pulses: int, velocity: int = 26) -> tuple[Stroke, ...]:
    return tuple(Stroke(position, BASS_DRUM, velocity) for position in range(pulses))


SWING: Groove = {
    1: _ride((0, 78, 1), (0.5, 58, 0.4)) + _feathered(1),
    2: _ride((0, 76, 1), (1, 86, 1), (1.5, 60, 0.85)) + _hats(1) + _feathered(2),
    3: _ride((0, 82, 1), (1, 76, 1), (1.5, 60, 0.8), (2, 78, 1), (2.5, 58, 0.15))
    + _hats(1, velocity=58) + (Stroke(2, HAT_PEDAL, 46, 0.35), Stroke(0, BASS_DRUM, 36)),
    4: _ride((0, 76, 1), (1, 88, 1), (1.5, 62, 0.88), (2, 76, 1), (3, 88, 1), (3.5, 62, 0.88),
             (0.5, 54, 0.06), (2.5, 54, 0.08)) + _hats(1, 3) + _feathered(4),
}  # fmt: skip
"""The ride's "ding, ding-a-ding", the hi-hat on two and four, the bass drum felt on each pulse."""


ODD_HAT = 0.06
"""The chance of the hi-hat on one and three of a bar of four, where it stands in 7 and 9 % of the
bars of swing in the Groove MIDI Dataset, and on one of three."""


def _time(*off_beats: float) -> Groove:
    """Return the ride on each pulse, its off-beats by their chances, the hi-hat on two and four."""
    return {
        size: _ride(
            *((pulse, 80, 1) for pulse in range(size)),
            *((pulse + 0.5, 60, chance) for pulse, chance in enumerate(off_beats[:size])),
        )
        + _hats(*(1, 3)[: size // 2])
        + tuple(Stroke(pulse, HAT_PEDAL, 62, ODD_HAT) for pulse in ((0, 2) if size == 4 else (0,)))
        for size in range(1, 5)
    }


SWING_TIME = (
    _time(0.04, 0.85, 0.06, 0.85),
    _time(0.04, 0.85, 0.06, 0.4),
    _time(0.04, 0.85, 0.06, 0.85),
    _time(0.1, 0.5, 0.12, 0.85),
)
"""What keeps the time of swing, in phrases of four bars. Off-beats of the ride on one and three are
as rare as in the Groove MIDI Dataset, where they stand in 4 and 6 % of bars."""
FUNK_TIME: tuple[Groove, ...] = (
    {
        size: (
            *_hats(*range(size), pitch=CLOSED_HAT, velocity=70),
            *_hats(*(1, 3)[: size // 2], pitch=SNARE, velocity=104),
            Stroke(0, BASS_DRUM, 90),
        )
        for size in range(1, 5)
    },
)
"""What keeps the time of funk: the hi-hat, the bass drum on one and the back beat."""

SAMBA_TIME: tuple[Groove, ...] = (
    {
        4: (
            *_hats(0.5, 1.5, 2.5, 3.5, velocity=66),
            *(Stroke(beat, BASS_DRUM, 50 + 16 * (beat % 2)) for beat in range(4)),
            *(Stroke(beat + 0.75, BASS_DRUM, 40, 0.85) for beat in range(4)),
        ),
    },
)
"""What keeps the time of samba, in the drummer's own bars, which are two of the tune: the pedal
between the beats, and the bass drum as a surdo, heavier on the second beat."""
SECOND_LINE_TIME: tuple[Groove, ...] = (
    {
        4: (
            *(Stroke(beat + 0.5, HAT_PEDAL, 62, 0.9) for beat in range(4)),
            Stroke(0, BASS_DRUM, 66, 0.85),
            Stroke(3, SNARE, 92, 0.8),
        ),
    },
)
"""What keeps the time of second line, in the drummer's own bars: the pedal, the bass drum on one,
and "the big four"."""

BOSSA: Groove = {
    1: (Stroke(0, CLOSED_HAT, 54), Stroke(0.5, CLOSED_HAT, 44), Stroke(0, BASS_DRUM, 58)),
    2: (*_hats(0, 1, pitch=CLOSED_HAT, velocity=56), *_hats(0.5, 1.5, pitch=CLOSED_HAT,
        velocity=44), Stroke(0, BASS_DRUM, 60), Stroke(1.5, BASS_DRUM, 46), *_hats(1)),
    3: (*_hats(0, 1, 2, pitch=CLOSED_HAT, velocity=56), *_hats(0.5, 1.5, 2.5, pitch=CLOSED_HAT,
        velocity=44), Stroke(0, BASS_DRUM, 60), Stroke(1.5, BASS_DRUM, 46), *_hats(1)),
    4: (*_hats(0, 1, 2, 3, pitch=CLOSED_HAT, velocity=56),
        *_hats(0.5, 1.5, 2.5, 3.5, pitch=CLOSED_HAT, velocity=44), *_hats(1, 3, velocity=50),
        Stroke(0, BASS_DRUM, 60), Stroke(1.5, BASS_DRUM, 46), Stroke(2, BASS_DRUM, 60),
        Stroke(3.5, BASS_DRUM, 46)),
}  # fmt: skip
"""Even eighths on the hi-hat, and a bass drum that imitates the surdo."""

BOSSA_CLAVE: tuple[Groove, Groove] = (
    {
        1: (), 2: (Stroke(0, SIDE_STICK, 66), Stroke(1.5, SIDE_STICK, 66)),
        3: (Stroke(0, SIDE_STICK, 66), Stroke(1.5, SIDE_STICK, 66)),
        4: (Stroke(0, SIDE_STICK, 68), Stroke(1.5, SIDE_STICK, 66), Stroke(3, SIDE_STICK, 68)),
    },
    {
        1: (), 2: (Stroke(1, SIDE_STICK, 66),),
        3: (Stroke(1, SIDE_STICK, 66), Stroke(2.5, SIDE_STICK, 64)),
        4: (Stroke(1, SIDE_STICK, 68), Stroke(2.5, SIDE_STICK, 66)),
    },
)  # fmt: skip
"""The side stick of bossa nova: in the first and in the second of two bars."""

STRAIGHT: Groove = {
    1: (*_ride((0, 72, 1), (0.5, 56, 0.7)), Stroke(0, BASS_DRUM, 44)),
    2: _ride((0, 74, 1), (0.5, 56, 0.9), (1, 76, 1), (1.5, 58, 0.9)) + _hats(1)
    + (Stroke(0, BASS_DRUM, 48), Stroke(1.5, BASS_DRUM, 38, 0.4)),
    3: _ride((0, 76, 1), (0.5, 54, 0.8), (1, 70, 1), (1.5, 56, 0.9), (2, 72, 1), (2.5, 54, 0.8))
    + _hats(1, velocity=54) + (Stroke(0, BASS_DRUM, 48), Stroke(1.5, BASS_DRUM, 40, 0.5),
       Stroke(2, SIDE_STICK, 46, 0.5)),
    4: _ride((0, 74, 1), (0.5, 54, 0.85), (1, 78, 1), (1.5, 58, 0.9), (2, 74, 1),
             (2.5, 54, 0.85), (3, 78, 1), (3.5, 58, 0.9)) + _hats(1, 3)
    + (Stroke(0, BASS_DRUM, 50), Stroke(1.5, BASS_DRUM, 42, 0.6), Stroke(2.5, BASS_DRUM, 42, 0.5),
       Stroke(3, SIDE_STICK, 54, 0.8)),
}  # fmt: skip
"""Even eighths on the ride, a syncopated bass drum and a side stick."""

COMPING: dict[int, tuple[tuple[Stroke, ...], ...]] = {
    1: ((),),
    2: ((Stroke(0.5, SNARE, 44),), (Stroke(1.5, SNARE, 48),), (Stroke(1.5, BASS_DRUM, 52),)),
    3: (
        (Stroke(0.5, SNARE, 44),), (Stroke(1.5, SNARE, 46),), (Stroke(2.5, SNARE, 48),),
        (Stroke(1.5, SNARE, 46), Stroke(2.5, BASS_DRUM, 50)),
    ),
    4: (
        (Stroke(1.5, SNARE, 46),), (Stroke(3.5, SNARE, 50),), (Stroke(0.5, SNARE, 44),),
        (Stroke(2.5, SNARE, 46),), (Stroke(1.5, SNARE, 44), Stroke(3.5, BASS_DRUM, 54)),
        (Stroke(0.5, SNARE, 42), Stroke(2, SNARE, 48)), (Stroke(3.5, BASS_DRUM, 56),),
        (Stroke(1.5, SNARE, 44), Stroke(3, SNARE, 40)),
    ),
}  # fmt: skip
"""What the drummer adds to the ride: comping on the snare and the bass drum."""

THIRD, TWO_THIRDS = 1 / 3, 2 / 3
FILLS: dict[int, tuple[tuple[Stroke, ...], ...]] = {
    1: ((Stroke(0, SNARE, 66),),),
    2: (
        (Stroke(0, SNARE, 62), Stroke(THIRD, SNARE, 52), Stroke(TWO_THIRDS, SNARE, 58),
         Stroke(1, HIGH_TOM, 66), Stroke(1 + THIRD, MID_TOM, 62), Stroke(1 + TWO_THIRDS, LOW_TOM,
         72)),
        (Stroke(0.5, SNARE, 58), Stroke(1, SNARE, 64), Stroke(1.5, BASS_DRUM, 74)),
    ),
    3: (
        (Stroke(1, SNARE, 60), Stroke(1 + THIRD, SNARE, 52), Stroke(1 + TWO_THIRDS, HIGH_TOM, 60),
         Stroke(2, MID_TOM, 66), Stroke(2.5, LOW_TOM, 72)),
        (Stroke(1.5, SNARE, 58), Stroke(2, SNARE, 64), Stroke(2.5, BASS_DRUM, 72)),
    ),
    4: (
        (Stroke(2, SNARE, 64), Stroke(2 + THIRD, SNARE, 52), Stroke(2 + TWO_THIRDS, SNARE, 58),
         Stroke(3, HIGH_TOM, 66), Stroke(3 + THIRD, MID_TOM, 62), Stroke(3 + TWO_THIRDS, LOW_TOM,
         72)),
        (Stroke(2.5, SNARE, 58), Stroke(3, SNARE, 66), Stroke(3.5, BASS_DRUM, 76)),
        (Stroke(2, SNARE, 60), Stroke(2.5, HIGH_TOM, 62), Stroke(3, MID_TOM, 66),
         Stroke(3.5, LOW_TOM, 74)),
        (Stroke(1.5, SNARE, 56), Stroke(2.5, SNARE, 60), Stroke(3, SNARE, 56),
         Stroke(3.5, BASS_DRUM, 76)),
    ),
}  # fmt: skip
"""Fills that lead into the next section, played over the ride."""
