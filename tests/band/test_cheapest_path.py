"""The cheapest path against the cheapest of all paths."""

from itertools import pairwise, product

import numpy as np
import pytest

from jazzgen.band.cheapest_path import cheapest_path


@pytest.mark.parametrize("sizes", [(1,), (4,), (2, 3), (3, 1, 4), (4, 2, 3, 4, 2)])
@pytest.mark.parametrize("seed", range(5))
def test_no_other_path_is_cheaper(sizes, seed):
    rng = np.random.default_rng([seed, *sizes])
    costs = [rng.random(size) for size in sizes]
    moves = [rng.random(pair) for pair in pairwise(sizes)]

    def total(path):
        steps = zip(moves, path, path[1:], strict=False)
        return sum(own[choice] for own, choice in zip(costs, path, strict=True)) + sum(
            move[before, after] for move, before, after in steps
        )

    found = cheapest_path(costs, moves)
    assert total(found) == pytest.approx(min(map(total, product(*map(range, sizes)))))


def test_a_cheap_beginning_that_leads_nowhere_is_not_taken():
    costs = [np.array([0.0, 1.0]), np.array([5.0, 5.0])]
    assert cheapest_path(costs, [np.array([[9.0, 9.0], [9.0, 0.0]])]) == [1, 1]


def test_nothing_to_choose():
    assert cheapest_path([], []) == []
