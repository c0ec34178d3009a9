from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from strategies import solos

from jazzgen.datasets.windows import CHORDS as WIDTH
from jazzgen.datasets.windows import Windows, stack
from jazzgen.encoding.cache import cache
from jazzgen.encoding.chart_table import CHART_COLUMNS, ChartColumn, ChordColumn
from jazzgen.encoding.examples import CHORDS_AFTER, CHORDS_BEFORE, make_example
from jazzgen.encoding.expression import touch_classes
from jazzgen.encoding.repeat_features import RepeatClass
from jazzgen.encoding.sequence import (
    EMPTY_HISTORY,
    NO_PITCH,
    HistoryColumn,
    advance,
    history_of,
    value_sequence,
)
from jazzgen.encoding.values import REST
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

CHORDS = ["C7", "F6", "Dm7", "G7b9", "Ebmaj7", "Am7b5", "Bdim7"]
CHART = Chart.of_chords([[CHORDS[n % 7], CHORDS[(3 * n + 1) % 7]] for n in range(24)])
LINE = Solo(tuple(Note(12 * n, 12, 50 + n % 30) for n in range(160)), CHART, performer="B")


def example(performers=("A", "B")):
    return make_example(value_sequence(LINE), None, {"performer": performers})


@given(solos())
def test_a_history_is_advanced_value_by_value(solo):
    sequence = value_sequence(solo)
    touch = slice(HistoryColumn.TOUCH, HistoryColumn.REPEAT)  # the same in the whole solo
    past = (*EMPTY_HISTORY[: touch.start], *touch_classes(solo), *EMPTY_HISTORY[touch.stop :])
    for row, *value in zip(
        sequence.history.tolist(), sequence.pitch.tolist(), sequence.duration.tolist(),
        sequence.loudness.tolist(), sequence.timing.tolist(), sequence.gate.tolist(), strict=True,
    ):  # fmt: skip
        assert tuple(row[: HistoryColumn.REPEAT]) == past[: HistoryColumn.REPEAT]
        past = advance(past, *value)


@given(solos())
def test_a_history_s_phrases_are_those_of_the_line(solo):
    """The definition: at every value everything is counted from the beginning."""
    sequence = value_sequence(solo)
    for step, row in enumerate(sequence.history):
        pitch, duration = sequence.pitch[:step], sequence.duration[:step]
        rests = np.flatnonzero(pitch == REST)
        begin = rests[-1] + 1 if len(rests) else 0
        assert row[HistoryColumn.PHRASE_NOTES] == step - begin
        assert row[HistoryColumn.PHRASE_TICKS] == duration[begin:].sum()
        phrases = [
            list(notes) for rest, notes in groupby(pitch, lambda one: one == REST) if not rest
        ]
        ended = phrases if len(rests) and rests[-1] == step - 1 else phrases[:-1]
        assert row[HistoryColumn.PHRASE_BEFORE] == (len(ended[-1]) if ended else 0)
        assert row[HistoryColumn.PHRASE_PITCH] == (phrases[-1][0] if phrases else NO_PITCH)
        assert row[HistoryColumn.RESTED] == (step == 0 or pitch[-1] == REST)
        sounded = pitch[pitch != REST]
        remembered = [*sounded[::-1][:8], *[-1] * 8][:8]
        assert row[: HistoryColumn.DURATION].tolist() == remembered
        durations = [*duration[::-1][:3], 0, 0, 0][:3]
        assert row[HistoryColumn.DURATION : HistoryColumn.RESTED].tolist() == durations


def test_every_repeat_feature_has_its_columns():
    pitch = np.array([60, 62, 64, 60, 62, 64], dtype=np.int32)
    none = np.zeros_like(pitch)
    history = history_of(pitch, none + 12, none, none, none)
    assert history[4, HistoryColumn.REPEAT] == RepeatClass.NONE  # the leap back is new
    assert history[0].tolist() == list(EMPTY_HISTORY)
    assert history[5, HistoryColumn.REPEAT + 4 : HistoryColumn.REPEAT + 6].tolist() == [
        24 - 4 + 6,
        12,
    ]  # the rhythm's


@pytest.mark.parametrize(("start", "stop"), [(0, 20), (60, 90), (140, 160), (0, 160)])
def test_a_part_keeps_the_changes_that_sound_and_some_around(start, stop):
    whole = example()
    part = whole.part(start, stop)
    assert (whole.inputs["rows"] == example().inputs["rows"]).all(), "changed in place"
    before = whole.inputs["rows"][start:stop, ChartColumn.CHORD]
    after = part.inputs["rows"][:, ChartColumn.CHORD]
    np.testing.assert_array_equal(part.chords[after], whole.chords[before])
    assert after.min() == min(before.min(), CHORDS_BEFORE)
    left = len(whole.chords) - 1 - before.max()
    assert len(part.chords) - 1 - after.max() == min(left, CHORDS_AFTER)
    rest = [column for column in range(CHART_COLUMNS) if column != ChartColumn.CHORD]
    np.testing.assert_array_equal(
        part.inputs["rows"][:, rest], whole.inputs["rows"][start:stop, rest]
    )


def test_stacked_changes_are_padded_with_rows_of_no_length():
    parts = [example().part(0, 10), example().part(60, 130)]
    chords = stack(parts).inputs["chords"]
    lengths = [len(part.chords) for part in parts]
    assert max(lengths) > min(lengths)
    assert chords.shape[1] % WIDTH == 0
    assert 0 <= chords.shape[1] - max(lengths) < WIDTH
    real = chords[..., ChordColumn.EIGHTHS] > 0
    assert real.sum(axis=1).tolist() == lengths
    for row, part in zip(chords, parts, strict=True):
        np.testing.assert_array_equal(row[: len(part.chords)], part.chords)


@pytest.mark.parametrize(
    ("performers", "number"), [((), 0), (("A", "B"), 2), (("A",), 0), (("B", "C"), 1)]
)
def test_a_performer_has_the_number_that_the_model_knows(performers, number):
    assert set(example(performers).inputs["history"][:, HistoryColumn.PERFORMER].tolist()) == {
        number
    }


def test_an_example_can_be_made_nobodys():
    told = example()
    hidden = told.without("performer")
    assert set(hidden.inputs["history"][:, HistoryColumn.PERFORMER].tolist()) == {0}
    others = np.delete(hidden.inputs["history"], HistoryColumn.PERFORMER, axis=1)
    np.testing.assert_array_equal(
        others, np.delete(told.inputs["history"], HistoryColumn.PERFORMER, axis=1)
    )
    assert set(told.inputs["history"][:, HistoryColumn.PERFORMER].tolist()) == {2}, (
        "changed in place"
    )


def played_example():
    """Return an example with notes of different loudness, some early and some late."""
    notes = tuple(
        replace(note, velocity=70 + n % 20, deviation=(n % 5) / 2)
        for n, note in enumerate(LINE.notes)
    )
    return make_example(value_sequence(replace(LINE, notes=notes)))


HOW = [HistoryColumn.LOUDNESS, HistoryColumn.TIMING]


def test_the_expression_of_earlier_notes_can_be_left_out():
    heard = played_example()
    unheard = heard.without_expression()
    assert not unheard.inputs["history"][:, HOW].any()
    others = np.delete(unheard.inputs["history"], HOW, axis=1)
    np.testing.assert_array_equal(others, np.delete(heard.inputs["history"], HOW, axis=1))
    assert heard.inputs["history"][1:, HOW].all(), "changed in place"
    assert unheard.targets["loudness"].any(), "it is still to be said"


@pytest.mark.parametrize(("share", "low", "high"), [(0.0, 0, 0), (0.3, 0.2, 0.4), (1.0, 1, 1)])
def test_a_share_of_the_windows_does_not_say_how_the_notes_before_were_played(share, low, high):
    windows = Windows([played_example()] * 10, 16, 8, seed=3, anonymous=share)
    found = [
        row[2:, HOW].any() == 0
        for epoch in range(6)
        for step in range(len(windows))
        for row in windows.batch(epoch, step).inputs["history"]
    ]
    assert low <= sum(found) / len(found) <= high


def test_the_cache_of_a_part_is_that_of_the_whole_solo():
    whole = example()
    assert whole.inputs["cache"].dtype == np.float32
    np.testing.assert_array_equal(whole.part(9, 20).inputs["cache"], whole.inputs["cache"][9:20])
    np.testing.assert_array_equal(whole.inputs["cache"], cache(whole.inputs["pitch"]))


def test_targets_say_how_a_note_is_played():
    notes = tuple(
        replace(note, velocity=70 + n % 20, deviation=(n % 5) / 2)
        for n, note in enumerate(LINE.notes)
    )
    sequence = value_sequence(replace(LINE, notes=notes))
    targets = make_example(sequence).targets
    assert len(set(targets["loudness"].tolist())) > 2
    np.testing.assert_array_equal(targets["loudness"], sequence.loudness)
    np.testing.assert_array_equal(targets["timing"], sequence.timing)


def told(windows, epochs=4):
    """Return the number of the performer for each window of some epochs, in order."""
    return [
        set(row.tolist())
        for epoch in range(epochs)
        for step in range(len(windows))
        for row in windows.batch(epoch, step).inputs["history"][..., HistoryColumn.PERFORMER]
    ]


@pytest.mark.parametrize(("share", "low", "high"), [(0.0, 0, 0), (0.3, 0.2, 0.4), (1.0, 1, 1)])
def test_a_share_of_the_windows_does_not_tell_who_plays(share, low, high):
    windows = Windows([example()] * 10, 16, 8, seed=3, anonymous=share)
    found = told(windows)
    assert all(one in ({0}, {2}) for one in found), "told within a window"
    assert low <= found.count({0}) / len(found) <= high
    assert found == told(windows)


def test_which_windows_are_nobodys_depends_on_seed_and_epoch_and_moves_no_window():
    def make(**changes):
        return Windows([example()] * 10, 16, 200, **{"seed": 3, "anonymous": 0.5, **changes})

    assert told(make()) != told(make(seed=4))
    windows = make()
    assert told(windows, 1) != told(windows, 2)[len(told(windows, 1)) :]
    still, hiding = make(anonymous=0.0).batch(1, 0), windows.batch(1, 0)
    np.testing.assert_array_equal(hiding.inputs["pitch"], still.inputs["pitch"])
    np.testing.assert_array_equal(hiding.inputs["chords"], still.inputs["chords"])
