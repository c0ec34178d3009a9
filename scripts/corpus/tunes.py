"""The tunes: forms of our own and the common property of jazz, written in C.

A form is text: bars between `|`, chords sharing a bar's beats evenly. A tune
puts a form into a key and gives it a tempo, a feel and a number of choruses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.timing import FOUR_FOUR, Meter

__all__ = ["TUNES", "Tune", "chart_of"]

THREE_FOUR = Meter(3, 4)


def _cycle(cell: str, steps: tuple[int, ...]) -> str:
    """Return a cell in C moved through keys, `steps` semitones above C."""
    bars = [[ChordSymbol.parse(c) for c in bar.split()] for bar in cell.split("|")]
    return " | ".join(
        " ".join(str(chord.transpose(step, flats=True)) for chord in bar)
        for step in steps
        for bar in bars
    )


def _aaba(first: str, second: str, bridge: str) -> str:
    return " | ".join((first, second, bridge, second))


RHYTHM_A1 = "C6 A7 | Dm7 G7 | Em7 A7 | Dm7 G7 | Gm7 C7 | Fmaj7 Bb7 | Em7 A7 | Dm7 G7"
RHYTHM_A2 = "C6 A7 | Dm7 G7 | Em7 A7b9 | Dm7 G7 | C7 | Fmaj7 Fm6 | Em7 G7 | C6"
RHYTHM_A3 = "C6 Am7 | Dm7 G7 | Em7 Am7 | Dm7 G7 | Gm7 C7 | F7 Bb7 | C6 A7b9 | Dm7 G7"
RHYTHM_A4 = "C6 C#dim7 | Dm7 Ebdim7 | Em7 A7 | Dm7 G7 | C6 C7 | Fmaj7 F#dim7 | Em7 G7 | C6"
DOMINANTS = "E7 | E7 | A7 | A7 | D7 | D7 | G7 | G7"
DOMINANTS_WITH_II = "Bm7 | E7 | Em7 | A7 | Am7 | D7 | Dm7 | G7"

FORMS = {
    "blues-basic": "C7 | F7 | C7 | C7 | F7 | F7 | C7 | C7 | G7 | F7 | C7 | G7",
    "blues-jazz": "C7 | F7 | C7 | Gm7 C7 | F7 | F#dim7 | C7 | Em7b5 A7b9 "
    "| Dm7 | G7 | C7 A7 | Dm7 G7",
    "blues-bebop": "Cmaj7 | Bm7b5 E7b9 | Am7 D7 | Gm7 C7 | F7 | Fm7 Bb7 | Em7 A7 | Ebm7 Ab7 "
    "| Dm7 | G7 | Cmaj7 A7 | Dm7 G7",
    "blues-minor": "Cm7 | Fm7 | Cm7 | Cm7 | Fm7 | Fm7 | Cm7 | Cm7 | Ab7 | G7b9 | Cm7 "
    "| Dm7b5 G7b9",
    "rhythm": _aaba(RHYTHM_A1, RHYTHM_A2, DOMINANTS),
    "rhythm-ii": _aaba(RHYTHM_A3, RHYTHM_A4, DOMINANTS_WITH_II),
    "ii-v-i": _cycle("Dm7 | G7 | Cmaj7 | Cmaj7", (0, 10, 8, 6, 4, 2, 1, 11, 9, 7, 5, 3)),
    "ii-v-i-short": _cycle("Dm7 G7 | Cmaj7", (0, 5, 10, 3, 8, 1, 6, 11, 4, 9, 2, 7)),
    "ii-v-i-minor": _cycle("Dm7b5 | G7b9 | Cm6 | Cm6", (0, 5, 10, 3, 8, 1)),
    "ii-v-i-mixed": _cycle("Dm7b5 G7b9 | Cm7 F7 | Bbmaj7 | Bbmaj7", (0, 8, 4, 0, 7, 2, 9, 0)),
    "modal-aaba": " | ".join(["Cm7"] * 8 + ["Cm7"] * 8 + ["Ebm7"] * 4 + ["Dbm7"] * 4 + ["Cm7"] * 8),
    "modal-four": " | ".join(["Cm7"] * 8 + ["Abmaj7#11"] * 4 + ["Bb7sus4"] * 4 + ["Cm7"] * 8),
    "modal-minor-thirds": " | ".join(["Cm7"] * 4 + ["Ebm7"] * 4 + ["Gbm7"] * 4 + ["Am7"] * 4),
    "turnarounds": "C6 A7 | Dm7 G7 | Em7 A7b9 | Dm7 G7 | C6 Ebdim7 | Dm7 G7 | Em7 Eb7 | Dm7 Db7 "
    "| Cmaj7 Eb7 | Abmaj7 Db7 | Cmaj7 A7 | D7 G7 | Em7b5 A7b9 | Dm7b5 G7b9 | C6 | Dm7 G7",
    "descending": "Cmaj7 | Cmaj7 | Cm7 | F7 | Bbmaj7 | Bbmaj7 | Bbm7 | Eb7 "
    "| Abmaj7 | Abmaj7 | Dm7b5 | G7b9 | Cm6 | Dm7b5 G7b9 | Cmaj7 | Dm7 G7",
    "song-major": "Cmaj7 | Em7b5 A7b9 | Dm7 | Fm7 Bb7 | Em7 A7 | Dm7 G7 | Em7b5 A7b9 | Dm7 G7 "
    "| Cmaj7 | Em7b5 A7b9 | Dm7 | Fm7 Bb7 | Em7 A7 | Dm7 G7 | C6 | Gm7 C7 "
    "| Fmaj7 | Fm7 Bb7 | Cmaj7 | Bm7b5 E7b9 | Am7 | D7 | Dm7 | G7 "
    "| Cmaj7 | Em7b5 A7b9 | Dm7 | Fm7 Bb7 | Em7 A7 | Dm7 G7 | C6 | Dm7 G7",
    "song-minor": _aaba(
        "Cm6 | Am7b5 D7b9 | Dm7b5 G7b9 | Cm6 | Fm7 | Bb7 | Ebmaj7 | Dm7b5 G7b9",
        "Cm6 | Am7b5 D7b9 | Dm7b5 G7b9 | Cm6 | Fm7 Bb7 | Ebmaj7 Abmaj7 | Dm7b5 G7b9 | Cm6",
        "Gm7b5 | C7b9 | Fm7 | Fm7 | Bbm7 | Eb7 | Abmaj7 | Dm7b5 G7b9",
    ),
    "circle": "Am7 | Dm7 | G7 | Cmaj7 | Fmaj7 | Bm7b5 | E7b9 | Am6 "
    "| Gm7 | C7 | Fmaj7 | Bb7 | Am7 D7 | Dm7 G7 | Cmaj7 | Bm7b5 E7b9",
    "ballad": "Cmaj7 | Em7b5 A7b9 | Dm7 | Fm7 Bb7 | Em7 A7b9 | Dm7 G7 | Em7 Ebdim7 | Dm7 G7b9 "
    "| Cmaj7 | Gm7 C7 | Fmaj7 | Fm7 Bb7 | Em7 A7b9 | Dm7 G7 | C6 Ab7 | Dm7 G7",
    "bossa": "Cmaj7 | Cmaj7 | D7 | D7 | Dm7 | G7 | Em7 | A7b9 | Dm7 | Fm6 | Em7 | Ebdim7 "
    "| Dm7 | G7 | Cmaj7 | Db7",
    "waltz-major": "Cmaj7 | Am7 | Dm7 | G7 | Em7 | A7 | Dm7 | G7 | Gm7 | C7 | Fmaj7 | Fm6 "
    "| Em7 | A7b9 | Dm7 | G7 | Cmaj7 | Am7 | Dm7 | G7 | Bm7b5 | E7b9 | Am7 | D7 "
    "| Fmaj7 | F#dim7 | Em7 | A7b9 | Dm7 | G7 | C6 | G7",
    "waltz-minor": "Cm7 | Cm7 | Fm7 | Fm7 | Cm7 | Cm7 | Bb7 | Bb7 | Ebmaj7 | Abmaj7 | Dm7b5 | G7b9 "
    "| Cm6 | Am7b5 | Dm7b5 | G7b9",
    "waltz-blues": "C7 | C7 | F7 | F7 | C7 | C7 | C7 | C7 | F7 | F7 | F#dim7 | F#dim7 "
    "| C7 | C7 | Em7b5 | A7b9 | Dm7 | Dm7 | G7 | G7 | C7 | A7 | Dm7 | G7",
}  # fmt: skip

# What the band plays instead of the last bars when the last chorus is over: forms that
# lead back to their beginning come to rest.
FINALES = {
    "blues-basic": "C7",
    "blues-jazz": "C7 | C7",
    "blues-bebop": "Cmaj7 | C6",
    "blues-minor": "Cm6",
    "rhythm": "C6",
    "turnarounds": "C6",
    "descending": "C6",
    "song-major": "C6",
    "circle": "Cmaj7",
    "ballad": "Cmaj7 | Cmaj7",
    "bossa": "Cmaj7",
    "waltz-major": "C6",
    "waltz-minor": "Cm6 | Cm6",
    "waltz-blues": "C7 | C7 | C7 | C7",
}


@dataclass(frozen=True)
class Tune:
    """One tune.

    Args:
        title: Its name.
        form: A key of `FORMS`.
        key: The key it is played in.
        tempo: Quarter notes per minute.
        choruses: The number of times through the form.
        players: The names of the players, each of whom plays a solo.
        feel: One of `jazzgen.music.styles.feel_names()`.
        held_out: Whether its solos are held out of training.
    """

    title: str
    form: str
    key: str
    tempo: int
    choruses: int
    players: tuple[str, ...]
    feel: str = "swing"
    held_out: bool = False

    @property
    def meter(self) -> Meter:
        """Three-four for waltzes, four-four for everything else."""
        return THREE_FOUR if self.form.startswith("waltz") else FOUR_FOUR

    @property
    def family(self) -> str:
        """The kind of tune, such as "waltz"."""
        return FAMILIES[self.form]

    @property
    def is_blues(self) -> bool:
        """Whether blues phrases belong to it."""
        return "blues" in self.form


FAMILIES = {
    "blues-basic": "major blues",
    "blues-jazz": "major blues",
    "blues-bebop": "bebop blues",
    "blues-minor": "minor blues",
    "rhythm": "rhythm changes",
    "rhythm-ii": "rhythm changes",
    "ii-v-i": "ii-V-I",
    "ii-v-i-short": "ii-V-I",
    "ii-v-i-minor": "minor ii-V-i",
    "ii-v-i-mixed": "minor ii-V-i",
    "modal-aaba": "modal",
    "modal-four": "modal",
    "modal-minor-thirds": "modal",
    "turnarounds": "turnarounds",
    "descending": "song form",
    "song-major": "song form",
    "song-minor": "song form",
    "circle": "song form",
    "ballad": "ballad",
    "bossa": "bossa",
    "waltz-major": "waltz",
    "waltz-minor": "waltz",
    "waltz-blues": "waltz",
}

TUNES = (
    Tune("Corner Bakery Blues", "blues-basic", "F", 132, 4, ("Juno", "Marlow")),
    Tune("Second Kettle", "blues-jazz", "Bb", 168, 4, ("Wren", "Juno")),
    Tune("Night Tram", "blues-jazz", "Eb", 116, 3, ("Pilar", "Cobalt")),
    Tune("Left Luggage", "blues-jazz", "C", 200, 5, ("Cobalt", "Wren"), held_out=True),
    Tune("Paper Lantern", "blues-bebop", "F", 208, 4, ("Wren", "Sorrel")),
    Tune("Ink Before Breakfast", "blues-bebop", "Ab", 176, 3, ("Cobalt", "Marlow")),
    Tune("Cellar Door Blues", "blues-minor", "Cm", 144, 4, ("Juno", "Sorrel")),
    Tune("Long Shadow", "blues-minor", "Gm", 104, 3, ("Pilar", "Juno"), held_out=True),
    Tune("Tin Roof Ladder", "rhythm", "Bb", 224, 2, ("Wren", "Cobalt")),
    Tune("Borrowed Bicycle", "rhythm-ii", "Bb", 192, 1, ("Marlow", "Wren")),
    Tune("Double Parked", "rhythm", "Ab", 240, 2, ("Cobalt", "Sorrel"), held_out=True),
    Tune("Sunday Staircase", "rhythm-ii", "F", 160, 1, ("Juno", "Pilar")),
    Tune("Twelve Windows", "ii-v-i", "C", 152, 1, ("Wren", "Cobalt")),
    Tune("Twelve Windows, Shutters Down", "ii-v-i", "Db", 184, 1, ("Sorrel", "Marlow")),
    Tune("Round the Fountain", "ii-v-i-short", "C", 138, 2, ("Cobalt", "Pilar")),
    Tune("Clockwise", "ii-v-i-short", "G", 196, 2, ("Wren", "Juno")),
    Tune("Grey Umbrella", "ii-v-i-minor", "Cm", 126, 1, ("Pilar", "Cobalt")),
    Tune("Slate", "ii-v-i-minor", "Fm", 172, 2, ("Sorrel", "Wren")),
    Tune("Half a Candle", "ii-v-i-mixed", "C", 148, 1, ("Marlow", "Juno")),
    Tune("Harbour in Fog", "modal-aaba", "Dm", 140, 1, ("Sorrel", "Pilar")),
    Tune("Copper Wire", "modal-four", "Gm", 184, 2, ("Sorrel", "Juno")),
    Tune("Four Lamps", "modal-minor-thirds", "Am", 212, 3, ("Cobalt", "Sorrel"), held_out=True),
    Tune("Turn Again", "turnarounds", "F", 164, 2, ("Wren", "Pilar")),
    Tune("Turnstile", "turnarounds", "Eb", 120, 2, ("Juno", "Cobalt")),
    Tune("Moss and Gravel", "descending", "G", 178, 2, ("Marlow", "Sorrel")),
    Tune("What the Gardener Said", "song-major", "Eb", 156, 1, ("Wren", "Marlow")),
    Tune("Salt Stairs", "song-minor", "Fm", 188, 1, ("Cobalt", "Juno")),
    Tune("Leaves for Sale", "circle", "C", 136, 2, ("Pilar", "Wren")),
    Tune("A Lamp Left On", "ballad", "Db", 80, 2, ("Pilar", "Cobalt"), feel="ballad"),
    Tune("Low Tide Postcard", "bossa", "D", 128, 2, ("Marlow", "Pilar"), feel="bossa",
         held_out=True),
    Tune("Three Geese", "waltz-major", "G", 150, 1, ("Pilar", "Wren"), feel="waltz"),
    Tune("Milk Train Waltz", "waltz-minor", "Dm", 170, 3, ("Sorrel", "Cobalt"), feel="waltz"),
    Tune("Waltz for the Plumber", "waltz-blues", "Bb", 136, 2, ("Juno", "Marlow"), feel="waltz",
         held_out=True),
)  # fmt: skip


def chart_of(tune: Tune) -> Chart:
    """Return a tune's chart, its choruses unfolded, its end at rest."""
    form = _bars(FORMS[tune.form], tune.meter) * tune.choruses
    finale = _bars(FINALES[tune.form], tune.meter) if tune.form in FINALES else ()
    bars = form[: len(form) - len(finale)] + finale
    starts = tuple(range(0, len(form), len(form) // tune.choruses))
    key = Key.parse(tune.key)
    chart = Chart(bars, tune.title, Key("C", key.mode), float(tune.tempo), tune.feel, starts)
    return replace(chart.transpose((key.pitch_class + 6) % 12 - 6), key=key)


def _bars(text: str, meter: Meter) -> tuple[Bar, ...]:
    return tuple(_bar(bar.split(), meter) for bar in text.split("|"))


def _bar(symbols: list[str], meter: Meter) -> Bar:
    placed = (
        PlacedChord(number * meter.bar_ticks // len(symbols), ChordSymbol.parse(symbol))
        for number, symbol in enumerate(symbols)
    )
    return Bar(tuple(placed), meter)
