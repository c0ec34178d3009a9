"""Saving: a solo, its band and its swing as MIDI that opens in a DAW."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jazzgen.band.trio import accompany
from jazzgen.errors import ConfigError
from jazzgen.io.midi.write import ALTO_SAX, solo_to_midi, solo_to_stems
from jazzgen.music.solo import Solo
from jazzgen.music.swing import STRAIGHT, Swing, check_ratio, swing_ratio
from jazzgen.runtime import atomic

__all__ = ["Mix", "midi_of", "save", "save_stems", "stem_files"]

STEMS = ("Solo", "Piano", "Bass", "Drums")


@dataclass(frozen=True)
class Mix:
    """How a solo is played and by whom.

    Args:
        band: Whether piano, bass and drums play along.
        program: General MIDI program of the solo, 0 to 127; by default the alto
            saxophone's.
        swing: Ratio of a beat's first eighth to its second, 1 to 5; by default what is
            usual for the chart's feel and tempo (see `swing_ratio`).
        straight: Whether to put every note on the grid, off-beats halfway between beats,
            for a DAW that swings by itself.
        seed: What the band plays; the same seed gives the same parts.

    Raises:
        ConfigError: The swing ratio is out of range, or given for straight notes.
    """

    band: bool = True
    program: int | None = None
    swing: float | None = None
    straight: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if self.swing is not None:
            check_ratio(self.swing)
        if self.straight and self.swing not in (None, 1):
            raise ConfigError(f"swing {self.swing:g}: straight notes have none")

    def swing_of(self, solo: Solo) -> Swing:
        """Return how a solo and its band swing."""
        if self.straight:
            return STRAIGHT
        usual = swing_ratio(solo.chart.feel, solo.chart.tempo)
        return Swing(usual if self.swing is None else round(self.swing, 4))


PLAIN = Mix()


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
        band: Whether piano, bass and drums play along (this and the rest: see `Mix`).
        program: The solo's General MIDI program.
        swing: The swing ratio.
        straight: Whether every note is on the grid.
        seed: What the band plays.

    Returns:
        The path that was written.

    Raises:
        ConfigError: The program or the swing ratio is out of range.
        OutputError: The file cannot be written.
    """
    mix = Mix(band, program, swing, straight, seed)
    return atomic.write_bytes(path, midi_of(solo, mix))


def midi_of(solo: Solo, mix: Mix = PLAIN) -> bytes:
    """Return a solo as the bytes of a MIDI file.

    Raises:
        ConfigError: The program is out of range.
    """
    return solo_to_midi(_played(solo, mix), **_settings(solo, mix))


def save_stems(solo: Solo, path: str | Path, mix: Mix = PLAIN) -> list[Path]:
    """Write each part of what `save` writes to a MIDI file of its own.

    Args:
        solo: The solo.
        path: What `save` writes; the parts' files are called by `stem_files`.
        mix: How it is played.

    Returns:
        The files, each with tempi, meters and markers; they begin together.

    Raises:
        ConfigError: The program is out of range.
        OutputError: A file cannot be written.
    """
    stems = solo_to_stems(_played(solo, mix), **_settings(solo, mix))
    return [
        atomic.write_bytes(file, content)
        for file, content in zip(stem_files(path, mix.band), stems.values(), strict=True)
    ]


def stem_files(path: str | Path, band: bool = True) -> list[Path]:
    """Return what the files of a solo's parts are called: `solo-piano.mid` for the piano's."""
    path = Path(path)
    return [
        path.with_name(f"{path.stem}-{name.lower()}{path.suffix}")
        for name in (STEMS if band else STEMS[:1])
    ]


def _played(solo: Solo, mix: Mix) -> Solo:
    """Return the solo as it goes into the file: on the grid, if that is asked for."""
    if not mix.straight:
        return solo
    return solo.with_notes([replace(note, deviation=0.0) for note in solo.notes])


def _settings(solo: Solo, mix: Mix) -> dict[str, Any]:
    return {
        "program": ALTO_SAX if mix.program is None else mix.program,
        "accompaniment": accompany(solo, mix.seed) if mix.band else (),
        "swing": mix.swing_of(solo),
    }
