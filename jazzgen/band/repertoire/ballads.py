"""Ballads: with brushes, or in two with sticks."""

from __future__ import annotations

import math

from jazzgen.band import comping_cells as piano
from jazzgen.band import drum_kit as kit
from jazzgen.band.repertoire.grids import strokes
from jazzgen.band.styles import Bass, Style

__all__ = ["BALLADS"]

STICKS_IN_TWO = tuple(
    {
        4: strokes(kit.RIDE, 58, ride, chance=0.9)
        + strokes(kit.HAT_PEDAL, 50, "..x...x.")
        + strokes(kit.BASS_DRUM, 32, "x...x...")
        + strokes(kit.SIDE_STICK, 48, stick, chance=0.7),
    }
    for ride, stick in (
        ("X.x.X.xo", "......x."),
        ("X.xoX.x.", "........"),
        ("X.x.x.Xo", "......x."),
        ("X.xoX.xo", "......x."),
    )
)

STICK_COMPING = {
    4: (
        strokes(kit.SNARE, 40, "...x...."),
        strokes(kit.SNARE, 42, ".......x"),
        strokes(kit.BASS_DRUM, 46, "...x...."),
        strokes(kit.RIDE_BELL, 44, "....x..."),
        strokes(kit.SNARE, 38, "........x.x."),
        strokes(kit.SNARE, 38, "...x.x......"),
    ),
}
STICK_FILLS = {
    4: (
        strokes(kit.SNARE, 54, "......x.xx.X"),
        strokes(kit.HIGH_TOM, 54, "......xx....") + strokes(kit.LOW_TOM, 58, ".........x.X"),
        strokes(kit.SNARE, 52, "........ ..x.x.xX"),
    ),
}

BRUSH_GROOVES = tuple(
    {
        4: strokes(kit.BRUSH_SWIRL, 72, swirl)
        + strokes(kit.BRUSH_TAP, 76, taps, chance=0.75)
        + strokes(kit.HAT_PEDAL, 50, "..x...x.")
        + strokes(kit.BASS_DRUM, 34, "x...x...", chance=0.7),
        3: strokes(kit.BRUSH_SWIRL, 72, swirl[:6], 3)
        + strokes(kit.BRUSH_TAP, 74, taps[:6], 3, chance=0.75)
        + strokes(kit.HAT_PEDAL, 48, "..x...", 3)
        + strokes(kit.BASS_DRUM, 34, "x.....", 3, chance=0.8),
    }
    for swirl, taps in (
        ("x...x...", "..X..oX."),
        ("x...x.x.", "..Xo..Xo"),
        ("x..xx...", "..X...Xo"),
        ("x...x..x", ".oX..oX."),
    )
)
"""Swirls on the snare, taps on the back beat, and what the other brush adds."""
BRUSH_COMPING = {
    4: (
        strokes(kit.BRUSH_TAP, 66, "...x...."),
        strokes(kit.BRUSH_TAP, 64, ".......x"),
        strokes(kit.BRUSH_TAP, 60, "........x.x."),
        strokes(kit.BRUSH_TAP, 60, "...x.x......"),
        strokes(kit.BASS_DRUM, 44, "...x...."),
        strokes(kit.BRUSH_TAP, 58, "........ .....x.x"),
        strokes(kit.BRUSH_SWIRL, 62, ".x......") + strokes(kit.BRUSH_TAP, 64, ".....x.."),
        strokes(kit.BRUSH_TAP, 60, ".....x.x.x.."),
    ),
}
BRUSH_FILLS = {
    4: (
        strokes(kit.BRUSH_TAP, 74, "......x.xx.X"),
        strokes(kit.BRUSH_TAP, 72, "........ ..x.x.xX"),
        strokes(kit.BRUSH_TAP, 76, ".........xxX") + strokes(kit.LOW_TOM, 52, "......x....."),
        strokes(kit.BRUSH_SWIRL, 70, "....x...") + strokes(kit.BASS_DRUM, 52, ".......x"),
    ),
}

BALLADS = (
    Style(
        name="ballad",
        tempo=62.0,
        tempi=(46.0, 84.0),
        volumes=(85, 75, 118),
        grooves=BRUSH_GROOVES,
        fills=BRUSH_FILLS,
        drum_comping=BRUSH_COMPING,
        kit=kit.BRUSHES,
        crashes=False,
        feathered=False,
        comping=piano.BALLAD,
        bass=Bass(in_two_below=math.inf),
    ),
    Style(
        name="ballad-in-two",
        label="Ballad in two",
        like="ballad",
        tempo=66.0,
        tempi=(50.0, 92.0),
        volumes=(83, 74, 113),
        words={"two feel ballad": 66.0, "ballad with sticks": 66.0},
        grooves=STICKS_IN_TWO,
        fills=STICK_FILLS,
        drum_comping=STICK_COMPING,
        crashes=False,
        feathered=False,
        comping=piano.BALLAD,
        bass=Bass(in_two_below=math.inf),
    ),
)
