"""Read many files side by side, and survive each of them.

Files come from anywhere. One may take forever, another all memory, a third may crash
the process that reads it. So files are read by worker processes, with a limit of processor
time and a generous deadline for each file, and a memory limit for each worker. A worker that
exceeds one of them ends or is killed, and is replaced, and its file is rejected with a line that
gives the reason; the other workers don't notice.

The outcome of a file depends neither on the number of workers, nor on what else the machine
does, nor on what its worker read before: where an earlier file may be to blame, the file is read
again by a new worker.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import wait
from time import monotonic
from typing import Any, Generic, TypeVar, cast

from jazzgen.runtime.interrupts import held, unbroken
from jazzgen.runtime.processor_time import ran_out
from jazzgen.runtime.worker import DONE, FAULT, MEMORY, Limits
from jazzgen.runtime.worker_process import (
    WorkerDied,
    WorkerProcess,
    tracker_stopped,
)

__all__ = ["Limits", "Pool"]

T = TypeVar("T")

AHEAD = 16
"""Files for each worker that are being read, or wait for an earlier one, at most."""

FILES_PER_WORKER = 4
"""Files that are worth a worker of their own: starting one takes as long as reading them."""

PAUSE = 1.0
"""Seconds by which a wait may exceed its timeout; beyond, the whole program was suspended."""


@dataclass(frozen=True)
class Rejected:
    """A file, or an item of one, that could not be used, and why.

    Args:
        file: The file; for an item of a database `FILE#NAME`.
        reason: One line that names it.
    """

    file: str
    reason: str


@dataclass
class Task(Generic[T]):
    """A file to read, and its outcome once there is one."""

    file: str
    result: T | Rejected | None = None
    done: bool = False
    retry: bool = False  # whether only a new worker may read it

    def end(self, result: T | Rejected) -> None:
        """Record the outcome of the file."""
        self.result, self.done = result, True


class Pool(Generic[T]):
    """Worker processes that read files.

    Use it in a `with` block: however the block ends, no worker is left running.

    Args:
        read: Reads one file: a function that can be pickled. If it raises an `InputError`,
            the file is rejected with that message.
        jobs: The number of workers, at most. They start when they are needed.
        limits: The time and the memory that one file may take.
    """

    def __init__(
        self, read: Callable[[str], T], jobs: int = 1, limits: Limits | None = None
    ) -> None:
        self.read = read
        self.jobs = jobs
        self.limits = limits or Limits()
        self._workers: set[WorkerProcess] = set()  # all that have been or are being started
        self._busy: dict[WorkerProcess, Task[T]] = {}
        self._idle: list[WorkerProcess] = []
        self._todo: deque[Task[T]] = deque()
        self._cleanup = ExitStack()

    def __enter__(self) -> Pool[T]:
        self._cleanup.enter_context(tracker_stopped())
        self._cleanup.callback(self._kill_all)
        return self

    @unbroken
    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def _kill_all(self) -> None:
        with held():
            for worker in list(self._workers):
                self._kill(worker)
            self._busy.clear()
            self._idle.clear()

    def _kill(self, worker: WorkerProcess) -> None:
        worker.kill()
        self._workers.discard(worker)

    def outcomes(self, files: Iterable[str]) -> Iterator[tuple[str, T | Rejected]]:
        """Read files.

        Args:
            files: Their paths. They are taken from the iterable a limited number ahead of
                the outcomes that have been yielded, so that there may be any number.

        Yields:
            Each file in the order given, with what was read or why it was rejected.

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
            self._assign_tasks()
            self._listen(0 if line[0].done else None)
            if line[0].done:
                task = line.popleft()
                yield task.file, cast("T | Rejected", task.result)

    def _assign_tasks(self) -> None:
        """Give waiting files to idle workers, and to new ones while there may be more."""
        while self._todo and (worker := self._worker_for(self._todo[0])):
            task = self._todo.popleft()
            try:
                worker.give(task.file)
            except WorkerDied:  # while it was idle
                self._kill(worker)
                self._todo.appendleft(task)
            else:
                self._busy[worker] = task

    def _worker_for(self, task: Task[T]) -> WorkerProcess | None:
        if self._idle and not task.retry:
            return self._idle.pop()
        files = len(self._todo) + len(self._busy)
        if len(self._busy) < min(self.jobs, -(-files // FILES_PER_WORKER)) or task.retry:
            worker = WorkerProcess(self.read, self.limits)
            self._workers.add(worker)  # before there is a process that must not be forgotten
            worker.start()
            return worker
        return None

    def _listen(self, timeout: float | None) -> None:
        """Take the answers of workers, and stop workers whose deadline has passed.

        Args:
            timeout: Seconds to wait for an answer; by default until the first deadline.
        """
        now = monotonic()
        if timeout is None:
            timeout = max(min(worker.deadline for worker in self._busy) - now, 0)
        ready = wait([worker.connection for worker in self._busy], timeout)
        overslept = monotonic() - now - timeout
        for worker in list(self._busy):
            if overslept > PAUSE:  # as after Ctrl-Z: no file is to blame
                worker.deadline += overslept
            if worker.connection in ready:
                self._take_answer(worker)
            elif worker.deadline <= monotonic():
                worker.check_started()
                self._stop(worker, self._too_slow())

    def _take_answer(self, worker: WorkerProcess) -> None:
        try:
            answer = worker.receive()
        except WorkerDied as death:
            if ran_out(death.exit_code):
                reason = f"took more than {self.limits.seconds:g} seconds of processor time to read"
                self._stop(worker, reason)
                return
            # A worker's own timer may have ended it while this process did not listen.
            late = worker.deadline <= monotonic()
            self._stop(worker, self._too_slow() if late else "its reader crashed", retry=not late)
            return
        if answer is None:
            return
        kind, value = answer
        if kind == MEMORY:
            size = f"{self.limits.memory / 2**20:g} MiB"
            self._stop(worker, f"needs more than {size} to read", retry=True)
            return
        task = self._busy.pop(worker)
        task.end(value if kind == DONE else Rejected(task.file, _reason(task, kind, value)))
        self._idle.append(worker)

    def _too_slow(self) -> str:
        return f"took more than {self.limits.wall:g} seconds to read"

    def _stop(self, worker: WorkerProcess, reason: str, *, retry: bool = False) -> None:
        """Kill a worker, and reject its file unless an earlier one may be to blame."""
        task = self._busy.pop(worker)
        self._kill(worker)
        if retry and worker.files > 1:
            task.retry = True
            self._todo.appendleft(task)
        else:
            task.end(Rejected(task.file, f"{task.file}: {reason}"))


def _reason(task: Task[Any], kind: str, value: str) -> str:
    if kind != FAULT:
        return value
    return f"{task.file}: internal error: {' '.join(value.split())}"
