"""The jazz waltz, five-four, and gospel in six.

Sources: John Riley, "The Art of Bop Drumming", 1994, for the waltz; Joe Morello's playing in five
is three and two, with the accent now on four and now on three; gospel in 6/8 has even eighths on
the hi-hat and the back beat on the second pulse.
"""

from __future__ import annotations

from jazzgen.band import drum_kit as kit
from jazzgen.band.comping_cells import Vocabulary
from jazzgen.band.repertoire.grids import cell, pattern, strokes
from jazzgen.band.repertoire.meters import FIVES, THREES, TWELVES
from jazzgen.band.styles import Bass, Style

__all__ = ["FIVE_FOUR", "GOSPEL", "WALTZ"]

WALTZ = Style(
    name="waltz",
    drummer="swing",
    keeps=kit.SWING_TIME,
    label="Jazz waltz",
    meters=THREES,
    tempo=150.0,
    tempi=(90.0, 240.0),
    volumes=(80, 72, 68),
    bass=Bass(in_two_below=0.45),
)

FIVE_GROOVES = tuple(
    {
        3: strokes(kit.RIDE, 72, three, 3)
        + strokes(kit.HAT_PEDAL, 58, "..x...", 3)
        + strokes(kit.BASS_DRUM, 40, "x.....", 3),
        2: strokes(kit.RIDE, 72, two, 2)
        + strokes(kit.HAT_PEDAL, 56, "..x.", 2)
        + strokes(kit.BASS_DRUM, 44, bass, 2),
    }
    for three, two, bass in (
        ("X.xxx.", "X.x.", "x..."),
        ("X.xxX.", "x.xx", "...."),
        ("X.x.xx", "X.xx", "x..."),
        ("X.xxXx", "x.x.", "..x."),
        ("X.xxx.", "X.xx", "x..x"),
        ("Xxx.X.", "xxx.", "...."),
    )
)
FIVE_COMPING: Vocabulary = {
    "little": {
        2: ((), cell("x-..", 2), cell(".x..", 2)),
        3: (cell("x-....", 3), cell("...x-.", 3), cell("x--...", 3)),
    },
    "some": {
        2: ((), cell("x-..", 2), cell(".x..", 2), cell("x--.", 2), cell("...x", 2)),
        3: tuple(cell(grid, 3) for grid in ("x--x-.", "x..x..", ".x.x-.", "x----.", "...x-.")),
    },
    "much": {
        2: (cell("x-.x", 2), cell(".x-x", 2), cell("x.x.", 2)),
        3: tuple(cell(grid, 3) for grid in ("x--x-x", ".x.x.x", "x.xx..")),
    },
}
FIVE_FOUR = Style(
    name="five-four",
    label="Five-four",
    like="swing",
    meters=FIVES,
    tempo=168.0,
    tempi=(100.0, 240.0),
    volumes=(75, 59, 80),
    words={"5/4": 168.0, "five four": 168.0},
    grooves=FIVE_GROOVES,
    comping=FIVE_COMPING,
    holds=2,
    ending=(0, 3),
)

GOSPEL_GROOVES = tuple(
    {
        4: strokes(kit.CLOSED_HAT, 58, "XoxXoxXoxXox")
        + strokes(kit.SNARE, 76, "...X.....X..")
        + strokes(kit.SNARE, 54, ghosts, chance=0.6)
        + strokes(kit.BASS_DRUM, 70, bass),
        2: strokes(kit.CLOSED_HAT, 58, "XoxXox", 2)
        + strokes(kit.SNARE, 76, "...X..", 2)
        + strokes(kit.SNARE, 54, ghosts[:6], 2, 0.6)
        + strokes(kit.BASS_DRUM, 70, bass[:6], 2),
    }
    for ghosts, bass in (
        (".....o.....o", "x....xx....."),
        ("..o.....o...", "x.....x.x..."),
        (".....o.o....", "x....xx....x"),
        ("..o..o.....o", "x.....x....."),
    )
)
GOSPEL_FILLS = {
    2: (
        strokes(kit.SNARE, 68, "...xxX", 2),
        strokes(kit.HIGH_TOM, 68, "...x..", 2) + strokes(kit.LOW_TOM, 74, "....xX", 2),
        strokes(kit.SNARE, 64, "...... xxxxxX", 2),
    ),
    4: (
        strokes(kit.SNARE, 66, "......xxxxxX"),
        strokes(kit.HIGH_TOM, 66, "......x.x...") + strokes(kit.LOW_TOM, 74, ".........xxX"),
        strokes(kit.SNARE, 66, ".........xxX") + strokes(kit.BASS_DRUM, 76, "......x..x.."),
    ),
}
GOSPEL_COMPING = {
    2: (
        strokes(kit.BASS_DRUM, 60, ".....x", 2),
        strokes(kit.OPEN_HAT, 58, "..x...", 2),
        strokes(kit.RIDE_BELL, 54, "x.x...", 2),
    ),
    4: (
        strokes(kit.OPEN_HAT, 58, "..x........."),
        strokes(kit.SNARE, 52, ".....o..o.o."),
        strokes(kit.BASS_DRUM, 62, "..x.....x..."),
        strokes(kit.RIDE_BELL, 54, "x.....x....."),
    ),
}
GOSPEL_PIANO: Vocabulary = {
    "little": {
        2: (cell("x-----", 2), cell("x--x--", 2)),
        4: tuple(map(cell, ("x-----x-----", "x--------x--", "x-----------"))),
    },
    "some": {
        2: tuple(cell(grid, 2) for grid in ("x--x-x", "x-xx--", "x--xx-", "x-x-x-")),
        4: tuple(map(cell, (
            "x--x-xx--x--", "x-xx--x--x-x", "x--x--x-xx--", "x-----x-xx-x", "x--xx-x--xx-",
        ))),
    },
    "much": {
        2: tuple(cell(grid, 2) for grid in ("xxxxxx", "x-xxxx", "xxxx-x")),
        4: tuple(map(cell, ("x-xx-xx-xx-x", "xxxxxxx-xx-x", "x--xxxx--xxx"))),
    },
}  # fmt: skip
GOSPEL = Style(
    name="gospel",
    label="Gospel",
    swings=False,
    like="straight",
    meters=TWELVES,
    tempo=105.0,
    tempi=(60.0, 160.0),
    volumes=(67, 65, 69),
    words={"gospel": 105.0, "rock 12/8": 90.0, "slow rock": 90.0, "spiritual": 96.0},
    grooves=GOSPEL_GROOVES,
    fills=GOSPEL_FILLS,
    drum_comping=GOSPEL_COMPING,
    comping=GOSPEL_PIANO,
    voicings={"fourths": 6.0, "rootless": -1.0},
    bass=Bass(
        patterns={
            2: tuple(pattern(grid, 2) for grid in ("x....x", "x..x..", "x..x.x")),
            4: tuple(
                map(pattern, ("x....xx....x", "x..x..x..x.x", "x.....x..x..", "x....xx..x.x"))
            ),
        },
    ),
)  # fmt: skip
