"""What copies of a process compute, and what becomes of them."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from platforms import linux
from waiting import wait_until

from jazzgen.runtime import forks
from jazzgen.runtime.forks import processes, side_by_side

ROOT = Path(__file__).parent.parent.parent
ALONE = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
"""The environment of a process whose libraries start no threads."""

START = """
import json, os, signal, sys, time
from functools import partial
from jazzgen.runtime import cores, forks
forks.usable_cores = lambda: 3
"""


def found_by(program):
    """What a program prints that has three cores and one thread."""
    run = subprocess.run(
        [sys.executable, "-c", START + program], env=ALONE, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    return json.loads(run.stdout)


@linux
def test_results_come_in_order_from_processes_of_their_own():
    found = found_by("""
calls = [partial(lambda n: (n, os.getpid()), n) for n in range(3)]
print(json.dumps([os.getpid(), forks.side_by_side(calls)]))
""")
    own, results = found
    assert [number for number, _ in results] == [0, 1, 2]
    assert results[0][1] == own
    assert len({process for _, process in results}) == 3


@linux
def test_a_large_result_passes_through():
    assert found_by("""
calls = [lambda: 0, lambda: b"x" * 10_000_000]
print(json.dumps([len(one) if one else one for one in forks.side_by_side(calls)]))
""") == [0, 10_000_000]


@linux
def test_what_a_copy_raises_is_raised_here():
    assert (
        found_by("""
def fail():
    raise ValueError("the second")
try:
    forks.side_by_side([lambda: 1, fail])
except ValueError as error:
    print(json.dumps(str(error)))
""")
        == "the second"
    )


@linux
def test_what_a_copy_cannot_finish_is_done_here():
    assert found_by("""
own = os.getpid()
def die():
    if os.getpid() != own:
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"
print(json.dumps(forks.side_by_side([lambda: "first", die])))
""") == ["first", "done"]


@linux
def test_a_system_without_room_for_a_process():
    assert found_by("""
def full():
    raise BlockingIOError("no more processes")
os.fork = full
before = len(os.listdir("/proc/self/fd"))
print(json.dumps([forks.side_by_side([lambda: 1, lambda: 2]),
                  len(os.listdir("/proc/self/fd")) - before]))
""") == [[1, 2], 0]


@linux
def test_errands_are_done_once_while_copies_compute():
    done, own = found_by("""
done = []
forks.meanwhile(lambda: done.append(os.getpid()))
for _ in range(2):
    forks.side_by_side([lambda: 1, lambda: 2])
print(json.dumps([done, os.getpid()]))
""")
    assert done == [own]


@linux
def test_no_copy_outlives_an_exception():
    assert (
        found_by("""
def fail():
    raise ValueError
try:
    forks.side_by_side([fail, lambda: time.sleep(1000)])
except ValueError:
    pass
try:
    os.waitpid(-1, os.WNOHANG)
    left = True
except ChildProcessError:
    left = False
print(json.dumps(left))
""")
        is False
    )


def test_a_process_with_threads_computes_by_itself(monkeypatch):
    monkeypatch.setattr(forks, "usable_cores", lambda: 3)
    wait = threading.Event()
    thread = threading.Thread(target=wait.wait)
    thread.start()
    try:
        assert processes() == 1
        assert side_by_side([os.getpid, os.getpid]) == [os.getpid()] * 2
    finally:
        wait.set()
        thread.join()


@linux
def test_a_copy_is_not_copied_again():
    assert found_by("""
print(json.dumps(forks.side_by_side([forks.processes, forks.processes])))
""") == [3, 1]


@linux
def test_a_process_of_a_pool_is_not_copied():
    assert (
        found_by("""
from multiprocessing import get_context
with get_context("fork").Pool(2) as pool:
    print(json.dumps(pool.apply(forks.processes)))
""")
        == 1
    )


def test_elsewhere_nothing_is_copied(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert processes() == 1


PLAY = """
import hashlib, os, sys
import jazzgen
from jazzgen.runtime import forks
forks.usable_cores = lambda: int(sys.argv[1])
made = []
start = forks._Copy.start
forks._Copy.start = lambda self: (made.append(1), start(self))[1]
solos = jazzgen.load().takes("blues", range(5), choruses=2, draws=1)
print(hashlib.sha256(repr([solo.notes for solo in solos]).encode()).hexdigest(), len(made))
"""


@linux
def test_solos_are_the_same_whoever_plays_them():
    found = [
        subprocess.run(
            [sys.executable, "-c", PLAY, str(cores)], env=ALONE, capture_output=True, text=True,
            check=True,
        ).stdout.split()
        for cores in (1, 2, 9)
    ]  # fmt: skip
    assert len({notes for notes, _ in found}) == 1
    assert [int(copies) for _, copies in found] == [0, 1, 4]


def copies_of(process):
    """The numbers of the two copies of a process, which has just begun, once they are there."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    wait_until(lambda: process.poll() is not None or len(children.read_text().split()) == 2)
    return children.read_text().split()


def is_running(process):
    """Whether a process is there and does not merely wait to be reaped."""
    try:
        return Path("/proc", process, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@linux
def test_an_interrupted_command_leaves_no_copy(tmp_path):
    program = (
        START
        + """
sys.argv = ["jazzgen", "generate", "--takes", "9", "--draws", "1", "--choruses", "60"]
from jazzgen.__main__ import main
main()
"""
    )
    command = subprocess.Popen(
        [sys.executable, "-c", program], env=ALONE, cwd=tmp_path, start_new_session=True,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    copies = copies_of(command)
    os.killpg(command.pid, signal.SIGINT)
    assert command.communicate()[1].splitlines()[-1] == "jazzgen: interrupted"
    assert command.returncode == 130
    assert not [copy for copy in copies if Path("/proc", copy).exists()]
    assert list(tmp_path.iterdir()) == []


@linux
def test_copies_end_when_their_original_is_killed():
    program = (
        START
        + """
forks.LOOK = 0.01
pause = partial(time.sleep, 1000)
forks.side_by_side([pause, pause, pause])
"""
    )
    original = subprocess.Popen([sys.executable, "-c", program], env=ALONE)
    copies = copies_of(original)
    original.kill()
    original.wait()
    wait_until(lambda: not any(map(is_running, copies)))
