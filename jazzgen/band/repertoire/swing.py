"""Swing in all tempi, the shuffle, and gypsy swing with a guitar.

Sources: John Riley, "Beyond Bop Drumming", 1997, for up tempi, where the ride cymbal leaves out
off-beats and the piano plays sparsely; the shuffle's back beat and its ghost strokes are in every
method of blues drumming; Michael Horowitz, "Gypsy Rhythm", 2007, for *la pompe*, the guitar's
long stroke on one and three and its short one on two and four.
"""

from __future__ import annotations

from jazzgen.band import comping_cells as piano
from jazzgen.band import drum_kit as kit
from jazzgen.band.comping_cells import Vocabulary
from jazzgen.band.repertoire.grids import cell, strokes
from jazzgen.band.repertoire.meters import THREES, TWOS_AND_FOURS
from jazzgen.band.styles import Bass, Style
from jazzgen.band.voicing_families import Family

__all__ = ["SWING"]

STEEL_GUITAR = 25
"""The General MIDI program of the guitar of gypsy swing."""

UP_RIDE = tuple(
    {4: strokes(kit.RIDE, 74, ride, chance=chance) + strokes(kit.HAT_PEDAL, 60, "..x...x.")}
    for ride, chance in (
        ("X.x.X.x.", 1.0), ("X.X.x.Xx", 0.9), ("X.xxX.x.", 0.9), ("X.X.xxX.", 0.9),
    )
)  # fmt: skip
UP_COMPING: Vocabulary = {
    "little": {4: ((), *map(cell, ("x.......", "...x....", ".......x", ".x......", ".....x..")))},
    "some": {
        4: tuple(map(cell, (
            "x..x....", ".x......", "...x...x", "x.......", ".....x..", ".x...x..", ".......x",
            "x.....x.", "...x-...",
        ))),
    },
    "much": piano.SWING["some"],
}  # fmt: skip

SHUFFLE_GROOVES = tuple(
    {
        4: strokes(kit.RIDE, 70, ride)
        + strokes(kit.SNARE, 78, snare)
        + strokes(kit.BASS_DRUM, 60, bass)
        + strokes(kit.HAT_PEDAL, 56, "..x...x.")
    }
    for ride, snare, bass in (
        ("XoxoXoxo", "..X...X.", "x.x.x.x."),
        ("XoxoXoxo", ".oXo.oX.", "x.x.x.xx"),
        ("XoxoXoxx", "..Xo..X.", "x.x.xxx."),
        ("XoxoXoxo", ".oX..oXo", "x.x.x.x."),
    )
)
SHUFFLE_PIANO: Vocabulary = {
    "little": {4: tuple(map(cell, ("x--.....", "...x-...", ".....x-.")))},
    "some": {
        4: tuple(map(cell, (
            "x.x...x-", ".x.x....", "x..x....", ".x-..x-.", "..xx..x.", "x--x-...", ".x...x.x",
        ))),
    },
    "much": {4: tuple(map(cell, (".x.x.x.x", "x.xx.x..", "xxx..xx.", ".xx..xx.")))},
}  # fmt: skip

ON_GUITAR: dict[Family, float] = {"fourths": 9.0, "upper": 9.0, "drop2": -2.0, "shell": -1.5}
"""What voicings cost a guitarist in a style that is older than modal jazz: no fourths."""
POMPE = ((0, 0.85), (1, 0.3), (2, 0.85), (3, 0.3))
"""The strokes of *la pompe* in four: position and length, in pulses."""
LIFTED = ((0, 0.85), (1, 0.3), (1.5, 0.25), (2, 0.85), (3, 0.3))
GUITAR: Vocabulary = {
    "little": {2: (POMPE[:2],), 3: (((0, 0.85), (1, 0.3), (2, 0.3)),), 4: (POMPE,)},
    "some": {2: (POMPE[:2],), 3: (((0, 0.85), (1, 0.3), (2, 0.3)),), 4: (POMPE,) * 3 + (LIFTED,)},
    "much": {
        2: (POMPE[:2], LIFTED[:3]),
        3: (((0, 0.85), (1, 0.3), (1.5, 0.25), (2, 0.3)),),
        4: (POMPE, LIFTED, (*POMPE, (3.5, 0.25))),
    },
}
GYPSY_BRUSHES = tuple(
    {
        4: strokes(kit.BRUSH_TAP, 50, taps)
        + strokes(kit.BRUSH_SWIRL, 40, "x...x...")
        + strokes(kit.BASS_DRUM, 34, "x...x..."),
        3: strokes(kit.BRUSH_SWIRL, 42, "x.....", 3) + strokes(kit.BRUSH_TAP, 49, "..x.x.", 3),
    }
    for taps in ("..X...X.", "..X..oX.", "..Xo..X.", ".oX...Xo")
)  # fmt: skip

GYPSY_COMPING = {
    3: (
        strokes(kit.BRUSH_TAP, 42, ".....x", 3),
        strokes(kit.BRUSH_TAP, 42, "...x..", 3),
    ),
    4: (
        strokes(kit.BRUSH_TAP, 44, "...x...."),
        strokes(kit.BRUSH_TAP, 44, ".......x"),
        strokes(kit.BRUSH_TAP, 42, ".x......"),
        strokes(kit.BRUSH_TAP, 42, "...x.x.x"),
    ),
}
GYPSY_FILLS = {
    4: (
        strokes(kit.BRUSH_TAP, 56, "........xxxX"),
        strokes(kit.BRUSH_TAP, 54, "....xx.X"),
        strokes(kit.BRUSH_TAP, 54, "......x.xx.X"),
    ),
}

SWING = (
    Style(
        name="swing",
        drummer="swing",
        keeps=kit.SWING_TIME,
        tempo=140.0,
        tempi=(80.0, 240.0),
        volumes=(78, 63, 64),
        words={
            "slow swing": 84.0, "up tempo": 250.0, "medium up": 185.0, "medium swing": 140.0,
            "double time": 240.0, "gypsy": 200.0, "swing": 140.0, "shuffle": 120.0,
            "blue note": 140.0, "trad jazz": 180.0, "guitar trio": 140.0, "5/4": 160.0,
        },
    ),
    Style(
        name="up-tempo",
        drummer="swing",
        keeps=kit.SWING_TIME,
        label="Up-tempo swing",
        like="swing",
        meters=TWOS_AND_FOURS,
        tempo=250.0,
        tempi=(200.0, 340.0),
        volumes=(84, 58, 57),
        words={"up tempo": 250.0, "fast swing": 260.0, "double time swing": 240.0, "bebop": 230.0},
        grooves=UP_RIDE,
        feathered=False,
        comping=UP_COMPING,
    ),
    Style(
        name="shuffle",
        like="swing",
        swing=2.0,
        meters=TWOS_AND_FOURS,
        tempo=120.0,
        tempi=(70.0, 190.0),
        volumes=(81, 64, 62),
        words={"shuffle": 120.0, "jump blues": 160.0, "slow blues": 72.0, "boogie": 150.0},
        grooves=SHUFFLE_GROOVES,
        feathered=False,
        comping=SHUFFLE_PIANO,
        voicings={"fourths": 3.0},
        holds=2,
        ending=(0, 2.5),
    ),
    Style(
        name="gypsy",
        label="Gypsy swing",
        like="swing",
        swing=1.6,
        meters=(*TWOS_AND_FOURS, *THREES),
        tempo=200.0,
        tempi=(100.0, 280.0),
        volumes=(56, 62, 121),
        words={"gypsy": 200.0, "manouche": 200.0, "hot club": 200.0},
        grooves=GYPSY_BRUSHES,
        fills=GYPSY_FILLS,
        drum_comping=GYPSY_COMPING,
        kit=kit.BRUSHES,
        crashes=False,
        feathered=False,
        comping=GUITAR,
        voicings=ON_GUITAR,
        piano_program=STEEL_GUITAR,
        bass=Bass(in_two_below=0.5),
        ending=(0, 2),
    ),
)  # fmt: skip
