"""Write the sound of MIDI as WAV: 16 bits, as loud as it can be without clipping."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from math import inf, log10
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import InputError
from jazzgen.render.fluidsynth import synthesize
from jazzgen.render.soundfont import find_soundfont
from jazzgen.runtime import atomic
from jazzgen.runtime.files import open_file

__all__ = ["RATE", "Levels", "Sound", "read_wav", "sound_of", "write_wav"]

RATE = 44_100
PEAK = -1.0
"""How loud the loudest sample becomes, in dBFS."""
AUDIBLE = -72.0
"""Below this, in dB under the loudest sample, the end counts as silence."""
NOTHING = 1e-6
"""The synthesizer's own noise is below this; the softest note is above."""
SILENCE = 1.5
"""Seconds of silence that stay at the end, at most."""
FULL_SCALE = 32_768.0


@dataclass(frozen=True)
class Levels:
    """How loud a sound is; silence has levels of minus infinity.

    Args:
        peak: The loudest sample, in dBFS (decibels below the largest number of 16 bits).
        rms: The root mean square of all samples, likewise.
        seconds: How long it is.
    """

    peak: float
    rms: float
    seconds: float


@dataclass(frozen=True, eq=False)
class Sound:
    """Samples of 16 bits.

    Args:
        samples: The samples, shape (samples, channels).
        rate: Samples a second.
    """

    samples: NDArray[np.int16]
    rate: int

    @property
    def levels(self) -> Levels:
        """How loud it is."""
        samples = self.samples.ravel()
        peak = max(int(samples.max(initial=0)), -int(samples.min(initial=0)))
        power = float(np.square(samples, dtype=np.float64).sum()) / max(len(samples), 1)
        return Levels(_decibels(peak), _decibels(power**0.5), len(self.samples) / self.rate)

    def wav(self) -> bytes:
        """Return it as a WAV file."""
        content = io.BytesIO()
        with wave.open(content, "wb") as file:
            file.setnchannels(self.samples.shape[1])
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes(self.samples.astype("<i2").tobytes())
        return content.getvalue()

    def mono(self) -> Sound:
        """Return the mean of its channels."""
        return Sound(np.rint(self.samples.mean(1, keepdims=True)).astype(np.int16), self.rate)


def write_wav(
    midi: bytes,
    path: str | Path,
    *,
    soundfont: Path | None = None,
    rate: int = RATE,
    source: str = "MIDI",
) -> Levels:
    """Play a MIDI file into a WAV file: stereo, 16 bits, its peak at -1 dBFS.

    Args:
        midi: The bytes of the MIDI file.
        path: Where to write.
        soundfont: What to play it with; by default see `find_soundfont`.
        rate: Samples a second, 8000 to 96,000.
        source: What to call the MIDI in a message.

    Returns:
        The levels of what was written.

    Raises:
        ConfigError: No fluidsynth or no soundfont, one that cannot be used, or a rate out
            of range (see `synthesize`).
        MidiError: The MIDI is damaged, or plays for longer than half an hour.
        OutputError: The file cannot be written.
    """
    sound = sound_of(midi, soundfont=soundfont, rate=rate, source=source)
    atomic.write_bytes(path, sound.wav())
    return sound.levels


def sound_of(
    midi: bytes, *, soundfont: Path | None = None, rate: int = RATE, source: str = "MIDI"
) -> Sound:
    """Return the sound of a MIDI file (see `write_wav`).

    All of it is heard: what dies away slowly does so, and silence after it is cut to a
    second and a half.
    """
    samples = synthesize(midi, find_soundfont(soundfont), rate, source)
    loudest = max(float(-samples.min(initial=0)), float(samples.max(initial=0)))
    if loudest < NOTHING:
        return Sound(np.zeros(samples.shape, np.int16), rate)
    samples = samples[: _end(samples, loudest * _ratio(AUDIBLE)) + round(SILENCE * rate)]
    samples *= np.float32(FULL_SCALE * _ratio(PEAK) / loudest)
    return Sound(np.rint(samples, out=samples).astype(np.int16), rate)


def read_wav(path: str | Path) -> Sound:
    """Read a WAV file of 16 bits.

    Raises:
        InputError: It cannot be read, or is of another kind.
    """
    try:
        with open_file(path) as opened, wave.open(opened) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            content = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise InputError(f"{path}: cannot be read as WAV: {error}") from error
    if width != 2:
        raise InputError(f"{path}: has samples of {8 * width} bits; expected 16")
    return Sound(np.frombuffer(content, "<i2").reshape(-1, channels).astype(np.int16), rate)


def _end(samples: NDArray[np.float32], silence: float) -> int:
    """Return the place after the last sample louder than `silence`."""
    loud = np.flatnonzero((np.abs(samples) > silence).any(axis=1))
    return int(loud[-1]) + 1


def _ratio(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def _decibels(level: float) -> float:
    return 20 * log10(level / FULL_SCALE) if level > 0 else -inf
