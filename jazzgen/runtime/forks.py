"""Compute several things side by side, in copies of this process.

Lines of a solo are played one value after the other in small steps, which Python's threads cannot
share among cores. Where a process can be copied, its copies compute the parts of a longer piece of
work and send back what they have found. A copy has everything loaded, so that it begins at once.

A copy has one thread, that which made it, and would wait for ever for a lock that another one held.
So a process that has several threads, such as a notebook or a server, computes by itself, and so
does any on macOS, where libraries of the system do not survive being copied, and on Windows, which
has no copies. The outcome is the same everywhere.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, TypeVar

from jazzgen.runtime.cores import usable_cores
from jazzgen.runtime.garbage import collecting_seldom
from jazzgen.runtime.interrupts import SIGNALS, held, unbroken

__all__ = ["meanwhile", "processes", "side_by_side"]

T = TypeVar("T")

TASKS = "/proc/self/task"
"""Where Linux lists the threads of this process, those of libraries too."""
LOOK = 1.0
"""The seconds after which a copy looks again whether the process that made it is still there."""
PIECE = 1 << 20
"""The bytes that are read of an answer at a time."""


class _State:
    copied = False  # whether this process is a copy


_state = _State()


def processes() -> int:
    """Return how many processes may compute side by side: as many as there are cores, or one."""
    return usable_cores() if _can_fork() else 1


def _can_fork() -> bool:
    """Whether this process may be copied: it runs on Linux, and has no thread but this one.

    One of several processes that share some work already need not be.
    """
    pools = sys.modules.get("multiprocessing.process")
    if _state.copied or (pools and pools.parent_process()):
        return False
    try:
        return sys.platform == "linux" and len([*Path(TASKS).iterdir()]) == 1
    except OSError:  # no such list, as in some sandboxes
        return False


_errands: list[Callable[[], object]] = []


def meanwhile(errand: Callable[[], object]) -> None:
    """Have something done while this process next waits for its copies; if it waits for none, not.

    Args:
        errand: A function that prepares what will be needed anyway, such as loading a module.
    """
    _errands.append(errand)


def side_by_side(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Return what functions return, all of them called at once where this process may be copied.

    This process calls the first, which should be the shortest, and copies of it the others. What a
    copy could not finish, this process calls itself, so that it also raises what they raise.
    However the function ends, no copy is left running.

    Args:
        calls: The functions, whose results can be pickled. They must not depend on one another,
            and what they change is lost, but for the first.
    """
    first, *others = calls
    if processes() == 1:
        return [call() for call in calls]
    with collecting_seldom(), _Copies(others) as copies:
        found = [first()]
        while _errands:
            _errands.pop()()
        return [*found, *(copy.result() for copy in copies)]


class _Copies(Generic[T]):
    """Copies of this process, for a block: however it ends, none is left running.

    Args:
        calls: The function that each of them calls.
    """

    def __init__(self, calls: Sequence[Callable[[], T]]) -> None:
        self._copies = [_Copy(call) for call in calls]

    def __enter__(self) -> list[_Copy[T]]:
        try:
            for copy in self._copies:
                copy.start()
        except BaseException:
            self.__exit__()
            raise
        return self._copies

    @unbroken
    def __exit__(self, *_: object) -> None:
        for copy in self._copies:
            copy.end()


class _Copy(Generic[T]):
    """A copy of this process that calls a function.

    It is started by `start`, not when it is made. So its owner knows it before there is a process,
    and can end it at whatever moment an interrupt comes.

    Args:
        call: The function.
    """

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._number = 0  # of the process, once there is one
        self._pipe = -1

    def start(self) -> None:
        """Start the copy, if the system has room for one."""
        with held(), suppress(OSError):
            self._pipe, theirs = os.pipe()
            original = os.getpid()
            try:
                self._number = os.fork()
                if not self._number:
                    _compute(self._call, theirs, original)
            finally:
                os.close(theirs)

    def result(self) -> T:
        """Return what the function returned."""
        answer = self._read() if self._number else b""
        if self._wait() == 0 and answer:
            found: T = pickle.loads(answer)  # noqa: S301 - it comes from this process's own copy
            return found
        return self._call()

    def _read(self) -> bytes:
        parts = []
        while part := os.read(self._pipe, PIECE):
            parts.append(part)
        return b"".join(parts)

    def _wait(self) -> int | None:
        """Wait for the end of the copy, which is near; return its status, None if there is none."""
        status = None
        with held(), suppress(ChildProcessError):  # somebody else may have waited for it
            if self._number:
                status = os.waitpid(self._number, 0)[1]
        self._number = 0
        return status

    def end(self) -> None:
        """End the copy at once if it still runs."""
        if self._number:
            with suppress(ProcessLookupError):
                os.kill(self._number, signal.SIGKILL)
            self._wait()
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1


def _compute(call: Callable[[], Any], pipe: int, original: int) -> None:
    """Call a function in the copy, send what it returns, and end without tidying up.

    What tidies up at a process's end, and what waits in its buffers to be written, is the
    original's.

    Args:
        call: The function.
        pipe: Where its result goes.
        original: The number of the process that made this one.
    """
    status, _state.copied = 1, True

    def look(*_: object) -> None:
        if os.getppid() != original:  # it was killed, and nobody waits for the answer
            os._exit(1)

    try:
        for number in SIGNALS:  # a terminal sends them to all its processes: the original decides
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, LOOK, LOOK)
        answer = memoryview(pickle.dumps(call(), pickle.HIGHEST_PROTOCOL))
        while answer:
            answer = answer[os.write(pipe, answer) :]
        status = 0
    finally:
        os._exit(status)
