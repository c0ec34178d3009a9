"""Render targets: what a solo can be turned into, listed in one place.

A target is one entry of `TARGETS`; a plug-in calls `register_target`. The command's choices,
help text and messages follow from the entries. A function that writes a target loads its
libraries when it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jazzgen.errors import ConfigError
from jazzgen.music.trade import Trade
from jazzgen.render.notation_targets import (
    check_pages,
    check_sheet,
    write_notation,
    write_sheet,
)
from jazzgen.render.target import Look, MidiSource, Stems, Target
from jazzgen.runtime import atomic
from jazzgen.runtime.extras import require
from jazzgen.runtime.registry import Registry

if TYPE_CHECKING:
    from jazzgen.music.solo import Solo
    from jazzgen.render.sound import Levels

__all__ = [
    "TARGETS",
    "find_targets",
    "register_target",
    "suffix_of",
    "target_of",
    "targets_named",
]

IN_A_DAW = "Open it in a DAW"


def _copy(midi: MidiSource, file: Path, _look: Look) -> None:
    atomic.write_bytes(file, midi.content)


def _copy_stems(midi: MidiSource, file: Path, stems: Stems, _look: Look) -> None:
    for content, path in ((midi, file), *stems):
        atomic.write_bytes(path, content.content)


def _write_picture(solo: Solo | Trade, file: Path, look: Look) -> None:
    from jazzgen.render.piano_roll import draw_piano_roll

    draw_piano_roll(solo, file, bars_per_row=look.bars_per_row, surprise=look.surprise)


def _check_picture(look: Look) -> None:
    from jazzgen.render.piano_roll import check_drawing

    check_drawing(look.bars_per_row)


def _play(midi: MidiSource, file: Path, look: Look) -> Levels:
    from jazzgen.render.audio import sound_of

    sound = sound_of(midi.content, soundfont=look.soundfont, source=midi.name, loop=look.loop)
    atomic.write_bytes(file, sound.encoded(file.suffix))
    return sound.levels


def _play_stems(midi: MidiSource, file: Path, stems: Stems, look: Look) -> Levels:
    from jazzgen.render.audio import sounds_of

    parts = [part.content for part, _ in stems]
    whole, sounds = sounds_of(parts, soundfont=look.soundfont, source=midi.name, loop=look.loop)
    files = (file, *(path for _, path in stems))
    for sound, path in zip((whole, *sounds), files, strict=True):
        atomic.write_bytes(path, sound.encoded(file.suffix))
    return whole.levels


def _write_dawproject(takes: Sequence[MidiSource], file: Path, _look: Look) -> None:
    from jazzgen.render.dawproject import dawproject_bytes
    from jazzgen.render.session import session_of_takes

    session = session_of_takes([one.content for one in takes], takes[0].name)
    atomic.write_bytes(file, dawproject_bytes(session))


def _write_reaper(takes: Sequence[MidiSource], file: Path, _look: Look) -> None:
    from jazzgen.render.reaper import reaper_text
    from jazzgen.render.session import session_of_takes

    session = session_of_takes([one.content for one in takes], takes[0].name)
    atomic.write_text(file, reaper_text(session))


def _session(
    name: str, what: str, write: Callable[[Sequence[MidiSource], Path, Look], object]
) -> Target:
    def convert(midi: MidiSource, file: Path, look: Look) -> None:
        write([midi], file, look)

    return Target(name=name, what=what, convert=convert, lanes=write, use=IN_A_DAW)


def _check_sound(look: Look) -> None:
    from jazzgen.render.synthesizer import find_synthesizer

    find_synthesizer(look.soundfont)


def _check_flac(look: Look) -> None:
    require("FLAC needs", "soundfile")
    _check_sound(look)


def _sound(name: str, check: Callable[[Look], object]) -> Target:
    return Target(
        name=name, what="sound", play=_play, stems=_play_stems, use="Listen to it", check=check
    )


def _picture(name: str) -> Target:
    return Target(
        name=name,
        what="piano roll",
        write=_write_picture,
        write_trade=_write_picture,
        is_picture=True,
        use="Look at it",
        check=_check_picture,
    )


def _notation(name: str) -> Target:
    return Target(
        name=name,
        what="notation",
        write=write_notation,
        write_trade=write_notation,
        is_read=True,
        use="Open it in a notation program",
    )


def _sheet(name: str) -> Target:
    check = check_sheet if name.endswith("pdf") else check_pages
    return Target(
        name=name,
        what="sheet music",
        write=write_sheet,
        write_trade=write_sheet,
        is_read=True,
        use="Print it",
        check=check,
    )


TARGETS: Registry[Target] = Registry(
    "target",
    (
        _sound("wav", _check_sound),
        _sound("flac", _check_flac),
        Target(name="mid", what="MIDI", convert=_copy, stems=_copy_stems, use=IN_A_DAW),
        _session("dawproject", "DAW project", _write_dawproject),
        _session("rpp", "Reaper project", _write_reaper),
        _notation("musicxml"),
        _sheet("pdf"),
        _sheet("sheet.pdf"),
        _sheet("sheet.svg"),
        _picture("png"),
        _picture("svg"),
        _picture("roll.pdf"),
    ),
    dots=True,
)


def register_target(target: Target) -> Target:
    """Add a target, so that `jazzgen render` makes it, and return it.

    Raises:
        ConfigError: There is another target of its name.
    """
    return TARGETS.register(target)


def target_of(file: Path, option: str = "") -> Target:
    """Return what is written to a file, as its suffix says; without one it is MIDI.

    Args:
        file: The file.
        option: The option that names the file, for messages.

    Raises:
        ConfigError: Nothing has this suffix; the message lists those that there are.
    """
    if file.suffix.lower() in ("", ".midi"):
        return TARGETS["mid"]
    suffix = suffix_of(file)
    if suffix not in TARGETS:
        suffixes = ", ".join(f".{name}" for name in TARGETS)
        before = f"{option} " if option else ""
        raise ConfigError(f"{before}{file}: expected a file that ends in one of {suffixes}")
    return TARGETS[suffix]


def suffix_of(file: Path) -> str:
    """Return the end of a file's name that says what it is, without its first dot.

    >>> suffix_of(Path("solo.sheet.svg")), suffix_of(Path("my.solo.svg")), suffix_of(Path("a.b"))
    ('sheet.svg', 'svg', 'b')

    Args:
        file: The file.
    """
    name = file.name.lower()
    known = [one for one in TARGETS if name.endswith(f".{one}") and name != f".{one}"]
    return max(known, key=len, default=file.suffix[1:].lower())


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
