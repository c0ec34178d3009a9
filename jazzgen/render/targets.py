"""Render targets: what a solo can be turned into, listed in one place.

A target is one entry of `TARGETS`; a plug-in calls `register_target`. The command's choices,
help text and messages follow from the entries. A function that writes a target loads its
libraries when it is called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jazzgen.errors import ConfigError
from jazzgen.music.instrument import Instrument
from jazzgen.notation.notate import Notation
from jazzgen.render.roll_layout import BARS_PER_ROW
from jazzgen.runtime.registry import Registry
from jazzgen.runtime.settings import check_settings, setting

if TYPE_CHECKING:
    from jazzgen.music.solo import Solo
    from jazzgen.music.trade import Trade
    from jazzgen.render.audio import Levels

__all__ = [
    "TARGETS",
    "Look",
    "MidiSource",
    "Target",
    "find_targets",
    "register_target",
    "targets_named",
]


@dataclass(frozen=True, kw_only=True)
class Look:
    """How targets are made, as far as a user can choose it.

    Args:
        instrument: The instrument that notation is for; by default it is in concert pitch.
        instruments: The instruments that read the notation of soloists who trade, one for each;
            by default all read for `instrument`.
        concert: Whether notation is in concert pitch for a transposing instrument too.
        notation: How its rhythm is written (see `notation.notate`).
        bars_per_row: Bars in each row of a picture.
        soundfont: The file that sound is played with; by default one is looked for.

    Raises:
        ConfigError: Bars per row out of range.
    """

    instrument: Instrument | None = None
    instruments: tuple[Instrument, ...] = ()
    concert: bool = setting(
        False, text="Write the notation in concert pitch, even for a transposing instrument."
    )
    notation: Notation = setting(
        "readable",
        text="How rhythm is written: as a player reads it, or literally, each note at its tick.",
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


@dataclass(frozen=True, kw_only=True)
class Target:
    """Something that solos can be turned into.

    Args:
        name: The suffix of its files without the dot, by which it is asked for too.
        what: What it is, as a message says: "piano roll".
        write: Writes a solo to a file. A target has either this or `play`.
        write_trade: Writes the solos of soloists who trade; by default `write` gets them as one
            line.
        play: Plays MIDI, whatever is in it, into a file of sound, with a soundfont.
        check: Raises a `ConfigError`, before any file is read, where something that is
            needed is missing or asked for wrongly.

    Raises:
        ConfigError: The name is no suffix, or there is not one of `write` and `play`.
    """

    name: str
    what: str
    write: Callable[[Solo, Path, Look], object] | None = None
    write_trade: Callable[[Trade, Path, Look], object] | None = None
    play: Callable[[MidiSource, Path, Look], Levels] | None = None
    check: Callable[[Look], object] = _nothing

    def __post_init__(self) -> None:
        if not (self.name.isalnum() and self.name == self.name.lower()):
            raise ConfigError(
                f"target {self.name!r}: expected a suffix without its dot, in lower "
                "case, such as 'svg'"
            )
        if (self.write is None) == (self.play is None):
            raise ConfigError(f"target {self.name}: expected one of write and play")


def _write_notation(solo: Solo, file: Path, look: Look) -> None:
    from jazzgen.io.musicxml.solo import solo_to_musicxml
    from jazzgen.runtime.atomic import write_bytes

    write_bytes(
        file, solo_to_musicxml(solo, look.instrument, concert=look.concert, notation=look.notation)
    )


def _write_parts(trade: Trade, file: Path, look: Look) -> None:
    from jazzgen.io.musicxml.solo import trade_to_musicxml
    from jazzgen.runtime.atomic import write_bytes

    readers = look.instruments or (look.instrument,) * len(trade.solos)
    write_bytes(
        file, trade_to_musicxml(trade, readers, concert=look.concert, notation=look.notation)
    )


def _write_picture(solo: Solo | Trade, file: Path, look: Look) -> None:
    from jazzgen.render.piano_roll import draw_piano_roll

    draw_piano_roll(solo, file, bars_per_row=look.bars_per_row)


def _check_picture(look: Look) -> None:
    from jazzgen.render.piano_roll import check_drawing

    check_drawing(look.bars_per_row)


def _play(midi: MidiSource, file: Path, look: Look) -> Levels:
    from jazzgen.render.audio import write_wav

    return write_wav(midi.content, file, soundfont=look.soundfont, source=midi.name)


def _picture(name: str) -> Target:
    return Target(
        name=name,
        what="piano roll",
        write=_write_picture,
        write_trade=_write_picture,
        check=_check_picture,
    )


TARGETS: Registry[Target] = Registry(
    "target",
    (
        Target(name="wav", what="sound", play=_play),
        Target(name="musicxml", what="notation", write=_write_notation, write_trade=_write_parts),
        _picture("svg"),
        _picture("png"),
        _picture("pdf"),
    ),
)


def register_target(target: Target) -> Target:
    """Add a target, so that `jazzgen render` makes it, and return it.

    Raises:
        ConfigError: There is another target of its name.
    """
    return TARGETS.register(target)


def targets_named() -> str:
    """Return the names of all targets with commas between."""
    return ", ".join(TARGETS)


def find_targets(text: str) -> list[Target]:
    """Return the targets that a text names with commas between, each once.

    Raises:
        ConfigError: One that is not known, or none; the message lists them.
    """
    names = list(dict.fromkeys(word.strip().lower().lstrip(".") for word in text.split(",")))
    unknown = [name for name in names if name not in TARGETS]
    if unknown:
        raise ConfigError(
            f"{unknown[0]!r}: expected some of {targets_named()}, with commas between"
        )
    return [TARGETS[name] for name in names]
