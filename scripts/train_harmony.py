#!/usr/bin/env python3
"""Train the model that recognizes chords, on the Weimar Jazz Database.

    python scripts/train_harmony.py wjazzd.db --names train.txt --valid valid.txt

It learns how chords sound, and which chord follows which, from accompaniments over the changes of
the solos: some by jazzgen's band, some in close position. Writes
`jazzgen/transcription/chords.safetensors`; the same database gives the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from weimar_arguments import parse_training_arguments

from jazzgen.band.trio import accompany
from jazzgen.datasets.corpus import load_corpus
from jazzgen.music.solo import Solo
from jazzgen.music.swing import Swing, swing_ratio
from jazzgen.transcription.chords import (
    CLASSES,
    OBSERVATIONS,
    WEIGHTS,
    observations,
    scores,
    state_of,
)
from jazzgen.transcription.chroma import Chroma, Sounding, chroma_of

SIZE = len(CLASSES)
EPOCHS, BATCH, RATE, DECAY, SHRINK = 6, 512, 1e-2, 0.6, 1e-4
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
STYLES = ("band", "band", "halves", "band", "wholes")
FADED = {"halves": (48, 40), "wholes": (96, 90)}


class Tune(NamedTuple):
    """A tune: what sounds in each beat, and the true chord states, shape (beats,)."""

    chroma: Chroma
    states: NDArray[np.int64]


def main() -> int:
    """Train, write the weights, and print how good they are."""
    given = parse_training_arguments(__doc__, WEIGHTS)
    training = tunes(given.database, given.names, STYLES)
    weights = {**learn_templates(training), **learn_moves(training)}
    save_file({name: array.astype(np.float32) for name, array in weights.items()}, given.out)
    for style in ("band", "halves"):
        valid = tunes(given.database, given.valid, (style,))
        print(f"{style}: roots {right(weights, valid):.3f} of beats, each by itself")
    return 0


def tunes(database: Path, names: frozenset[str], styles: tuple[str, ...]) -> list[Tune]:
    """Return accompaniments to solos.

    Args:
        database: The path of the database.
        names: The names of the solos.
        styles: The styles of accompaniment, which take turns.
    """
    chance, found = np.random.default_rng(0), []
    for number, solo in enumerate(load_corpus(database, names=names).solos):
        style = styles[number % len(styles)]
        chroma = chroma_of(accompaniment(solo, style, number, chance), solo.chart)
        states = [state_of(solo.chart.chord_at(int(tick) + 12)) for tick in chroma.starts]
        found.append(Tune(chroma, np.array(states)))
    return found


def accompaniment(solo: Solo, style: str, seed: int, chance: np.random.Generator) -> list[Sounding]:
    """Return the notes of a solo and of its accompaniment.

    Args:
        solo: The solo.
        style: One of `STYLES`.
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
        if not part.is_drums and (style == "band" or part.name == "Bass"):
            onsets = swing.sounding_onsets([note.onset for note in part.notes], chart)
            sounding += [
                (onset, onset + note.duration, note.pitch, 1.0)
                for onset, note in zip(onsets, part.notes, strict=True)
            ]
    if style != "band":
        sounding += _close(solo, *FADED[style], chance)
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


def learn_templates(training: list[Tune]) -> dict[str, NDArray[np.float64]]:
    """Return the templates of chords that logistic regression finds, and their prior."""
    from jazzgen.rnn.optimizers import Adam

    sound = np.concatenate([observations(tune.chroma) for tune in training])
    states = np.concatenate([tune.states for tune in training])
    sound, states = sound[states >= 0].astype(np.float32), states[states >= 0]
    weights = {"templates": np.zeros((OBSERVATIONS, SIZE)), "prior": np.zeros(SIZE)}
    chance, adam = np.random.default_rng(0), Adam()
    for epoch in range(EPOCHS):
        for batch in np.array_split(chance.permutation(len(states)), len(states) // BATCH):
            share = np.exp(scores(weights, sound[batch]))
            share[np.arange(len(batch)), states[batch]] -= 1
            error = share.reshape(len(batch), 12, SIZE) / len(batch)
            turned = sound[batch][:, :, TURNED].transpose(0, 2, 1, 3).reshape(-1, OBSERVATIONS)
            gradients = {
                "templates": turned.T @ error.reshape(-1, SIZE) + 2 * SHRINK * weights["templates"],
                "prior": error.sum((0, 1)),
            }
            adam.step(weights, gradients, RATE * DECAY**epoch)
    return weights


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


def right(weights: dict[str, NDArray[np.float64]], valid: list[Tune]) -> float:
    """Return the share of beats for which the true root is the likeliest.

    Args:
        weights: The weights of the model.
        valid: The tunes.
    """
    good = total = 0
    for chroma, states in valid:
        found = scores(weights, observations(chroma)).argmax(1)
        good += int((found // SIZE == states // SIZE)[states >= 0].sum())
        total += int((states >= 0).sum())
    return good / total


if __name__ == "__main__":
    sys.exit(main())
