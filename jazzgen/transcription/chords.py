"""Which chords an accompaniment plays, beat by beat.

Templates of chords are laid over what sounds in and around a beat, on every root, the bass
counting on its own; then the likeliest way through all beats is found, given how often
chords change at bar lines and elsewhere, and what follows what (Viterbi's algorithm; after
Fujishima, "Realtime Chord Recognition of Musical Sound", ICMC 1999, and Sheh and Ellis,
"Chord Segmentation and Recognition Using EM-Trained Hidden Markov Models", ISMIR 2003).

`scripts/train_harmony.py` learns the templates and what follows what.
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
from jazzgen.transcription.chroma import BAR_LINE, ELSEWHERE, Profile

__all__ = [
    "CLASSES",
    "HEARD",
    "Harmony",
    "find_chords",
    "heard",
    "likelihood",
    "scores",
    "state_of",
    "transitions",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CLASSES = {"maj": "maj7", "dom": "7", "min": "m7", "hdim": "m7b5", "dim": "dim7",
           "sus": "7sus4", "minmaj": "m6", "aug": "7#5"}  # fmt: skip
"""Families of chords, and what each is called where nothing else is known."""
FAMILIES = tuple(CLASSES)
SIZE = len(FAMILIES)
STATES = 12 * SIZE
HEARD = 9 * 12
ABOVE = (np.arange(12)[:, None] - np.arange(12)) % 12
"""How many semitones above each root a pitch class is, shape (12, 12 roots)."""
EVIDENCE = 0.8
"""How much a beat's sound counts: neighbouring beats hear much of the same."""
SOUNDS = 0.02
"""The share of a pitch class from which on it belongs to a chord."""
FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
WEIGHTS = Path(__file__).with_name("chords.safetensors")


class Harmony(NamedTuple):
    """The chords that were found.

    Args:
        chords: Their ticks and symbols, where they change; N.C. where nothing sounds.
        confidence: How likely their roots are, as a mean over beats, 0 to 1.
    """

    chords: tuple[tuple[int, ChordSymbol], ...]
    confidence: float


def find_chords(profile: Profile, key: Key | None = None) -> Harmony:
    """Return the likeliest chords.

    Args:
        profile: What sounds, at least one beat.
        key: How to spell the roots: with sharps in a key that has them.
    """
    weights = _weights()
    likely = scores(weights, heard(profile))
    path, _ = _best_path(EVIDENCE * likely, _moves(), profile.places)
    path[_silent(profile)] = STATES
    roots = SHARPS if key is not None and key.fifths > 0 else FLATS
    borders = np.flatnonzero(np.diff(path, prepend=-1))
    sounds = np.add.reduceat(profile.pitches, borders)
    least = (SOUNDS * sounds.sum(1)).tolist()
    chords: list[tuple[int, ChordSymbol]] = []
    for tick, state, sound, little in zip(profile.starts[borders].tolist(), path[borders].tolist(),
                                          sounds.tolist(), least, strict=True):  # fmt: skip
        symbol = _symbol(state, sound, little, roots)
        if not chords or chords[-1][1] != symbol:
            chords.append((tick, symbol))
    return Harmony(tuple(chords), _confidence(likely, path))


def likelihood(profile: Profile) -> float:
    """Return the logarithm of how likely the likeliest chords are, to compare places of bars."""
    likely = scores(_weights(), heard(profile))
    return _best_path(EVIDENCE * likely, _moves(), profile.places)[1]


def state_of(chord: ChordSymbol) -> int:
    """Return the number of a chord's root and family; -1 for no chord."""
    if chord.root_pc is None:
        return -1
    family = chord.family if chord.family in CLASSES else "maj"
    return chord.root_pc * SIZE + FAMILIES.index(family)


def heard(profile: Profile) -> Floats:
    """Return what is heard in and around each beat, by pitch class, shape (B, 9, 12)."""
    halves, bars = profile.places != ELSEWHERE, profile.places == BAR_LINE
    strong, none = profile.bass * halves[:, None], np.zeros((1, 12))
    return np.stack([
        profile.pitches, strong, profile.bass - strong,
        _together(profile.pitches, halves), _together(strong, halves),
        _together(profile.pitches, bars), np.vstack([none, profile.bass[:-1]]),
        np.vstack([profile.bass[1:], none]), np.vstack([profile.pitches[1:], none]),
    ], 1)  # fmt: skip


def _together(sound: Floats, begins: NDArray[np.bool_]) -> Floats:
    """Return what sounds in each beat's group of beats, 1 at most; the first beat begins one."""
    total = np.add.reduceat(sound, np.flatnonzero(begins))
    found: Floats = np.minimum(total, 1.0)[np.cumsum(begins) - 1]
    return found


def scores(weights: Mapping[str, Floats], sound: Floats) -> Floats:
    """Return the logarithm of how likely each chord is in each beat, shape (B, STATES)."""
    templates = weights["templates"].reshape(-1, 12, SIZE)[:, ABOVE]
    laid = templates.reshape(HEARD, STATES)
    logits = sound.reshape(len(sound), HEARD) @ laid + np.tile(weights["prior"], 12)
    logits -= logits.max(1, keepdims=True)
    likely: Floats = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    return likely


def transitions(weights: Mapping[str, Floats]) -> Floats:
    """Return the logarithm of how likely a chord comes from another, shape (3, STATES, STATES).

    The first dimension is the place of the chord (see `Profile`), the last is the one before.
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


def _best_path(likely: Floats, moves: NDArray[np.float32], places: Ints) -> tuple[Ints, float]:
    """Return the likeliest state of each beat, and the logarithm of how likely all are."""
    sound = likely.astype(np.float32)
    best, came_from = sound[0], []
    ways, rows = np.empty((STATES, STATES), np.float32), STATES * np.arange(STATES)
    for heard_now, place in zip(sound[1:], places[1:].tolist(), strict=True):
        ways[:] = best
        ways += moves[place]  # (to, from); faster than a sum that spreads the best itself
        came_from.append(ways.argmax(1))
        best = ways.ravel()[rows + came_from[-1]] + heard_now
    path = [int(best.argmax())]
    for before in reversed(came_from):
        path.append(before.item(path[-1]))
    return np.array(path[::-1]), float(best.max())


def _silent(profile: Profile) -> NDArray[np.bool_]:
    """Return which beats belong to bars in which nothing sounds."""
    together = _together(profile.pitches, profile.places == BAR_LINE)
    return np.asarray(~together.any(1))


def _symbol(
    state: int, sound: Sequence[float], least: float, roots: tuple[str, ...]
) -> ChordSymbol:
    """Return a state's chord; a seventh of which less than the least sounds is left out."""
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
    """Return the mean probability of the roots of a path, each beat by itself."""
    sounding = np.flatnonzero(path < STATES)
    if not len(sounding):
        return 0.0
    by_root = likely.reshape(len(likely), 12, SIZE)[sounding, path[sounding] // SIZE]
    return float(np.exp(by_root).sum(1).mean())


@lru_cache(maxsize=1)
def _weights() -> dict[str, Floats]:
    # Through the package and not through its path, for it may lie in an archive.
    content = files(__name__.rpartition(".")[0]).joinpath(WEIGHTS.name).read_bytes()
    return {name: array.astype(np.float64) for name, array in load(content).items()}


@lru_cache(maxsize=1)
def _moves() -> NDArray[np.float32]:
    return transitions(_weights()).astype(np.float32)
