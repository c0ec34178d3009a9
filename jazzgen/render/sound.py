"""Sound as samples of 16 bits, its levels, and its files: WAV and FLAC."""

from __future__ import annotations

import io
import math
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import InputError
from jazzgen.render.loudness import Loudness, decibels
from jazzgen.runtime.extras import needing
from jazzgen.runtime.files import open_file
from jazzgen.runtime.ownership import PROGRAM

__all__ = ["FULL_SCALE", "Levels", "Sound", "read_wav"]

FULL_SCALE = 32_768.0
"""The value of a sample at 0 dBFS."""
INFO = b"LIST\x14\0\0\0INFOISFT\x08\0\0\0" + PROGRAM.encode().ljust(8, b"\0")
"""The chunk of a WAV file that names the program that has written it."""


@dataclass(frozen=True)
class Levels:
    """The levels of a sound; those of silence are minus infinity.

    Args:
        peak: The level of the loudest sample, in dBFS (dB relative to full scale).
        rms: The root mean square of all samples, in dBFS.
        seconds: The duration.
        loudness: How loud it is; None for silence, or if nothing that measures is installed.
        player: What has played it, such as "FluidSynth with FluidR3_GM.sf2".
    """

    peak: float
    rms: float
    seconds: float
    loudness: Loudness | None = None
    player: str = ""

    def to_json(self) -> dict[str, float | str | None]:
        """Return the levels as JSON, which has no infinity: None stands for it."""
        numbers = {"peak": self.peak, "rms": self.rms, "seconds": self.seconds}
        found: dict[str, float | str | None] = {
            name: round(value, 2) if math.isfinite(value) else None
            for name, value in numbers.items()
        }
        if self.loudness:
            lufs = self.loudness.lufs
            found["lufs"] = None if lufs is None else round(lufs, 2)
            found["true_peak"] = round(self.loudness.true_peak, 2)
        return found | ({"player": self.player} if self.player else {})

    def __str__(self) -> str:
        if not math.isfinite(self.peak):
            return "silence"
        if self.loudness is None:
            return f"peak {self.peak:.1f} dBFS, RMS {self.rms:.1f} dBFS"
        peak = f"true peak {self.loudness.true_peak:.1f} dB"
        return peak if self.loudness.lufs is None else f"{self.loudness.lufs:.1f} LUFS, {peak}"


@dataclass(frozen=True, eq=False)
class Sound:
    """Samples of 16 bits.

    Args:
        samples: The samples, shape (samples, channels).
        rate: Samples per second.
        loudness: See `Levels`.
        player: See `Levels`.
    """

    samples: NDArray[np.int16]
    rate: int
    loudness: Loudness | None = None
    player: str = ""

    @property
    def levels(self) -> Levels:
        """Its levels."""
        samples = self.samples.ravel()
        peak = max(int(samples.max(initial=0)), -int(samples.min(initial=0)))
        power = float(np.square(samples, dtype=np.float64).sum()) / max(len(samples), 1)
        return Levels(
            decibels(peak / FULL_SCALE),
            decibels(power**0.5 / FULL_SCALE),
            len(self.samples) / self.rate,
            self.loudness,
            self.player,
        )

    def wav(self) -> bytes:
        """Return the bytes of a WAV file, which names jazzgen as its program."""
        content = io.BytesIO()
        with wave.open(content, "wb") as file:
            file.setnchannels(self.samples.shape[1])
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes(self.samples.astype("<i2").tobytes())
        whole = content.getvalue() + INFO
        return whole[:4] + (len(whole) - 8).to_bytes(4, "little") + whole[8:]

    def flac(self) -> bytes:
        """Return the bytes of a FLAC file, which names jazzgen as its program.

        Raises:
            MissingPackageError: `soundfile` is not installed.
        """
        with needing("FLAC needs"):
            import soundfile
        content = io.BytesIO()
        channels = self.samples.shape[1]
        with soundfile.SoundFile(
            content, "w", self.rate, channels, "PCM_16", format="FLAC"
        ) as file:
            file.software = PROGRAM
            file.write(self.samples)
        return content.getvalue()

    def encoded(self, suffix: str) -> bytes:
        """Return the bytes of a file whose name has a suffix: FLAC for ".flac", else WAV."""
        return self.flac() if suffix.lower() == ".flac" else self.wav()

    def mono(self) -> Sound:
        """Return the sound with one channel, the mean of all."""
        return Sound(np.rint(self.samples.mean(1, keepdims=True)).astype(np.int16), self.rate)


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
