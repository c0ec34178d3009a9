from dataclasses import replace

import numpy as np
import pytest

from jazzgen.datasets.windows import Windows, permutation, stack
from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.examples import make_example, transpose_example
from jazzgen.encoding.openings import moved_openings
from jazzgen.encoding.place_features import PlaceColumn
from jazzgen.encoding.sequence import EMPTY_HISTORY, NO_PITCH, HistoryColumn, value_sequence
from jazzgen.encoding.values import REST
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.errors import DatasetError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo


def solo(length, pitch=50):
    chart = Chart.of_chords([["Dm7"], ["G7"]] * 8)
    return Solo(tuple(Note(12 * n, 12, pitch + n % 30) for n in range(length)), chart)


def improviser(length):
    return make_example(value_sequence(solo(length)).to_last_note())


def batches(windows, epoch=0):
    return [windows.batch(epoch, step) for step in range(len(windows))]


def test_the_classic_target_is_the_next_value():
    values = value_sequence(solo(20))
    vocabulary = JointVocabulary.fit([values], 100)
    example = make_example(values, vocabulary)
    indices = vocabulary.encode(values.to_last_note())
    assert len(indices) == 20
    np.testing.assert_array_equal(example.inputs["value"], indices[:-1])
    np.testing.assert_array_equal(example.targets["value"], indices[1:])


def test_the_improvisers_target_is_what_its_history_leads_to():
    example = improviser(20)
    np.testing.assert_array_equal(example.inputs["history"][1:, 0], example.targets["pitch"][:-1])
    assert example.targets["duration"].tolist() == [11] * 20


@pytest.mark.parametrize("length", [10, 11, 19, 20, 21, 100])
def test_windows_are_full_and_cover_a_solo(length):
    windows = Windows([improviser(length)], 10, 4, seed=1)
    for epoch in range(3):
        for batch in batches(windows, epoch):
            assert batch.weights.shape[1] == 10
            assert (batch.weights == 1).all()
    assert len(windows.starts) == -(-length // 10)
    covered = set()
    for _, start in windows.starts:
        covered |= set(range(start, start + 10))
    assert covered == set(range(length))


def test_no_window_begins_or_ends_with_padding_unless_its_solo_is_short():
    windows = Windows([improviser(7), improviser(25)], 10, 8, seed=0)
    weights = np.concatenate([batch.weights for batch in batches(windows)])
    assert (weights[:, 0] == 1).all()
    assert sorted(weights.sum(axis=1).tolist()) == [7, 10, 10, 10]


def test_the_order_is_decided_by_seed_and_epoch():
    examples = [improviser(40), improviser(60)]

    def order(seed, epoch):
        windows = Windows(examples, 8, 4, seed)
        return [batch.inputs["pitch"].tolist() for batch in batches(windows, epoch)]

    assert order(0, 0) == order(0, 0)
    assert order(0, 0) != order(0, 1)
    assert order(0, 0) != order(1, 0)


def test_every_epoch_and_every_seed_has_a_permutation_of_its_own():
    places = [(3, 4), (3, 5), (4, 4)]
    orders = [permutation(100, seed, epoch).tolist() for seed, epoch in places]
    assert [sorted(order) for order in orders] == [list(range(100))] * 3
    assert len({tuple(order) for order in orders}) == 3
    assert permutation(100, 3, 4).tolist() == orders[0]


PACKED = [HistoryColumn.OPENING, HistoryColumn.BEFORE]


def test_transposing_moves_pitches_and_roots_and_nothing_else():
    example = improviser(20)
    moved = transpose_example(example, 3)
    np.testing.assert_array_equal(moved.targets["pitch"], example.targets["pitch"] + 3)
    roots = example.inputs["rows"][:, ChartColumn.ROOT]
    np.testing.assert_array_equal(moved.inputs["rows"][:, ChartColumn.ROOT], (roots + 3) % 12)
    history, before = moved.inputs["history"], example.inputs["history"]
    assert history[0].tolist() == list(EMPTY_HISTORY)
    pitches = [
        *range(HistoryColumn.DURATION),
        HistoryColumn.PHRASE_PITCH,
        *PACKED,
        *range(HistoryColumn.PLACE + PlaceColumn.PITCH, HistoryColumn.PLAN, len(PlaceColumn)),
    ]
    np.testing.assert_array_equal(
        np.delete(history, pitches, axis=1), np.delete(before, pitches, axis=1)
    )
    single = [column for column in pitches if column not in PACKED]
    sounded = before[:, single] != NO_PITCH
    np.testing.assert_array_equal(history[:, single], before[:, single] + 3 * sounded)
    packed = [moved_openings(column, 3) for column in before[:, PACKED].T]
    np.testing.assert_array_equal(history[:, PACKED].T, packed)
    assert REST not in moved.targets["pitch"]


def test_a_transposed_example_is_that_of_the_transposed_solo():
    moved = transpose_example(improviser(20), -4)
    expected = make_example(value_sequence(solo(20).transpose(-4)).to_last_note())
    for name, array in expected.inputs.items():
        np.testing.assert_array_equal(moved.inputs[name], array)


def test_transposition_is_an_option_of_windows():
    still = Windows([improviser(40)], 8, 8, seed=5)
    moving = Windows([improviser(40)], 8, 8, seed=5, transpose=6)
    difference = moving.batch(0, 0).inputs["pitch"] - still.batch(0, 0).inputs["pitch"]
    assert (difference == difference[:, :1]).all()
    assert len(np.unique(difference)) > 1
    assert np.abs(difference).max() <= 6


def test_solos_without_steps_are_refused():
    empty = replace(solo(1), notes=())
    with pytest.raises(DatasetError, match="long enough"):
        Windows([make_example(value_sequence(empty))], 8, 8, seed=0)


def test_windows_that_fill_up_a_batch_change_no_mean():
    batch = stack([improviser(length) for length in (5, 9, 7)])
    filled = batch.filled(4)
    assert len(filled.weights) == 4
    losses = np.random.default_rng(0).random(filled.weights.shape)
    mean = (losses * filled.weights).mean()
    assert mean == pytest.approx((losses[:3] * batch.weights).mean(), rel=1e-6)
    assert batch.filled(3) is batch
    halves = [filled.windows(0, 2), filled.windows(2, 4)]
    for name, array in filled.inputs.items():
        np.testing.assert_array_equal(np.concatenate([half.inputs[name] for half in halves]), array)
    assert not filled.notes[3].any()
    assert not halves[1].weights[1].any()
