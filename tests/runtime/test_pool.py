"""The pool: every file has an outcome, in order, whatever its reader does."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from itertools import count
from multiprocessing import resource_tracker
from pathlib import Path

import pytest
from platforms import linux, posix, slow
from waiting import PATIENCE, wait_until

from jazzgen.datasets.outcome import Rejected
from jazzgen.errors import JazzgenError, MidiError
from jazzgen.runtime import pool, worker_process
from jazzgen.runtime.cores import usable_cores
from jazzgen.runtime.interrupts import Interrupted, obeyed
from jazzgen.runtime.pool import AHEAD, Limits, Pool
from jazzgen.runtime.processor_time import EXIT_CODE
from jazzgen.runtime.threads import VARIABLES

LIMITS = Limits(seconds=PATIENCE, wall=PATIENCE, memory=64 * 2**20)
SHORT = Limits(wall=1.5)
"""Long enough for what a good file takes on a slow machine."""
kept = []


def forever(_):
    while True:
        pass


def work(path):
    """Use some processor time, and return the path."""
    until = time.process_time() + 0.07
    while time.process_time() < until:
        pass
    return path


def fault(_):
    raise KeyError("no such\nthing")


def refuse(path):
    raise MidiError(f"{path}: is no music")


def a_little_later(path):
    time.sleep(0.03 * (int(path.partition("-")[2]) % 3))
    return path


def nap(path):
    time.sleep(30)
    Path(path.partition("-")[2]).touch()


ACTS = {
    "sleep": lambda _: time.sleep(3600),
    "nap": nap,
    "spin": forever,
    "work": work,
    "eat": lambda _: len(bytearray(2**30)),
    "hoard": lambda path: kept.append(bytearray(40 * 2**20)) or path,  # for the next file to find
    "exit": lambda _: os._exit(3),
    "segfault": lambda _: os.kill(os.getpid(), signal.SIGSEGV),
    "interrupt": lambda path: os.kill(os.getpid(), signal.SIGINT) or path,
    "raise": fault,
    "refuse": refuse,
    "unpicklable": lambda _: lambda: None,
    "nothing": lambda _: None,
    "wait": a_little_later,
    "pid": lambda _: os.getpid(),
    "threads": lambda _: (
        {os.environ.get(name) for name in VARIABLES},
        "tensorflow" in sys.modules,
    ),
}


def act(path):
    """Do what the file's name says."""
    return ACTS.get(path.partition("-")[0], str)(path)


def outcomes(files, jobs=2, limits=LIMITS):
    with Pool(act, jobs, limits) as pool:
        return list(pool.outcomes(files))


def reasons(files, **options):
    return [
        one.reason if isinstance(one, Rejected) else one for _, one in outcomes(files, **options)
    ]


@pytest.mark.parametrize("jobs", [1, 3])
def test_outcomes_come_in_the_order_of_the_files(jobs):
    files = [f"wait-{number}" for number in range(40)]
    assert outcomes(files, jobs) == [(file, file) for file in files]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("exit", "exit: its reader crashed"),
        ("segfault", "segfault: its reader crashed"),
        ("raise", "raise: internal error: KeyError: 'no such\\nthing'"),
        ("refuse", "refuse: is no music"),
    ],
)
def test_a_bad_file_among_many_is_rejected_alone(bad, reason):
    files = ["a", "b", bad, *"cdefgh"]
    assert reasons(files) == ["a", "b", reason, *"cdefgh"]


@pytest.mark.parametrize(
    ("bad", "limits", "reason"),
    [
        ("sleep", SHORT, "1.5 seconds to read"),
        ("spin", Limits(seconds=0.5), "0.5 seconds of processor time to read"),
    ],
)
def test_a_file_that_takes_forever_is_rejected_alone(bad, limits, reason):
    files = ["a", "b", bad, *"cdefgh"]
    expected = ["a", "b", f"{bad}: took more than {reason}", *"cdefgh"]
    assert reasons(files, limits=limits) == expected


@linux
def test_a_busy_machine_costs_no_file():
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})  # for the worker and the busy processes too
    busy = []
    try:
        with Pool(act, 1, Limits(seconds=0.12)) as pool:
            assert list(pool.outcomes(["a"])) == [("a", "a")]
            busy += [subprocess.Popen([sys.executable, "-Sc", "while True: pass"]) for _ in "1234"]
            assert list(pool.outcomes(["work-1", "work-2"])) == [
                (f, f) for f in ("work-1", "work-2")
            ]
    finally:
        os.sched_setaffinity(0, cores)
        for process in busy:
            process.kill()
            process.wait()


def test_where_the_system_has_no_timer_a_process_watches_its_time_itself():
    spin = (
        "from jazzgen.runtime.processor_time import _Watch\n"
        "_Watch.allow(60)\n_Watch.allow(0)\n_Watch.allow(0.02)\n"
        "while True: pass"
    )
    ended = subprocess.run([sys.executable, "-c", spin], check=False, timeout=PATIENCE)
    assert ended.returncode == EXIT_CODE


@linux
def test_a_file_that_needs_too_much_memory():
    assert reasons(["a", "eat", "b"]) == ["a", "eat: needs more than 64 MiB to read", "b"]


@linux
def test_memory_that_an_earlier_file_has_kept_is_not_held_against_a_later_one():
    files = ["hoard-1", "hoard-2", "hoard-3"]
    assert reasons(files, jobs=1) == files


def test_what_cannot_be_sent_is_a_fault_too():
    [before, reason, after] = reasons(["a", "unpicklable", "b"], jobs=1)
    assert (before, after) == ("a", "b")
    assert reason.startswith("unpicklable: internal error: ")


@posix
def test_an_interrupt_is_for_the_parent_alone():
    assert reasons(["a", "interrupt", "b"], jobs=1) == ["a", "interrupt", "b"]


def test_no_outcome_is_an_outcome():
    assert outcomes(["nothing"]) == [("nothing", None)]


def test_a_worker_starts_once_and_few_files_need_one_only():
    assert len(set(reasons(["pid"] * 4, jobs=4))) == 1
    assert len(set(reasons(["pid"] * 60, jobs=1))) == 1


def test_no_files_no_worker():
    with Pool(_Unloadable(), 1) as pool:  # a worker could not start
        assert list(pool.outcomes([])) == []


def test_a_worker_takes_one_core_and_loads_no_tensorflow():
    assert reasons(["threads"]) == [({"1"}, False)]


def test_files_are_asked_for_little_by_little():
    asked = []

    def files():
        for number in range(200):
            asked.append(number)
            yield str(number)

    with Pool(act, 1, SHORT) as pool:
        for done, _ in enumerate(pool.outcomes(files()), 1):
            assert len(asked) <= done + AHEAD
    assert len(asked) == 200


def children():
    """The workers of this process that run."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "ppid=,args="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    found = (line.split(maxsplit=1) for line in listed)
    return [line for line in found if line[0] == str(os.getpid()) and "spawn_main" in line[-1]]


@posix
def test_no_worker_is_left_by_an_interrupt(tmp_path):
    mark = tmp_path / "mark"
    timer = threading.Timer(0.6, os.kill, (os.getpid(), signal.SIGINT))

    def interrupted():
        timer.start()
        outcomes([f"nap-{mark}"] * 8)

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not mark.exists(), "they were waited for"
    assert children() == []


class SignalAtLine:
    """Send a signal to this process when it is about to run the nth line of the pool's code."""

    FILES = (pool.__file__, worker_process.__file__)

    def __init__(self, number, step):
        self.number, self.left = number, step

    def __call__(self, frame, event, _argument):
        if frame.f_code.co_filename not in self.FILES:
            return None
        if event == "line" and self.left > 0:
            self.left -= 1
            if not self.left:
                os.kill(os.getpid(), self.number)
        return self


@posix
@pytest.mark.parametrize(
    ("name", "stride"),
    [("SIGINT", 4), *(pytest.param(name, 1, marks=slow) for name in ("SIGINT", "SIGHUP"))],
)
def test_a_signal_at_each_step_of_a_start_leaves_no_process(name, stride, monkeypatch):
    """There is no moment at which a process runs that its pool does not know."""

    class Started(Exception):  # noqa: N818 - the end of what is tried
        pass

    def started(*_):
        raise Started

    monkeypatch.setattr(pool, "wait", started)  # what the pool does next

    def interrupted(step):
        """Start a worker with a signal at a step; return whether there was such a step."""
        tracer = SignalAtLine(getattr(signal, name), step)
        sys.settrace(tracer)
        try:
            with pytest.raises((Started, Interrupted)), obeyed(), Pool(act, 1) as workers:
                next(workers.outcomes(["sleep"]))
        finally:
            sys.settrace(None)
        assert children() == []
        return not tracer.left

    steps = next(step for step in count(1, stride) if not interrupted(step))
    assert steps > 20


@posix
def test_a_pool_that_was_never_left_stops_no_process_when_it_is_collected():
    """An interrupt may end `__enter__`; what it has entered is dropped in the midst of others."""
    tracker = resource_tracker._resource_tracker
    tracker._stop()
    Pool(act, 1).__enter__()
    resource_tracker.ensure_running()
    try:
        gc.collect()
        assert tracker._fd is not None
    finally:
        tracker._stop()


def test_workers_that_cannot_start_are_an_error():
    with pytest.raises(JazzgenError, match="cannot start"), Pool(_Unloadable(), 1) as pool:
        list(pool.outcomes(["a"]))


def test_a_worker_that_takes_forever_to_start():
    with pytest.raises(JazzgenError, match=r"cannot start within 0\.01 seconds"):
        outcomes(["a"], limits=Limits(start=0.01))


class _Unloadable:
    """A reader that ends the process that unpickles it."""

    def __reduce__(self):
        return os._exit, (7,)


PROGRAM = """
import sys
from test_pool import SHORT, Pool, act
with Pool(act, 2, SHORT) as pool:
    for _, pid in pool.outcomes(["pid"] * 8 + ["spin", "sleep"] * 4):
        print(pid, flush=True)
"""


@posix
def test_workers_end_when_their_parent_is_killed(tmp_path):
    """Also the program runs without asking whether it is the main one, as a first one does."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    here = Path(__file__).parent
    paths = [str(here), str(here.parent), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    with subprocess.Popen(
        [sys.executable, program], stdout=subprocess.PIPE, env=environment, text=True
    ) as run:
        pids = {int(run.stdout.readline()) for _ in range(8)}
        time.sleep(0.2)
        run.kill()
    wait_until(lambda: not any(map(alive, pids)))


def alive(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_how_many_cores_there_are():
    assert 1 <= usable_cores() <= 8
    assert usable_cores(most=1) == 1
