"""Properties of the upper voice."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.transcription.line import upper_voice

notes = st.lists(
    st.tuples(st.integers(0, 90), st.integers(1, 200), st.integers(40, 80)), min_size=1, max_size=12
)
TICK = 0.001
CHORD = [(0, 100, 60, 80), (0, 100, 64, 80)]


@given(notes)
def test_what_goes_before_makes_no_difference_to_the_upper_voice(steps):
    """A monophonic line is read at once, and after a chord note by note, with the same result."""
    table, start = [], 1000
    for step, length, pitch in steps:
        start += step
        table.append((start, start + length, pitch, 80))
    table.sort()
    alone = upper_voice(np.array(table), np.full(len(table), TICK))
    behind = upper_voice(np.array(CHORD + table), np.full(len(table) + 2, TICK))
    assert behind.tolist() == [list(CHORD[1]), *alone.tolist()]


def test_a_lower_voice_of_a_score_does_not_cut_the_upper_one_short():
    notes = np.array([(0, 72, 72, 80), (72, 120, 77, 80), (96, 192, 60, 80), (120, 192, 76, 80)])
    written = upper_voice(notes, np.full(4, TICK), written=True)
    assert written[:, 2].tolist() == [72, 77, 76]


def test_a_line_of_one_voice_is_left_as_it_is():
    line = [(0, 100, 60, 80), (90, 200, 62, 70), (200, 300, 59, 70)]
    assert upper_voice(np.array(line), np.full(3, TICK)).tolist() == [list(note) for note in line]
