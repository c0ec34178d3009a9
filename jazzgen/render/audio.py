"""Write the sound of MIDI as WAV: 16 bits, as loud as EBU R 128 has it, and never clipping."""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import InputError
from jazzgen.render.duration import checked_seconds
from jazzgen.render.loudness import (
    TRUE_PEAK,
    Loudness,
    amplitude,
    decibels,
    measure_loudness,
)
from jazzgen.render.synthesizer import find_synthesizer
from jazzgen.runtime import atomic
from jazzgen.runtime.extras import needing
from jazzgen.runtime.files import open_file
from jazzgen.runtime.ownership import PROGRAM

__all__ = ["RATE", "Levels", "Sound", "mastered", "read_wav", "sound_of", "sounds_of", "write_wav"]

RATE = 44_100
AUDIBLE = -72.0
"""The level below which the end counts as silence, in dB relative to the loudest sample."""
NOTHING = 1e-6
"""A level above the noise of the synthesizer and below the softest note."""
SILENCE = 1.5
"""The longest silence that is kept at the end, in seconds."""
FULL_SCALE = 32_768.0
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


def write_wav(
    midi: bytes,
    path: str | Path,
    *,
    soundfont: Path | None = None,
    rate: int = RATE,
    source: str = "MIDI",
) -> Levels:
    """Play a MIDI file into a WAV file: stereo, 16 bits, -16 LUFS where its peaks allow it.

    Args:
        midi: The bytes of the MIDI file.
        path: Where to write.
        soundfont: The soundfont that plays; by default see `find_soundfont`.
        rate: Samples a second, 8000 to 96,000.
        source: What to call the MIDI in a message.

    Returns:
        The levels of what was written.

    Raises:
        ConfigError: Nothing that plays or no soundfont, one that cannot be used, or a rate out
            of range (see `find_synthesizer`).
        MidiError: The MIDI is damaged, or plays for longer than half an hour.
        OutputError: The file cannot be written.
    """
    sound = sound_of(midi, soundfont=soundfont, rate=rate, source=source)
    atomic.write_bytes(path, sound.wav())
    return sound.levels


def sound_of(
    midi: bytes,
    *,
    soundfont: Path | None = None,
    rate: int = RATE,
    source: str = "MIDI",
    loop: bool = False,
) -> Sound:
    """Return the sound of a MIDI file (see `write_wav`).

    The sound lasts until the last note has died away, with at most a second and a half of
    silence after it.

    Args:
        midi: See `write_wav`.
        soundfont: See `write_wav`.
        rate: See `write_wav`.
        source: See `write_wav`.
        loop: Whether it is exactly as long as the MIDI instead, and what still rings at its end
            sounds at its beginning, as it does when it is repeated.

    Raises:
        ConfigError: See `write_wav`.
        MidiError: See `write_wav`.
        OutputError: There is no room for temporary files.
    """
    return sounds_of([midi], soundfont=soundfont, rate=rate, source=source, loop=loop)[0]


def sounds_of(
    parts: Sequence[bytes],
    *,
    soundfont: Path | None = None,
    rate: int = RATE,
    source: str = "MIDI",
    loop: bool = False,
) -> tuple[Sound, list[Sound]]:
    """Return the sound of parts that are played together, and of each of them.

    All have one gain, which is that of the sum, and one length. The sum of the parts' samples is
    the sum, to the bit.

    Args:
        parts: The MIDI file of each part, at least one.
        soundfont: See `write_wav`.
        rate: See `write_wav`.
        source: See `write_wav`.
        loop: See `sound_of`.

    Raises:
        ConfigError: See `write_wav`.
        MidiError: See `write_wav`.
        OutputError: There is no room for temporary files.
    """
    player = find_synthesizer(soundfont)
    length = round(max(checked_seconds(midi, source) for midi in parts) * rate) if loop else None
    played = [player.play(midi, rate, source) for midi in parts]
    return mastered(played, rate, str(player), length)


def mastered(
    parts: Sequence[NDArray[np.float32]], rate: int, player: str = "", length: int | None = None
) -> tuple[Sound, list[Sound]]:
    """Return the sum of parts as sound, and each of them (see `sounds_of`).

    Args:
        parts: The samples of each part, shape (samples, channels).
        rate: Samples per second.
        player: What has played them.
        length: The number of samples of a loop; None for sound that dies away.
    """
    played = _of_one_length(parts)
    if length:
        played = _wrapped(played, length)
    mix = played.sum(axis=0, dtype=np.float32)  # (samples, channels)
    loudest = _loudest(mix)
    if loudest < NOTHING:
        silence = Sound(np.zeros(mix.shape, np.int16), rate, None, player)
        return silence, [silence] * len(parts)
    if not length:
        stop = _end(mix, loudest * amplitude(AUDIBLE)) + round(SILENCE * rate)
        mix, played = mix[:stop], played[:, :stop]
    loudness = measure_loudness(mix, rate)
    gain = loudness.gain if loudness else amplitude(TRUE_PEAK) / loudest
    # Parts may cancel each other out, and are then louder than their sum.
    gain = min(gain, amplitude(TRUE_PEAK) / max(_loudest(played), NOTHING))
    whole = np.rint(played * np.float32(FULL_SCALE * gain)).astype(np.int16)
    heard = loudness.louder(gain) if loudness else None
    together = Sound(whole.sum(axis=0, dtype=np.int16), rate, heard, player)
    return together, [Sound(samples, rate, None, player) for samples in whole]


def _wrapped(played: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """Return parts of a length, to whose beginning is added what comes after it."""
    rounds = -(-played.shape[1] // length)
    padded = np.pad(played, ((0, 0), (0, rounds * length - played.shape[1]), (0, 0)))
    parts, _, channels = played.shape
    found = padded.reshape(parts, rounds, length, channels).sum(axis=1)
    return np.asarray(found, np.float32)


def _of_one_length(parts: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return the parts, each as long as the longest: shape (parts, samples, channels)."""
    found = np.zeros((len(parts), max(map(len, parts)), parts[0].shape[1]), np.float32)
    for row, part in zip(found, parts, strict=True):
        row[: len(part)] = part
    return found


def _loudest(samples: NDArray[np.float32]) -> float:
    return max(float(-samples.min(initial=0)), float(samples.max(initial=0)))


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
