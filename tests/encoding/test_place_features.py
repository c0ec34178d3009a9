import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.encoding.chart_table import BARS_BACK, PLACES, ChartColumn, chart_table
from jazzgen.encoding.place_features import (
    FOLLOWED,
    NO_PLACES,
    NOWHERE,
    PlaceColumn,
    PlaceMemory,
    place_features,
)
from jazzgen.encoding.repeat_features import RepeatClass, intervals
from jazzgen.encoding.values import NO_PITCH, REST
from jazzgen.music.chart import Chart

CHART = Chart.of_chords([["C7"]] * 6).repeat(2)
ZERO = 24
"""The class of a repeated pitch."""
CHORUS = PLACES - 1


def line(*values):
    pitch, duration = np.array(values, dtype=np.int32).reshape(-1, 2).T
    return pitch, duration


def rows_of(duration):
    clock = np.cumsum(duration) - duration
    return chart_table(CHART)[clock]


def features(*values):
    pitch, duration = line(*values)
    found = place_features(pitch, duration, rows_of(duration))
    return found.reshape(len(pitch), PLACES, len(PlaceColumn))


BAR = [(60, 24), (62, 24), (64, 24), (REST, 24)]


def test_a_bar_that_is_played_again_a_third_higher_is_followed_value_by_value():
    found = features(*BAR, (64, 24), (66, 24), (68, 24), (REST, 24), (60, 24))[:, 0]
    # The second bar begins with the note that ended the first: an interval of 0, as at the
    # beginning of a line.
    assert found[5].tolist() == [ZERO + 2, 24, 0, 62, 1]
    assert found[6].tolist() == [ZERO + 2, 24, 0, 64, 2]
    assert found[7].tolist() == [RepeatClass.REST, 24, 0, NO_PITCH, 3]
    assert found[8].tolist() == [ZERO, 24, 0, 64, 4]


def test_a_place_within_a_note_waits_for_the_next_one():
    found = features((60, 96), (62, 12), (64, 84), (65, 96))
    assert found[2, 0].tolist() == [ZERO + 2, 12, 84, 62, 0]
    assert found[2, 1].tolist() == list(NOWHERE)
    assert found[3, 0].tolist() == [ZERO + 2, 12, 0, 62, 0]


def test_the_chorus_before_is_a_place_only_in_the_next_chorus():
    found = features(*BAR * 7)
    assert (found[: 4 * 6, CHORUS] == NOWHERE).all()
    assert found[4 * 6, CHORUS].tolist() == [ZERO, 24, 0, 60, 0]
    assert found[4 * 6 + 3, CHORUS, PlaceColumn.FOLLOWED] == 2


def test_a_chart_tells_how_far_back_each_place_lies():
    table = chart_table(CHART)
    back = table[:, ChartColumn.BACK : ChartColumn.GROUP]
    starts = CHART.bar_starts
    assert back[starts[0]].tolist() == [0] * PLACES
    assert back[starts[5] + 7].tolist() == [96, 192, 384, 0, 0]
    assert back[starts[9] + 7].tolist() == [96, 192, 384, 768, 576]
    assert table[starts[9], ChartColumn.NUMBER] == 9
    assert (
        table[list(starts[:-1]), ChartColumn.GROUP].tolist()
        == [0] * 4 + [1] * 2 + [2] * 4 + [3] * 2
    )
    assert len(BARS_BACK) + 1 == PLACES


VALUES = st.lists(
    st.tuples(st.sampled_from([60, 62, 64, REST]), st.sampled_from([12, 24, 36])), max_size=40
)


def plain(values, number, ticks):
    """The features of a place as their definition says them."""
    onsets = np.cumsum([0, *[duration for _, duration in values]]).tolist()
    place = onsets[number] - ticks
    later = [n for n in range(number) if onsets[n] >= place]
    if not ticks or place < 0 or not later:
        return list(NOWHERE)
    then = later[0]
    leaps = intervals([pitch for pitch, _ in values])
    told = [(leaps[n], values[n][1]) for n in range(number)]
    followed = 0
    if onsets[then] == place:
        while followed < min(FOLLOWED, then) and told[then - followed - 1] == told[-followed - 1]:
            followed += 1
    pitch, duration = values[then]
    kind = RepeatClass.REST if pitch == REST else leaps[then] + ZERO
    return [kind, duration, onsets[then] - place, NO_PITCH if pitch == REST else pitch, followed]


@given(VALUES)
def test_features_are_what_they_are_defined_to_be(values):
    values = values[: max(0, 12 * 96 // 36)]
    if not values:
        return
    pitch, duration = line(*values)
    rows = rows_of(duration)
    found = place_features(pitch, duration, rows).reshape(len(values), PLACES, -1)
    for number, row in enumerate(rows):
        for place in range(PLACES):
            told = plain(values, number, int(row[ChartColumn.BACK + place]))
            assert found[number, place].tolist() == told


@given(VALUES, st.data())
def test_a_memory_that_is_cut_is_that_of_the_shorter_line(values, data):
    length = data.draw(st.integers(0, len(values)))
    leaps = intervals([pitch for pitch, _ in values])
    whole, short = PlaceMemory(), PlaceMemory()
    for number, ((pitch, duration), leap) in enumerate(zip(values, leaps, strict=True)):
        whole.add(pitch, leap, duration)
        if number < length:
            short.add(pitch, leap, duration)
    copied = whole.copy()
    copied.cut(length)
    back = (96, 192, 384, 0, 100)
    assert copied.recall(back) == short.recall(back)
    if length < len(values):
        copied.add(*[values[length][0], leaps[length], values[length][1]])
        assert len(whole.recall(back)) == len(NO_PLACES)


@pytest.mark.parametrize("size", [3, 8])
def test_a_memory_looks_back_over_so_many_values(size):
    memory = PlaceMemory(size)
    for number in range(20):
        memory.add(60 + number, 1, 24)
    assert memory.recall([24 * size])[:2] == [ZERO + 1, 24]
    assert memory.recall([24 * (size + 1)]) == list(NOWHERE)
