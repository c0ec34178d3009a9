from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from strategies import solos

from jazzgen.encoding.performance import played_notes
from jazzgen.encoding.values import MAX_DURATION, REST, Value, decode, encode, quantize
from jazzgen.errors import SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

CHART = Chart.of_chords([["Dm7"], ["G7"], ["Cmaj7"], ["Cmaj7"]])


def encoded(*notes):
    return encode(Solo(tuple(Note(*note) for note in notes), CHART))


def test_a_note_reaches_over_a_short_gap_to_the_next_onset():
    assert encoded((0, 1, 60), (12, 12, 62)) == ((60, 12), (62, 12))


def test_a_gap_of_an_eighth_is_a_rest():
    assert encoded((0, 12, 60), (24, 12, 62)) == ((60, 12), (REST, 12), (62, 12))
    assert encoded((0, 13, 60), (24, 12, 62)) == ((60, 24), (62, 12))


def test_rests_before_the_first_note_and_long_ones_are_cut_into_bars():
    assert encoded((200, 12, 60)) == ((REST, 96), (REST, 96), (REST, 8), (60, 12))


def test_a_note_longer_than_a_bar_is_cut_and_the_rest_of_it_is_silence():
    assert encoded((0, 150, 60), (150, 12, 62)) == ((60, 96), (REST, 54), (62, 12))
    assert encoded((0, 100, 60), (100, 12, 62)) == ((60, 96), (REST, 4), (62, 12))


def test_nothing_is_encoded_of_a_solo_without_notes():
    assert encoded() == ()


@given(solos())
def test_decode_gives_back_a_quantized_solo(solo):
    quantized = quantize(solo)
    assert decode(encode(quantized), quantized.chart, title="A Tune") == quantized


@given(solos())
def test_quantizing_keeps_onsets_and_pitches_and_changes_nothing_twice(solo):
    once = quantize(solo)
    assert [(n.onset, n.pitch) for n in once.notes] == [(n.onset, n.pitch) for n in solo.notes]
    assert quantize(once) == once
    assert encode(once) == encode(solo)


@given(solos())
def test_values_stay_in_range_and_add_up_to_the_end_of_the_last_note(solo):
    values = encode(solo)
    assert all(1 <= value.duration <= MAX_DURATION for value in values)
    assert all(0 <= value.pitch <= REST for value in values)
    if solo.notes:
        assert sum(value.duration for value in values) == quantize(solo).notes[-1].end


def lengths(*values):
    return [note.duration for note in decode([Value(*value) for value in values], CHART).notes]


def test_the_longest_note_sounds_on_through_one_rest():
    assert lengths((60, 96), (REST, 54), (62, 12)) == [150, 12]
    assert lengths((60, 96), (REST, 96), (REST, 24), (62, 12)) == [192, 12]
    assert lengths((60, 96), (62, 12), (REST, 54)) == [96, 12]
    assert lengths((60, 95), (REST, 54)) == [95]
    assert lengths((60, 96), (REST, 96), (REST, 96), (REST, 96)) == [192]


def test_a_part_of_a_solo_that_begins_with_a_rest_lets_a_held_note_sound_on():
    values = np.zeros((2, 6), np.int32)
    values[:, :2] = (REST, 30), (62, 12)
    for before, length in ((Note(0, 96, 60), 126), (Note(1, 95, 60), 95)):
        notes = played_notes(values, CHART, 96, [before])
        assert [note.duration for note in notes] == [length, 12]
        assert notes[-1].onset == 126


def test_decode_cuts_at_the_charts_end():
    one_bar = replace(CHART, bars=CHART.bars[:1])
    solo = decode([Value(60, 90), Value(62, 12), Value(64, 12)], one_bar)
    assert [(note.onset, note.duration) for note in solo.notes] == [(0, 90), (90, 6)]


@pytest.mark.parametrize("value", [(60, 0), (-1, 12), (129, 12)])
def test_decode_refuses_what_is_no_value(value):
    with pytest.raises(SoloError, match=r"expected a pitch of 0 to 127"):
        decode([value], CHART)
