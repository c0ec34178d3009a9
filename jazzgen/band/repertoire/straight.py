"""Straight eighths, the half-time shuffle, funk and the second line of New Orleans.

Sources of the grooves: David Garibaldi, "The Funky Beat", 1996, for the sixteenths of funk with
ghost strokes around the back beat; Bernard Purdie's shuffle, with the back beat on three and a
ghost stroke inside of each triplet, is in any method of funk drumming; Herlin Riley and Johnny
Vidacovich, "New Orleans Jazz and Second Line Drumming", 1995, for the rolling snare with the
accents of the clave and the heavy fourth beat ("the big four").
"""

from __future__ import annotations

from jazzgen.band import drum_kit as kit
from jazzgen.band.comping_cells import Vocabulary
from jazzgen.band.repertoire.grids import cell, pattern, strokes
from jazzgen.band.repertoire.meters import FOURS
from jazzgen.band.styles import Bass, Style

__all__ = ["GROOVES", "STRAIGHT"]

ELECTRIC_PIANO, FINGERED_BASS = 4, 33
"""General MIDI programs."""

STRAIGHT = (
    Style(
        name="straight",
        label="Straight eighths",
        swings=False,
        tempo=130.0,
        tempi=(60.0, 240.0),
        volumes=(72, 66, 102),
        holds=2,
        words={
            "calypso": 180.0, "latin": 170.0, "afro": 150.0, "even": 130.0, "straight": 130.0,
            "funk": 105.0, "rock": 120.0, "pop": 110.0, "soul": 90.0, "r&b": 90.0,
            "reggae": 80.0, "country": 120.0, "disco": 118.0, "bluegrass": 120.0, "tango": 120.0,
        },
    ),
)  # fmt: skip

BACK_BEAT = strokes(kit.SNARE, 78, "....X... ....X...")
FUNK_GROOVES = tuple(
    {
        4: strokes(kit.CLOSED_HAT, 62, hat)
        + BACK_BEAT
        + strokes(kit.SNARE, 54, ghosts, chance=0.6)
        + strokes(kit.BASS_DRUM, 76, bass)
    }
    for hat, ghosts, bass in (
        ("XoxoXoxo XoxoXoxo", ".......o .o.....o", "x.x..... ..x..x.."),
        ("XoxoXoxo XoxoXoxo", "......o. .o.o....", "x..x..x. ..x....."),
        ("X.xoX.xo X.xoX.xo", ".......o .o.....o", "x.....x. .xx....x"),
        ("XoxoXoxo XoxoXxxo", "..o....o .o.o....", "x.x....x ..x..x.."),
    )
)
FUNK_FILLS = {
    4: (
        strokes(kit.SNARE, 70, "........ x.oxx.xX"),
        strokes(kit.SNARE, 66, "........ xxox....") + strokes(kit.LOW_TOM, 72, "........ ....xxxX"),
        strokes(kit.HIGH_TOM, 70, "........ xx......")
        + strokes(kit.MID_TOM, 70, "........ ..xx....")
        + strokes(kit.LOW_TOM, 76, "........ ....x.xX"),
        strokes(kit.SNARE, 68, "........ ......xX")
        + strokes(kit.CLOSED_HAT, 66, "........ x.x.x..."),
    ),
}  # fmt: skip
FUNK_COMPING = {
    4: (
        strokes(kit.OPEN_HAT, 60, "......x. ........"),
        strokes(kit.OPEN_HAT, 62, "........ ......x."),
        strokes(kit.BASS_DRUM, 70, "........ .......x"),
        strokes(kit.SNARE, 46, "..o..... ..o..o.."),
        strokes(kit.BASS_DRUM, 70, "...x.... ...x...."),
    ),
}
FUNK_PIANO: Vocabulary = {
    "little": {
        4: tuple(map(cell, ("x--..... ........", "..x-.... ........", "........ ..x-...."))),
    },
    "some": {
        4: tuple(map(cell, (
            "x..x-... ..x-....", "..x..x-. ........", "x..x..x- ........", "..x-.... ..x..x-.",
            "x-...x.. ..x-....", "...x..x- ...x....", "x..x.... x..x..x-",
        ))),
    },
    "much": {
        4: tuple(map(cell, (
            "x..x..x. ..x..x-.", "..x..x.x ..x..x-.", "x.x..x.x ..x.x-..", "x..x.x.. x..x.x-.",
        ))),
    },
}  # fmt: skip
FUNK_BASS = Bass(
    patterns={
        4: tuple(map(pattern, (
            "x.....x. ..x..x..", "x..x.... ..x...x.", "x.x....x ..x.....", "x.....xx ..x..x..",
            "x..x..x. ...x..x.", "x....... ..x..xx.",
        ))),
    },
    freedom=0.1,
    color=0.35,
)  # fmt: skip

SECOND_LINE_GROOVES = tuple(
    {4: strokes(kit.SNARE, 56, snare) + strokes(kit.BASS_DRUM, 74, bass) + strokes(
        kit.HAT_PEDAL, 54, "..x...x.")}
    for snare, bass in (
        ("XooXoxXo", "x..x..x."),
        ("oxXoXoxo", "..x.x.X."),
        ("XoxXooXx", "x..x..x."),
        ("ooXxXooX", "x...x.X."),
    )
)  # fmt: skip
SECOND_LINE_FILLS = {
    4: (
        strokes(kit.SNARE, 62, "....xxxx xxxxXxxX"),
        strokes(kit.SNARE, 64, "....xx..") + strokes(kit.LOW_TOM, 76, "......xX"),
        strokes(kit.SNARE, 66, "x..x..x. X.......")
        + strokes(kit.BASS_DRUM, 80, "........ ....X..."),
    ),
}  # fmt: skip
SECOND_LINE_COMPING = {
    4: (
        strokes(kit.LOW_TOM, 58, "...x...."),
        strokes(kit.SNARE, 58, ".....oxo"),
        strokes(kit.CRASH, 58, "......x."),
        strokes(kit.LOW_TOM, 60, "......xx"),
    ),
}
SECOND_LINE_PIANO: Vocabulary = {
    "little": {4: tuple(map(cell, ("x-......", "...x-...", "......x-")))},
    "some": {
        4: tuple(map(cell, (
            "x..x..x-", "..x-x-..", ".x.x..x-", "x.x..x-.", "..x..xx-", "x..x-...", ".xx.x-..",
        ))),
    },
    "much": {4: tuple(map(cell, ("x.xx.xx-", ".xx.xx.x", "x..x.xx-", "xx.xx.x-")))},
}  # fmt: skip
SECOND_LINE_BASS = Bass(
    patterns={4: tuple(map(pattern, ("x..x..x.", "x...x.x.", "x..xx.x.", "x..x..x.", "x.x.x.x.")))},
    freedom=0.1,
    color=0.7,
)

HALF_TIME_GROOVES = tuple(
    {
        4: strokes(kit.CLOSED_HAT, 58, "X.xX.xX.xX.x")
        + strokes(kit.SNARE, 88, "......X.....")
        + strokes(kit.SNARE, 56, ghosts, chance=0.85)
        + strokes(kit.BASS_DRUM, 74, bass)
    }
    for ghosts, bass in (
        (".o..o..o..o.", "x....x......"),
        (".o..o..o..o.", "x.......x..x"),
        (".o..o..o.oo.", "x....x....x."),
        (".o..o.....o.", "x....x..x..x"),
    )
)
HALF_TIME_FILLS = {
    4: (
        strokes(kit.SNARE, 66, "......XxxXxx"),
        strokes(kit.HIGH_TOM, 68, "......xxx...") + strokes(kit.LOW_TOM, 74, ".........xxX"),
        strokes(kit.SNARE, 64, ".........xxX") + strokes(kit.BASS_DRUM, 78, "......x..x.."),
        strokes(kit.SNARE, 66, "......x.xx.x") + strokes(kit.MID_TOM, 68, ".......x..x."),
    ),
}
HALF_TIME_COMPING = {
    4: (
        strokes(kit.OPEN_HAT, 60, "...........x"),
        strokes(kit.BASS_DRUM, 70, "..x........."),
        strokes(kit.SNARE, 50, "..o.....o..."),
        strokes(kit.RIDE_BELL, 54, "x.....x....."),
        strokes(kit.BASS_DRUM, 70, "........xx.."),
    ),
}
HALF_TIME_PIANO: Vocabulary = {
    "little": {4: tuple(map(cell, ("x-----......", "..x---------", "x--.....x---")))},
    "some": {
        4: tuple(map(cell, (
            "x-...x-----.", "..x-----x-..", "x----x......", "x-.....x----", "..x--x--....",
            "x--.....x--x", ".....x-----.",
        ))),
    },
    "much": {4: tuple(map(cell, ("x-...x..x--x", "..x..x..x--x", "x-x..x..x-..")))},
}  # fmt: skip
HALF_TIME_BASS = Bass(
    patterns={
        4: tuple(map(pattern, (
            "x....x......", "x.......x..x", "x....x....x.", "x..........x", "x....xx....x",
        ))),
    },
    freedom=0.15,
)  # fmt: skip

GROOVES = (
    Style(
        name="half-time",
        label="Half-time shuffle",
        like="swing",
        swing=2.0,
        meters=FOURS,
        tempo=170.0,
        tempi=(120.0, 220.0),
        volumes=(58, 68, 66),
        words={"half time shuffle": 170.0, "half time feel": 170.0, "purdie shuffle": 170.0},
        grooves=HALF_TIME_GROOVES,
        fills=HALF_TIME_FILLS,
        drum_comping=HALF_TIME_COMPING,
        kit=kit.STANDARD_KIT,
        feathered=False,
        comping=HALF_TIME_PIANO,
        holds=2,
        piano_program=ELECTRIC_PIANO,
        bass_program=FINGERED_BASS,
        bass=HALF_TIME_BASS,
        ending=(0, 2),
    ),
    Style(
        name="funk",
        drummer="funk",
        keeps=kit.FUNK_TIME,
        swings=False,
        like="straight",
        meters=FOURS,
        tempo=102.0,
        tempi=(70.0, 132.0),
        volumes=(66, 66, 55),
        words={
            "glam funk": 112.0, "virtual funk": 102.0, "funk": 102.0, "soul": 90.0, "r&b": 90.0,
            "rnb": 90.0, "even 16ths": 96.0, "smooth": 96.0, "hip hop": 90.0,
        },
        grooves=FUNK_GROOVES,
        fills=FUNK_FILLS,
        drum_comping=FUNK_COMPING,
        comping=FUNK_PIANO,
        holds=2,
        piano_program=ELECTRIC_PIANO,
        bass_program=FINGERED_BASS,
        bass=FUNK_BASS,
        ending=(0, 0.75),
    ),
    Style(
        name="second-line",
        drummer="second line",
        drummer_bars=2,
        keeps=kit.SECOND_LINE_TIME,
        label="Second line",
        like="swing",
        swing=1.4,
        meters=FOURS,
        tempo=190.0,
        tempi=(120.0, 240.0),
        volumes=(76, 66, 75),
        words={"second line": 190.0, "new orleans": 180.0, "mardi gras": 190.0},
        grooves=SECOND_LINE_GROOVES,
        fills=SECOND_LINE_FILLS,
        drum_comping=SECOND_LINE_COMPING,
        feathered=False,
        comping=SECOND_LINE_PIANO,
        voicings={"fourths": 6.0},
        holds=2,
        bass=SECOND_LINE_BASS,
        ending=(0, 1.5, 3),
    ),
)  # fmt: skip
