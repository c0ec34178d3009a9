"""A solo, its band and its swing as MIDI that opens in a DAW."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from jazzgen.band.trio import accompany
from jazzgen.io.midi.write import (
    ALTO_SAX,
    solo_to_midi,
    solo_to_stems,
    trade_to_midi,
    trade_to_stems,
)
from jazzgen.music.instrument import find_instrument, is_instrument
from jazzgen.music.solo import Solo
from jazzgen.music.trade import Trade
from jazzgen.render.playback import Playback

__all__ = ["midi_of", "stem_files", "stems_of"]

SOLO = "Solo"
BAND = ("Piano", "Bass", "Drums")

PLAIN = Playback()


def midi_of(solo: Solo | Trade, playback: Playback = PLAIN) -> bytes:
    """Return a solo, or the solos of players who trade, as the bytes of a MIDI file.

    Args:
        solo: The solo, or the trade.
        playback: How it is played.

    Raises:
        ConfigError: The program is out of range.
    """
    if isinstance(solo, Trade):
        return trade_to_midi(
            solo.each(_playing(playback)),
            programs=_programs(solo, playback),
            **_settings(solo.line, playback),
        )
    program = _program(solo, playback)
    return solo_to_midi(_playing(playback)(solo), program=program, **_settings(solo, playback))


def stems_of(solo: Solo | Trade, playback: Playback = PLAIN) -> list[bytes]:
    """Return each part of what `midi_of` returns as a MIDI file of its own.

    Args:
        solo: The solo, or the trade.
        playback: How it is played.

    Returns:
        The files, in the order of `stem_files`, each with tempi, meters and markers; they begin
        together.

    Raises:
        ConfigError: The program is out of range.
    """
    if isinstance(solo, Trade):
        stems = trade_to_stems(
            solo.each(_playing(playback)),
            programs=_programs(solo, playback),
            **_settings(solo.line, playback),
        )
    else:
        stems = solo_to_stems(
            _playing(playback)(solo),
            program=_program(solo, playback),
            **_settings(solo, playback),
        )
    return list(stems.values())


def stem_files(path: str | Path, band: bool = True, soloists: int = 1) -> list[Path]:
    """Return what the files of a solo's parts are called: `solo-piano.mid` for the piano's.

    Args:
        path: The file of all parts.
        band: Whether a band plays along.
        soloists: The number of soloists; several are called `solo-solo-1.mid` and so on.
    """
    path = Path(path)
    solos = [SOLO] if soloists == 1 else [f"{SOLO}-{n}" for n in range(1, soloists + 1)]
    return [
        path.with_name(f"{path.stem}-{name.lower()}{path.suffix}")
        for name in (*solos, *(BAND if band else ()))
    ]


def _playing(playback: Playback) -> Callable[[Solo], Solo]:
    """Return what makes of a solo what goes into the file: on the grid, if that is asked for."""
    if not playback.straight:
        return lambda solo: solo
    return lambda solo: solo.with_notes([replace(note, deviation=0.0) for note in solo.notes])


def _settings(solo: Solo, playback: Playback) -> dict[str, Any]:
    return {
        "accompaniment": accompany(solo, playback.seed) if playback.band else (),
        "swing": playback.swing_of(solo),
    }


def _programs(trade: Trade, playback: Playback) -> list[int]:
    return [_program(solo, playback) for solo in trade.solos]


def _program(solo: Solo, playback: Playback) -> int:
    """Return the General MIDI program of a solo, by default that of its instrument."""
    if playback.program is not None:
        return playback.program
    known = is_instrument(solo.instrument)
    return find_instrument(solo.instrument).program if known else ALTO_SAX
