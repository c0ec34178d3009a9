"""How likely each chord is in each beat, as a small neural network hears it.

A walking bass passes through notes outside the chord, and a pianist leaves the root to the bassist
and often comes in early. So the network listens to a beat together with the beats around it: where
the bass comes from and where it goes, and what the piano holds meanwhile. It hears the music from
each of the twelve roots in turn, with the same weights, so that a chord is recognized equally well
in every key (a convolution over pitch classes, as in Humphrey and Bello, "Rethinking Automatic
Chord Recognition with Convolutional Neural Networks", ICMLA 2012).

`scripts/train_harmony.py` trains it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from jazzgen.transcription.chord_states import STATES
from jazzgen.transcription.chroma import Chroma

__all__ = ["CHROMAS", "WINDOW", "ChordNetwork", "observations"]

Floats = NDArray[np.floating[Any]]

AROUND = 6
"""Beats on either side of a beat that the network listens to."""
WINDOW = 2 * AROUND + 1
CHROMAS = 3
"""The number of chromas of a beat: of the band, of its bass, and of the melody."""


def observations(chroma: Chroma) -> NDArray[np.float32]:
    """Return the chromas of all beats, with silence before the first and after the last.

    Returns:
        Shape (AROUND + B + AROUND, CHROMAS, 12).
    """
    heard = np.stack([chroma.pitches, chroma.bass, chroma.melody], 1).astype(np.float32)
    return np.pad(heard, ((AROUND, AROUND), (0, 0), (0, 0)))


class ChordNetwork:
    """A network with one hidden layer.

    Args:
        weights: `heard`, shape (WINDOW, CHROMAS, 12 semitones above a root, U): from chromas to
            hidden units; `places`, shape (3, U): a bias for each metrical position; `chords`, shape
            (U, SIZE), and `prior`, shape (SIZE,): from hidden units to families of chords.
    """

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        """See the class."""
        self._places, self._chords = weights["places"], weights["chords"]
        self._prior = weights["prior"]
        spectrum = np.conj(np.fft.rfft(weights["heard"], axis=2))  # (WINDOW, CHROMAS, 7, U)
        self._spectrum = spectrum.transpose(2, 1, 0, 3).reshape(7, CHROMAS * WINDOW, -1)

    def log_probabilities(self, chroma: Chroma) -> NDArray[np.float64]:
        """Return the log-probability of each chord in each beat.

        Args:
            chroma: The chroma of B beats.

        Returns:
            Shape (B, STATES).
        """
        beats = len(chroma.starts)
        # What all twelve roots hear is a circular correlation: a product in the frequency domain.
        heard = np.fft.rfft(observations(chroma), axis=2).transpose(2, 0, 1)
        windows = sliding_window_view(heard, WINDOW, 1).reshape(7, beats, -1)
        hidden = np.fft.irfft(windows @ self._spectrum, 12, 0)  # (12 roots, B, U)
        hidden += self._places[chroma.positions]
        np.maximum(hidden, 0, out=hidden)
        logits = (hidden @ self._chords + self._prior).transpose(1, 0, 2).reshape(beats, STATES)
        logits -= logits.max(1, keepdims=True)
        likely: NDArray[np.float64] = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        return likely
