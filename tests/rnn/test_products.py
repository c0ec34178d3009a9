"""Products of rows and a matrix, each of which comes out as if its row were alone."""

import numpy as np
import pytest

from jazzgen.rnn import products
from jazzgen.rnn.products import BLOCK, FEW, MOST_ROWS, RowKernel

SIZES = [
    (448, 1792), (224, 1792), (448, 482), (511, 1801), (2000, 320), (3, 60032), (9000, 70), (2, 2),
]  # fmt: skip
COUNTS = [1, 2, 3, FEW + 1, MOST_ROWS, MOST_ROWS + 1, 2 * MOST_ROWS + 3]


def numbers(*shape: int, dtype: type[np.floating] = np.float32) -> np.ndarray:
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(dtype)


@pytest.fixture(params=[True, False], ids=["together", "one by one"])
def way(request, monkeypatch):
    monkeypatch.setattr(products, "_has_small_kernels", lambda: request.param)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("shape", SIZES, ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_row_knows_no_neighbours(shape, dtype):
    rows, matrix = numbers(max(COUNTS), shape[0], dtype=dtype), numbers(*shape, dtype=dtype)
    kernel = RowKernel(matrix)
    alone = np.concatenate([kernel.times(row[None]) for row in rows])
    np.testing.assert_allclose(alone, rows @ matrix, rtol=1e-4, atol=1e-3)
    for count in COUNTS:
        together = kernel.times(rows[:count])
        assert together.dtype == dtype
        np.testing.assert_array_equal(together, alone[:count])


def test_matrices_are_large_and_small_enough_for_each_way():
    sizes = [np.dtype(np.float32).itemsize * rows * columns for rows, columns in SIZES]
    assert min(sizes) < BLOCK < max(sizes)


@pytest.mark.usefixtures("way")
def test_no_rows_are_no_rows():
    assert RowKernel(numbers(96, 130)).times(numbers(0, 96)).shape == (0, 130)


@pytest.mark.parametrize(("size", "number", "most"), [(96, 5, 5), (2000, 16, 7), (2000, 16, 2)])
def test_rows_go_one_at_a_time_where_a_library_rounds_several_otherwise(
    monkeypatch, size, number, most
):
    """`most` rows round otherwise: all that are given, or those of a part, the first or last."""
    monkeypatch.setattr(products, "_has_small_kernels", lambda: True)
    exact, several = products._together, []

    def rounded(rows, blocks):
        several.append(len(rows))
        pairs = [exact(row[None].repeat(2, axis=0), blocks)[0] for row in rows]
        product = np.array(pairs)
        if len(rows) == most and (rows[0] != rows[-1]).any():
            return np.nextafter(product, np.inf, dtype=np.float32)
        return product

    monkeypatch.setattr(products, "_together", rounded)
    kernel, rows = RowKernel(numbers(size, 130)), numbers(number, size)
    alone = np.concatenate([kernel.times(row[None]) for row in rows])
    np.testing.assert_array_equal(kernel.times(rows[: most - 1]), alone[: most - 1])
    np.testing.assert_array_equal(kernel.times(rows), alone)
    assert most in several
    several.clear()
    np.testing.assert_array_equal(kernel.times(rows), alone)
    np.testing.assert_array_equal(kernel.times(rows[: most - 1]), alone[: most - 1])
    assert not several
