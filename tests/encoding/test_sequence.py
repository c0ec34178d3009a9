import numpy as np
from hypothesis import given
from strategies import charts, solos

from jazzgen.encoding.chart_table import CHART_COLUMNS, END_FAR, ChartColumn, chart_table
from jazzgen.encoding.sequence import NO_PITCH, HistoryColumn, value_sequence
from jazzgen.encoding.values import REST, encode
from jazzgen.music.chart import Chart
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Note, Solo


def test_a_row_holds_the_chord_the_next_chord_and_the_position_in_the_bar():
    table = chart_table(Chart.of_chords([["Dm7", "G7"], ["Cmaj7"]]))
    assert table.shape == (192, CHART_COLUMNS)
    first = table[0]
    assert first[ChartColumn.ROOT] == 2
    assert first[ChartColumn.TONES] == 0b010010001001  # root, minor third, fifth, minor seventh
    assert first[ChartColumn.NEXT_ROOT] == 7
    # G B D F counted from D: fourth, sixth, root, minor third
    assert first[ChartColumn.NEXT_TONES] == (1 << 5) | (1 << 9) | 1 | (1 << 3)
    assert first[ChartColumn.TO_NEXT] == 48
    place = [ChartColumn.ROOT, ChartColumn.IN_BAR, ChartColumn.IN_BEAT, ChartColumn.BEAT]
    assert table[60, place].tolist() == [7, 60, 12, 2]
    ahead = [ChartColumn.ROOT, ChartColumn.TO_NEXT, ChartColumn.BAR]
    assert table[96, ahead].tolist() == [0, 192, 1]


def test_over_no_chord_degrees_are_counted_from_the_tonic():
    table = chart_table(Chart.of_chords([["N.C."], ["F7"]], key=Key("Bb")))
    assert table[0, [ChartColumn.ROOT, ChartColumn.TONES]].tolist() == [10, 0]


@given(charts())
def test_the_whole_table_is_the_chart_transposed(chart):
    moved = chart_table(chart.transpose(5))
    table = chart_table(chart)
    for column in (ChartColumn.ROOT, ChartColumn.NEXT_ROOT):
        table[:, column] = (table[:, column] + 5) % 12
    np.testing.assert_array_equal(moved, table)


def test_a_sequence_has_its_history():
    notes = (Note(0, 12, 60), Note(12, 12, 64), Note(48, 12, 67))
    sequence = value_sequence(Solo(notes, Chart.of_chords([["C7"]])))
    assert sequence.pitch.tolist() == [60, 64, REST, 67, REST]
    assert sequence.clock.tolist() == [0, 12, 24, 48, 60]
    columns = [
        HistoryColumn.LAST,
        HistoryColumn.LAST + 1,
        HistoryColumn.LAST + 2,
        HistoryColumn.DURATION,
        HistoryColumn.DURATION + 1,
    ]
    assert sequence.history[:, columns].tolist() == [
        [NO_PITCH, NO_PITCH, NO_PITCH, 0, 0],
        [60, NO_PITCH, NO_PITCH, 12, 0],
        [64, 60, NO_PITCH, 12, 12],
        [64, 60, NO_PITCH, 24, 12],
        [67, 64, 60, 12, 24],
    ]
    columns = [
        HistoryColumn.RESTED,
        HistoryColumn.PHRASE_NOTES,
        HistoryColumn.PHRASE_TICKS,
        HistoryColumn.PHRASE_BEFORE,
        HistoryColumn.PHRASE_PITCH,
        HistoryColumn.SILENCE,
    ]
    assert sequence.history[:, columns].tolist() == [
        [1, 0, 0, 0, NO_PITCH, 0],
        [0, 1, 12, 0, 60, 0],
        [0, 2, 24, 0, 60, 0],
        [1, 0, 0, 2, 60, 24],
        [0, 1, 12, 2, 67, 0],
    ]
    assert sequence.notes == 3
    assert sequence.counted.tolist() == [False, True, True, True, False]


def test_rests_before_the_first_note_and_after_the_last_are_not_counted():
    sequence = value_sequence(Solo((Note(24, 12, 60), Note(36, 12, 62)), Chart.of_chords([["C7"]])))
    assert sequence.pitch.tolist() == [REST, 60, 62, REST]
    assert sequence.counted.tolist() == [False, False, True, False]


def test_a_sequence_ends_with_the_rests_up_to_the_charts_end():
    chart = Chart.of_chords([["C7"]] * 4)  # 384 ticks
    sequence = value_sequence(Solo((Note(0, 12, 60), Note(12, 12, 62)), chart))
    assert sequence.pitch.tolist() == [60, 62, *[REST] * 4]
    assert sequence.duration.tolist() == [12, 12, 96, 96, 96, 72]
    assert sequence.history[:, HistoryColumn.SILENCE].tolist() == [0, 0, 0, 96, 192, 288]
    assert value_sequence(Solo((), chart)).pitch.tolist() == [], "nothing to learn from"


@given(solos())
def test_a_sequence_to_the_last_note_lacks_only_the_rests_behind_it(solo):
    sequence = value_sequence(solo)
    cut = sequence.to_last_note()
    length = len(cut)
    assert length == len(encode(solo))
    assert (sequence.pitch[length:] == REST).all()
    for name in ("pitch", "duration", "clock", "history", "rows", "loudness", "timing", "gate"):
        np.testing.assert_array_equal(getattr(cut, name), getattr(sequence, name)[:length])
    np.testing.assert_array_equal(cut.chords, sequence.chords)
    assert (cut.notes, cut.tune, cut.feel) == (sequence.notes, sequence.tune, sequence.feel)
    assert not sequence.counted[length:].any()
    np.testing.assert_array_equal(cut.counted, sequence.counted[:length])


def test_a_sequence_knows_who_plays_what_and_how():
    solo = Solo(
        (Note(0, 12, 60),),
        Chart.of_chords([["C7"]], feel="bossa"),
        performer="Ann Reed",
        instrument="trumpet",
        style="cool",
    )
    sequence = value_sequence(solo)
    told = (sequence.performer, sequence.instrument, sequence.style, sequence.feel)
    assert told == ("Ann Reed", "trumpet", "cool", "bossa")


@given(charts())
def test_a_row_tells_how_far_the_end_is_up_to_four_bars(chart):
    left = chart_table(chart)[:, ChartColumn.TO_END]
    assert left[-1] == 1
    assert left.max() <= END_FAR
    np.testing.assert_array_equal(left, np.minimum(chart.ticks - np.arange(chart.ticks), END_FAR))


@given(solos())
def test_rows_and_clock_agree_with_the_values(solo):
    sequence = value_sequence(solo)
    assert len(sequence) == len(encode(solo, to_end=True))
    assert sequence.duration.sum() == (solo.chart.ticks if solo.notes else 0)
    table = chart_table(solo.chart)
    for clock, row in zip(sequence.clock, sequence.rows, strict=True):
        np.testing.assert_array_equal(row, table[clock])
    after_rest = sequence.history[1:, HistoryColumn.RESTED] == 1
    np.testing.assert_array_equal(after_rest, sequence.pitch[:-1] == REST)
