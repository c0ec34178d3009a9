import sys
from dataclasses import replace

import numpy as np
import pytest
from random_lines import random_line

from jazzgen.errors import ConfigError
from jazzgen.evaluation.listener import Panel, evaluate, judge, roc_auc
from jazzgen.evaluation.listener_results import NoListenerTest
from jazzgen.music.solo import Solo

pytest.importorskip("sklearn")


@pytest.mark.parametrize(
    ("scores", "area"),
    [([3, 2, 1, 0], 1.0), ([0, 1, 2, 3], 0.0), ([1, 1, 1, 1], 0.5), ([3, 1, 2, 0], 0.75)],
)
def test_the_area_is_the_share_of_pairs_in_order(scores, area):
    assert roc_auc(np.array(scores, dtype=float), np.array([1, 1, 0, 0])) == area


def test_identical_sets_cannot_be_told_apart():
    lines = [random_line(seed, bars=8) for seed in range(10)]
    found = evaluate(lines, lines, panel=QUICK)
    assert found.auc == found.linear == found.forest == pytest.approx(0.5)
    assert found.sequence == pytest.approx(0.5)


QUICK = Panel(folds=3, repeats=1, trees=8, draws=20)
HUMAN = [random_line(seed, tune=f"Tune {seed % 8}", bars=8) for seed in range(16)]
LEAPING = [random_line(seed, tune=f"Tune {seed % 8}", bars=8, widest=11) for seed in range(20, 36)]


def test_lines_that_leap_are_told_from_lines_that_walk():
    found = evaluate(LEAPING, HUMAN, panel=QUICK)
    assert found.auc == max(found.linear, found.forest) > 0.9
    assert found.listener in ("linear", "forest")
    assert found.interval[0] <= found.auc <= found.interval[1]
    assert set(found.tells) & {"leap_ratio", "step_ratio", "pitch_range"}


def test_one_group_of_rows_hears_what_lies_in_it():
    loud = [
        Solo(tuple(replace(n, velocity=100) for n in line.notes), line.chart, title=line.title)
        for line in HUMAN
    ]
    found = evaluate(loud, HUMAN, panel=QUICK)
    assert found.groups["dynamics"] > 0.95
    assert found.groups["melody"] == found.groups["rhythm"] == pytest.approx(0.5)
    assert found.auc == pytest.approx(0.5)  # it hears the notes, not how they are played


def test_people_are_the_control(monkeypatch):
    monkeypatch.setattr("jazzgen.evaluation.listener._groups", lambda *_: {})  # nobody looks
    others = [random_line(seed, tune=f"Other {seed % 8}", bars=8) for seed in range(60, 76)]
    halves, apart, leaping = (
        evaluate(LEAPING, HUMAN, training, panel=QUICK).control
        for training in ((), others, LEAPING)
    )
    assert halves.auc < 0.8
    assert apart.auc < 0.8
    assert leaping == halves  # none of them is over other tunes
    wide = [random_line(seed, tune=f"Wide {seed % 8}", bars=8, widest=11) for seed in range(16)]
    assert evaluate(LEAPING, HUMAN, wide, panel=QUICK).control.auc > 0.9
    two = [random_line(seed, tune=f"Tune {seed % 2}", bars=8) for seed in range(8)]
    assert evaluate(LEAPING, two, panel=QUICK).control is None  # a half of one tune is too little


def test_the_same_seed_hears_the_same():
    others = [random_line(seed, tune=f"Tune {seed % 8}", bars=8) for seed in range(40, 56)]
    one, two, other = (evaluate(others, HUMAN, seed=seed, panel=QUICK) for seed in (3, 3, 4))
    assert one == two
    assert one.forest != other.forest


def test_nobody_is_judged_by_a_listener_who_knows_the_tune():
    """A listener that memorizes tunes is never tested on a tune that it was trained on."""

    class ByHeart:
        def fit(self, rows, labels):
            self.known = dict(zip(rows[:, 0], labels, strict=True))
            return self

        def predict_proba(self, rows):
            assert not set(rows[:, 0]) & set(self.known)
            return np.full((len(rows), 2), 0.5)

    tunes = [f"Tune {k % 6}" for k in range(24)]
    rows = np.array([[k % 6] for k in range(24)], dtype=float)
    labels = np.array([k % 2 for k in range(0, 48, 2)])
    labels[::3] = 1
    assert judge(ByHeart, rows, labels, tunes) == pytest.approx([0.5] * 24)


def test_too_few_tunes_are_said_to_be_so():
    lines = [random_line(seed, tune="One") for seed in range(4)]
    found = evaluate(lines, lines)
    assert found == NoListenerTest("generated solos over 1 tune; expected at least 2")
    assert found.to_json()["auc"] is None


def test_without_scikit_learn_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    told = r"needs scikit-learn, which is not installed: pip install 'jazzgen\[evaluate\]'"
    with pytest.raises(ConfigError, match=told):
        evaluate([random_line(1)], [random_line(2)])
