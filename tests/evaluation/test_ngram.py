import math

import pytest

from jazzgen.evaluation.ngram import WittenBell


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


def test_the_distribution_is_that_of_the_probabilities():
    model = WittenBell(3, alphabet=5).fit([[0, 1, 2, 1, 0, 3], [3, 3, 1]])
    for context in ([], [0], [0, 1], [3, 3], [2, 4], [4, 1]):
        expected = [model.probability(symbol, context) for symbol in range(5)]
        assert model.distribution(context).tolist() == pytest.approx(expected)


def test_a_distribution_knows_what_was_observed_since():
    model = WittenBell(2, alphabet=3).fit([[0, 1]])
    before = model.distribution([0])[2]
    model.observe(2, [0])
    assert model.distribution([0])[2] == pytest.approx(model.probability(2, [0]))
    assert model.distribution([0])[2] > before


def test_the_interval_trigram_of_a_uniform_line_is_its_alphabet():
    assert WittenBell(3, 255).fit([[]]).bits([7]) == pytest.approx([math.log2(255)])
