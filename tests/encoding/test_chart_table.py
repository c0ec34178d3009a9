import numpy as np
import pytest
from hypothesis import given
from strategies import charts

from jazzgen.encoding.chart_table import (
    CHORD_COLUMNS,
    END_FAR,
    FASTEST_CLASS,
    ChartColumn,
    ChordColumn,
    chart_table,
    chord_table,
    tempo_class,
)
from jazzgen.music.chart import Chart


def test_the_changes_of_a_chart():
    chart = Chart.of_chords([["Dm7", "G7"], ["Cmaj7"], ["Cmaj7"], ["Bm7b5", "E7"]])
    table = chord_table(chart)
    assert table.shape == (5, CHORD_COLUMNS)  # Cmaj7 is one chord, written twice
    assert table[:, ChordColumn.TONES].tolist() == [
        0b010010001001, 0b010010010001, 0b100010010001, 0b010001001001, 0b010010010001,
    ]  # fmt: skip
    assert table[:, ChordColumn.FROM_PREVIOUS].tolist() == [0, 5, 5, 11, 5]
    assert table[:, ChordColumn.TO_NEXT].tolist() == [5, 5, 11, 5, 0]
    assert table[:, ChordColumn.EIGHTHS].tolist() == [4, 4, 16, 4, 4]
    assert table[:, ChordColumn.BAR].tolist() == [0, 0, 1, 3, 3]
    assert table[:, ChordColumn.BEAT].tolist() == [0, 2, 0, 0, 2]


def test_every_tick_points_to_the_change_that_sounds():
    table = chart_table(Chart.of_chords([["Dm7", "G7"], ["Cmaj7"], ["Cmaj7"]]))
    numbers = table[:, ChartColumn.CHORD]
    assert numbers[[0, 47, 48, 95, 96, 287]].tolist() == [0, 0, 1, 1, 2, 2]


@given(charts())
def test_the_chord_that_a_row_points_to_is_the_row_s_own(chart):
    rows, chords = chart_table(chart), chord_table(chart)
    place = rows[:, ChartColumn.CHORD]
    assert place[0] == 0
    assert place[-1] == len(chords) - 1
    assert set(np.diff(place).tolist()) <= {0, 1}
    np.testing.assert_array_equal(chords[place, ChordColumn.TONES], rows[:, ChartColumn.TONES])
    begins = np.flatnonzero(np.diff(place, prepend=-1))
    roots = rows[begins, ChartColumn.ROOT]
    np.testing.assert_array_equal(
        (roots[0] + np.cumsum(chords[:, ChordColumn.FROM_PREVIOUS])) % 12, roots
    )
    np.testing.assert_array_equal(
        chords[:-1, ChordColumn.TO_NEXT], chords[1:, ChordColumn.FROM_PREVIOUS]
    )
    for column, same in ((ChordColumn.BAR, ChartColumn.BAR), (ChordColumn.BEAT, ChartColumn.BEAT)):
        np.testing.assert_array_equal(chords[:, column], rows[begins, same])
    assert (chords[:, ChordColumn.EIGHTHS] >= 1).all(), "a row of nothing but padding"


@given(charts())
def test_the_changes_do_not_know_the_key(chart):
    np.testing.assert_array_equal(chord_table(chart.transpose(5)), chord_table(chart))


@pytest.mark.parametrize(
    ("tempo", "expected"),
    [(39, 0), (40, 0), (47, 0), (48, 1), (80, 4), (120, 6), (160, 8), (320, 12)],
)
def test_tempo_classes_are_quarters_of_an_octave(tempo, expected):
    assert tempo_class(tempo) == expected
    table = chart_table(Chart.of_chords([["C6"], ["F6"]], tempo=tempo))
    assert set(table[:, ChartColumn.TEMPO].tolist()) == {expected}


def test_the_slowest_and_the_fastest_tempo_have_a_class():
    assert tempo_class(1) == 0
    assert tempo_class(10_000) == FASTEST_CLASS


def test_a_chart_says_how_far_its_end_is():
    table = chart_table(Chart.of_chords([["C"]] * 6))
    to_end = table[:, ChartColumn.TO_END]
    assert to_end[[0, 191, 192, 193, 575]].tolist() == [END_FAR, END_FAR, 384, 383, 1]
