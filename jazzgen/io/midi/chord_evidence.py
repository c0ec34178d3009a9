"""Whether what is played agrees with chord symbols that a file names.

A letter may be a chord or a section, and a chord symbol the harmony or a remark. If it is the
harmony, what sounds under it belongs to it more often than to the same symbols in other keys.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jazzgen.io.midi.chord_texts import chord_of
from jazzgen.io.midi.score import Timed
from jazzgen.music.chord import ChordSymbol

__all__ = ["are_contradicted", "are_note_names"]

Ints = NDArray[np.int64]

LEAST = 48
"""The number of notes below which nothing is said."""
BEYOND = 0.04
"""By how much more notes must belong to the chords than to those in other keys, on average."""
NAMES = 0.9
"""The least share of texts that name the note with which they appear, if they are its name."""


def are_contradicted(chords: Sequence[Timed[ChordSymbol]], notes: Ints) -> bool:
    """Return whether what is played has nothing to do with chords.

    Args:
        chords: The chords, in order; each holds until the next one.
        notes: The notes as rows of start and pitch, in order, shape (N, 2).
    """
    of = np.searchsorted([tick for tick, _ in chords], notes[:, 0], "right") - 1
    pitch, of = notes[of >= 0, 1], of[of >= 0]
    if len(pitch) < LEAST:
        return False
    tones = np.zeros((len(chords), 12))
    for row, (_, chord) in zip(tones, chords, strict=True):
        row[list(chord.chord_tones)] = 1
    shares = np.array([tones[of, (pitch + up) % 12].mean() for up in range(12)])
    return bool(shares[0] < shares.mean() + BEYOND)


def are_note_names(symbols: Sequence[Timed[str]], notes: Ints) -> bool:
    """Return whether texts are the names of the notes nearest to them.

    Args:
        symbols: The texts, each a chord symbol, by tick.
        notes: The notes of their track as rows of start and pitch, in order, shape (N, 2), N > 0.
    """
    chords = [chord_of(text) for _, text in symbols]
    ticks = np.array([tick for tick, _ in symbols])
    after = np.minimum(np.searchsorted(notes[:, 0], ticks), len(notes) - 1)
    before = np.maximum(after - 1, 0)
    nearer = np.abs(notes[before, 0] - ticks) < np.abs(notes[after, 0] - ticks)
    pitches = (notes[np.where(nearer, before, after), 1] % 12).tolist()
    named = sum(
        chord is not None and not chord.quality and chord.root_pc == pitch
        for chord, pitch in zip(chords, pitches, strict=True)
    )
    return len(symbols) > 1 and named >= NAMES * len(symbols)
