"""A solo, its band and its swing as MIDI that opens in a DAW."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jazzgen.band.gaps import with_gaps
from jazzgen.band.listening import Hearing
from jazzgen.band.styles import GUITARS
from jazzgen.band.trio import accompany
from jazzgen.io.midi.takes import takes_to_midi
from jazzgen.io.midi.write import (
    ALTO_SAX,
    backing_to_midi,
    backing_to_stems,
    solo_to_midi,
    solo_to_stems,
    trade_to_midi,
    trade_to_stems,
)
from jazzgen.music.instrument import find_instrument, is_instrument
from jazzgen.music.part import Part
from jazzgen.music.solo import Solo
from jazzgen.music.trade import Trade, line_of
from jazzgen.render.band_text import band_text
from jazzgen.render.playback import PLAYERS, Playback

__all__ = ["midi_of", "stem_files", "stems_of", "takes_of"]

SOLO, PIANO, GUITAR = "Solo", "Piano", "Guitar"
PLAIN = Playback()


def midi_of(solo: Solo | Trade, playback: Playback = PLAIN) -> bytes:
    """Return a solo, or the solos of players who trade, as the bytes of a MIDI file.

    Args:
        solo: The solo, or the trade.
        playback: How it is played.

    Raises:
        ConfigError: The program is out of range.
    """
    line = line_of(solo)
    if not playback.soloist:
        return backing_to_midi(line, **_settings(line, playback))
    if isinstance(solo, Trade):
        return trade_to_midi(
            solo.each(_playing(playback)),
            programs=_programs(solo, playback),
            **_settings(line, playback),
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
    line = line_of(solo)
    if not playback.soloist:
        stems = backing_to_stems(line, **_settings(line, playback))
    elif isinstance(solo, Trade):
        stems = trade_to_stems(
            solo.each(_playing(playback)),
            programs=_programs(solo, playback),
            **_settings(line, playback),
        )
    else:
        stems = solo_to_stems(
            _playing(playback)(solo),
            program=_program(solo, playback),
            **_settings(solo, playback),
        )
    return list(stems.values())


def takes_of(solos: Sequence[Solo], playbacks: Sequence[Playback]) -> bytes:
    """Return several takes as one MIDI file: the band of the first, and the solo of each.

    Args:
        solos: The takes, over one chart.
        playbacks: How each is played.

    Raises:
        ConfigError: There are more takes than channels, or they are over different charts.
    """
    first, played = solos[0], playbacks[0]
    settings = _settings(first, played)
    return takes_to_midi(
        [_playing(one)(solo) for solo, one in zip(solos, playbacks, strict=True)],
        programs=[_program(solo, one) for solo, one in zip(solos, playbacks, strict=True)],
        accompaniment=settings["accompaniment"],
        swing=settings["swing"],
    )


def stem_files(
    path: str | Path, playback: Playback = PLAIN, soloists: int = 1, band: Path | None = None
) -> list[Path]:
    """Return what the files of a solo's parts are called: `solo-piano.mid` for the piano's.

    Args:
        path: The file of all parts.
        playback: Who plays.
        soloists: The number of soloists; several are called `solo-solo-1.mid` and so on.
        band: The file after which those of the band are called, as several takes may share it; by
            default `path`.
    """
    path = Path(path)
    solos = [SOLO] if soloists == 1 else [f"{SOLO}-{n}" for n in range(1, soloists + 1)]
    named = [(path, name) for name in solos if playback.soloist]
    named += [(band or path, name) for name in playback.players]
    return [of.with_name(f"{of.stem}-{name.lower()}{of.suffix}") for of, name in named]


def _playing(playback: Playback) -> Callable[[Solo], Solo]:
    """Return what makes of a solo what goes into the file: on the grid, if that is asked for."""
    if not playback.straight:
        return lambda solo: solo
    return lambda solo: solo.with_notes([replace(note, deviation=0.0) for note in solo.notes])


def _settings(solo: Solo, playback: Playback) -> dict[str, Any]:
    hearing = playback.hearing or Hearing.of(solo)
    parts = _band(solo, playback, hearing) if playback.band else ()
    played = [
        with_gaps(part, playback.gaps)
        for name, part in zip(PLAYERS, parts, strict=False)
        if name in playback.players
    ]
    return {
        "accompaniment": [_named(part) for part in played],
        "swing": playback.swing_of(solo),
        # What fixed parts have heard no file can say: nobody could play them again by it.
        "band": "" if playback.fixed else band_text(playback, hearing),
    }


def _band(solo: Solo, playback: Playback, hearing: Hearing) -> tuple[Part, ...]:
    """Return the parts of piano, bass and drums, the fixed ones as they are.

    Args:
        solo: The solo.
        playback: How it is played.
        hearing: What the band hears.
    """
    fixed = {part.name.lower(): part for part in playback.fixed}
    if fixed.keys() >= set(PLAYERS):
        return tuple(fixed[name] for name in PLAYERS)
    band = accompany(solo, playback.seed, hearing, playback.tightness)
    return tuple(fixed.get(part.name.lower(), part) for part in band)


def _named(part: Part) -> Part:
    """Return a part under the name of its instrument: what plays chords may be a guitar."""
    guitar = part.name == PIANO and part.program in GUITARS
    return replace(part, name=GUITAR) if guitar else part


def _programs(trade: Trade, playback: Playback) -> list[int]:
    return [_program(solo, playback) for solo in trade.solos]


def _program(solo: Solo, playback: Playback) -> int:
    """Return the General MIDI program of a solo, by default that of its instrument."""
    if playback.program is not None:
        return playback.program
    known = is_instrument(solo.instrument)
    return find_instrument(solo.instrument).program if known else ALTO_SAX
