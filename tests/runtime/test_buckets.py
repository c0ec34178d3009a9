"""Rows come back sorted from buckets, whatever the memory, and equal ones together."""

import numpy as np
import pytest

from jazzgen.runtime.buckets import Buckets


@pytest.mark.parametrize("memory", [2**20, 1000, 1])
@pytest.mark.parametrize("columns", [1, 2])
def test_rows_come_back_in_order(memory, columns):
    rows = np.random.default_rng(1).integers(0, 2**48, (500, columns), np.uint64)
    rows[:, 0] >>= np.uint64(42)  # so that many begin alike
    with Buckets(columns=columns, rows=400, limit=64, memory=memory, buffered=100) as found:
        for begin in range(0, 500, 30):
            found.add(rows[begin : begin + 30])
        out = list(found.sorted())
    assert np.array_equal(np.concatenate(out), rows[np.lexsort(rows.T[::-1])])
    assert (len(out) > 1) == (memory < 2**20)


def test_no_rows():
    with Buckets(columns=2, rows=0, limit=0) as found:
        assert [len(one) for one in found.sorted()] == [0]


def test_integers_close_to_the_limit():
    rows = np.array([[0], [2**48 - 1], [2**48 - 1]], np.uint64)
    with Buckets(columns=1, rows=3, limit=2**48, memory=8) as found:
        found.add(rows)
        assert np.array_equal(np.concatenate(list(found.sorted())), rows)
