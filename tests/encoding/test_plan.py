from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.encoding.place_features import NOWHERE, PLACE_COLUMNS
from jazzgen.encoding.plan import (
    BAR_COLUMNS,
    BREATH,
    BREATH_TICKS,
    LEFT_CLASSES,
    PLAN_CLASSES,
    PLAN_COLUMNS,
    QUANTILES,
    UNPLANNED,
    AheadColumn,
    BreathColumn,
    HeardColumn,
    PlanColumn,
    breath_left,
    draw_breaths,
    left_of,
    planned_bars,
    recalled,
)
from jazzgen.encoding.plan_in_training import coarsened, heard_in_training
from jazzgen.encoding.plan_measures import breath_of, measured_plan
from jazzgen.encoding.sequence import HistoryColumn, value_sequence
from jazzgen.encoding.values import NO_PITCH, REST
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

CHART = Chart.of_chords([["C7"]] * 8)


def eighths(pitches, first=0, velocity=80):
    return [Note(12 * (first + n), 12, pitch, velocity) for n, pitch in enumerate(pitches)]


def solo(*notes):
    return Solo(tuple(notes), CHART)


def test_a_plan_tells_how_dense_calm_loud_and_high_four_bars_are():
    low = eighths([60, 62] * 8, velocity=60)  # two bars of eighths, then two of silence
    high = [Note(384 + 48 * n, 48, 80 + n % 3, 100) for n in range(8)]
    plan = value_sequence(solo(*low, *high)).plan
    assert plan.shape == (2, len(PlanColumn))
    assert plan[:, PlanColumn.PITCH].tolist() == [61, 81]
    density, silence, loudness = plan[:, :3].T.tolist()
    assert density == [6, 1], "two notes a quarter; half a note a quarter"
    assert silence == [6, 1], "half of it; none of it"
    assert loudness[0] < loudness[1]


def test_what_does_not_exist_is_left_open():
    plan = value_sequence(solo(*eighths([60, 62, 64]))).plan
    assert plan[0, PlanColumn.LOUDNESS] == 0, "all notes are equally loud: nothing is known"
    assert plan[1].tolist() == [0, 7, 0, NO_PITCH]


def test_a_line_hears_the_plan_of_these_bars_and_of_the_next():
    plan = np.array([[1, 2, 3, 60], [4, 5, 6, 70]], np.int32)
    found = planned_bars(plan, np.array([0, 5], np.int32), np.array([0, 1]))
    assert found.tolist() == [[1, 2, 3, 60, 4, 5, 6, 70, 0], [4, 5, 6, 70, 0, 0, 0, NO_PITCH, 5]]
    assert found.shape[1] == BAR_COLUMNS
    assert len(UNPLANNED) == PLAN_COLUMNS


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_the_time_that_is_left_has_a_class_that_falls_as_time_passes(length, passed):
    found = left_of(length, passed)
    assert 0 <= found < LEFT_CLASSES
    assert (found == 0) == (length == 0)
    assert left_of(length, passed + 6) in (found, found - 1)


def test_a_solo_tells_how_long_its_phrases_and_silences_will_last():
    # A rest of an eighth does not end a phrase, one of five eighths does.
    notes = [*eighths([60, 62]), *eighths([64], 3), *eighths([65, 67], 9), *eighths([69], 20)]
    sequence = value_sequence(solo(*notes))
    ahead, history = sequence.ahead, sequence.history
    assert ahead[0].tolist() == [0, 0, 0, 0]
    first = ahead[ahead[:, AheadColumn.PHRASE] == 1]
    assert set(first[:, AheadColumn.PHRASE_TICKS].tolist()) == {48}
    assert set(first[:, AheadColumn.SILENCE_TICKS].tolist()) == {60}
    last = ahead[ahead[:, AheadColumn.PHRASE] == 3]
    assert set(last[:, AheadColumn.SILENCE_TICKS].tolist()) == {0}, "nobody knows how long"
    np.testing.assert_array_equal(
        ahead[:, AheadColumn.PHRASE], history[:, HistoryColumn.BREATH_NUMBER]
    )
    assert history[:5, HistoryColumn.BREATH_TIME].tolist() == [0, 12, 24, 36, 48]


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 60))
def test_within_a_phrase_the_silence_after_it_is_known(phrase, silence, silent):
    left = breath_left((phrase, silence), 100, silent)
    if silent >= BREATH_TICKS:
        assert left == (0, left_of(silence, silent))
    else:
        assert left == (left_of(phrase, 100), left_of(silence, 0))


def test_a_bar_that_returns_to_an_idea_tells_to_which():
    idea, other = [60, 63, 65, 67, 70, 67, 65, 63], [72, 71, 69, 68, 66, 65, 64, 62]
    up = [pitch + 5 for pitch in idea]
    notes = eighths([*idea, *other, *up, *other[::-1], *idea])
    sequence = value_sequence(solo(*notes))
    bar = np.arange(len(sequence)) // 8
    recalls = [set(sequence.ahead[bar == n, AheadColumn.RECALL].tolist()) for n in range(5)]
    assert recalls == [{0}, {0}, {2}, {0}, {2}], "transposed it is the same idea"


@pytest.mark.parametrize("seed", range(5))
def test_a_plan_in_training_has_errors_but_stays_in_its_classes(seed):
    rng = np.random.default_rng(seed)
    plan = np.stack(
        [*(rng.integers(0, PLAN_CLASSES[column], 40) for column in PLAN_CLASSES),
         rng.integers(40, 90, 40)], axis=1,
    ).astype(np.int32)  # fmt: skip
    plan[:3, PlanColumn.PITCH] = NO_PITCH
    found = coarsened(plan, rng)
    assert (found != plan).any()
    for column, classes in PLAN_CLASSES.items():
        assert (found[:, column] >= 0).all()
        assert (found[:, column] < classes).all()
        assert (found[plan[:, column] == 0, column] == 0).all(), "what is open stays open"
        moved = found[:, column] - plan[:, column]
        assert (np.abs(moved[found[:, column] > 0]) <= 1).all()
    assert (found[:3, PlanColumn.PITCH] == NO_PITCH).all()


def test_what_is_heard_in_training_follows_the_phrases():
    notes = [*eighths([60, 62, 64] * 4), *eighths([65, 67], 20), *eighths([69] * 6, 26)]
    sequence = value_sequence(solo(*notes))
    history, group = sequence.history, np.zeros(len(sequence), int)
    heard = np.stack([
        heard_in_training(
            sequence.plan, sequence.ahead, group,
            history[:, HistoryColumn.PLACE : HistoryColumn.PLAN],
            history[:, [HistoryColumn.BREATH_TIME, HistoryColumn.SILENCE]],
            np.random.default_rng(seed),
        )
        for seed in range(200)
    ])  # fmt: skip
    assert heard.shape[1:] == (len(sequence), PLAN_COLUMNS)
    left = heard[:, 1:12, HeardColumn.PHRASE_LEFT]
    known = left[left[:, 0] > 0]
    assert 0.05 < 1 - len(known) / len(left) < 0.3, "now and then it is left open"
    assert (np.diff(known, axis=1) <= 0).all(), "the end of a phrase comes nearer"
    true = [left_of(144, 12 * n) for n in range(1, 12)]
    assert np.abs(np.median(known, axis=0) - true).max() <= 2, "and lies about where it was"
    coming = heard[:, 1:12, HeardColumn.SILENCE_LEFT]
    assert (coming == coming[:, :1]).all(), "the silence that is to come keeps its length"


def test_what_is_recalled_is_what_was_played_at_that_place():
    places = np.arange(2 * PLACE_COLUMNS, dtype=np.int32).reshape(2, -1)
    found = recalled(places, np.array([0, 3]))
    assert found[0].tolist() == list(NOWHERE)
    assert found[1].tolist() == places[1, 10:15].tolist()


LINES = st.lists(
    st.tuples(st.sampled_from([60, 62, REST]), st.integers(1, 96)), min_size=1, max_size=60
)


@given(LINES, st.integers(0, 9))
def test_breaths_are_drawn_from_between_the_shortest_and_the_longest(values, seed):
    pitch, duration = np.array(values, np.int32).T
    breath = breath_of(pitch, duration)
    drawn = draw_breaths(breath, 50, np.random.default_rng(seed))
    if not breath:
        assert (drawn == 0).all()
        return
    assert len(breath) == BREATH
    for column in BreathColumn:
        own = breath[column * QUANTILES : (column + 1) * QUANTILES]
        assert list(own) == sorted(own)
        assert (drawn[:, column] >= max(own[0], 1)).all()
        assert (drawn[:, column] <= own[-1]).all()


def test_the_silences_before_a_solo_and_after_it_are_no_breaths():
    notes = [*eighths([60, 62], 40), *eighths([64], 46)]
    sequence = value_sequence(solo(*notes))
    breath = breath_of(sequence.pitch, sequence.duration)
    assert set(breath[QUANTILES:]) == {48}
    assert (breath[0], breath[QUANTILES - 1]) == (12, 24)
    once = value_sequence(solo(*eighths([60, 62], 40)))
    assert breath_of(once.pitch, once.duration) == ()


def test_a_plan_needs_no_notes():
    empty = replace(solo(*eighths([60])), notes=())
    assert len(value_sequence(empty).plan) == 2
    none = np.zeros(0, np.int32)
    assert measured_plan(none, none, none, np.array([0, 96])).shape == (1, len(PlanColumn))
