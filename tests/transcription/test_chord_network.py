"""The network that says how likely each chord is in each beat."""

import numpy as np
import pytest

from jazzgen.transcription.chord_network import CHROMAS, WINDOW, ChordNetwork, observations
from jazzgen.transcription.chord_states import SIZE
from jazzgen.transcription.chroma import BAR_LINE, ELSEWHERE, MIDDLE, Chroma

BEATS, UNITS = 9, 5


@pytest.fixture(scope="module")
def weights():
    chance = np.random.default_rng(3)
    shapes = {
        "heard": (WINDOW, CHROMAS, 12, UNITS),
        "places": (3, UNITS),
        "chords": (UNITS, SIZE),
        "prior": (SIZE,),
    }
    return {name: chance.normal(0, 0.5, shape) for name, shape in shapes.items()}


@pytest.fixture(scope="module")
def chroma():
    chance = np.random.default_rng(4)
    positions = np.resize([BAR_LINE, ELSEWHERE, MIDDLE, ELSEWHERE], BEATS)
    pitches, melody, bass = chance.random((3, BEATS, 12)).astype(np.float32)
    return Chroma(pitches, melody, bass, 24 * np.arange(BEATS), positions, np.ones(BEATS, bool))


def test_probabilities_are_those_of_the_plain_formula(weights, chroma):
    found = ChordNetwork(weights).log_probabilities(chroma)
    assert found.shape == (BEATS, 12 * SIZE)
    heard, logits = observations(chroma), np.empty((BEATS, 12, SIZE))
    for beat in range(BEATS):
        for root in range(12):
            above = np.roll(heard[beat : beat + WINDOW], -root, 2)  # semitones above the root
            hidden = np.tensordot(above, weights["heard"], 3)
            hidden = np.maximum(hidden + weights["places"][chroma.positions[beat]], 0)
            logits[beat, root] = hidden @ weights["chords"] + weights["prior"]
    chance = np.exp(logits).reshape(BEATS, -1)
    np.testing.assert_allclose(np.exp(found), chance / chance.sum(1, keepdims=True), atol=1e-5)


def test_transposed_music_has_transposed_chords(weights, chroma):
    network = ChordNetwork(weights)
    up = {name: np.roll(getattr(chroma, name), 5, 1) for name in ("pitches", "melody", "bass")}
    moved = network.log_probabilities(chroma._replace(**up))
    here = network.log_probabilities(chroma)
    np.testing.assert_allclose(moved, np.roll(here, 5 * SIZE, 1), atol=1e-4)
