"""Files are complete or not there at all."""

import os

import pytest
from commands import tree
from platforms import posix

from jazzgen.errors import OutputError
from jazzgen.runtime.atomic import check_writable, write_bytes, write_parts, write_text
from jazzgen.runtime.locks import is_locked, lock_of


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


def test_a_name_with_a_null_character_is_refused():
    with pytest.raises(OutputError, match="cannot be written: embedded null"):
        write_bytes("a\0b", b"")


@pytest.mark.parametrize("path", ["", ".", "..", "/", "a/.."])
def test_a_path_without_a_name_is_refused(path):
    with pytest.raises(OutputError, match="expected a path that ends in a name"):
        check_writable(path)
    with pytest.raises(OutputError, match="expected a path that ends in a name"):
        write_bytes(path, b"")


def test_what_a_kill_has_left_is_removed_by_the_next_writer(tmp_path):
    stale, other = tmp_path / ".solo.mid.1a2b3c4d.part", tmp_path / ".tune.mid.1a2b3c4d.part"
    alike = [tmp_path / name for name in ("solo.mid.part", ".solo.mid.part", ".solo.mid.1a2b.part")]
    for file in (stale, other, *alike):
        file.write_bytes(b"half")
    write_bytes(tmp_path / "solo.mid", b"whole")
    kept = {file.name: b"half" for file in (other, *alike)}
    assert tree(tmp_path) == {"solo.mid": b"whole", **kept}


@posix  # elsewhere nobody knows who writes
def test_what_another_process_writes_is_left_alone(tmp_path):
    theirs = tmp_path / ".solo.mid.1a2b3c4d.part"
    theirs.write_bytes(b"half")
    lock = lock_of(theirs, theirs)
    write_bytes(tmp_path / "solo.mid", b"whole")
    os.close(lock)
    assert tree(tmp_path) == {theirs.name: b"half", "solo.mid": b"whole"}


@posix
def test_a_file_is_locked_while_it_is_written(tmp_path):
    def parts():
        [beside] = tmp_path.glob(".solo.mid.*.part")
        yield str(is_locked(beside)).encode()

    write_parts(tmp_path / "solo.mid", parts())
    assert tree(tmp_path) == {"solo.mid": b"True"}
