"""The presets of a soundfont: whether it has a sound for each track of a MIDI file.

Source: "SoundFont Technical Specification" 2.04, E-mu Systems, 2006, sections 4.5 and 7.2.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from jazzgen.errors import ConfigError
from jazzgen.io.midi.events import MidiEvents
from jazzgen.music.part import DRUM_CHANNEL
from jazzgen.runtime.files import open_file

__all__ = ["check_presets", "presets_of"]

PRESET = 38
"""The length of a preset's header in bytes: a name of 20, its program, its bank, and more."""
DRUM_BANK = 128
MOST = 2**20
"""The largest list of presets in bytes."""

Preset = tuple[int, int]
"""A bank and a program."""


def check_presets(soundfont: Path, events: MidiEvents) -> None:
    """Check that a soundfont has a sound for each track.

    Args:
        soundfont: The soundfont.
        events: The MIDI that it is to play.

    Raises:
        ConfigError: It has none for a track, whose name and program the message gives.
    """
    presets = presets_of(soundfont)
    if not presets:  # damaged, which the synthesizer will say
        return
    drums = any(bank == DRUM_BANK for bank, _ in presets)
    for channel, track in _sounding(events).items():
        if channel == DRUM_CHANNEL:
            if not drums:
                raise ConfigError(
                    f"{soundfont}: has no drum kit, which the track {track} needs; name a General "
                    "MIDI soundfont"
                )
            continue
        for program in _programs(events, channel):
            if (0, program) not in presets:
                raise ConfigError(
                    f"{soundfont}: has no program {program} of General MIDI, which the track "
                    f"{track} needs; name a General MIDI soundfont"
                )


def _sounding(events: MidiEvents) -> dict[int, str]:
    """Return the channels that have notes, each with the name of the first track that has them."""
    found: dict[int, str] = {}
    for number, track in enumerate(events.tracks, 1):
        names = [event.message.name for event in track.metas if event.message.type == "track_name"]
        for _, channel, _, velocity in track.notes:
            if velocity and channel not in found:
                found[channel] = names[0] if names and names[0] else str(number)
    return found


def _programs(events: MidiEvents, channel: int) -> set[int]:
    """Return the programs of a channel; that of a channel without any is 0, the piano."""
    found = {
        program for track in events.tracks for _, own, program in track.programs if own == channel
    }
    return found or {0}


def presets_of(soundfont: Path) -> frozenset[Preset]:
    """Return the banks and programs of a soundfont; none if its list of them cannot be read."""
    try:
        with open_file(soundfont) as file:
            headers = _chunk(file, b"phdr", 12)
    except OSError:
        return frozenset()
    rows = [headers[start : start + PRESET] for start in range(0, len(headers) - PRESET, PRESET)]
    # The last header is the end of the list.
    return frozenset(
        (int.from_bytes(row[22:24], "little"), int.from_bytes(row[20:22], "little")) for row in rows
    )


def _chunk(file: BinaryIO, name: bytes, start: int) -> bytes:
    """Return the content of a chunk within the list `pdta`; b"" if there is none.

    Args:
        file: The soundfont.
        name: The name of the chunk.
        start: The byte at which the first chunk begins.
    """
    file.seek(start)
    while len(head := file.read(8)) == 8:
        size = int.from_bytes(head[4:], "little")
        if head[:4] == b"LIST" and file.read(4) == b"pdta":
            continue  # its chunks follow
        if head[:4] == name:
            return file.read(min(size, MOST))
        inside = 4 if head[:4] == b"LIST" else 0
        file.seek(size + size % 2 - inside, 1)
    return b""
