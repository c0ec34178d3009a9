"""A worker as its parent sees it: started, given files, heard, killed."""

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
from jazzgen.runtime.worker import READY, Limits, serve

__all__ = ["Died", "WorkerProcess", "companion", "undisturbed"]

STARTING = 60.0
"""Seconds that a worker may take to start, on a machine that is very busy."""

CANNOT_START = "a process that reads files cannot start"


class Died(Exception):  # noqa: N818 - it is a worker's end, and seldom an error
    """A worker has ended; the argument is its exit code."""


class WorkerProcess:
    """A process that reads files, one at a time.

    Args:
        read: What it does with a path: a function that can be pickled.
        limits: What a file may take.
    """

    def __init__(self, read: Callable[[str], Any], limits: Limits) -> None:
        context = multiprocessing.get_context("spawn")
        self.limits = limits
        self.ready = False
        self.files = 0  # how many it was given
        self.deadline = 0.0
        self.connection, theirs = context.Pipe()
        # As a daemon it ends with this interpreter even if nobody kills it.
        self.process = context.Process(target=serve, args=(theirs, limits), daemon=True)
        with undisturbed(), _without_main():
            self.process.start()
        theirs.close()  # so that the pipe ends when the worker does
        with suppress(OSError):  # where it has ended already, giving it a file will tell
            self.connection.send(read)

    def give(self, path: str) -> None:
        """Hand over a file; its time begins when the worker is ready.

        Raises:
            Died: The worker has ended.
            JazzgenError: It has ended, and never was ready.
        """
        self.deadline = monotonic() + (self.limits.seconds if self.ready else STARTING)
        self.files += 1
        try:
            self.connection.send(path)
        except OSError:
            raise self._end() from None

    def hear(self) -> tuple[str, Any] | None:
        """Return what became of the file; nothing where the worker only says it is ready.

        Raises:
            Died: The worker has ended.
            JazzgenError: It has ended, and never was ready.
        """
        try:
            kind, value = self.connection.recv()
        except (EOFError, OSError):
            raise self._end() from None
        if kind != READY:
            return kind, value
        self.ready = True
        self.deadline = monotonic() + self.limits.seconds
        return None

    def _end(self) -> Exception:
        self.process.join(1)
        code = self.process.exitcode
        return Died(code) if self.ready else JazzgenError(f"{CANNOT_START} (exit code {code})")

    def check_started(self) -> None:
        """Check that the worker has been ready for its file.

        Raises:
            JazzgenError: It is still starting, and its time is over.
        """
        if not self.ready:
            raise JazzgenError(f"{CANNOT_START} within {STARTING:g} seconds")

    def kill(self) -> None:
        """End the process at once, and wait until the system has forgotten it."""
        with undisturbed():
            self.process.kill()
            self.process.join()
            self.process.close()
            self.connection.close()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let interrupts wait until a process has been started or ended.

    What is started meanwhile never sees them: Ctrl-C goes to all processes of a
    terminal, and a worker that is still loading would answer it with a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    if sys.platform != "win32":
        resource_tracker.ensure_running()  # it would unblock what is blocked next
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def companion() -> Iterator[None]:
    """End with the block the process that Python starts beside the first worker.

    It watches over shared memory, of which there is none here, and would outlive
    this program by a moment. Where it ran before, or somebody may need it, it stays.
    """
    tracker = getattr(resource_tracker, "_resource_tracker", None)
    ours = getattr(tracker, "_fd", None) is None
    try:
        yield
    finally:
        stop = getattr(tracker, "_stop", None)
        if ours and stop and not multiprocessing.active_children():
            stop()


@contextmanager
def _without_main() -> Iterator[None]:
    """Start a process without the program that is running.

    It would load that first, be it the command line, a notebook or a program that
    does its work without asking whether it is the main one.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
