"""What a render target is, what it is made of, and what a user can choose about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jazzgen.errors import ConfigError
from jazzgen.music.instrument import Instrument
from jazzgen.music.trade import Trade, line_of
from jazzgen.notation.choices import DoubleTime, Notation
from jazzgen.render.roll_layout import BARS_PER_ROW
from jazzgen.runtime.settings import check_settings, setting

if TYPE_CHECKING:
    from jazzgen.music.solo import Solo
    from jazzgen.render.sound import Levels

__all__ = ["Look", "MidiSource", "Stems", "Target"]


@dataclass(frozen=True, kw_only=True)
class Look:
    """How targets are made, as far as a user can choose it.

    Args:
        instrument: The instrument that notation is for; by default it is in concert pitch.
        instruments: The instruments that read the notation of soloists who trade, one for each;
            by default all read for `instrument`.
        credit: Who a solo is by, for the head of its page; by default its performer.
        surprise: How surprising each note is in bits, which colors pictures (see
            `piano_roll.draw_piano_roll`); by default they are colored by harmony.
        concert: Whether notation is in concert pitch for a transposing instrument too.
        notation: How its rhythm is written (see `notation.notate`).
        double_time: When it is written in double time (see `notation.double_time`).
        bars_per_row: Bars in each row of a picture.
        soundfont: The file that sound is played with; by default one is looked for.
        loop: Whether sound is exactly as long as its bars, and rings on into its beginning.

    Raises:
        ConfigError: Bars per row out of range.
    """

    instrument: Instrument | None = None
    instruments: tuple[Instrument, ...] = ()
    credit: str = ""
    surprise: tuple[float | None, ...] | None = None
    concert: bool = setting(
        False, text="Write the notation in concert pitch, even for a transposing instrument."
    )
    notation: Notation = setting(
        "readable",
        text="How rhythm is written: as a player reads it, or literally, each note at its tick.",
    )
    double_time: DoubleTime = setting(
        "auto",
        text="When notation has values twice as long, two bars for each of the chart: always, "
        "never, or (auto) for a slow solo with many notes, which is easier to read so.",
    )
    bars_per_row: int = setting(
        4, *BARS_PER_ROW, unit="bars", text="Bars per row of a picture, 1 to 16."
    )
    soundfont: Path | None = setting(
        None,
        metavar="FILE.sf2",
        text="The soundfont that plays; by default the one that JAZZGEN_SOUNDFONT names, or that "
        "is installed.",
    )

    loop: bool = setting(
        False,
        text="Make sound exactly as long as its bars: what still rings at the end sounds at the "
        "beginning, as it does in a loop.",
    )

    def __post_init__(self) -> None:
        check_settings(self)


@dataclass(frozen=True, kw_only=True)
class MidiSource:
    """MIDI that is turned into something.

    Args:
        content: The bytes of the MIDI file.
        name: What messages call it: the name of the file that it comes from.
    """

    content: bytes
    name: str


def _nothing(_look: Look) -> None:
    """Need nothing."""


Stems = Sequence[tuple["MidiSource", Path]]
"""Each part as MIDI, and the file that it is written to."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Something that solos can be turned into.

    Args:
        name: The suffix of its files without the dot, by which it is asked for too.
        what: What it is, as a message says: "piano roll".
        write: Writes a solo to a file. A target has one of this, `play` and `convert`.
        write_trade: Writes the solos of soloists who trade; by default `write` gets them as one
            line.
        play: Plays MIDI, whatever is in it, into a file of sound, with a soundfont.
        convert: Turns MIDI, whatever is in it, into a file of another kind.
        stems: Writes MIDI, and each of its parts to a file of its own; None if it has no parts.
        lanes: Writes several takes into one file; None if each has a file of its own.
        is_read: Whether it is notation, for the instrument that reads it.
        use: What a user does with it next, as a message says: "Print it".
        is_picture: Whether it is a picture whose notes are colored.
        check: Raises a `ConfigError`, before any file is read, where something that is
            needed is missing or asked for wrongly.

    Raises:
        ConfigError: The name is no suffix, or there is not one of `write`, `play` and `convert`.
    """

    name: str
    what: str
    write: Callable[[Solo, Path, Look], object] | None = None
    write_trade: Callable[[Trade, Path, Look], object] | None = None
    play: Callable[[MidiSource, Path, Look], Levels] | None = None
    convert: Callable[[MidiSource, Path, Look], object] | None = None
    stems: Callable[[MidiSource, Path, Stems, Look], Levels | None] | None = None
    lanes: Callable[[Sequence[MidiSource], Path, Look], object] | None = None
    is_read: bool = False
    is_picture: bool = False
    use: str = "Open it"
    check: Callable[[Look], object] = _nothing

    def __post_init__(self) -> None:
        words = self.name.split(".")
        if not (all(word.isalnum() for word in words) and self.name == self.name.lower()):
            raise ConfigError(
                f"target {self.name!r}: expected a suffix without its dot, in lower "
                "case, such as 'svg'"
            )
        if sum(way is not None for way in (self.write, self.play, self.convert)) != 1:
            raise ConfigError(f"target {self.name}: expected one of write, play and convert")

    @property
    def takes_midi(self) -> bool:
        """Whether it is made of MIDI, whatever is in it, and not of a solo."""
        return self.write is None

    @property
    def in_tracks(self) -> bool:
        """Whether it keeps the tracks and the markers of MIDI."""
        return self.convert is not None

    def make(
        self, music: Solo | Trade | None, midi: MidiSource | None, file: Path, look: Look
    ) -> Levels | None:
        """Write a file.

        Args:
            music: The solo, or the solos of soloists who trade; None if it `takes_midi`.
            midi: The MIDI; None unless it `takes_midi`.
            file: The file.
            look: How it is made.

        Returns:
            The levels of sound; None of anything else.
        """
        if midi is not None and self.play:
            return self.play(midi, file, look)
        if midi is not None and self.convert:
            self.convert(midi, file, look)
        elif isinstance(music, Trade) and self.write_trade:
            self.write_trade(music, file, look)
        elif music is not None and self.write:
            self.write(line_of(music), file, look)
        return None
