"""Bars that repeat tell of each other."""

import numpy as np
import pytest

from jazzgen.transcription.chord_states import STATES
from jazzgen.transcription.chroma import BAR_LINE, ELSEWHERE, MIDDLE
from jazzgen.transcription.repeats import PAGE, with_repeats


def heard(states):
    """Return log-probabilities of one chord in each bar of 4/4, and the metrical positions."""
    likely = np.full((4 * len(states), STATES), np.log(0.1 / STATES))
    likely[np.arange(len(likely)), np.repeat(states, 4)] = np.log(0.9)
    return likely, np.tile([BAR_LINE, ELSEWHERE, MIDDLE, ELSEWHERE], len(states))


@pytest.fixture
def changes():
    return np.random.default_rng(0).permutation(STATES)[:16]


def test_a_chorus_makes_clear_what_is_blurred_in_another(changes):
    likely, positions = heard(np.tile(changes, 3))
    blurred = slice(4 * 21, 4 * 22)
    likely[blurred] = -np.log(STATES)
    told = with_repeats(likely, positions)
    assert (told[blurred].argmax(1) == changes[21 - 16]).all()
    clear = np.delete(np.arange(len(likely)), np.arange(len(likely))[blurred])
    assert (told[clear].argmax(1) == likely[clear].argmax(1)).all()


def test_what_does_not_repeat_stays_as_it_is(changes):
    likely, positions = heard(changes)
    np.testing.assert_allclose(with_repeats(likely, positions), likely, rtol=1e-5)


def test_one_chord_that_comes_back_is_no_repeat(changes):
    changes[12] = changes[2]
    likely, positions = heard(changes)
    np.testing.assert_allclose(with_repeats(likely, positions), likely, rtol=1e-5)


def test_long_pieces_and_bars_of_other_lengths():
    likely, positions = heard(np.zeros(PAGE + 3, int))
    told = with_repeats(likely[2:], positions[2:])  # begins in the middle of a bar
    assert told.shape == likely[2:].shape
    assert (told.argmax(1) == 0).all()
