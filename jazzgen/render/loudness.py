"""Loudness and true peak of sound, and the gain that brings both to where streaming wants them.

Sources: ITU-R BS.1770-5 (loudness, and in its annex 2 the true peak by oversampling), EBU R 128.
`pyloudnorm` measures the loudness, and the polyphase filter of SciPy, which it brings along,
oversamples.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import isfinite, log10

import numpy as np
from numpy.typing import NDArray

from jazzgen.runtime.extras import installed

__all__ = ["TARGET", "TRUE_PEAK", "Loudness", "amplitude", "decibels", "measure_loudness"]

TARGET = -16.0
"""The loudness that sound is brought to, in LUFS."""
TRUE_PEAK = -1.0
"""The highest true peak, in dBTP, which wins where both cannot be had."""
OVERSAMPLING = 4
"""The number of samples per sample between which a true peak is looked for (BS.1770: 4 or more)."""
BLOCK = 512
"""The number of samples that are oversampled together."""
MARGIN = 64
"""The samples on either side of a block that the filter needs to be right within it."""
LIKELY = 0.7
"""The sample peak, relative to the loudest, below which a block cannot hold the true peak: samples
hide at most 3 dB of what lies between them, except for noise beyond what is heard."""


@dataclass(frozen=True, kw_only=True)
class Loudness:
    """How loud a sound is.

    Args:
        lufs: The integrated loudness in LUFS; None if it is too short (under 0.4 seconds) or
            silent, so that none can be measured.
        true_peak: The level of the highest peak between samples, in dBTP.
    """

    lufs: float | None
    true_peak: float

    @property
    def gain(self) -> float:
        """The factor that brings the sound to `TARGET`, or to `TRUE_PEAK` if that is lower."""
        room = TRUE_PEAK - self.true_peak
        return amplitude(room if self.lufs is None else min(TARGET - self.lufs, room))

    def louder(self, gain: float) -> Loudness:
        """Return the loudness of the sound after a gain, which is a factor."""
        more = decibels(gain)
        lufs = None if self.lufs is None else self.lufs + more
        return Loudness(lufs=lufs, true_peak=self.true_peak + more)


def measure_loudness(samples: NDArray[np.float32], rate: int) -> Loudness | None:
    """Return how loud a sound is; None if `pyloudnorm` is not installed.

    Args:
        samples: The samples, shape (samples, channels), not all of them 0; full scale is 1.
        rate: Samples per second.
    """
    if not installed("pyloudnorm"):
        return None
    from pyloudnorm import Meter

    meter = Meter(rate)
    lufs = None
    if len(samples) > meter.block_size * rate:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # where every block is below the gate
            lufs = float(meter.integrated_loudness(samples))
    return Loudness(
        lufs=lufs if lufs is not None and isfinite(lufs) else None,
        true_peak=decibels(_true_peak(samples)),
    )


def _true_peak(samples: NDArray[np.float32]) -> float:
    """Return the highest absolute value of the oversampled sound."""
    from scipy.signal import resample_poly

    between = resample_poly(_loud_blocks(samples), OVERSAMPLING, 1, axis=1)
    # Where a block is cut off, the filter rings in its margins.
    between = between[:, OVERSAMPLING * MARGIN : -OVERSAMPLING * MARGIN]
    return float(max(np.abs(samples).max(), np.abs(between).max()))


def _loud_blocks(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the blocks near whose samples the true peak can lie, with a margin on either side.

    Args:
        samples: The samples, shape (samples, channels).

    Returns:
        The blocks, shape (blocks, samples, channels); at least one.
    """
    rest = -len(samples) % BLOCK
    padded = np.pad(samples, ((MARGIN, MARGIN + rest), (0, 0)))
    inner = padded[MARGIN : len(padded) - MARGIN]
    peaks = np.abs(inner.reshape(-1, BLOCK * samples.shape[1])).max(axis=1)
    loud = np.flatnonzero(peaks >= LIKELY * peaks.max())
    return np.stack([padded[BLOCK * one : BLOCK * (one + 1) + 2 * MARGIN] for one in loud])


def amplitude(level: float) -> float:
    """Return the factor that a level in decibels stands for."""
    return float(10 ** (level / 20))


def decibels(factor: float) -> float:
    """Return a factor in decibels; minus infinity for none at all."""
    return 20 * log10(factor) if factor > 0 else float("-inf")
