"""Chord recognition: the chords of an accompaniment, beat by beat.

A network says how likely each chord is in each beat; bars that repeat tell of each other. Then
Viterbi's algorithm finds the likeliest chords of all beats, given how often chords change at bar
lines and elsewhere, and how often one chord follows another (after Sheh and Ellis, "Chord
Segmentation and Recognition Using EM-Trained Hidden Markov Models", ISMIR 2003).

`scripts/train_harmony.py` trains the network and counts the transitions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from jazzgen.music.chord import NO_CHORD, ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.transcription.chord_network import ChordNetwork
from jazzgen.transcription.chord_states import CLASSES, FAMILIES, SIZE, STATES
from jazzgen.transcription.chroma import BAR_LINE, Chroma
from jazzgen.transcription.repeats import with_repeats

__all__ = ["WEIGHTS", "Harmony", "find_chords", "likelihood", "transitions"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EVIDENCE = 2.5
"""The weight of what is heard in a beat, against that of the usual moves between chords."""
SOUNDS = 0.02
"""The least share of the sound for a pitch class that belongs to a chord."""
FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
WEIGHTS = Path(__file__).with_name("chords.safetensors")


class Harmony(NamedTuple):
    """The chords that were found.

    Args:
        chords: The tick and the symbol of each change; N.C. where nothing sounds.
        confidence: The mean probability of the roots over all beats, 0 to 1.
    """

    chords: tuple[tuple[int, ChordSymbol], ...]
    confidence: float


def find_chords(chroma: Chroma, key: Key | None = None) -> Harmony:
    """Return the likeliest chords.

    Args:
        chroma: The chroma of at least one beat.
        key: The key; if it has sharps, roots are spelled with sharps, else with flats.
    """
    likely = _network().log_probabilities(chroma)
    told = with_repeats(likely, chroma.positions)
    path, _ = _best_path(EVIDENCE * told, _moves(), chroma.positions)
    path[_silent(chroma)] = STATES
    roots = SHARPS if key is not None and key.fifths > 0 else FLATS
    borders = np.flatnonzero(np.diff(path, prepend=-1))
    sounds = np.add.reduceat(chroma.pitches + chroma.melody, borders)
    least = (SOUNDS * sounds.sum(1)).tolist()
    chords: list[tuple[int, ChordSymbol]] = []
    for tick, state, sound, little in zip(
        chroma.starts[borders].tolist(), path[borders].tolist(), sounds.tolist(), least, strict=True
    ):
        symbol = _symbol(state, sound, little, roots)
        if not chords or chords[-1][1] != symbol:
            chords.append((tick, symbol))
    return Harmony(tuple(chords), _confidence(likely, path))


def likelihood(chroma: Chroma) -> float:
    """Return the log-likelihood of the likeliest chords, by which bar lines can be compared."""
    likely = _network().log_probabilities(chroma)
    return _best_path(EVIDENCE * likely, _moves(), chroma.positions)[1]


def transitions(weights: Mapping[str, Floats | NDArray[np.float32]]) -> Floats:
    """Return the log-probability of each chord after each other chord.

    Args:
        weights: `changes`, shape (3,): how often the chord changes at each metrical position;
            `follows`, shape (SIZE, 12, SIZE): how often a family is followed by another one whose
            root is so many semitones higher.

    Returns:
        Shape (3, STATES, STATES): metrical position (see `Chroma`), chord, previous chord.
    """
    root, family = np.divmod(np.arange(STATES), SIZE)
    steps = (root[:, None] - root[None, :]) % 12
    follows = np.log(weights["follows"])[family[None, :], steps, family[:, None]]
    change = np.log(weights["changes"])[:, None, None] + follows
    stay = np.log1p(-weights["changes"])
    same = np.arange(STATES)
    change[:, same, same] = stay[:, None]
    moves: Floats = change
    return moves


def _best_path(likely: Floats, moves: NDArray[np.float32], positions: Ints) -> tuple[Ints, float]:
    """Return the likeliest states of all beats and their log-likelihood (Viterbi)."""
    sound = likely.astype(np.float32)
    best, came_from = sound[0], []
    ways, rows = np.empty((STATES, STATES), np.float32), STATES * np.arange(STATES)
    for here, position in zip(sound[1:], positions[1:].tolist(), strict=True):
        ways[:] = best
        ways += moves[position]  # (to, from); in place, which is quicker than broadcasting
        came_from.append(ways.argmax(1))
        best = ways.ravel()[rows + came_from[-1]] + here
    path = [int(best.argmax())]
    for before in reversed(came_from):
        path.append(before.item(path[-1]))
    return np.array(path[::-1]), float(best.max())


def _silent(chroma: Chroma) -> NDArray[np.bool_]:
    """Return whether each beat is in a bar in which nothing sounds."""
    begins = chroma.positions == BAR_LINE
    sounding = (chroma.pitches + chroma.melody).any(1)
    by_bar = np.logical_or.reduceat(sounding, np.flatnonzero(begins))
    return np.asarray(~by_bar[np.cumsum(begins) - 1])


def _symbol(
    state: int, sound: Sequence[float], least: float, roots: tuple[str, ...]
) -> ChordSymbol:
    """Return the chord of a state, without its seventh if that sounds less than the least."""
    if state == STATES:
        return NO_CHORD
    root, family = divmod(state, SIZE)
    quality = CLASSES[FAMILIES[family]]
    if quality == "maj7" and sound[(root + 11) % 12] < least:
        quality = "6" if sound[(root + 9) % 12] > least else ""
    elif quality == "m7" and sound[(root + 10) % 12] < least:
        quality = "m"
    return _chord(roots[root], quality)


@lru_cache(maxsize=512)
def _chord(root: str, quality: str) -> ChordSymbol:
    return ChordSymbol(root, quality)


def _confidence(likely: Floats, path: Ints) -> float:
    """Return the mean probability of a path's roots, each given its own beat only."""
    sounding = np.flatnonzero(path < STATES)
    if not len(sounding):
        return 0.0
    by_root = likely.reshape(len(likely), 12, SIZE)[sounding, path[sounding] // SIZE]
    return float(np.exp(by_root).sum(1).mean())


@lru_cache(maxsize=1)
def _weights() -> dict[str, NDArray[np.float32]]:
    # Through the package and not through its path, for it may lie in an archive.
    content = files(__name__.rpartition(".")[0]).joinpath(WEIGHTS.name).read_bytes()
    weights: dict[str, NDArray[np.float32]] = load(content)
    return weights


@lru_cache(maxsize=1)
def _network() -> ChordNetwork:
    return ChordNetwork(_weights())


@lru_cache(maxsize=1)
def _moves() -> NDArray[np.float32]:
    return transitions(_weights()).astype(np.float32)
