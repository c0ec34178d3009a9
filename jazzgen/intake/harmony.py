"""Which chords an accompaniment plays, beat by beat.

Templates of chords are laid over what sounds in and around a beat, on every root, the bass
counting on its own; then the likeliest way through all beats is found, given how often
chords change at bar lines and elsewhere, and what follows what (Viterbi's algorithm; after
Fujishima, "Realtime Chord Recognition of Musical Sound", ICMC 1999, and Sheh and Ellis,
"Chord Segmentation and Recognition Using EM-Trained Hidden Markov Models", ISMIR 2003).

`scripts/train_harmony.py` learns the templates and what follows what.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from jazzgen.intake.profile import BAR_LINE, ELSEWHERE, Profile
from jazzgen.music.chord import NO_CHORD, ChordSymbol
from jazzgen.music.pitch import Key

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
WEIGHTS = Path(__file__).with_name("harmony.safetensors")


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
    chords: list[tuple[int, ChordSymbol]] = []
    for begin, end in zip(borders, [*borders[1:], len(path)], strict=True):
        sound = profile.pitches[begin:end].sum(0)
        symbol = _symbol(int(path[begin]), sound, roots)
        if not chords or chords[-1][1] != symbol:
            chords.append((int(profile.starts[begin]), symbol))
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
    strong = (profile.places != ELSEWHERE)[:, None]
    bars, halves = np.cumsum(profile.places == BAR_LINE), np.cumsum(strong[:, 0])
    none = np.zeros((1, 12))
    return np.stack([
        profile.pitches, profile.bass * strong, profile.bass * ~strong,
        _together(profile.pitches, halves), _together(profile.bass * strong, halves),
        _together(profile.pitches, bars), np.vstack([none, profile.bass[:-1]]),
        np.vstack([profile.bass[1:], none]), np.vstack([profile.pitches[1:], none]),
    ], 1)  # fmt: skip


def _together(sound: Floats, group: Ints) -> Floats:
    """Return what sounds in each beat's group of beats, 1 at most."""
    total = np.zeros((group.max() + 1, 12))
    np.add.at(total, group, sound)
    found: Floats = np.minimum(total, 1.0)[group]
    return found


def scores(weights: Mapping[str, Floats], sound: Floats) -> Floats:
    """Return the logarithm of how likely each chord is in each beat, shape (B, STATES)."""
    templates = weights["templates"].reshape(-1, 12, SIZE)[:, ABOVE]
    laid = templates.reshape(HEARD, STATES)
    logits = sound.reshape(len(sound), HEARD) @ laid + np.tile(weights["prior"], 12)
    top = logits.max(1, keepdims=True)
    likely: Floats = logits - top - np.log(np.exp(logits - top).sum(1, keepdims=True))
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
    best, came_from = sound[0], np.zeros(sound.shape, np.int64)
    ways, rows = np.empty((STATES, STATES), np.float32), STATES * np.arange(STATES)
    for beat, place in enumerate(places[1:].tolist(), 1):
        np.add(moves[place], best, out=ways)
        ways.argmax(1, out=came_from[beat])
        best = ways.ravel()[rows + came_from[beat]] + sound[beat]
    path = np.zeros(len(sound), np.int64)
    path[-1] = best.argmax()
    for beat in range(len(path) - 1, 0, -1):
        path[beat - 1] = came_from[beat, path[beat]]
    return path, float(best.max())


def _silent(profile: Profile) -> NDArray[np.bool_]:
    """Return which beats belong to bars in which nothing sounds."""
    bars = np.cumsum(profile.places == BAR_LINE)
    sound = np.zeros(bars.max() + 1)
    np.add.at(sound, bars, profile.pitches.sum(1))
    silent: NDArray[np.bool_] = sound[bars] == 0
    return silent


def _symbol(state: int, sound: Floats, roots: tuple[str, ...]) -> ChordSymbol:
    """Return a state's chord; a seventh that nobody plays is left out."""
    if state == STATES:
        return NO_CHORD
    root, family = divmod(state, SIZE)
    least = SOUNDS * float(sound.sum())
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
    by_root = np.exp(likely).reshape(len(likely), 12, SIZE).sum(2)
    return float(by_root[sounding, path[sounding] // SIZE].mean())


@lru_cache(maxsize=1)
def _weights() -> dict[str, Floats]:
    return {name: array.astype(np.float64) for name, array in load_file(WEIGHTS).items()}


@lru_cache(maxsize=1)
def _moves() -> NDArray[np.float32]:
    return transitions(_weights()).astype(np.float32)
