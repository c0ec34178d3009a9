import math

import pytest

from jazzgen.data.sequence import value_sequence
from jazzgen.errors import DatasetError
from jazzgen.evaluation.ngram import Floors, WittenBell, interval_steps, onset_steps
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo


def sequence(*notes, bars=4):
    chart = Chart.of_chords([["C7"]] * bars)
    return value_sequence(Solo(tuple(Note(*note) for note in notes), chart))


def test_witten_bell_by_hand():
    """After "a" come b, b, c: three seen, two kinds; below it the unigrams of a b a b a c."""
    model = WittenBell(2, alphabet=4).fit([[0, 1, 0, 1, 0, 2]])
    unigram_b = (2 + 3 * (1 / 4)) / (6 + 3)
    assert model.probability(1, []) == pytest.approx(unigram_b)
    assert model.probability(1, [0]) == pytest.approx((2 + 2 * unigram_b) / (3 + 2))


def test_probabilities_add_up_to_one():
    model = WittenBell(3, alphabet=5).fit([[0, 1, 2, 1, 0, 3], [3, 3, 1]])
    for context in ([], [0], [1], [0, 1], [3, 3], [4], [2, 4], [4, 1]):
        assert sum(model.probability(symbol, context) for symbol in range(5)) == pytest.approx(1)


def test_a_context_never_seen_falls_back_to_a_shorter_one():
    model = WittenBell(3, alphabet=5).fit([[0, 1, 2, 1, 0, 3]])
    assert model.probability(2, [4, 1]) == model.probability(2, [1])


def test_bits_are_those_of_the_probabilities():
    model = WittenBell(2, alphabet=4).fit([[0, 1, 0, 1, 0, 2]])
    expected = [-math.log2(model.probability(0, [])), -math.log2(model.probability(1, [0]))]
    assert model.bits([0, 1]) == pytest.approx(expected)


def test_the_likeliest_follower():
    model = WittenBell(2, alphabet=4).fit([[0, 1, 0, 1, 0, 2]])
    assert model.likeliest([0]) == 1
    assert model.likeliest([3, 0]) == 1
    assert model.likeliest([3]) == 0


def test_steps_of_a_line():
    line = sequence((0, 12, 60), (12, 8, 64), (20, 8, 62), (28, 8, 62), (72, 12, 55))
    assert interval_steps(line) == [4, -2, 0, -7]
    assert onset_steps(line) == [6, 4, 4, 22]


def test_a_line_that_repeats_itself_is_easily_foreseen():
    scale = [(12 * n, 12, 60 + n % 5) for n in range(32)]
    found = Floors([sequence(*scale)]).measure([sequence(*scale)])
    assert found["pitch_perplexity_notes_only"] < 1.5
    assert found["bits_per_note"] < 1.5
    assert found["onset_top1"] == pytest.approx(1.0)


def test_floors_need_solos():
    with pytest.raises(DatasetError, match="training solos"):
        Floors([])


def test_the_interval_trigram_of_a_uniform_line_is_its_alphabet():
    assert WittenBell(3, 255).fit([[]]).bits([7]) == pytest.approx([math.log2(255)])
