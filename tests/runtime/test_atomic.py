"""Files are complete or not there at all."""

import pytest
from commands import tree

from jazzgen.errors import OutputError
from jazzgen.runtime.atomic import check_writable, write_bytes, write_text


def test_a_file_is_written_with_the_folders_above_it(tmp_path):
    path = tmp_path / "a" / "b" / "file"
    assert write_bytes(path, b"content") == path
    write_text(path, "Grüße")
    assert tree(tmp_path) == {"a": None, "a/b": None, "a/b/file": "Grüße".encode()}


def test_a_file_that_cannot_be_put_in_place_leaves_nothing(tmp_path):
    (tmp_path / "file").mkdir()
    with pytest.raises(OutputError, match="file: cannot be written: it is a folder, not a file"):
        write_bytes(tmp_path / "file", b"content")
    assert tree(tmp_path) == {"file": None}


def test_what_can_be_written_is_not_complained_about(tmp_path):
    (tmp_path / "file").write_text("old")
    check_writable(tmp_path / "file")
    check_writable(tmp_path / "new" / "below" / "file")
    check_writable(tmp_path / "new", folder=True)
    check_writable(tmp_path, folder=True)
    assert tree(tmp_path) == {"file": b"old"}


@pytest.mark.parametrize("path", ["", ".", "..", "/", "a/.."])
def test_a_path_without_a_name_is_refused(path):
    with pytest.raises(OutputError, match="expected a path that ends in a name"):
        check_writable(path)
    with pytest.raises(OutputError, match="expected a path that ends in a name"):
        write_bytes(path, b"")
