import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.encoding.expression import (
    LOUDNESS_CLASSES,
    TIMING_CLASSES,
    deviation_of,
    expression_classes,
    velocity_of,
)
from jazzgen.encoding.sequence import HistoryColumn, value_sequence
from jazzgen.encoding.values import REST
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

CHART = Chart.of_chords([["Dm7"], ["G7"]])


def solo(*expressions, gap=0):
    """Return eighths with the given (velocity, deviation) pairs."""
    step = 12 + gap
    return Solo(tuple(Note(step * n, 12, 60 + n, *how) for n, how in enumerate(expressions)), CHART)


def test_loudness_is_counted_from_the_solos_own_median():
    quiet = solo((30, 0.0), (40, 0.0), (48, 0.0), (40, 0.0))
    loud = solo((70, 0.0), (80, 0.0), (88, 0.0), (80, 0.0))
    for line in (quiet, loud):
        assert expression_classes(line)[0].tolist() == [5, 6, 7, 6]
    assert velocity_of(6) == velocity_of(0) == 80
    assert [velocity_of(loudness) for loudness in (5, 7)] == [72, 88]


def test_timing_is_early_and_late_in_steps_of_three_quarters_of_a_tick():
    late = solo((80, 0.0), (80, -0.8), (80, 2.9), (80, 50.0), (80, -50.0))
    assert expression_classes(late)[1].tolist() == [8, 7, 12, TIMING_CLASSES - 1, 1]
    assert [deviation_of(timing) for timing in (0, 8, 7, 12)] == [0.0, 0.0, -0.75, 3.0]


@given(st.lists(st.tuples(st.integers(1, LOUDNESS_CLASSES - 1), st.integers(1, TIMING_CLASSES - 1)),
                min_size=3, max_size=15))  # fmt: skip
def test_classes_come_back_from_what_they_are_played_as(classes):
    # the middle class comes more often than all others, and so is the median
    classes = [*classes, *[(6, 8)] * (len(classes) + 2)][:16]
    classes += [(7, 9), (5, 7)] + [(6, 8)] * 14
    line = Solo(tuple(
        Note(6 * n, 6, 60, velocity_of(loudness), deviation_of(timing))
        for n, (loudness, timing) in enumerate(classes)
    ), CHART)  # fmt: skip
    found = np.stack(expression_classes(line), axis=1).tolist()
    assert found == [list(one) for one in classes]


def test_nothing_is_known_of_a_line_that_is_all_alike():
    sequence = value_sequence(solo((80, 0.0), (80, 0.0), (80, 0.0)))
    assert sequence.loudness.tolist() == sequence.timing.tolist() == [0, 0, 0]
    assert sequence.history[:, HistoryColumn.LOUDNESS].tolist() == [0, 0, 0]
    assert [part.tolist() for part in expression_classes(Solo((), CHART))] == [[], []]


@pytest.mark.parametrize(
    ("line", "loudness", "timing"),
    [
        (solo((80, 0.0), (96, 0.0)), True, False),
        (solo((80, 0.0), (80, 3.0)), False, True),
    ],
)
def test_loudness_may_be_known_without_timing_and_the_other_way_round(line, loudness, timing):
    sequence = value_sequence(line)
    assert (sequence.loudness > 0).tolist() == [loudness] * 2
    assert (sequence.timing > 0).tolist() == [timing] * 2


def test_a_rest_has_no_class_and_keeps_the_last_one_in_mind():
    sequence = value_sequence(solo((80, 1.5), (96, -1.5), (80, 0.0), gap=12))
    assert sequence.pitch.tolist() == [60, REST, 61, REST, 62]
    assert sequence.loudness.tolist() == [6, 0, 8, 0, 6]
    assert sequence.timing.tolist() == [10, 0, 6, 0, 8]
    assert sequence.history[:, HistoryColumn.LOUDNESS].tolist() == [0, 6, 6, 8, 8]
    assert sequence.history[:, HistoryColumn.TIMING].tolist() == [0, 10, 10, 6, 6]
