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
"""The level of the loudest sample in dBFS."""
AUDIBLE = -72.0
"""The level below which the end counts as silence, in dB relative to the loudest sample."""
NOTHING = 1e-6
"""A level above the noise of the synthesizer and below the softest note."""
SILENCE = 1.5
"""The longest silence that is kept at the end, in seconds."""
FULL_SCALE = 32_768.0


@dataclass(frozen=True)
class Levels:
    """The loudness of a sound; the levels of silence are minus infinity.

    Args:
        peak: The level of the loudest sample, in dBFS (dB relative to full scale).
        rms: The root mean square of all samples, in dBFS.
        seconds: The duration.
    """

    peak: float
    rms: float
    seconds: float


@dataclass(frozen=True, eq=False)
class Sound:
    """Samples of 16 bits.

    Args:
        samples: The samples, shape (samples, channels).
        rate: Samples per second.
    """

    samples: NDArray[np.int16]
    rate: int

    @property
    def levels(self) -> Levels:
        """Its loudness."""
        samples = self.samples.ravel()
        peak = max(int(samples.max(initial=0)), -int(samples.min(initial=0)))
        power = float(np.square(samples, dtype=np.float64).sum()) / max(len(samples), 1)
        return Levels(_decibels(peak), _decibels(power**0.5), len(self.samples) / self.rate)

    def wav(self) -> bytes:
        """Return the bytes of a WAV file."""
        content = io.BytesIO()
        with wave.open(content, "wb") as file:
            file.setnchannels(self.samples.shape[1])
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes(self.samples.astype("<i2").tobytes())
        return content.getvalue()

    def mono(self) -> Sound:
        """Return the sound with one channel, the mean of all."""
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
        soundfont: The soundfont that plays; by default see `find_soundfont`.
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

    The sound lasts until the last note has died away, with at most a second and a half of
    silence after it.

    Args:
        midi: See `write_wav`.
        soundfont: See `write_wav`.
        rate: See `write_wav`.
        source: See `write_wav`.

    Raises:
        ConfigError: See `write_wav`.
        MidiError: See `write_wav`.
        OutputError: There is no room for temporary files.
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
    """Return the index after the last sample that is louder than `silence`."""
    loud = np.flatnonzero((np.abs(samples) > silence).any(axis=1))
    return int(loud[-1]) + 1


def _ratio(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def _decibels(level: float) -> float:
    return 20 * log10(level / FULL_SCALE) if level > 0 else -inf
