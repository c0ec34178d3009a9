"""The mix of parts: one gain for all, as loud as EBU R 128 has it, and never clipping."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jazzgen.render.loudness import TRUE_PEAK, amplitude, measure_loudness
from jazzgen.render.sound import FULL_SCALE, Sound

__all__ = ["mastered"]

AUDIBLE = -72.0
"""The level below which the end counts as silence, in dB relative to the loudest sample."""
NOTHING = 1e-6
"""A level above the noise of the synthesizer and below the softest note."""
SILENCE = 1.5
"""The longest silence that is kept at the end, in seconds."""


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
    whole = _whole_numbers(played, FULL_SCALE * gain)
    heard = loudness.louder(gain) if loudness else None
    together = Sound(whole.sum(axis=0, dtype=np.int16), rate, heard, player)
    return together, [Sound(samples, rate, None, player) for samples in whole]


def _whole_numbers(samples: NDArray[np.float32], factor: float) -> NDArray[np.int16]:
    """Return samples times a factor, rounded; the samples are overwritten, which saves memory."""
    np.multiply(samples, np.float32(factor), out=samples)
    return np.rint(samples, out=samples).astype(np.int16)


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


def _end(samples: NDArray[np.float32], silence: float) -> int:
    """Return the index after the last sample that is louder than `silence`."""
    loud = np.flatnonzero((np.abs(samples) > silence).any(axis=1))
    return int(loud[-1]) + 1
