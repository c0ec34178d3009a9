"""One writer at a time."""

import signal
import subprocess
import sys

import pytest
from commands import tree
from waiting import PATIENCE

from jazzgen.errors import OutputError
from jazzgen.runtime.locks import is_locked, lock_of, only_writer, waiting_lock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")

HOLD = """
import sys, time
from pathlib import Path
from jazzgen.runtime.locks import only_writer
with only_writer(Path(sys.argv[1]), Path("out")):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def other(tmp_path):
    """Another process that holds a lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "run" / "lock"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate(timeout=PATIENCE)


def test_the_file_is_there_as_long_as_the_lock(tmp_path):
    lock = tmp_path / "run" / "lock"
    with only_writer(lock, tmp_path / "out"):
        assert is_locked(lock)
    assert tree(tmp_path) == {"run": None}


def test_a_second_one_is_refused(other, tmp_path):
    lock = tmp_path / "run" / "lock"
    assert is_locked(lock)
    with pytest.raises(OutputError, match=r"^out: cannot be written: another run is writing it$"):
        only_writer(lock, "out").__enter__()
    assert lock.exists()
    assert other.poll() is None


def test_the_lock_of_a_process_that_was_killed_is_taken_over(other, tmp_path):
    other.send_signal(signal.SIGKILL)
    other.wait(PATIENCE)
    with only_writer(tmp_path / "run" / "lock", tmp_path / "out"):
        pass
    assert tree(tmp_path) == {"run": None}


def test_where_it_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"out: cannot be written: (Not a directory|File exists)"):
        only_writer(tmp_path / "file" / "lock", "out").__enter__()


def test_what_was_replaced_before_it_was_locked_is_not_locked(tmp_path, monkeypatch):
    """Another process removes a lock file just when it is opened."""
    import fcntl

    path, flock = tmp_path / "lock", fcntl.flock
    path.touch()

    def late(handle, how):
        path.unlink()
        path.touch()
        flock(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(FileNotFoundError):
        lock_of(path, path)
    with waiting_lock(path):
        pass


def test_a_file_system_without_locks(tmp_path, monkeypatch):
    import fcntl

    def refuse(_handle, _how):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with only_writer(tmp_path / "run" / "lock", tmp_path / "out"):
        assert is_locked(tmp_path / "run" / "lock"), "nobody knows"
    assert tree(tmp_path) == {"run": None}
