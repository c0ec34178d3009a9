"""Chord recognition: the chords of an accompaniment, beat by beat.

The chroma in and around a beat is compared with templates of chords on each root, with the bass
as a chroma of its own. Then Viterbi's algorithm finds the likeliest chords of all beats, given
how often chords change at bar lines and elsewhere, and how often one chord follows another
(after Fujishima, "Realtime Chord Recognition of Musical Sound", ICMC 1999, and Sheh and Ellis,
"Chord Segmentation and Recognition Using EM-Trained Hidden Markov Models", ISMIR 2003).

`scripts/train_harmony.py` trains the templates and counts the transitions.
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
from jazzgen.transcription.chroma import BAR_LINE, ELSEWHERE, Chroma

__all__ = [
    "CLASSES",
    "OBSERVATIONS",
    "Harmony",
    "find_chords",
    "likelihood",
    "observations",
    "scores",
    "state_of",
    "transitions",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CLASSES = {"maj": "maj7", "dom": "7", "min": "m7", "hdim": "m7b5", "dim": "dim7",
           "sus": "7sus4", "minmaj": "m6", "aug": "7#5"}  # fmt: skip
"""Families of chords, with the chord symbol's quality for each if nothing else is known."""
FAMILIES = tuple(CLASSES)
SIZE = len(FAMILIES)
STATES = 12 * SIZE
"""The number of states: a root and a family; one more number, `STATES`, stands for N.C."""
OBSERVATIONS = 9 * 12
"""The number of observations of a beat: nine chromas (see `observations`)."""
ABOVE = (np.arange(12)[:, None] - np.arange(12)) % 12
"""Semitones from each root up to each pitch class, shape (12 pitch classes, 12 roots)."""
EVIDENCE = 1.2
"""The weight of a beat's observations, with which most roots of a band that walks are found."""
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
    weights = _weights()
    likely = scores(weights, observations(chroma))
    path, _ = _best_path(EVIDENCE * likely, _moves(), chroma.positions)
    path[_silent(chroma)] = STATES
    roots = SHARPS if key is not None and key.fifths > 0 else FLATS
    borders = np.flatnonzero(np.diff(path, prepend=-1))
    sounds = np.add.reduceat(chroma.pitches, borders)
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
    likely = scores(_weights(), observations(chroma))
    return _best_path(EVIDENCE * likely, _moves(), chroma.positions)[1]


def state_of(chord: ChordSymbol) -> int:
    """Return the state of a chord, or -1 for N.C."""
    if chord.root_pc is None:
        return -1
    family = chord.family if chord.family in CLASSES else "maj"
    return chord.root_pc * SIZE + FAMILIES.index(family)


def observations(chroma: Chroma) -> Floats:
    """Return the chromas that describe each beat and its surroundings.

    In order: all pitches of the beat, its bass if the beat is strong, its bass if it is weak;
    the pitches of its half bar, and the strong basses in it; the pitches of its bar; the
    previous and the next beat's bass; the next beat's pitches.

    Returns:
        Shape (B, 9, 12).
    """
    halves, bars = chroma.positions != ELSEWHERE, chroma.positions == BAR_LINE
    strong, none = chroma.bass * halves[:, None], np.zeros((1, 12))
    return np.stack([
        chroma.pitches, strong, chroma.bass - strong,
        _together(chroma.pitches, halves), _together(strong, halves),
        _together(chroma.pitches, bars), np.vstack([none, chroma.bass[:-1]]),
        np.vstack([chroma.bass[1:], none]), np.vstack([chroma.pitches[1:], none]),
    ], 1)  # fmt: skip


def _together(sound: Floats, begins: NDArray[np.bool_]) -> Floats:
    """Return the sum over each beat's group of beats, at most 1; the first beat begins a group."""
    total = np.add.reduceat(sound, np.flatnonzero(begins))
    found: Floats = np.minimum(total, 1.0)[np.cumsum(begins) - 1]
    return found


def scores(weights: Mapping[str, Floats], sound: Floats) -> Floats:
    """Return the log-probability of each chord in each beat.

    Args:
        weights: The templates and the prior of chord families.
        sound: What `observations` gives, shape (B, 9, 12).

    Returns:
        Shape (B, STATES).
    """
    templates = weights["templates"].reshape(-1, 12, SIZE)[:, ABOVE]
    laid = templates.reshape(OBSERVATIONS, STATES)
    logits = sound.reshape(len(sound), OBSERVATIONS) @ laid + np.tile(weights["prior"], 12)
    logits -= logits.max(1, keepdims=True)
    likely: Floats = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    return likely


def transitions(weights: Mapping[str, Floats]) -> Floats:
    """Return the log-probability of each chord after each other chord.

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
    together = _together(chroma.pitches, chroma.positions == BAR_LINE)
    return np.asarray(~together.any(1))


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
def _weights() -> dict[str, Floats]:
    # Through the package and not through its path, for it may lie in an archive.
    content = files(__name__.rpartition(".")[0]).joinpath(WEIGHTS.name).read_bytes()
    return {name: array.astype(np.float64) for name, array in load(content).items()}


@lru_cache(maxsize=1)
def _moves() -> NDArray[np.float32]:
    return transitions(_weights()).astype(np.float32)
