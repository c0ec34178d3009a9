"""The first notes of phrases, packed."""

from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.encoding.openings import EMPTY, LENGTH, goes_on, longer, moved_openings
from jazzgen.encoding.sequence import HistoryColumn, history_of
from jazzgen.encoding.values import REST

NUMBERS = st.lists(st.integers(0, 127), max_size=6)


def packed(numbers):
    return reduce(longer, numbers, EMPTY)


@given(NUMBERS, NUMBERS)
def test_a_phrase_goes_on_as_one_that_began_alike(one, other):
    one, other = one[:LENGTH], other[:LENGTH]
    alike = len(one) < len(other) and other[: len(one)] == one
    expected = (len(one), other[len(one)]) if alike else None
    assert goes_on(packed(one), packed(other)) == expected


@given(NUMBERS)
def test_an_opening_has_four_notes_and_no_more(numbers):
    assert packed(numbers) == packed(numbers[:LENGTH]) < 2**31
    assert len({packed(numbers[:length]) for length in range(LENGTH)}) == min(
        len(numbers) + 1, LENGTH
    )


@given(st.lists(st.integers(12, 115), max_size=4), st.integers(-12, 12))
def test_all_pitches_move(pitches, semitones):
    opening = np.array([packed(pitches)], np.int32)
    expected = packed([pitch + semitones for pitch in pitches])
    assert moved_openings(opening, semitones).tolist() == [expected]


@pytest.mark.parametrize(("rest", "new"), [(24, True), (12, False)])
def test_a_history_has_the_openings_of_two_phrases(rest, new):
    pitch = np.array([60, 62, REST, 60, 65, 67], np.int32)
    duration = np.array([12, 6, rest, 200, 12, 12], np.int32)
    nothing = np.zeros_like(pitch)
    history = history_of(pitch, duration, nothing, nothing, nothing)
    columns = slice(HistoryColumn.OPENING, HistoryColumn.PERFORMER)
    assert history[0, columns].tolist() == [EMPTY] * 4
    assert history[3, columns].tolist() == [packed([60, 62]), packed([12, 6]), EMPTY, EMPTY]
    assert history[5, columns].tolist() == (
        [packed([60, 65]), packed([127, 12]), packed([60, 62]), packed([12, 6])]
        if new
        else [packed([60, 62, 60, 65]), packed([12, 6, 127, 12]), EMPTY, EMPTY]
    )
