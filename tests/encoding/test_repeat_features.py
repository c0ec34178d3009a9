import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.encoding.repeat_features import (
    MEMORY,
    ORDERS,
    REPEAT_COLUMNS,
    RepeatClass,
    repeat_features,
)
from jazzgen.encoding.values import REST

ZERO = 24  # class of a repeated pitch


def line(*values):
    pitch, duration = np.array(values, dtype=np.int32).reshape(-1, 2).T
    return pitch, duration


def test_a_motif_that_is_begun_again_a_third_higher_is_a_repeat():
    motif = [(60, 12), (62, 12), (64, 6), (60, 18)]
    found = repeat_features(*line(*motif, (64, 12), (66, 12), (68, 6)))
    both = found[:, :2]  # of the last two values, intervals and durations
    assert (both[:6] == [RepeatClass.NONE, 0]).all()
    # (… F♯, A♭) was (… D, E) before: then the line fell by a third for 18 ticks
    assert both[6].tolist() == [RepeatClass.NONE, 0]  # (+4, 12), (+2, 12): the first came otherwise
    longer = repeat_features(*line(*motif, (64, 12), (66, 12), (68, 6), (64, 18)))
    assert longer[7, :2].tolist() == [ZERO - 4, 18]


def test_a_rhythm_is_a_repeat_whatever_the_pitches():
    rhythm = [12, 6, 18, 12]
    pitches = [60, 65, 61, 70, 50, 52, 58, 71]
    found = repeat_features(*line(*zip(pitches, rhythm * 2, strict=True), (60, 12)))
    number = [order.intervals for order in ORDERS].index(False)
    assert found[8, 2 * number : 2 * number + 2].tolist() == [ZERO - 20, 12]
    assert found[8, [0, 2, 6]].tolist() == [RepeatClass.NONE] * 3


def test_the_latest_repeat_counts_and_a_rest_has_a_class_of_its_own():
    pair = [(60, 12), (60, 12)]
    found = repeat_features(
        *line(*pair, (65, 24), (65, 12), (65, 12), (REST, 36), (65, 12), (65, 12))
    )
    # (0, 12), (0, 12): the first time the first note had no interval of its own
    assert found[5, :2].tolist() == [ZERO + 5, 24]
    assert found[7, :2].tolist() == [RepeatClass.NONE, 0]
    again = repeat_features(
        *line(*pair, (65, 24), (65, 12), (65, 12), (REST, 36), (65, 12), (65, 12), (65, 12))
    )
    assert again[8, :2].tolist() == [RepeatClass.REST, 36]


VALUES = st.lists(st.tuples(st.sampled_from([60, 62, 64, 90, REST]), st.sampled_from([6, 12])))


def plain_repeat(tokens, order, memory):
    """The definition: each earlier step is compared, from the latest to the end of the memory.

    Those at the same pitch are compared first, if intervals must be the same.
    """
    step = len(tokens)
    heights = [0]
    for interval, _ in tokens:
        heights.append(heights[-1] + (interval or 0))

    def key(end):
        return [
            (interval if order.intervals else None, lasting if order.durations else None)
            for interval, lasting in tokens[end - order.length : end]
        ]

    oldest = max(order.length, step - memory + order.length)
    earlier = list(range(step - 1, oldest - 1, -1))
    there = [then for then in earlier if order.intervals and heights[then] == heights[step]]
    for then in there + earlier:
        if step >= order.length and key(then) == key(step):
            interval, lasting = tokens[then]
            return [
                RepeatClass.REST if interval is None else np.clip(interval, -24, 24) + 24,
                lasting,
            ]
    return [RepeatClass.NONE, 0]


def test_a_motif_at_its_former_pitch_comes_before_a_later_one_elsewhere():
    here, there = [(60, 12), (62, 12), (64, 12)], [(67, 12), (69, 12), (71, 12)]
    found = repeat_features(*line(*here, (65, 6), *there, (74, 18), *here, (60, 12)))
    assert found[11, :2].tolist() == [ZERO + 1, 6]


@given(VALUES, st.sampled_from([6, 12, MEMORY]))
def test_features_are_what_the_definition_says(values, memory):
    tokens, last = [], None
    expected = []
    for pitch, duration in values:
        expected.append([part for order in ORDERS for part in plain_repeat(tokens, order, memory)])
        tokens.append((None if pitch == REST else pitch - (last or pitch), duration))
        last = last if pitch == REST else pitch
    found = repeat_features(*line(*values), memory=memory)
    assert found.shape == (len(values), REPEAT_COLUMNS)
    assert found.tolist() == expected


@pytest.mark.parametrize(("between", "repeated"), [(3, True), (4, False)])
def test_what_is_older_than_the_memory_is_forgotten(between, repeated):
    pitches = [60, 61, 63, 40, *range(45, 45 + 5 * between, 5), 80, 81, 83]
    durations = [12] * len(pitches)
    values = line(*zip(pitches, durations, strict=True), (60, 12))
    pair = repeat_features(*values, memory=9)[-1, :2]
    assert (pair[0] != RepeatClass.NONE) == repeated
