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

BALLADS = (
    Style(
        name="ballad",
        tempo=62.0,
        tempi=(46.0, 84.0),
        volumes=(90, 75, 127),
        grooves=(kit.BALLAD,),
        fills={},
        drum_comping={},
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
        volumes=(89, 74, 127),
        words={"two feel ballad": 66.0, "ballad with sticks": 66.0},
        grooves=STICKS_IN_TWO,
        fills={},
        crashes=False,
        feathered=False,
        comping=piano.BALLAD,
        bass=Bass(in_two_below=math.inf),
    ),
)
