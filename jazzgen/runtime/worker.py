"""A worker's side of the pool: a process that reads one file after another.

What crosses the pipe: to the worker the reader, then paths; back `READY` once, then
for each path what became of it. A worker ends when its pipe does, so none outlives
its parent, and a timer of its own ends one that reads forever for a parent that has
gone.
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

__all__ = ["DONE", "FAULT", "MEMORY", "READY", "REFUSED", "Limits", "collect_rarely", "serve"]

READY, DONE, REFUSED, FAULT, MEMORY = "ready", "done", "refused", "fault", "memory"
GRACE = 2.0
"""After how many deadlines a worker ends itself; its parent is to do it before."""

NEW_OBJECTS = 20_000
"""How many are made before Python looks for garbage among them; by default it is 700."""
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@dataclass(frozen=True)
class Limits:
    """How much one file may take.

    Args:
        seconds: Time to read it.
        memory: Bytes to read it, beside what a worker has before its first file.
            Where the system cannot limit that, the time alone counts.
    """

    seconds: float = 5.0
    memory: int = 512 * 2**20


def serve(connection: Connection, limits: Limits) -> None:
    """Read files until the parent has no more, or is no more.

    Args:
        connection: The pipe to the parent.
        limits: What a file may take.
    """
    _keep_out_of_the_way(connection)
    with suppress(ConfigError):  # the parent has said so if one cannot be loaded
        load_plugins()
    collect_rarely()
    with suppress(EOFError, OSError):
        read: Callable[[str], Any] = connection.recv()
        _limit_memory(limits.memory)
        connection.send((READY, None))
        while True:
            path = connection.recv()
            _alarm(limits.seconds * GRACE)
            answer = _answer(read, path)
            _alarm(0)
            connection.send_bytes(answer)


def collect_rarely() -> None:
    """Make Python look less often for garbage in cycles, of which reading notes makes little."""
    gc.set_threshold(NEW_OBJECTS)


def _keep_out_of_the_way(connection: Connection) -> None:
    """Take one core, leave Ctrl-C to the parent, and say nothing to the user."""
    os.environ.update(dict.fromkeys(THREADS, "1"))  # before the reader loads NumPy
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, {signal.SIGINT})
    else:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in {1, 2} - {connection.fileno(), nowhere}:
        os.dup2(nowhere, stream)


def _answer(read: Callable[[str], Any], path: str) -> memoryview:
    """Read a file; return the message that says what became of it."""
    message: tuple[str, Any]
    try:
        return ForkingPickler.dumps((DONE, read(path)))
    except MemoryError:
        message = (MEMORY, None)
    except InputError as error:
        message = (REFUSED, str(error))
    except Exception as error:  # noqa: BLE001 - a fault with one file must not stop the others
        message = (FAULT, f"{type(error).__name__}: {error}")
    return ForkingPickler.dumps(message)


def _alarm(seconds: float) -> None:
    """End this process some seconds from now, whatever it is doing; 0 calls it off."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(more: int) -> None:
    """Let this process take some bytes of address space beside what it has, no more."""
    if sys.platform != "linux":  # elsewhere the limit is not there, or not heeded
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = pages * resource.getpagesize() + more
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
