import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import DatasetError
from jazzgen.runtime.tables import Table, TableWriter


def columns(size, of=0):
    whole = np.arange(of, of + size, dtype=np.int32)
    return {"b": whole, "a": np.stack([whole, whole + 0.5], axis=1).astype(np.float16)}


def write(folder, sizes, order=None):
    with TableWriter(folder) as writer:
        for number in order or range(len(sizes)):
            writer.add(number, columns(sizes[number], 100 * number))
    return Table(folder)


@given(st.permutations(range(4)), st.lists(st.integers(0, 5), min_size=4, max_size=4))
def test_a_table_gives_back_the_rows_of_each_solo(tmp_path_factory, order, sizes):
    table = write(tmp_path_factory.mktemp("tables") / "t", sizes, order)
    assert (len(table), table.columns) == (4, ["b", "a"])
    for number, size in enumerate(sizes):
        found, expected = table.rows(number), columns(size, 100 * number)
        assert list(found) == list(expected)
        for name, values in expected.items():
            np.testing.assert_array_equal(found[name], values)
            assert found[name].dtype == values.dtype


def test_a_column_is_a_file_that_numpy_reads(tmp_path):
    write(tmp_path / "t", [1000] * 12)
    whole = np.load(tmp_path / "t" / "a.npy")
    assert (whole.shape, whole.dtype) == ((12_000, 2), np.float16)
    assert whole[-1].tolist() == columns(1, 2099)["a"][0].tolist()
    assert list(np.load(tmp_path / "t" / "b.npy")[-2:]) == [2098, 2099]


@pytest.mark.parametrize(
    ("rows", "dtype", "stored"),
    [
        ([[0, 127], [-128, 5]], np.int32, np.int8),
        ([[0, 127], [128], [5]], np.int32, np.int16),
        ([[1], [2], [40_000], [3]], np.int32, np.int32),
        ([[40_000], [2**40]], np.int64, np.int64),
        ([[0.0, 9.0], [300.0]], np.float32, np.int16),
        ([[0.0, 9.0], [0.5]], np.float32, np.float32),
        ([[0.0, 9.0], [-0.0]], np.float32, np.float32),
        ([[0.0], [np.nan, np.inf]], np.float32, np.float32),
        ([[True, False], [True]], np.bool_, np.bool_),
        ([[]], np.int32, np.int8),
    ],
)
def test_a_column_is_as_narrow_as_its_values_let_it_be(rows, dtype, stored, tmp_path):
    arrays = [np.array([row, row], dtype).T for row in rows]
    with TableWriter(tmp_path / "t") as writer:
        for number, values in enumerate(arrays):
            writer.add(number, {"a": values})
    assert np.load(tmp_path / "t" / "a.npy").dtype == stored
    table = Table(tmp_path / "t")
    for number, values in enumerate(arrays):
        assert table.rows(number)["a"].tobytes() == values.tobytes()
        assert table.column("a", number).dtype == dtype
    assert {path.name for path in (tmp_path / "t").iterdir()} \
        == {"a.npy", "columns.json", "places.npy"}  # fmt: skip


def test_a_table_without_solos_is_one(tmp_path):
    assert len(write(tmp_path / "t", [])) == 0


def test_rows_stay_when_the_columns_are_mapped_again(tmp_path):
    write(tmp_path / "t", [3, 4])
    table = Table(tmp_path / "t", solos_per_mapping=2)
    first = table.rows(0)
    assert np.shares_memory(first["a"], table.rows(0)["a"])
    np.testing.assert_array_equal(first["a"], columns(3)["a"])
    assert not np.shares_memory(first["a"], table.rows(0)["a"])


def test_nobody_writes_to_a_table(tmp_path):
    with pytest.raises(ValueError, match="read-only"):
        write(tmp_path / "t", [3]).rows(0)["b"][0] = 7


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "columns.json").unlink(),
        lambda folder: (folder / "columns.json").write_text('["a", "b"]'),
        lambda folder: (folder / "columns.json").write_text('{"a": "none"}'),
        lambda folder: (folder / "a.npy").unlink(),
        lambda folder: (folder / "a.npy").write_bytes(b""),
        lambda folder: (folder / "a.npy").write_bytes((folder / "a.npy").read_bytes()[:-1]),
        lambda folder: (folder / "places.npy").write_bytes(b"no"),
    ],
)
def test_a_damaged_table_is_refused(tmp_path, damage):
    write(tmp_path / "t", [3])
    damage(tmp_path / "t")
    with pytest.raises(DatasetError, match="not a table that can be read"):
        Table(tmp_path / "t")


def test_a_table_that_is_not_finished_is_none(tmp_path):
    with pytest.raises(ZeroDivisionError), TableWriter(tmp_path / "t") as writer:
        writer.add(0, columns(1 // 0))
    with pytest.raises(DatasetError):
        Table(tmp_path / "t")
