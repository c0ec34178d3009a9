"""Choose what plays MIDI: FluidSynth where it is installed, else the package `midirenderer`."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import ConfigError
from jazzgen.io.midi.events import parse_events
from jazzgen.render.fluidsynth import INSTALL, synthesize
from jazzgen.render.midirenderer import play_with_midirenderer
from jazzgen.render.presets import check_presets
from jazzgen.render.soundfont import find_soundfont
from jazzgen.runtime.extras import installed, require

__all__ = ["Synthesizer", "find_synthesizer"]


@dataclass(frozen=True, kw_only=True)
class Synthesizer:
    """A program that plays MIDI with a soundfont.

    Args:
        soundfont: The soundfont.
        command: The path of the command fluidsynth; None for the package midirenderer.
    """

    soundfont: Path
    command: str | None = None

    def __str__(self) -> str:
        program = "FluidSynth" if self.command else "midirenderer"
        return f"{program} with {self.soundfont.name}"

    def play(self, midi: bytes, rate: int, source: str = "MIDI") -> NDArray[np.float32]:
        """Play a MIDI file until its last sound has died away.

        Args:
            midi: The bytes of the file.
            rate: Samples a second, 8000 to 96,000.
            source: The name of the MIDI in messages.

        Returns:
            The samples, shape (samples, 2); full scale is 1, which they may exceed.

        Raises:
            ConfigError: The rate is out of range, or the soundfont cannot be used or has no
                sound for a track.
            MidiError: The MIDI is damaged, or plays for longer than half an hour.
            OutputError: There is no room for temporary files.
        """
        check_presets(self.soundfont, parse_events(midi, source))
        if self.command:
            return synthesize(midi, self.soundfont, rate, source, command=self.command)
        return play_with_midirenderer(midi, self.soundfont, rate, source)


def find_synthesizer(soundfont: Path | None = None) -> Synthesizer:
    """Return what plays MIDI.

    Args:
        soundfont: The soundfont that the user names; by default see `find_soundfont`.

    Raises:
        ConfigError: No soundfont is found, or the one that is named cannot be used.
        MissingPackageError: Neither the command nor the package is installed.
    """
    command = shutil.which("fluidsynth")
    if command is None and not installed("midirenderer"):
        how = INSTALL.get(sys.platform, INSTALL["linux"])
        require("sound needs", "midirenderer", otherwise=f"or install FluidSynth: {how}")
    suffixes = (".sf2", ".sf3") if command else (".sf2",)
    font = find_soundfont(soundfont, suffixes=suffixes)
    if font.suffix.lower() == ".sf3" and command is None:
        raise ConfigError(f"{font}: an .sf3 soundfont needs FluidSynth; name an .sf2 file")
    return Synthesizer(soundfont=font, command=command)
