"""A worker as its parent sees it: started, given files, listened to, killed."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from time import monotonic
from types import ModuleType
from typing import Any

from jazzgen.errors import JazzgenError
from jazzgen.runtime.interrupts import SIGNALS, held
from jazzgen.runtime.worker import READY, Limits, serve

__all__ = ["WorkerDied", "WorkerProcess", "tracker_stopped"]

KILLED = 2.0
"""The seconds to wait for the end of a process that has been killed."""

CANNOT_START = "a process that reads files cannot start"


class WorkerDied(Exception):  # noqa: N818 - it is the end of a worker, and seldom an error
    """A worker has ended.

    Args:
        exit_code: Its exit code; None if it is not known.
    """

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


class WorkerProcess:
    """A process that reads files, one at a time.

    It is started by `start`, not when it is made. So its owner knows it before there is a
    process, and can end it with `kill` at whatever moment an interrupt comes.

    Args:
        read: Reads the file at a path: a function that can be pickled.
        limits: The resources that one file may take.
    """

    def __init__(self, read: Callable[[str], Any], limits: Limits) -> None:
        # A fork would copy the locks of this process's threads, and Windows has none.
        context = multiprocessing.get_context("spawn")
        self.read = read
        self.limits = limits
        self.ready = False
        self.files = 0  # given to it so far
        self.deadline = 0.0
        self.connection, self._theirs = context.Pipe()
        # As a daemon it ends with this interpreter even if nobody kills it.
        self.process = context.Process(target=serve, args=(self._theirs, limits), daemon=True)

    def start(self) -> None:
        """Start the process."""
        with held(), _signals_blocked(), _without_main():
            self.process.start()
        self._theirs.close()  # so that the pipe is closed when the worker ends
        with suppress(OSError):  # if it has ended already, `give` will find out
            self.connection.send(self.read)

    def give(self, path: str) -> None:
        """Give the worker a file; the file's time begins when the worker is ready.

        Raises:
            WorkerDied: The worker has ended.
            JazzgenError: It has ended before it was ready.
        """
        allowed = self.limits.wall if self.ready else self.limits.start
        self.deadline = monotonic() + allowed
        self.files += 1
        try:
            self.connection.send(path)
        except OSError:
            raise self._death() from None

    def receive(self) -> tuple[str, Any] | None:
        """Return the kind and the content of the worker's answer; None if it became ready.

        Raises:
            WorkerDied: The worker has ended.
            JazzgenError: It has ended before it was ready.
        """
        try:
            kind, value = self.connection.recv()
        except (EOFError, OSError):
            raise self._death() from None
        if kind != READY:
            return kind, value
        self.ready = True
        self.deadline = monotonic() + self.limits.wall
        return None

    def _death(self) -> Exception:
        self.process.join(1)
        code = self.process.exitcode
        if self.ready:
            return WorkerDied(code)
        return JazzgenError(f"{CANNOT_START} (exit code {code})")

    def check_started(self) -> None:
        """Check, once the deadline has passed, that the worker has become ready.

        Raises:
            JazzgenError: It has not.
        """
        if not self.ready:
            raise JazzgenError(f"{CANNOT_START} within {self.limits.start:g} seconds")

    def kill(self) -> None:
        """End the process at once if it was started, and wait until the system has removed it."""
        with held():
            if self.process.pid is not None:
                self.process.kill()
                self.process.join(KILLED)
            with suppress(ValueError):  # a system that is stuck: Python waits for it in the end
                self.process.close()
            self._theirs.close()
            self.connection.close()


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Block signals while a process is started, which inherits that.

    Ctrl-C goes to all processes of a terminal, and a worker that is still loading would
    answer it with a traceback.
    """
    if sys.platform == "win32":  # which has no masks of signals
        yield
        return
    # Starting the first worker starts this too, which unblocks the signals when it is done.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class tracker_stopped:  # noqa: N801 - used like a function, as contextlib's are
    """Stop, at the end of the block, the process that Python starts beside the first worker.

    It tracks shared memory, which workers do not use, and would outlive this program by a
    moment. It is left alone if it ran before the block, or other processes may need it.

    This is no generator: if an interrupt came before the block could be left, the garbage
    collector would finish the generator at any later moment. It would stop the process while
    another worker is being started, one of whose pipes would then get the number of the file
    that was closed.
    """

    def __enter__(self) -> None:
        self._tracker = getattr(resource_tracker, "_resource_tracker", None)
        self._ours = getattr(self._tracker, "_fd", None) is None

    def __exit__(self, *_: object) -> None:
        stop = getattr(self._tracker, "_stop", None)
        if self._ours and stop and not multiprocessing.active_children():
            stop()


@contextmanager
def _without_main() -> Iterator[None]:
    """Start a process that does not import the main module first, as spawned ones do.

    The main module may be the command line, a notebook, or a program that runs when it is
    imported, without an `if __name__ == "__main__"`.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
