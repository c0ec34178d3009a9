import math

import numpy as np
import pytest

from jazzgen.evaluation.overlap import ceiling, halves, overlap_area


def normal(mean, size=20_000, std=1.0):
    return np.random.default_rng(int(mean * 10)).normal(mean, std, size)


@pytest.mark.parametrize("apart", [0.5, 1.0, 2.0])
def test_normal_distributions_overlap_as_the_error_function_says(apart):
    expected = 1 - math.erf(apart / 2 / math.sqrt(2))
    assert overlap_area(normal(0), normal(apart)) == pytest.approx(expected, abs=0.02)


def test_the_same_sample_overlaps_wholly_and_the_area_is_symmetric():
    one, two = normal(0, 50), normal(1, 80)
    assert overlap_area(one, one) == pytest.approx(1)
    assert overlap_area(one, two) == pytest.approx(overlap_area(two, one))


def test_scale_and_place_do_not_matter():
    one, two = normal(0, 50), normal(1, 80)
    moved = overlap_area(1000 * one - 7, 1000 * two - 7)
    assert moved == pytest.approx(overlap_area(one, two), abs=1e-3)


def test_samples_without_spread():
    same, other = np.ones(5), np.full(5, 2.0)
    assert overlap_area(same, same) == 1
    assert overlap_area(same, other) == pytest.approx(0, abs=1e-3)
    assert math.isnan(overlap_area(same, np.array([])))


def test_halves_keep_groups_together():
    groups = ["a", "a", "b", "c", "c", "c", "d"]
    for half in halves(groups):
        assert len({g for g, one in zip(groups, half, strict=True) if one}) == 2
        for group in set(groups):
            assert len({bool(one) for g, one in zip(groups, half, strict=True) if g == group}) == 1
    assert halves(["a", "a"]) == []


def test_the_ceiling_rises_with_the_sample():
    few, many = (ceiling(normal(0, size), range(size)) for size in (30, 3000))
    assert 0.6 < few < many
    assert many > 0.95
    assert math.isnan(ceiling(np.ones(2), ["a", "a"]))
