"""The judge: what it learns, what it says, and what it is made of."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from jazzgen.errors import DatasetError, ModelError
from jazzgen.judging.features import feature_names
from jazzgen.judging.judge import Judge
from jazzgen.judging.learning import PENALTY, feature_rows, learn_judge
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo


def solo(seed, *, order=True):
    """A line of phrases that come back and rise; without order, the same notes shuffled."""
    draw = np.random.default_rng(seed)
    idea = draw.integers(-4, 5, 7)
    pitches, loud = [], []
    for phrase in range(16):
        if phrase % 4 == 3:
            idea = draw.integers(-4, 5, 7)
        pitches += (58 + phrase // 2 + np.cumsum([0, *idea])).tolist()
        loud += (60 + 2 * phrase + draw.integers(0, 9, 8)).tolist()
    places = [96 * (k // 8) + 9 * (k % 8) for k in range(128)]
    if not order:
        mixed = draw.permutation(128)
        pitches, loud = [pitches[k] for k in mixed], [loud[k] for k in mixed]
    notes = [
        Note(place, 9, pitch, velocity)
        for place, pitch, velocity in zip(places, pitches, loud, strict=True)
    ]
    return Solo(tuple(notes), Chart.of_chords([["Dm7"]] * 17))


@pytest.fixture(scope="module")
def judge():
    players, model = ([solo(n, order=order) for n in range(30)] for order in (True, False))
    return learn_judge(feature_rows(players), feature_rows(model))


def test_it_says_that_a_shuffled_solo_is_worse(judge):
    for seed in range(100, 110):  # which it has not heard
        assert judge.score(solo(seed)) > 0 > judge.score(solo(seed, order=False))


def test_each_solo_is_drawn_as_often_as_its_odds_are_high(judge, monkeypatch):
    scores = iter([0.0, 1.0, -1.0, -inf] * 400)
    monkeypatch.setattr(Judge, "score", lambda *_: next(scores))
    drawn = [judge.choose([None] * 4, (number + 0.5) / 400)[0] for number in range(400)]
    odds = np.exp([0.0, 1.0, -1.0])
    counts = np.bincount(drawn, minlength=4)
    np.testing.assert_allclose(counts[:3], 400 * odds / odds.sum(), atol=1)
    assert not counts[3]


def test_what_is_much_better_is_drawn_and_its_score_told(judge):
    solos = [solo(1, order=False), solo(2), solo(3, order=False)]
    assert judge.score(solo(2)) > 5 + max(judge.score(solos[0]), judge.score(solos[2]))
    assert judge.choose(solos, 0.5) == (1, judge.score(solo(2)))


def test_too_few_notes_are_worst(judge):
    short = replace(solo(1), notes=solo(1).notes[:3])
    assert judge.score(short) == -inf
    for uniform in (0, 0.5, 1):
        assert judge.choose([short, solo(2, order=False)], uniform)[0] == 1
        assert judge.choose([solo(2, order=False), short], uniform)[0] == 0
        assert judge.choose([short, short], uniform) == (0, -inf)


def test_it_learns_the_same_again(judge):
    players, model = ([solo(n, order=order) for n in range(30)] for order in (True, False))
    again = learn_judge(feature_rows(players), feature_rows(model))
    assert again.score(solo(5)) == judge.score(solo(5))


def test_the_cost_is_least(judge):
    """Its slope is zero: what is wanted of the weights, by another computation."""
    players, model = (
        feature_rows([solo(n, order=order) for n in range(30)]) for order in (True, False)
    )
    rows, labels = np.concatenate([players, model]), np.repeat([1.0, 0.0], 30)

    def cost(change):
        weights = judge.weights + change.reshape(judge.weights.shape)
        changed = replace(judge, weights=weights)
        scores = np.array([changed.score_features(row.tolist()) for row in rows])
        nats = np.logaddexp(0, np.where(labels == 1, -scores, scores)).sum()
        return nats + PENALTY / 2 * (weights**2).sum()

    size = judge.weights.size
    for index in (0, 20, size // 2 + 3, size - 1):
        step = np.zeros(size)
        step[index] = 1e-3
        assert cost(step) > cost(np.zeros(size)) < cost(-step)


def test_it_needs_solos_of_both_kinds():
    rows = feature_rows([solo(n) for n in range(12)])
    with pytest.raises(DatasetError, match="9 solos of the model"):
        learn_judge(rows, rows[:9])


def test_its_tensors_give_it_back(judge):
    tensors = judge.to_tensors()
    assert sum(tensor.nbytes for tensor in tensors.values()) < 10_000
    assert Judge.from_tensors(tensors).score(solo(6)) == judge.score(solo(6))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("bias", np.zeros(2), "bias of the judge"),
        ("mean", np.zeros(len(feature_names()), np.float32), "float64"),
        ("scale", np.zeros(len(feature_names())), "above 0"),
        ("weights", np.full((2, len(feature_names())), np.nan), "finite"),
    ],
)
def test_what_is_no_judge_is_refused(judge, name, value, message):
    with pytest.raises(ModelError, match=message):
        Judge.from_tensors({**judge.to_tensors(), name: value})
    with pytest.raises(ModelError, match="expected mean"):
        Judge.from_tensors({"mean": value})
