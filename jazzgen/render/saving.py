"""Saving: a solo with its band as MIDI, sound, notation or a picture, as its file's suffix says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgen.errors import ConfigError
from jazzgen.io.midi.recipe import credit_of, with_recipe
from jazzgen.music.solo import Solo
from jazzgen.music.trade import Trade
from jazzgen.render.playback import Playback
from jazzgen.render.target import Look, MidiSource
from jazzgen.render.targets import TARGETS, target_of
from jazzgen.runtime.arguments import checked

if TYPE_CHECKING:
    from jazzgen.render.sound import Levels

__all__ = ["StemsAsked", "save", "write_lanes", "write_music", "write_stems"]

LOOK = Look()


@dataclass(frozen=True, kw_only=True)
class StemsAsked:
    """Whose the files of the band are, where each part has a file of its own.

    Args:
        band: The file after which they are called, if several takes share them; None for that of
            the take.
        with_band: Whether they are written: another take may have written them already.
    """

    band: Path | None = None
    with_band: bool = True


OWN_STEMS = StemsAsked()


@checked
def save(
    solo: Solo | Trade,
    path: str | Path,
    *,
    band: bool = True,
    program: int | None = None,
    swing: float | None = None,
    straight: bool = False,
    seed: int = 0,
    soloist: bool = True,
    mute: str = "",
) -> Path:
    """Write a solo to a file, whole or not at all: as MIDI, sound, notation or a picture.

    Args:
        solo: The solo, or the solos of players who trade: each has a track.
        path: Where to write; the suffix says what: `.mid`, `.wav`, `.musicxml` and so on (see
            `targets.TARGETS`). Folders that are missing are made.
        band: Whether piano, bass and drums play along (this and the rest: see `Playback`).
        program: General MIDI program of the solo; by default that of its instrument.
        swing: The swing ratio.
        straight: Whether every note is on the grid.
        seed: The seed of the band.
        soloist: Whether the solo has a track.
        mute: The players of the band who are left out, such as "bass,drums".

    Returns:
        The path that was written.

    Raises:
        ConfigError: Nothing has this suffix, what it needs is not installed, or the program or
            the swing ratio is out of range, or nobody plays.
        OutputError: The file cannot be written.
    """
    playback = Playback(
        band=band,
        program=program,
        swing=swing,
        straight=straight,
        seed=seed,
        soloist=soloist,
        mute=mute,
    )
    write_music(solo, Path(path), playback)
    return Path(path)


def write_music(
    music: Solo | Trade,
    path: Path,
    playback: Playback,
    look: Look = LOOK,
    recipe: Mapping[str, Any] | None = None,
) -> Levels | None:
    """Write a solo to a file, as `save` does.

    Args:
        music: The solo, or the trade.
        path: The file.
        playback: How it is played.
        look: How it looks or sounds.
        recipe: What determines the music, which MIDI keeps (see `io.midi.recipe`).

    Returns:
        The levels of sound; None of anything else.

    Raises:
        ConfigError: See `save`.
        OutputError: The file cannot be written.
    """
    target = target_of(path)
    target.check(look)
    if recipe and not look.credit:
        look = replace(look, credit=credit_of(recipe))
    midi = None
    if target.takes_midi:
        midi = MidiSource(content=_midi(music, playback, recipe), name=str(path))
    return target.make(music, midi, path, look)


def _midi(music: Solo | Trade, playback: Playback, recipe: Mapping[str, Any] | None) -> bytes:
    from jazzgen.render.midi import midi_of

    content = midi_of(music, playback)
    return with_recipe(content, recipe) if recipe else content


def write_stems(
    music: Solo | Trade,
    path: Path,
    playback: Playback,
    look: Look = LOOK,
    recipe: Mapping[str, Any] | None = None,
    asked: StemsAsked = OWN_STEMS,
) -> tuple[list[Path], Levels | None]:
    """Write a solo to a file, and each part to a file of its own.

    Args:
        music: The solo, or the trade.
        path: The file; those of the parts are called by `stem_files`.
        playback: How it is played.
        look: How it sounds.
        recipe: See `write_music`; it is kept in the file of all parts.
        asked: Whose the files of the band are.

    Returns:
        The files of the parts, those of the band among them. They begin together, and those of
        sound have one length. Then the levels of sound; None of anything else.

    Raises:
        ConfigError: See `save`; or what has this suffix has no parts.
        OutputError: A file cannot be written.
    """
    from jazzgen.render.midi import stem_files, stems_of

    target = target_of(path)
    if target.stems is None:
        with_parts = ", ".join(f".{one.name}" for one in TARGETS.values() if one.stems)
        raise ConfigError(f"{path}: has no parts; those are written as one of {with_parts}")
    target.check(look)
    soloists = len(music.solos) if isinstance(music, Trade) else 1
    files = stem_files(path, playback, soloists, asked.band)
    parts = [MidiSource(content=content, name=str(path)) for content in stems_of(music, playback)]
    whole = MidiSource(content=_midi(music, playback, recipe), name=str(path))
    written = list(zip(parts, files, strict=True))
    levels = target.stems(whole, path, written if asked.with_band else written[:soloists], look)
    return files, levels


def write_lanes(
    takes: Sequence[Solo | Trade], path: Path, playbacks: Sequence[Playback], look: Look = LOOK
) -> None:
    """Write several takes to one file: a band, and a track for the solo of each.

    Args:
        takes: The solos, the best first.
        path: The file.
        playbacks: How each is played.
        look: How it looks or sounds.

    Raises:
        ConfigError: See `save`; or what has this suffix cannot hold several takes.
        OutputError: The file cannot be written.
    """
    from jazzgen.render.midi import midi_of

    target = target_of(path)
    if target.lanes is None:
        able = ", ".join(f".{one.name}" for one in TARGETS.values() if one.lanes)
        raise ConfigError(f"{path}: holds one take; several are written as one of {able}")
    target.check(look)
    sources = [
        MidiSource(content=midi_of(take, playback), name=str(path))
        for take, playback in zip(takes, playbacks, strict=True)
    ]
    target.lanes(sources, path, look)
