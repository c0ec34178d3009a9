"""Brazilian and Cuban styles.

Sources: Duduka da Fonseca and Bob Weiner, "Brazilian Rhythms for Drumset", 1991, for the surdo of
the bass drum, the side stick of bossa nova and the tamborim of samba; Rebeca Mauleón, "Salsa
Guidebook", 1993, for son clave 2-3, the cáscara, the tumbao of the bass, the guajeo of the piano
and the bell in 12/8.
"""

from __future__ import annotations

from jazzgen.band import comping_cells as piano
from jazzgen.band import drum_kit as kit
from jazzgen.band.comping_cells import Vocabulary
from jazzgen.band.repertoire.grids import cell, pattern, strokes
from jazzgen.band.repertoire.meters import TWELVES, TWOS_AND_FOURS
from jazzgen.band.styles import BOSSA_BASS, Bass, Style

__all__ = ["BRAZILIAN", "CUBAN"]

SAMBA_GROOVES = tuple(
    {
        4: strokes(kit.CLOSED_HAT, 52, hat)
        + strokes(kit.BASS_DRUM, 56, "x..xX..x")
        + strokes(kit.SIDE_STICK, 62, tamborim)
        + strokes(kit.HAT_PEDAL, 48, "..x...x.", chance=0.8),
        2: strokes(kit.CLOSED_HAT, 52, "XoxX", 2)
        + strokes(kit.BASS_DRUM, 58, "x..xX..x", 2)
        + strokes(kit.SIDE_STICK, 60, tamborim[:4], 2),
    }
    for hat, tamborim in (
        ("XoxXXoxX", "x.x.xx.x"),
        ("XoxXXoxX", ".x.xx.x."),
        ("XooXXoxX", "x.x.xx.x"),
        ("XoxXXxoX", ".x.x.xx."),
    )
)
SAMBA_FILLS = {
    4: (
        strokes(kit.SNARE, 62, "....x.xx xxX.x.xX"),
        strokes(kit.HIGH_TOM, 64, "....x..x") + strokes(kit.LOW_TOM, 72, ".....x.X"),
        strokes(kit.SNARE, 64, "..x.xx.X"),
        strokes(kit.LOW_TOM, 66, "x..x....") + strokes(kit.SNARE, 66, "....xx.X"),
    ),
}
SAMBA_COMPING = {
    4: (
        strokes(kit.SNARE, 44, "o..o.o.o"),
        strokes(kit.LOW_TOM, 56, "....x..."),
        strokes(kit.OPEN_HAT, 54, "...x...."),
        strokes(kit.SNARE, 46, ".o.oo..o"),
        strokes(kit.RIDE_BELL, 52, "x.....x."),
    ),
}
SAMBA_PIANO: Vocabulary = {
    "little": {4: tuple(map(cell, ("x-......", "...x-...", ".x-...x-", ".....x--")))},
    "some": {
        4: tuple(map(cell, (
            "x.x-.x-.", ".x-x-.x-", "..x..x-x", ".x.x-x-.", "x..x-.x-", ".x-.x-.x", "x-x-.x-x",
        ))),
    },
    "much": {4: tuple(map(cell, ("x.xx.x.x", ".xx.x.xx", "x.x.xx.x", ".x.xx.x-")))},
}  # fmt: skip
SAMBA_BASS = Bass(
    patterns={
        2: (pattern("x..xx..x", 2), pattern("x..xx...", 2)),
        4: tuple(map(pattern, ("x..xx..x", "x...x..x", "x..xx...", "x..xx.xx"))),
    },
    freedom=0.15,
)

BRAZILIAN = (
    Style(
        name="bossa",
        drummer="bossa",
        kit=kit.JAZZ_KIT,
        keeps=kit.BOSSA_CLAVE,
        label="Bossa nova",
        swings=False,
        tempo=130.0,
        tempi=(90.0, 180.0),
        volumes=(73, 66, 77),
        words={"bossa": 130.0, "samba": 200.0},
        grooves=tuple(
            {size: kit.BOSSA[size] + clave[size] for size in clave} for clave in kit.BOSSA_CLAVE
        ),
        fills={},
        crashes=False,
        comping=piano.BOSSA,
        holds=2,
        bass=Bass(patterns=BOSSA_BASS, freedom=0.2),
    ),
    Style(
        name="samba",
        drummer="samba",
        drummer_bars=2,
        keeps=kit.SAMBA_TIME,
        swings=False,
        like="bossa",
        meters=TWOS_AND_FOURS,
        tempo=200.0,
        tempi=(150.0, 260.0),
        volumes=(66, 60, 80),
        words={"samba": 200.0, "batucada": 210.0, "partido alto": 180.0, "baiao": 190.0},
        grooves=SAMBA_GROOVES,
        fills=SAMBA_FILLS,
        drum_comping=SAMBA_COMPING,
        comping=SAMBA_PIANO,
        holds=2,
        bass=SAMBA_BASS,
        ending=(0, 1.5),
    ),
)

MAMBO_GROOVES = tuple(
    {
        4: strokes(kit.COWBELL, 56, bell, chance=0.97)
        + strokes(kit.SIDE_STICK, 66, clave)
        + strokes(kit.LOW_CONGA, 66, conga)
        + strokes(kit.MUTE_CONGA, 62, slap, chance=0.85)
        + strokes(kit.BASS_DRUM, 58, "...x....", chance=0.6)
        + strokes(kit.HAT_PEDAL, 46, "..x...x.")
    }
    for bell, clave, conga, slap in (
        ("X.x.Xx.x", "..x.x...", "......xx", "..x....."),
        ("X.xX.x.x", "x..x..x.", "......xx", "..x.o..."),
        ("X.x.XxXx", "..x.x...", ".....oxx", "..x....o"),
        ("XoxX.xox", "x..x..x.", "...o..xx", "o.x.o..."),
    )
)
MAMBO_FILLS = {
    4: (
        strokes(kit.HIGH_TIMBALE, 70, "....xxxx") + strokes(kit.LOW_TIMBALE, 76, ".......X"),
        strokes(kit.HIGH_TIMBALE, 68, "........ x.xxx.x.")
        + strokes(kit.LOW_TIMBALE, 76, ".......X"),
        strokes(kit.HIGH_TIMBALE, 72, "...x..x.") + strokes(kit.LOW_TIMBALE, 74, ".....x.X"),
        strokes(kit.HIGH_TIMBALE, 66, "........ ..xxxxxX"),
    ),
}  # fmt: skip
MAMBO_COMPING = {
    4: (
        strokes(kit.HIGH_TIMBALE, 52, ".....x.."),
        strokes(kit.HIGH_CONGA, 58, "...x.x.."),
        strokes(kit.LOW_TIMBALE, 54, ".......x"),
        strokes(kit.HIGH_BONGO, 54, "x.xxx.xx"),
        strokes(kit.LOW_BONGO, 56, "......x."),
    ),
}
GUAJEO: Vocabulary = {
    "little": {4: tuple(map(cell, ("x.x..x..", "x-.x-..x", "x.x-...x")))},
    "some": {4: tuple(map(cell, ("x.xx.x.x", "x.x..x.x", "x.xx.xx-", "x-.x.x.x", "x.xx.x-x")))},
    "much": {4: tuple(map(cell, ("x.xx.xxx", "xxxx.x.x", "x.xxxx.x", "x.xx.x.x")))},
}
GUAJEO_ANSWERS: Vocabulary = {
    "little": {4: tuple(map(cell, (".x-.x-..", "...x-.x-", ".x...x-x")))},
    "some": {4: tuple(map(cell, (".x.x.x.x", ".xx..x.x", ".x.x.xx-", ".x.xx.x-", ".x.x-x.x")))},
    "much": {4: tuple(map(cell, (".xxx.x.x", ".x.xxxxx", ".xxx.xxx", ".x.x.x.x")))},
}
"""The two bars of a guajeo, with son clave 2-3: on the beats where the clave is, then between."""
TUMBAO = Bass(
    patterns={
        2: (pattern("x..x", 2),),
        4: tuple(map(pattern, ("x..x..x.", "x..x..x.", "...x..x.", "x..x.xx."))),
    },
    anticipates=True,
)

BELL = "X.x.xX.x.x.x"
"""The bell of 12/8, in triplets over four pulses."""
AFRO_GROOVES = tuple(
    {
        4: strokes(kit.COWBELL, 58, BELL)
        + strokes(kit.HAT_PEDAL, 52, "x..x..x..x..")
        + strokes(kit.BASS_DRUM, 60, bass)
        + strokes(kit.LOW_CONGA, 62, low)
        + strokes(kit.HIGH_CONGA, 54, high, chance=0.85),
        2: strokes(kit.COWBELL, 58, bell, 2)
        + strokes(kit.HAT_PEDAL, 50, "x..x..", 2)
        + strokes(kit.BASS_DRUM, 60, bass[:6], 2)
        + strokes(kit.LOW_CONGA, 60, low[6:], 2)
        + strokes(kit.HIGH_CONGA, 54, high[:6], 2, 0.85),
    }
    for bell, bass, low, high in (
        (BELL[:6], "x....x......", "..........xx", ".x..x..x...."),
        (BELL[6:], "x........x..", "....xx....xx", ".x.....x...."),
        (BELL[:6], "x....x...x..", "..........xx", "..x.x..xx..."),
        (BELL[6:], "x.....x..x..", ".....x....xx", ".x..x...x..."),
    )
)
AFRO_FILLS = {
    4: (
        strokes(kit.LOW_TOM, 70, "......x..x.X") + strokes(kit.HIGH_TOM, 64, ".......xx.x."),
        strokes(kit.SNARE, 64, "......x.xx.x") + strokes(kit.LOW_TOM, 74, "...........X"),
        strokes(kit.HIGH_TOM, 66, "......xxx...") + strokes(kit.LOW_TOM, 72, ".........xxX"),
    ),
}
AFRO_COMPING = {
    4: (
        strokes(kit.HIGH_TOM, 54, ".......x.x.."),
        strokes(kit.SNARE, 50, "..x..x......"),
        strokes(kit.LOW_TOM, 58, ".....x.....x"),
        strokes(kit.CRASH, 54, "x..........."),
    ),
}
AFRO_PIANO: Vocabulary = {
    "little": {
        2: (cell("x----.", 2), cell("..x---", 2)),
        4: tuple(map(cell, ("x-----......", "..x---......", "......x--x--"))),
    },
    "some": {
        2: (cell("x-x-x-", 2), cell("..x-x-", 2), cell("x--x-x", 2)),
        4: tuple(map(cell, (
            "x-..x-..x-..", "..x-..x-x---", "x----x--x---", ".x-..x-.x-..", "x-x---x-x---",
        ))),
    },
    "much": {
        2: (cell("x.xx.x", 2),),
        4: tuple(map(cell, ("x.x.xx.x.x.x", "x-.x.xx-.x.x", ".x.xx.x.x.x."))),
    },
}  # fmt: skip
AFRO_BASS = Bass(
    patterns={
        2: (pattern("x....x", 2), pattern("x..x..", 2)),
        4: tuple(map(pattern, ("x....x...x..", "x..x.x...x..", "x....xx..x..", "x........x.x"))),
    },
)

CUBAN = (
    Style(
        name="mambo",
        label="Mambo",
        swings=False,
        like="straight",
        meters=TWOS_AND_FOURS,
        tempo=190.0,
        tempi=(88.0, 240.0),
        volumes=(80, 66, 72),
        words={
            "latin": 170.0, "mambo": 190.0, "son montuno": 170.0, "montuno": 170.0, "salsa": 190.0,
            "cha cha": 120.0, "guaracha": 190.0, "bolero": 92.0, "rumba": 120.0, "cuba": 180.0,
        },
        grooves=MAMBO_GROOVES,
        fills=MAMBO_FILLS,
        drum_comping=MAMBO_COMPING,
        comping=GUAJEO,
        answers=GUAJEO_ANSWERS,
        holds=2,
        montuno=True,
        bass=TUMBAO,
        ending=(0, 1.5, 3),
    ),
    Style(
        name="afro-cuban",
        label="Afro-Cuban 12/8",
        swings=False,
        like="straight",
        meters=TWELVES,
        tempo=120.0,
        tempi=(80.0, 180.0),
        volumes=(76, 66, 71),
        words={"afro": 120.0, "bembe": 120.0, "nanigo": 120.0, "12/8": 120.0},
        grooves=AFRO_GROOVES,
        fills=AFRO_FILLS,
        drum_comping=AFRO_COMPING,
        comping=AFRO_PIANO,
        holds=2,
        bass=AFRO_BASS,
        ending=(0, 5 / 3),
    ),
)  # fmt: skip
