"""Saving: a solo, its band and its swing as MIDI that opens in a DAW."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from jazzgen.band.trio import accompany
from jazzgen.io.midi.write import ALTO_SAX, solo_to_midi, solo_to_stems
from jazzgen.music.instrument import find_instrument, is_instrument
from jazzgen.music.solo import Solo
from jazzgen.render.playback import Playback
from jazzgen.runtime import atomic

__all__ = ["midi_of", "save", "save_stems", "stem_files"]

STEMS = ("Solo", "Piano", "Bass", "Drums")


PLAIN = Playback()


def save(
    solo: Solo,
    path: str | Path,
    *,
    band: bool = True,
    program: int | None = None,
    swing: float | None = None,
    straight: bool = False,
    seed: int = 0,
) -> Path:
    """Write a solo to a MIDI file that opens in a DAW, whole or not at all.

    Args:
        solo: The solo.
        path: Where to write.
        band: Whether piano, bass and drums play along (this and the rest: see `Playback`).
        program: General MIDI program of the solo; by default that of its instrument.
        swing: The swing ratio.
        straight: Whether every note is on the grid.
        seed: The seed of the band.

    Returns:
        The path that was written.

    Raises:
        ConfigError: The program or the swing ratio is out of range.
        OutputError: The file cannot be written.
    """
    playback = Playback(band=band, program=program, swing=swing, straight=straight, seed=seed)
    return atomic.write_bytes(path, midi_of(solo, playback))


def midi_of(solo: Solo, playback: Playback = PLAIN) -> bytes:
    """Return a solo as the bytes of a MIDI file.

    Raises:
        ConfigError: The program is out of range.
    """
    return solo_to_midi(_played(solo, playback), **_settings(solo, playback))


def save_stems(solo: Solo, path: str | Path, playback: Playback = PLAIN) -> list[Path]:
    """Write each part of what `save` writes to a MIDI file of its own.

    Args:
        solo: The solo.
        path: What `save` writes; the parts' files are called by `stem_files`.
        playback: How it is played.

    Returns:
        The files, each with tempi, meters and markers; they begin together.

    Raises:
        ConfigError: The program is out of range.
        OutputError: A file cannot be written.
    """
    stems = solo_to_stems(_played(solo, playback), **_settings(solo, playback))
    return [
        atomic.write_bytes(file, content)
        for file, content in zip(stem_files(path, playback.band), stems.values(), strict=True)
    ]


def stem_files(path: str | Path, band: bool = True) -> list[Path]:
    """Return what the files of a solo's parts are called: `solo-piano.mid` for the piano's."""
    path = Path(path)
    return [
        path.with_name(f"{path.stem}-{name.lower()}{path.suffix}")
        for name in (STEMS if band else STEMS[:1])
    ]


def _played(solo: Solo, playback: Playback) -> Solo:
    """Return the solo as it goes into the file: on the grid, if that is asked for."""
    if not playback.straight:
        return solo
    return solo.with_notes([replace(note, deviation=0.0) for note in solo.notes])


def _settings(solo: Solo, playback: Playback) -> dict[str, Any]:
    return {
        "program": _own_program(solo) if playback.program is None else playback.program,
        "accompaniment": accompany(solo, playback.seed) if playback.band else (),
        "swing": playback.swing_of(solo),
    }


def _own_program(solo: Solo) -> int:
    """Return the General MIDI program of a solo's instrument, if that is one that we know."""
    known = is_instrument(solo.instrument)
    return find_instrument(solo.instrument).program if known else ALTO_SAX
