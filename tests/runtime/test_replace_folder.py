"""Folders are complete or not there at all, whatever stops the writer at any step."""

import os
import shutil
import signal
import sys
from itertools import count

import pytest
from commands import tree
from platforms import slow
from waiting import wait_until

from jazzgen.errors import OutputError
from jazzgen.runtime.interrupts import Interrupted
from jazzgen.runtime.locks import lock_of
from jazzgen.runtime.replace_folder import replace_folder, restore_folder, restore_folders

OLD = {"model": None, "model/a": b"old a", "model/b": b"old b"}
NEW = {"model": None, "model/a": b"new a", "model/c": b"new c"}
CALLS = {"open", "os.mkdir", "os.rename", "os.scandir"}
"""The calls before which a writer is stopped, as Python's audit hooks name them."""
INSIDE = {"os.remove", "os.rmdir"}
"""The same of calls that name a file by its place in a folder that is open."""

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")


def test_a_folder_takes_the_place_of_the_one_before(tmp_path):
    path = tmp_path / "folder"
    for name in ("first", "second"):
        with replace_folder(path) as beside:
            (beside / name).write_text(name)
    assert tree(tmp_path) == {"folder": None, "folder/second": b"second"}


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, OSError(28, "No space left")])
def test_a_folder_stays_if_its_successor_fails(tmp_path, error):
    path = tmp_path / "folder"
    with replace_folder(path) as beside:
        (beside / "first").write_text("first")
    expected = OutputError if isinstance(error, OSError) else error
    with pytest.raises(expected), replace_folder(path) as beside:  # noqa: PT012
        (beside / "second").write_text("second")
        raise error
    assert tree(tmp_path) == {"folder": None, "folder/first": b"first"}


def test_a_folder_never_takes_a_file_s_place(tmp_path):
    (tmp_path / "file").write_text("precious")
    with (
        pytest.raises(OutputError, match="it is a file, not a folder"),
        replace_folder(tmp_path / "file"),
    ):
        pass
    assert tree(tmp_path) == {"file": b"precious"}


class Stops:
    """An audit hook that does something before the nth call that may change the disk.

    A hook stays for the life of its process, so this one waits to be switched on.
    """

    def __init__(self):
        self.left, self.what = 0, None
        sys.addaudithook(self)

    def __call__(self, event, arguments):
        if self.left and (event in INSIDE or (event in CALLS and "tried" in str(arguments))):
            self.left -= 1
            if not self.left:
                self.what()

    def run(self, work, step, what):
        """Do some work with a stop at a step; return whether there was such a step."""
        self.left, self.what = step, what
        try:
            work()
        finally:
            reached, self.left = not self.left, 0
        return reached


@pytest.fixture(scope="module")
def stops():
    return Stops()


def write_new(folder):
    with replace_folder(folder / "model") as beside:
        (beside / "a").write_text("new a")
        (beside / "c").write_text("new c")


@pytest.fixture
def folder(tmp_path):
    """A folder with an old one to be replaced."""
    return old_in(tmp_path / "tried")


def old_in(folder):
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in OLD.items():
        if content is None:
            (folder / name).mkdir(parents=True)
        else:
            (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("error", [KeyboardInterrupt, Interrupted, MemoryError, OSError(5, "I/O")])
def test_an_exception_at_each_step_leaves_the_old_one_or_the_new_one(error, folder, stops):
    def fail():
        raise error

    def interrupted(step):
        old_in(folder)
        expected = OutputError if isinstance(error, OSError) else error
        try:
            reached = stops.run(lambda: write_new(folder), step, fail)
        except expected:
            reached = True
        left = tree(folder)
        restore_folder(folder / "model")
        assert tree(folder) in (OLD, NEW), f"step {step}"
        assert {name: left.get(name) for name in tree(folder)} == tree(folder), f"step {step}"
        return reached

    steps = next(step for step in count(1) if not interrupted(step))
    assert steps > 10
    assert tree(folder) == NEW


def in_a_child(work):
    """Do some work in a process of its own; return whether it was killed."""
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@posix
@pytest.mark.parametrize(
    "restore",
    [
        lambda path: restore_folders(path.parent),
        pytest.param(restore_folder, marks=slow),
    ],
    ids=["all", "one"],
)
def test_a_kill_at_each_step_leaves_the_old_one_or_the_new_one(restore, folder, stops):
    missing = []

    def killed(step):
        old_in(folder)
        done = in_a_child(
            lambda: stops.run(
                lambda: write_new(folder), step, lambda: os.kill(os.getpid(), signal.SIGKILL)
            )
        )
        missing.append(not (folder / "model").exists())
        restore(folder / "model")
        assert tree(folder) in (OLD, NEW), f"step {step}"
        return done

    steps = next(step for step in count(1) if not killed(step))
    assert steps > 10
    assert any(missing), "between the two renames there is nothing to be read"
    assert tree(folder) == NEW


@posix
def test_a_kill_while_it_is_put_back_loses_nothing(folder, stops):
    os.replace(folder / "model", folder / ".model.0123abcd.old")
    shutil.copytree(folder / ".model.0123abcd.old", folder / ".model.0123abcd.part")
    before = shutil.copytree(folder, folder.parent / "before")

    def killed(step):
        shutil.rmtree(folder)
        shutil.copytree(before, folder)
        path = folder / "model"
        done = in_a_child(
            lambda: stops.run(
                lambda: restore_folder(path), step, lambda: os.kill(os.getpid(), signal.SIGKILL)
            )
        )
        restore_folder(path)
        assert tree(folder) == OLD
        return done

    assert next(step for step in count(1) if not killed(step)) > 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")
def test_what_another_process_is_filling_stays(folder):
    beside = folder / ".model.0123abcd.part"
    beside.mkdir()
    handle = lock_of(beside, beside)
    write_new(folder)
    assert tree(folder) == {**NEW, beside.name: None}
    os.close(handle)
    restore_folder(folder / "model")
    assert tree(folder) == NEW


@pytest.mark.parametrize(
    "name", [".model.old", ".model.0123abcd.older", ".model.0123ABCD.part", "model.0123abcd.old"]
)
def test_what_is_not_ours_stays(name, folder):
    (folder / name).mkdir()
    (folder / ".model.0123abcd.part").write_text("a file")
    before = tree(folder)
    restore_folders(folder)
    restore_folder(folder / "model")
    assert tree(folder) == before


def test_where_nothing_can_be_seen_nothing_is_done(tmp_path):
    restore_folder(tmp_path / "missing" / "model")
    restore_folders(tmp_path / "missing")
    restore_folder("")
    assert tree(tmp_path) == {}


@posix
def test_many_writers_and_readers_at_once(folder):
    """None of them takes what another one is writing for something that was left."""
    ended, children = [], set()
    for _ in range(3):
        child = os.fork()
        if not child:
            code = 1
            try:
                for _ in range(20):
                    write_new(folder)
                code = 0
            finally:
                os._exit(code)
        children.add(child)

    def all_ended():
        restore_folder(folder / "model")
        for child in list(children):
            found, status = os.waitpid(child, os.WNOHANG)
            if found:
                children.remove(child)
                ended.append(status)
        return not children

    wait_until(all_ended, pause=0.0005)
    assert ended == [0, 0, 0]
    assert tree(folder) == NEW
