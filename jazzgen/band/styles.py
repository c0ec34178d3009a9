"""Styles: what a band plays in each feel, as a table with one entry per style.

An entry holds everything that depends on the style of a tune: the words by which charts ask for
it, whether it swings, its usual tempo, and what piano, bass and drums play. A plug-in adds a
style of its own with one call:

    from jazzgen.band.styles import Style, register_style

    register_style(Style(name="mazurka", swings=False, tempo=160, words={"kujawiak": 120}))

What an entry leaves out is played as in swing, or as in straight eighths if the style does not
swing. A table for groups of one to four pulses need not have all four sizes: those that it leaves
out are played in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from jazzgen.band import comping_cells as piano
from jazzgen.band import drum_kit as drums
from jazzgen.band.comping_cells import Amount, Cell
from jazzgen.band.drum_kit import Stroke
from jazzgen.band.voicing_families import Family
from jazzgen.errors import ChartError, ConfigError
from jazzgen.music.chart import Chart
from jazzgen.music.styles import (
    Feel,
    feel_names,
    find_feel,
    register_feel,
    unregister_feel,
)
from jazzgen.runtime.wording import alternatives

__all__ = [
    "GRAND_PIANO",
    "GUITARS",
    "Bass",
    "Style",
    "check_meter",
    "find_style",
    "register_style",
    "styles",
    "unregister_style",
]

T = TypeVar("T")

GRAND_PIANO, ACOUSTIC_BASS = 0, 32
GUITARS = range(24, 32)
"""The General MIDI programs of guitars."""

AS_USUAL: Any = None
"""The value of a field that is left out: as in swing, or as in straight eighths."""

EVEN_BASS: dict[int, tuple[tuple[float, ...], ...]] = {
    1: ((0,),), 2: ((0, 1.5), (0,)), 3: ((0, 1.5), (0, 2, 2.5), (0, 1.5, 2.5)),
    4: ((0, 1.5, 3), (0, 1.5, 2.5), (0, 1.5, 2, 3), (0, 0.5, 1.5, 3)),
}  # fmt: skip
BOSSA_BASS: dict[int, tuple[tuple[float, ...], ...]] = {
    1: ((0,),), 2: ((0, 1.5), (0, 1)), 3: ((0, 1.5, 2), (0, 2, 2.5)),
    4: ((0, 1.5, 2, 3.5), (0, 1.5, 2, 3.5), (0, 2, 3.5), (0, 1.5, 2, 3)),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Bass:
    """How a bass plays: it walks, unless it has patterns.

    Args:
        patterns: For each size of group, the rhythms from which the seed chooses. A rhythm is
            a tuple of positions, in pulses after the beginning of the group, at which root or
            fifth is played.
        in_two_below: The energy of a bar, 0 to 1, below which a walking bass plays strong
            pulses only.
        freedom: How freely patterns are played, 0 to 1: the chance that a note between the beats
            is left out, and that the last note before another chord leads into it.
        color: The chance that a note of a pattern that would come again is a third, a sixth or an
            octave instead.
        anticipates: Whether it plays a tumbao (`tumbao`), ahead of the chords, wherever a bar
            lets it.
    """

    patterns: Mapping[int, Sequence[tuple[float, ...]]] = field(default_factory=dict)
    in_two_below: float = 0.0
    freedom: float = 0.0
    color: float = 0.0
    anticipates: bool = False


@dataclass(frozen=True, kw_only=True)
class Style(Feel):
    """A style: how charts name it, and what the band plays in it.

    Args:
        name: Its name. This field and `label`, `swings`, `swing`, `tempo`, `tempi`, `words`,
            `like` and `meters` are those of `Feel`.
        grooves: What the drums play, by size of group. Where there are several grooves, they
            take turns bar by bar.
        fills: By size of group, the fills that lead from section to section; empty for none.
        drum_comping: By size of group, what the drummer adds on snare and bass drum, the more
            often the more intense a bar is; empty for nothing.
        drummer: The name of the style in which the learnt drummer plays instead, in meters that it
            knows (`learnt_drums`); empty for the grooves.
        drummer_bars: How many bars of a tune are one bar of the learnt drummer's: 2 where charts
            write as eighths what drummers think of as sixteenths.
        keeps: What the learnt drummer plays whatever else it does, as grooves that take turns bar
            by bar; empty for nothing. Only places of sixteenths, triplets and sextuplets count.
        kit: The MIDI program of the drums; by default the jazz kit in swing, and the standard kit
            in straight eighths.
        crashes: Whether a cymbal crash opens each chorus.
        feathered: Whether the bass drum is played so softly that it is only felt, and left out
            at very fast tempi.
        comping: The rhythms of the piano, by amount of comping and size of group.
        holds: For how many bars the rhythms of piano and bass are a figure that comes again until
            the section ends; 1 if each bar of the piano has a rhythm of its own.
        answers: The piano's rhythms of every second bar, where these differ; empty for those of
            `comping`.
        voicings: What families of voicings cost in it beside what they cost anywhere, in semitones
            by which a voice would have to move (see `voice_leading`).
        montuno: Whether the piano plays a montuno (`montuno`) instead of voicings.
        bass: How the bass plays.
        ending: When the final chord is struck, in pulses after the beginning of its bar; the last
            strike rings.
        piano_program: The General MIDI program of what plays chords: a piano, or a guitar.
        bass_program: The General MIDI program of the bass.
        volumes: The MIDI volumes of piano, bass and drums, 0 to 127; that of a soloist is 88.

    Raises:
        ConfigError: The name or a word cannot be used, there is no groove or no ending, or a
            stroke lies outside of its group of pulses.
        ChartError: A tempo is out of range.
    """

    grooves: Sequence[Mapping[int, tuple[Stroke, ...]]] = AS_USUAL
    fills: Mapping[int, Sequence[tuple[Stroke, ...]]] = AS_USUAL
    drum_comping: Mapping[int, Sequence[tuple[Stroke, ...]]] = AS_USUAL
    drummer: str = ""
    drummer_bars: int = 1
    keeps: Sequence[Mapping[int, tuple[Stroke, ...]]] = ()
    kit: int = AS_USUAL
    crashes: bool = True
    feathered: bool = AS_USUAL
    comping: Mapping[Amount, Mapping[int, Sequence[Cell]]] = AS_USUAL
    holds: int = 1
    answers: Mapping[Amount, Mapping[int, Sequence[Cell]]] = AS_USUAL
    voicings: Mapping[Family, float] = field(default_factory=dict)
    montuno: bool = False
    bass: Bass = AS_USUAL
    ending: tuple[float, ...] = (0,)
    piano_program: int = GRAND_PIANO
    bass_program: int = ACOUSTIC_BASS
    volumes: tuple[int, int, int] = (88, 62, 100)

    def __post_init__(self) -> None:
        super().__post_init__()
        usual = SWUNG if self.swings else EVEN
        given = {name: value for name in usual if (value := getattr(self, name)) is not AS_USUAL}
        for name, value in {**usual, **_completed(given, usual)}.items():
            object.__setattr__(self, name, value)
        if not self.grooves:
            raise ConfigError(f"style {self.name!r}: no groove")
        if self.ending[:1] != (0,) or list(self.ending) != sorted(set(self.ending)):
            raise ConfigError(
                f"style {self.name!r}: ending {self.ending}: expected positions in order, the "
                "first one 0"
            )
        for size, position in self._positions():
            if not (size in drums.SWING and 0 <= position < size):
                raise ConfigError(
                    f"style {self.name!r}: position {position:g} in a group of {size} "
                    "pulses; groups have 1 to 4 pulses, the first one at position 0"
                )

    @property
    def has_guitar(self) -> bool:
        """Whether a guitar plays the chords."""
        return self.piano_program in GUITARS

    def _positions(self) -> Iterator[tuple[int, float]]:
        """Yield the size of the group and the position in it of everything that is struck."""
        for groove in self.grooves:
            yield from ((size, stroke.position) for size in groove for stroke in groove[size])
        for strokes in (self.fills, self.drum_comping):
            for size, cells in strokes.items():
                yield from ((size, stroke.position) for cell in cells for stroke in cell)
        for table in (*self.comping.values(), *self.answers.values()):
            for size, rhythms in table.items():
                yield from ((size, position) for rhythm in rhythms for position, _ in rhythm)
        for size, patterns in self.bass.patterns.items():
            yield from ((size, position) for pattern in patterns for position in pattern)


SWUNG: dict[str, Any] = {
    "grooves": (drums.SWING,),
    "fills": drums.FILLS,
    "drum_comping": drums.COMPING,
    "kit": drums.JAZZ_KIT,
    "feathered": True,
    "comping": piano.SWING,
    "answers": {},
    "bass": Bass(),
}
EVEN: dict[str, Any] = {
    "grooves": (drums.STRAIGHT,),
    "fills": drums.FILLS,
    "drum_comping": {},
    "kit": drums.STANDARD_KIT,
    "feathered": False,
    "comping": piano.STRAIGHT,
    "answers": {},
    "bass": Bass(patterns=EVEN_BASS, freedom=0.15),
}
"""The fields that a style may leave out: those of one that swings, and of one that does not."""


def _completed(given: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a style has, and in their tables the sizes that it has left out."""
    whole = dict(given)
    if "grooves" in given:
        whole["grooves"] = tuple(usual["grooves"][0] | dict(one) for one in given["grooves"])
    for name, table in (("fills", drums.FILLS), ("drum_comping", drums.COMPING)):
        if given.get(name):
            whole[name] = table | dict(given[name])
    for name in ("comping", "answers"):
        if given.get(name):
            whole[name] = {
                amount: table | dict(given[name].get(amount, {}))
                for amount, table in usual["comping"].items()
            }
    if "bass" in given and given["bass"].patterns:
        bass = given["bass"]
        patterns = EVEN_BASS | dict(bass.patterns)
        whole["bass"] = replace(bass, patterns=patterns)
    return whole


def register_style(style: Style) -> None:
    """Add a style; charts, the band and the command line know it from then on.

    Raises:
        ConfigError: Another style has its name.
    """
    register_feel(style)


def unregister_style(name: str) -> None:
    """Remove a style.

    Raises:
        ConfigError: No style has that name.
    """
    unregister_feel(name)


def find_style(name: str) -> Style:
    """Return the style that has a name.

    A feel that has been registered without a style is played with the default band.

    Raises:
        ChartError: No style has that name; the message lists all names.
    """
    feel = find_feel(name)
    if isinstance(feel, Style):
        return feel
    return Style(**{known.name: getattr(feel, known.name) for known in fields(feel)})


def check_meter(chart: Chart) -> None:
    """Check that the band can play a chart's feel in the meter of its first bar.

    Bars in other meters within the tune are played too.

    Raises:
        ChartError: It cannot; the message says in which meters it can.
    """
    style, meter = find_style(chart.feel), chart.bars[0].meter
    if not style.plays(meter):
        able = ", ".join(one.name for one in styles() if one.plays(meter))
        raise ChartError(
            f"{style.label} is played in {alternatives(style.meters)}, and "
            f"{chart.title or 'the chart'} is in {meter}; in {meter} you can have {able}"
        )


def styles() -> tuple[Style, ...]:
    """Return all styles, the default first."""
    return tuple(find_style(name) for name in feel_names())
