import numpy as np
import pytest

from jazzgen.evaluation.bootstrap import interval, ratio_interval


def test_the_interval_of_a_mean_is_that_of_the_normal_law():
    values = np.random.default_rng(0).normal(5, 2, 400)
    low, high = interval(lambda drawn: float(values[drawn].mean()), len(values))
    assert high - low == pytest.approx(2 * 1.96 * 2 / 20, rel=0.1)
    assert low < values.mean() < high
    assert (low, high) == interval(lambda drawn: float(values[drawn].mean()), len(values))


def test_a_ratio_weighs_solos_by_their_notes():
    notes = np.array([100.0, 300.0, 50.0, 80.0])
    assert ratio_interval(3 * notes, notes) == pytest.approx((3, 3))
    low, high = ratio_interval(np.array([100.0, 600.0, 50.0, 80.0]), notes)
    assert 1 <= low < 830 / 530 < high <= 2


def test_nothing_counted_is_no_interval():
    assert np.isnan(interval(lambda _: float("nan"), 3)).all()
