"""The studio's workers: a process for each core that keeps the model loaded.

A request that nobody waits for any longer frees its worker within a second: work that does not end
by itself is killed with its process, and another one takes its place with the next request.
Requests beyond the workers wait in a line of bounded length; further ones are refused. Each worker
has a folder for its temporary files, which is removed with it, so that one that was killed leaves
nothing.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from jazzgen.errors import JazzgenError
from jazzgen.runtime.worker import DONE, MEMORY, Limits
from jazzgen.runtime.worker_process import WorkerDied, WorkerProcess

__all__ = ["Busy", "Failed", "Workers"]

LIMITS = Limits(seconds=120, wall=180, memory=4 * 2**30)
"""What one request may take: sound of many choruses takes a while."""
WAITING = 8
"""The largest number of requests that wait for a worker."""
GRACE = 0.5
"""The seconds in which work that was given up may end by itself: a new process takes longer to load
the model."""
ENDS = 2.0
"""The seconds in which a killed process is gone."""


class Busy(Exception):  # noqa: N818 - it is a state, which passes
    """All workers have work, and the line is full."""


class Failed(Exception):  # noqa: N818 - the answer to a wrong request
    """A request cannot be answered.

    Args:
        told: What the page is told (see `jobs.error_json`).
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        super().__init__(told.get("error", ""))
        self.told = dict(told)


class Workers:
    """Processes that answer requests.

    Args:
        read: Answers a request in JSON with JSON; it can be pickled.
        count: The number of processes, which start when they are needed.
        waiting: The largest number of requests that wait.
        limits: What one request may take.
        grace: The seconds in which work that was given up may end by itself.
    """

    def __init__(
        self,
        read: Callable[[str], str],
        count: int,
        waiting: int = WAITING,
        limits: Limits = LIMITS,
        grace: float = GRACE,
    ) -> None:
        self._read = read
        self._limits = limits
        self._grace = grace
        self._most = count + waiting
        self._asked = 0
        self._free = asyncio.Semaphore(count)
        self._idle: list[WorkerProcess] = []
        self._working: set[WorkerProcess] = set()
        self._folders: dict[WorkerProcess, Path] = {}
        self._closed = False

    @property
    def processes(self) -> int:
        """The number of processes that there are."""
        return len(self._idle) + len(self._working)

    async def ask(self, job: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a request.

        Args:
            job: The name of the job.
            request: The request.

        Raises:
            Busy: The line is full.
            Failed: The request is wrong, takes too long or too much memory, or was stopped.
        """
        if self._asked >= self._most:
            raise Busy
        self._asked += 1
        try:
            async with self._free:
                if self._closed:
                    raise Failed(_told("the studio has ended"))
                return _answer(*await self._talked(json.dumps([job, dict(request)])))
        finally:
            self._asked -= 1

    async def _talked(self, text: str) -> tuple[str, Any]:
        """Return the kind and the content of what a worker says to a request."""
        worker = self._free_worker()
        self._working.add(worker)
        talk = asyncio.ensure_future(asyncio.to_thread(_converse, worker, text))
        try:
            kind, value = await asyncio.wait_for(asyncio.shield(talk), self._limits.wall)
        except asyncio.CancelledError:
            await asyncio.wait({talk}, timeout=self._grace)
            if talk.done() and talk.exception() is None and talk.result()[0] == DONE:
                self._rest(worker)
            raise
        except WorkerDied:
            raise Failed(_told("the worker was stopped")) from None
        except JazzgenError as error:
            raise Failed(_told(str(error))) from None
        except TimeoutError:
            message = f"took more than {self._limits.wall:g} seconds"
            raise Failed(_told(message)) from None
        else:
            if kind == DONE:
                self._rest(worker)
            return kind, value
        finally:
            # Work that did not end, or met an error, leaves its worker in an unknown state.
            if worker in self._working:
                await self._ended(worker, talk)

    def _rest(self, worker: WorkerProcess) -> None:
        self._working.discard(worker)
        self._idle.append(worker)

    async def _ended(self, worker: WorkerProcess, talk: asyncio.Future[tuple[str, Any]]) -> None:
        """End a process, wait until it is gone, and remove its temporary files.

        Args:
            worker: The process.
            talk: The thread that listens to it, which ends with it.
        """
        _kill(worker)
        await asyncio.wait({talk}, timeout=ENDS)
        if talk.done():
            talk.exception()  # it is known already
        self._working.discard(worker)
        self._forget(worker)

    def _free_worker(self) -> WorkerProcess:
        while self._idle:
            worker = self._idle.pop()
            if worker.process.is_alive():
                return worker
            self._forget(worker)  # the system may have ended it, for want of memory
        return self._started()

    def _forget(self, worker: WorkerProcess) -> None:
        """Give back what a worker had that is gone."""
        worker.kill()
        if folder := self._folders.pop(worker, None):
            shutil.rmtree(folder, ignore_errors=True)

    def _started(self) -> WorkerProcess:
        try:
            folder = Path(tempfile.mkdtemp(prefix="jazzgen-studio-"))
        except OSError as error:
            raise Failed(_told(f"there is no room for temporary files: {error}")) from error
        worker = WorkerProcess(partial(_read_in, str(folder), self._read), self._limits)
        self._folders[worker] = folder
        worker.start()
        return worker

    def stop(self) -> int:
        """End all work that is being done, and return how much there was."""
        working = list(self._working)
        for worker in working:
            _kill(worker)  # its thread then reads the end of the pipe
        return len(working)

    def close(self) -> None:
        """End all processes, remove their temporary files, and answer nothing any more.

        A handler of a signal may call it, and another one in the midst of that.
        """
        self._closed = True
        folders = dict(self._folders)
        for worker in folders:
            _kill(worker)
        for worker in folders:
            with suppress(ValueError, AssertionError):  # it is closed, or was never started
                worker.process.join(ENDS)
        for folder in folders.values():
            shutil.rmtree(folder, ignore_errors=True)
        self._idle.clear()
        self._folders.clear()


def _kill(worker: WorkerProcess) -> None:
    with suppress(ValueError, AttributeError):  # it is closed, or was never started
        worker.process.kill()


def _read_in(folder: str, read: Callable[[str], str], text: str) -> str:
    """Answer a request with temporary files in one folder: what a worker does.

    Args:
        folder: The folder.
        read: Answers the request.
        text: The request.
    """
    tempfile.tempdir = folder
    return read(text)


def _answer(kind: str, value: Any) -> dict[str, Any]:
    """Return the answer of a worker.

    Args:
        kind: The kind of what it says.
        value: Its content.

    Raises:
        Failed: It is none.
    """
    if kind != DONE:
        failed = "needs more memory than there is" if kind == MEMORY else f"failed: {value}"
        raise Failed(_told(failed))
    answer: dict[str, Any] = json.loads(value)
    if "failed" in answer:
        raise Failed(answer["failed"])
    return dict(answer["answer"])


def _told(message: str) -> dict[str, Any]:
    return {"error": message, "where": None, "bar": None}


def _converse(worker: WorkerProcess, text: str) -> tuple[str, Any]:
    """Give a worker a request, and wait for its answer."""
    worker.give(text)
    while (answer := worker.receive()) is None:
        pass  # it became ready
    return answer
