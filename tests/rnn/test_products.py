"""Products of several single rows, each of which comes out as if it were alone."""

import numpy as np
import pytest

from jazzgen.rnn.cells import make_cell
from jazzgen.rnn.products import BLOCK, FEW, product


@pytest.mark.parametrize(
    "shape", [(448, 1792), (511, 1801), (2000, 320), (3, 60032)], ids="{0[0]}x{0[1]}".format
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_of_a_large_matrix_know_no_neighbours(
    shape: tuple[int, int], dtype: type[np.floating]
) -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(FEW + 1, 1, shape[0])).astype(dtype)
    kernel = rng.normal(size=shape).astype(dtype)
    assert kernel.nbytes > BLOCK
    together = product(rows, kernel)
    assert together.dtype == dtype
    np.testing.assert_allclose(together, rows @ kernel, rtol=1e-4, atol=1e-3)
    np.testing.assert_array_equal(
        together, np.concatenate([product(row[None], kernel) for row in rows])
    )


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_a_large_cell_advances_each_row_as_if_it_were_alone(kind: str) -> None:
    cell = make_cell(kind, 320, 512)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(FEW, 1, 320)).astype(np.float32)
    states = tuple(
        rng.normal(size=(FEW, 1, 512)).astype(np.float32) for _ in range(cell.state_count)
    )
    together, _ = cell.step(x, states)
    for row in range(FEW):
        alone, _ = cell.step(x[[row]], tuple(state[[row]] for state in states))
        for ours, own in zip(together, alone, strict=True):
            np.testing.assert_array_equal(ours[[row]], own)
