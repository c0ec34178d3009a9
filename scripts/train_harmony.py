#!/usr/bin/env python3
"""Train the model that recognizes chords, on the Weimar Jazz Database.

    python scripts/train_harmony.py wjazzd.db --names train.txt --valid valid.txt

It learns how chords sound, and which chord follows which, from accompaniments over the changes of
the solos: most by jazzgen's band, some in close position, some without a bassist, some by the solo
alone. Writes `jazzgen/transcription/chords.safetensors`; the same database gives the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from weimar_arguments import parse_training_arguments

from jazzgen.band.trio import accompany
from jazzgen.datasets.corpus import load_corpus
from jazzgen.music.chart import Bar, Chart
from jazzgen.music.solo import Solo
from jazzgen.music.swing import Swing, swing_ratio
from jazzgen.rnn.optimizers import Adam
from jazzgen.transcription.chord_network import CHROMAS, WINDOW, ChordNetwork, observations
from jazzgen.transcription.chord_states import FAMILIES, SIZE, state_of
from jazzgen.transcription.chords import WEIGHTS
from jazzgen.transcription.chroma import Chroma, Sounding, chroma_of

UNITS = 48
EXERCISES = 60
"""The number of exercises, of 32 bars each."""
EPOCHS, BATCH, RATE, DECAY, SHRINK = 5, 256, 3e-3, 0.5, 1e-5
MELODY = 0.35
"""The weight of a solo's notes, where a note of the accompaniment has 1."""
UNSEEN = 0.3
"""The count that every move between chords starts with."""
SHAPES = {
    "maj": (0, 4, 7, 11),
    "dom": (0, 4, 7, 10),
    "min": (0, 3, 7, 10),
    "hdim": (0, 3, 6, 10),
    "dim": (0, 3, 6, 9),
    "sus": (0, 5, 7, 10),
    "minmaj": (0, 3, 7, 9),
    "aug": (0, 4, 8, 10),
}
TURNED = (np.arange(12)[:, None] + np.arange(12)) % 12
"""The pitch class n semitones above each root, shape (12 roots, 12)."""
ROUNDS = (("band",), ("band",), ("keys", "keys", "melody"), ("halves", "wholes", "band"))
"""The styles of accompaniment: in each round all solos are accompanied, and styles take turns."""
PARTS = {
    "band": ("Piano", "Bass"),
    "halves": ("Bass",),
    "wholes": ("Bass",),
    "keys": (),
    "melody": (),
}
"""The parts of the band that play in each style."""
CLOSE = {"halves": (48, 40), "wholes": (96, 90), "keys": (48, 48)}
"""Ticks from one chord in close position to the next, and ticks for which it is held."""


class Tune(NamedTuple):
    """A tune: what sounds in each beat, and the true chord states, shape (beats,)."""

    chroma: Chroma
    states: NDArray[np.int64]


def main() -> int:
    """Train, write the weights, and print how good they are."""
    given = parse_training_arguments(__doc__, WEIGHTS)
    rounds = [
        tunes(given.database, given.names, styles, 1000 * number)
        for number, styles in enumerate(ROUNDS)
    ]
    played = [tune for one in rounds for tune in one]
    weights = {**learn_network([*played, *exercises()]), **learn_moves(rounds[0])}
    save_file({name: array.astype(np.float32) for name, array in weights.items()}, given.out)
    for style in PARTS:
        valid = tunes(given.database, given.valid, (style,), 0)
        print(f"{style}: roots {right(weights, valid):.3f} of beats, each by itself")
    return 0


def tunes(database: Path, names: frozenset[str], styles: tuple[str, ...], seed: int) -> list[Tune]:
    """Return accompaniments to solos.

    Args:
        database: The path of the database.
        names: The names of the solos.
        styles: The styles of accompaniment, which take turns.
        seed: The seed of the band in the first solo; it grows by 1 from solo to solo.
    """
    chance, found = np.random.default_rng(seed), []
    for number, solo in enumerate(load_corpus(database, names=names).solos):
        style = styles[number % len(styles)]
        chroma = chroma_of(accompaniment(solo, style, seed + number, chance), solo.chart)
        states = [state_of(solo.chart.chord_at(int(tick) + 12)) for tick in chroma.starts]
        found.append(Tune(chroma, np.array(states)))
    return found


def accompaniment(solo: Solo, style: str, seed: int, chance: np.random.Generator) -> list[Sounding]:
    """Return the notes of a solo and of its accompaniment.

    Args:
        solo: The solo.
        style: One of `PARTS`.
        seed: The seed of the band.
        chance: Draws triads and octaves in close position.
    """
    chart = solo.chart
    swing = Swing(swing_ratio(chart.feel, chart.tempo))
    sounding: list[Sounding] = [
        (note.onset + note.deviation, note.end + note.deviation, note.pitch, MELODY)
        for note in solo.notes
    ]
    for part in accompany(solo, seed):
        if part.name in PARTS[style]:
            onsets = swing.sounding_onsets([note.onset for note in part.notes], chart)
            sounding += [
                (onset, onset + note.duration, note.pitch, 1.0)
                for onset, note in zip(onsets, part.notes, strict=True)
            ]
    if style in CLOSE:
        sounding += _close(solo, *CLOSE[style], chance)
    return sounding


def _close(solo: Solo, every: int, lasts: int, chance: np.random.Generator) -> list[Sounding]:
    """Return chords in close position, some of them triads."""
    sounding: list[Sounding] = []
    for start, end, chord in solo.chart.chord_spans:
        if chord.root_pc is None:
            continue
        # Without its seventh a dominant would be taught as the name of a major triad.
        triad = chance.random() < 0.4 and chord.family != "dom"
        shape = SHAPES.get(chord.family, (0, 4, 7))[: 3 if triad else 4]
        for tick in range(start, end, every):
            for degree in shape:
                octave = 12 if chance.random() < 0.3 else 0
                pitch = 48 + (chord.root_pc + degree) % 12 + octave
                sounding.append((tick, min(tick + lasts, end), pitch, 1.0))
    return sounding


def exercises() -> list[Tune]:
    """Return chords of all families alike, held in root position.

    In the solos' changes, diminished chords are rare and look like dominants without their root.
    """
    chance, found = np.random.default_rng(0), []
    for _ in range(EXERCISES):
        chart = Chart((Bar(),) * 32)
        begins = 96 * np.arange(0, 32, 2 if chance.random() < 0.5 else 1)
        roots, families = (
            chance.integers(12, size=len(begins)),
            chance.integers(SIZE, size=len(begins)),
        )
        lasts = int(begins[1])
        sounding = [
            (begin, begin + lasts, 36 + root + 12 * (place > 0 and root < 8) + degree, 1.0)
            for begin, root, family in zip(begins.tolist(), roots, families, strict=True)
            for place, degree in enumerate(SHAPES[FAMILIES[family]])
        ]
        chroma = chroma_of(sounding, chart)
        found.append(Tune(chroma, np.repeat(roots * SIZE + families, lasts // 24)))
    return found


def learn_network(training: list[Tune]) -> dict[str, NDArray[np.float32]]:
    """Return the weights of the network, found by gradient descent on the cross-entropy."""
    heard = np.concatenate([observations(tune.chroma) for tune in training])
    states = np.concatenate([tune.states for tune in training])
    position = np.concatenate([tune.chroma.positions for tune in training])
    # A beat's window begins later by the silence around each tune before its own.
    silences = np.repeat(np.arange(len(training)), [len(tune.states) for tune in training])
    first = np.arange(len(states)) + (WINDOW - 1) * silences
    chosen = states >= 0
    states, position, first = states[chosen], position[chosen], first[chosen]
    chance, adam, weights = np.random.default_rng(0), Adam(), _first_weights()
    for epoch in range(EPOCHS):
        for batch in np.array_split(chance.permutation(len(states)), len(states) // BATCH):
            windows = heard[first[batch][:, None] + np.arange(WINDOW)]
            gradients = _gradients(weights, windows, position[batch], states[batch])
            adam.step(weights, gradients, RATE * DECAY**epoch)
        print(f"epoch {epoch + 1} of {EPOCHS}", flush=True)
    return {**weights, "heard": weights["heard"].reshape(WINDOW, CHROMAS, 12, UNITS)}


def _first_weights() -> dict[str, NDArray[np.float32]]:
    """Return random weights, of a size with which hidden units begin at about 1."""
    chance, inputs = np.random.default_rng(0), WINDOW * CHROMAS * 12
    sizes = {"heard": (0.065, (inputs, UNITS)), "chords": (UNITS**-0.5, (UNITS, SIZE))}
    drawn = {name: chance.normal(0, size, shape) for name, (size, shape) in sizes.items()}
    weights = {**drawn, "places": np.zeros((3, UNITS)), "prior": np.zeros(SIZE)}
    return {name: array.astype(np.float32) for name, array in weights.items()}


def _gradients(
    weights: dict[str, NDArray[np.float32]],
    windows: NDArray[np.float32],
    position: NDArray[np.int64],
    states: NDArray[np.int64],
) -> dict[str, NDArray[np.float32]]:
    """Return the gradients of the cross-entropy of a batch.

    Args:
        weights: The weights, with `heard` in shape (WINDOW * CHROMAS * 12, UNITS).
        windows: What is heard in and around each beat, shape (B, WINDOW, CHROMAS, 12).
        position: The metrical positions, shape (B,).
        states: The true chords, shape (B,).
    """
    beats = len(states)
    turned = windows[..., TURNED].transpose(0, 3, 1, 2, 4).reshape(12 * beats, -1)
    hidden = turned @ weights["heard"]  # (B * 12 roots, UNITS)
    hidden += np.repeat(weights["places"][position], 12, 0)
    np.maximum(hidden, 0, out=hidden)
    logits = (hidden @ weights["chords"] + weights["prior"]).reshape(beats, -1)
    share = np.exp(logits - logits.max(1, keepdims=True))
    share /= share.sum(1, keepdims=True)
    share[np.arange(beats), states] -= 1
    error = (share / beats).reshape(-1, SIZE)
    back = error @ weights["chords"].T * (hidden > 0)
    at_position = np.eye(3, dtype=np.float32)[position]
    return {
        "heard": turned.T @ back + 2 * SHRINK * weights["heard"],
        "places": at_position.T @ back.reshape(beats, 12, -1).sum(1),
        "chords": hidden.T @ error,
        "prior": error.sum(0),
    }


def learn_moves(training: list[Tune]) -> dict[str, NDArray[np.float64]]:
    """Return how often chords change at each metrical position, and which chord follows which."""
    changes, follows = np.ones((3, 2)), np.full((SIZE, 12, SIZE), UNSEEN)
    for chroma, states in training:
        for position, before, after in zip(chroma.positions[1:], states, states[1:], strict=False):
            if before >= 0 and after >= 0:
                changes[position, int(before != after)] += 1
                if before != after:
                    step = (after // SIZE - before // SIZE) % 12
                    follows[before % SIZE, step, after % SIZE] += 1
    return {
        "changes": changes[:, 1] / changes.sum(1),
        "follows": follows / follows.sum((1, 2), keepdims=True),
    }


def right(weights: Mapping[str, NDArray[np.floating[Any]]], valid: list[Tune]) -> float:
    """Return the share of beats for which the true root is the likeliest.

    Args:
        weights: The weights of the network.
        valid: The tunes.
    """
    network, good, total = ChordNetwork(weights), 0, 0
    for chroma, states in valid:
        found = network.log_probabilities(chroma).argmax(1)
        good += int((found // SIZE == states // SIZE)[states >= 0].sum())
        total += int((states >= 0).sum())
    return good / total


if __name__ == "__main__":
    sys.exit(main())
