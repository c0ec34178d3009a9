"""A worker's side of the pool: a process that reads one file after another.

Through the pipe go, to the worker, the reader and then paths; and back, `READY` once and then
for each path its outcome. A worker ends when its pipe is closed, so it does not outlive its
parent, and if the parent is gone while it reads a file that takes forever, a timer of its own
ends it.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

from jazzgen.errors import ConfigError, InputError
from jazzgen.runtime.plugins import load_plugins
from jazzgen.runtime.processor_time import allow_seconds
from jazzgen.runtime.threads import VARIABLES

__all__ = ["DONE", "FAULT", "MEMORY", "READY", "REFUSED", "Limits", "collect_rarely", "serve"]

READY, DONE, REFUSED, FAULT, MEMORY = "ready", "done", "refused", "fault", "memory"
"""What a worker says: that it can begin; that a file was read; that the file is bad; that the
reader failed; that there was not enough memory."""

OWN_TIMER = 2.0
"""Deadlines after which a worker ends itself; its parent kills it after one, if it is there."""

NEW_OBJECTS = 20_000
"""Objects made between two searches for garbage; Python's default is 700."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The resources that one file may take.

    Args:
        seconds: Processor time to read it, which does not depend on what else a machine does.
        wall: Seconds on the clock to read it, for files that keep a reader waiting.
        memory: Bytes to read it, beside those that a worker has before its first file.
            It is limited on Linux only.
        start: Seconds that a worker may take to start; more than that is no busy machine, but
            one that can start none.
    """

    seconds: float = 5.0
    wall: float = 120.0
    memory: int = 512 * 2**20
    start: float = 60.0


def serve(connection: Connection, limits: Limits) -> None:
    """Read files until the parent closes the pipe, or ends.

    Args:
        connection: The pipe to the parent.
        limits: The resources that one file may take.
    """
    _keep_out_of_the_way(connection)
    with suppress(ConfigError):  # the parent reports a plug-in that cannot be loaded
        load_plugins()
    collect_rarely()
    with suppress(EOFError, OSError):
        read: Callable[[str], Any] = connection.recv()
        _limit_memory(limits.memory)
        connection.send((READY, None))
        while True:
            path = connection.recv()
            _set_timer(limits.wall * OWN_TIMER)
            allow_seconds(limits.seconds)
            answer = _answer(read, path)
            allow_seconds(0)
            _set_timer(0)
            connection.send_bytes(answer)


def collect_rarely() -> None:
    """Make Python search less often for garbage in cycles, as reading notes makes little of it."""
    gc.set_threshold(NEW_OBJECTS)


def _keep_out_of_the_way(connection: Connection) -> None:
    """Take one core, leave a terminal's signals to the parent, and print nothing."""
    os.environ.update(dict.fromkeys(VARIABLES, "1"))  # before the reader loads NumPy
    if sys.platform != "win32":
        terminal = {signal.SIGINT, signal.SIGHUP}  # which a terminal sends to all its processes
        signal.pthread_sigmask(signal.SIG_SETMASK, terminal)
    else:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in {1, 2} - {connection.fileno(), nowhere}:
        os.dup2(nowhere, stream)


def _answer(read: Callable[[str], Any], path: str) -> memoryview:
    """Read a file; return the message that tells the parent its outcome.

    The outcome is pickled here and not by `Connection.send`, so that running out of memory and
    results that cannot be pickled are answers like any other.
    """
    message: tuple[str, Any]
    try:
        return ForkingPickler.dumps((DONE, read(path)))
    except MemoryError:
        message = (MEMORY, None)
    except InputError as error:
        message = (REFUSED, str(error))
    except Exception as error:  # noqa: BLE001 - a bug that one file shows must not stop the others
        message = (FAULT, f"{type(error).__name__}: {error}")
    return ForkingPickler.dumps(message)


def _set_timer(seconds: float) -> None:
    """End this process some seconds from now, whatever it is doing; 0 cancels the timer."""
    if sys.platform != "win32":  # which has no such timer: there the parent alone watches
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(more: int) -> None:
    """Limit this process to some bytes of address space beside those that it has."""
    if sys.platform != "linux":  # elsewhere there is no such limit, or it has no effect
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = pages * resource.getpagesize() + more
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
