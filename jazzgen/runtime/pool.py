"""Read many files side by side, and survive each of them.

Files come from anywhere. One may take forever, another all memory, a third may crash
what reads it. So files are read by worker processes, each file with a deadline and
each worker with a limit of memory; a worker that oversteps is killed and replaced,
its file rejected with a line that says why, and the others never notice.

What a file's outcome is does not depend on how many workers there are, nor on what
its worker read before: where an earlier file may be to blame, a fresh worker decides.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import wait
from time import monotonic
from typing import Any, Generic, TypeVar, cast

from jazzgen.runtime.worker import DONE, FAULT, MEMORY, Limits
from jazzgen.runtime.worker_process import Died, WorkerProcess, companion, undisturbed

__all__ = ["Limits", "Pool", "usable_cores"]

T = TypeVar("T")

AHEAD = 16
"""How many files a worker are under way or wait for an earlier one, at most."""

WORTH_A_WORKER = 4
"""How many files there must be for each worker: it takes as long to start as they to read."""

PAUSE = 1.0
"""Seconds beyond its timeout after which a wait was no wait: the whole program stood still."""


@dataclass(frozen=True)
class Rejected:
    """A file, or an item of one, that could not be used, and why.

    Args:
        file: The file; of a database `FILE#NAME`.
        reason: One line that names it.
    """

    file: str
    reason: str


@dataclass
class Task(Generic[T]):
    """A file, and what became of it."""

    file: str
    result: T | Rejected | None = None
    done: bool = False
    again: bool = False  # whether a fresh worker is to decide

    def end(self, result: T | Rejected) -> None:
        """Say what became of the file."""
        self.result, self.done = result, True


class Pool(Generic[T]):
    """Worker processes that read files.

    Used as a context: in the end, however it comes, no worker is left.

    Args:
        read: Reads one file: a function that can be pickled. What it raises as
            `InputError` says why a file is rejected.
        jobs: How many workers at most. They start when they are needed.
        limits: What each file may take.
    """

    def __init__(
        self, read: Callable[[str], T], jobs: int = 1, limits: Limits | None = None
    ) -> None:
        self.read = read
        self.jobs = jobs
        self.limits = limits or Limits()
        self._busy: dict[WorkerProcess, Task[T]] = {}
        self._idle: list[WorkerProcess] = []
        self._todo: deque[Task[T]] = deque()
        self._ending = ExitStack()

    def __enter__(self) -> Pool[T]:
        self._ending.enter_context(companion())
        self._ending.callback(self._kill_all)
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def _kill_all(self) -> None:
        with undisturbed():
            for worker in (*self._busy, *self._idle):
                worker.kill()
            self._busy.clear()
            self._idle.clear()

    def outcomes(self, files: Iterable[str]) -> Iterator[tuple[str, T | Rejected]]:
        """Read files.

        Args:
            files: Their paths. They are asked for little by little, a bounded number
                ahead of what has been given back.

        Yields:
            Each file in turn, with what was read or why it was rejected.

        Raises:
            JazzgenError: No worker can start.
        """
        waiting = iter(files)
        line: deque[Task[T]] = deque()  # in the order of the files
        while True:
            while len(line) < AHEAD * self.jobs and (file := next(waiting, None)) is not None:
                line.append(Task(file))
                self._todo.append(line[-1])
            if not line:
                return
            self._hand_out()
            self._listen(0 if line[0].done else None)
            if line[0].done:
                task = line.popleft()
                yield task.file, cast("T | Rejected", task.result)

    def _hand_out(self) -> None:
        """Give what is to be read to whoever has nothing to do."""
        while self._todo and (worker := self._worker_for(self._todo[0])):
            task = self._todo.popleft()
            try:
                worker.give(task.file)
            except Died:  # while it had nothing to do
                worker.kill()
                self._todo.appendleft(task)
            else:
                self._busy[worker] = task

    def _worker_for(self, task: Task[T]) -> WorkerProcess | None:
        if self._idle and not task.again:
            return self._idle.pop()
        files = len(self._todo) + len(self._busy)
        if len(self._busy) < min(self.jobs, -(-files // WORTH_A_WORKER)) or task.again:
            return WorkerProcess(self.read, self.limits)
        return None

    def _listen(self, timeout: float | None) -> None:
        """Hear the workers that have something to say; stop those whose time is over.

        Args:
            timeout: Seconds to wait for something to happen; without, until the
                first deadline.
        """
        now = monotonic()
        if timeout is None:
            timeout = max(min(worker.deadline for worker in self._busy) - now, 0)
        heard = wait([worker.connection for worker in self._busy], timeout)
        paused = monotonic() - now - timeout
        for worker in list(self._busy):
            if paused > PAUSE:  # Ctrl-Z, say: no file is to blame
                worker.deadline += paused
            if worker.connection in heard:
                self._hear(worker)
            elif worker.deadline <= monotonic():
                worker.check_started()
                self._end(worker, self._too_slow())

    def _hear(self, worker: WorkerProcess) -> None:
        try:
            answer = worker.hear()
        except Died:
            late = worker.deadline <= monotonic()  # it ended itself while nobody listened
            self._end(worker, self._too_slow() if late else "its reader crashed", retry=not late)
            return
        if answer is None:
            return
        kind, value = answer
        if kind == MEMORY:
            size = f"{self.limits.memory / 2**20:g} MiB"
            self._end(worker, f"needs more than {size} to read", retry=True)
            return
        task = self._busy.pop(worker)
        task.end(value if kind == DONE else Rejected(task.file, _reason(task, kind, value)))
        self._idle.append(worker)

    def _too_slow(self) -> str:
        return f"took more than {self.limits.seconds:g} seconds to read"

    def _end(self, worker: WorkerProcess, reason: str, *, retry: bool = False) -> None:
        """Be done with a worker, and with its file unless an earlier one may be to blame."""
        task = self._busy.pop(worker)
        worker.kill()
        if retry and worker.files > 1:
            task.again = True
            self._todo.appendleft(task)
        else:
            task.end(Rejected(task.file, f"{task.file}: {reason}"))


def _reason(task: Task[Any], kind: str, value: str) -> str:
    if kind != FAULT:
        return value
    return f"{task.file}: a fault of jazzgen's own: {' '.join(value.split())}"


def usable_cores(most: int = 8) -> int:
    """Return how many processor cores this process may use, `most` at most."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), most)
    return min(os.cpu_count() or 1, most)
