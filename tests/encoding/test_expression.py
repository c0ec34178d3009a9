import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.encoding.expression import (
    GATE_CLASSES,
    LOUDNESS_CLASSES,
    TIMING_CLASSES,
    deviation_of,
    expression_classes,
    gate_classes,
    gated,
    velocity_of,
)
from jazzgen.encoding.sequence import HistoryColumn, value_sequence
from jazzgen.encoding.values import REST, encode
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
    sequence = value_sequence(solo((80, 0.0), (80, 0.0), (80, 0.0))).to_last_note()
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
    sequence = value_sequence(line).to_last_note()
    assert (sequence.loudness > 0).tolist() == [loudness] * 2
    assert (sequence.timing > 0).tolist() == [timing] * 2


def test_a_rest_has_no_class_and_keeps_the_last_one_in_mind():
    sequence = value_sequence(solo((80, 1.5), (96, -1.5), (80, 0.0), gap=12)).to_last_note()
    assert sequence.pitch.tolist() == [60, REST, 61, REST, 62]
    assert sequence.loudness.tolist() == [6, 0, 8, 0, 6]
    assert sequence.timing.tolist() == [10, 0, 6, 0, 8]
    assert sequence.history[:, HistoryColumn.LOUDNESS].tolist() == [0, 6, 6, 8, 8]
    assert sequence.history[:, HistoryColumn.TIMING].tolist() == [0, 10, 10, 6, 6]


SPREADS = st.floats(0, 1, exclude_max=True)


@given(st.integers(1, LOUDNESS_CLASSES - 1), st.integers(1, TIMING_CLASSES - 1), SPREADS)
def test_a_spread_stays_within_its_class(loudness, timing, spread):
    velocity, deviation = velocity_of(loudness, spread), deviation_of(timing, spread)
    # half a class to either side, and what rounding adds
    assert abs(velocity - velocity_of(loudness)) <= 4.5
    assert abs(deviation - deviation_of(timing)) <= 0.375 + 0.01
    assert 1 <= velocity <= 127


def test_a_spread_uses_all_of_its_class():
    spreads = [number / 100 for number in range(100)]
    assert sorted({velocity_of(6, spread) for spread in spreads}) == list(range(76, 85))
    deviations = [deviation_of(8, spread) for spread in spreads]
    assert min(deviations) < -0.36
    assert max(deviations) > 0.36
    lengths = sorted({gated(Note(0, 48, 60), 7, spread).duration for spread in spreads})
    assert lengths == list(range(37, 43)), "from 6/8 of 48, but no gap of an eighth, to 7/8"
    assert {velocity_of(0, spread) for spread in spreads} == {80}
    assert {deviation_of(0, spread) for spread in spreads} == {0.0}


@pytest.mark.parametrize(
    ("notes", "gates"),
    [
        ([Note(0, 3, 60), Note(12, 12, 62)], [0, 3]),
        ([Note(0, 6, 60), Note(12, 11, 62), Note(24, 12, 64)], [0, 5, 8]),
        ([Note(0, 6, 60), Note(12, 12, 62), Note(24, 6, 64)], [0, 5, 9]),  # legato
        ([Note(0, 6, 60), Note(12, 6, 62), Note(36, 12, 64)], [0, 5, 0]),  # a rest
        ([Note(0, 12, 60), Note(12, 12, 62), Note(24, 12, 64)], [0, 0, 0]),  # no gap at all
        ([Note(0, 6, 60)], [0]),
        ([], []),
    ],
)
def test_a_gate_is_the_sounding_share_of_the_note_before(notes, gates):
    assert gate_classes(Solo(tuple(notes), CHART)).tolist() == gates


def test_a_note_longer_than_a_value_has_no_gate():
    long = [Note(0, 90, 60), Note(97, 6, 62), Note(109, 12, 64)]
    chart = Chart.of_chords([["Dm7"], ["G7"]])
    assert gate_classes(Solo(tuple(long), chart)).tolist() == [0, 0, 5]


@given(st.lists(st.tuples(st.integers(1, 96), st.integers(0, GATE_CLASSES - 1), SPREADS),
                min_size=1, max_size=12))  # fmt: skip
def test_gated_notes_have_the_values_that_they_had(how):
    chart, clock, notes = Chart.of_chords([["C7"]] * 13), 0, []
    for duration, gate, spread in how:
        notes.append(gated(Note(clock, duration, 60), gate, spread))
        clock += duration
    whole = Solo((*notes, Note(clock, 12, 61)), chart)
    assert [value.duration for value in encode(whole)] == [duration for duration, *_ in how] + [12]


@given(st.integers(8, 96), st.integers(1, GATE_CLASSES - 1), SPREADS)
def test_a_gate_comes_back_unless_the_gap_would_be_a_rest(duration, gate, spread):
    note = gated(Note(0, duration, 60), gate, spread)
    staccato = [note, Note(duration, 1, 62), Note(duration + 12, 1, 64)]  # so that gaps are known
    found = gate_classes(Solo(tuple(staccato), Chart.of_chords([["C7"]] * 2)))[1]
    if gate == GATE_CLASSES - 1:
        assert found == gate, "legato is legato"
    elif note.duration > max(duration - 11, 1):
        # lengths are whole ticks, so that a short note may be rounded into the next class
        assert abs(found - gate) <= 1
        exact = duration * (gate - 1 + spread) / 8
        assert abs(note.duration - min(exact, duration - 1)) <= 0.5
    else:
        assert found >= gate - 1, "no shorter than its class, but for whole ticks"
