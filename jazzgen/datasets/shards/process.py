"""A shard on a machine of a cluster: a process of its own that reads it.

A worker of Dask may be a process that must not start any others, and it runs tasks in threads.
The processes that read files, and are killed when a file takes too long, need neither of these;
so each shard is read by a process like that of the command line. It ends with the worker that
has started it: then nobody holds the other end of its standard input any more.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from threading import Thread
from time import sleep

from jazzgen.datasets.outcome import Outcome
from jazzgen.datasets.preparation import Preparation
from jazzgen.datasets.shards.cutting import Shard
from jazzgen.datasets.shards.folder import ShardFolder
from jazzgen.datasets.shards.manifest import Receipt
from jazzgen.datasets.shards.reading import read_shard
from jazzgen.datasets.solo_files import file_reader
from jazzgen.errors import JazzgenError
from jazzgen.io.format import Format
from jazzgen.io.registry import FORMATS
from jazzgen.runtime.interrupts import Interrupted, obeyed
from jazzgen.runtime.plugins import load_plugins
from jazzgen.runtime.pool import Pool
from jazzgen.runtime.store import store_at

__all__ = ["ShardOutcome", "ShardTask", "installed_version", "run_task", "serve"]

GRACE = 10.0
"""Seconds for a process to tidy up before it ends."""
PROGRAM = "from jazzgen.datasets.shards.process import serve; serve()"


def installed_version() -> str:
    """Return the version of jazzgen that is installed here; nothing if it runs from a folder."""
    try:
        return version("jazzgen")
    except PackageNotFoundError:
        return ""


@dataclass(frozen=True, kw_only=True)
class ShardTask:
    """A shard to read, with all that another machine needs for it.

    Args:
        preparation: What goes into the dataset.
        shard: The shard.
        out: The folder or the address of the dataset.
        folder: The working folder, in which relative paths begin.
        version: The version of jazzgen that must be installed there.
        formats: Formats that a plug-in has registered.
    """

    preparation: Preparation
    shard: Shard
    out: str
    folder: str
    version: str
    formats: tuple[Format, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ShardOutcome:
    """What became of a shard.

    Args:
        receipt: What it holds, if it is done.
        problem: Why it is not: one line.
    """

    receipt: Receipt | None = None
    problem: str = ""


def run_task(task: ShardTask) -> ShardOutcome:
    """Read a shard in a process of its own. This is what the workers of a cluster run."""
    if task.version != installed_version():
        return ShardOutcome(
            problem=f"jazzgen {installed_version() or 'of no version'} is installed there; "
            f"expected {task.version or 'none'}"
        )
    try:
        process = subprocess.Popen(  # noqa: S603 - a program of our own
            [sys.executable, "-c", PROGRAM],
            cwd=task.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        return ShardOutcome(problem=f"{task.folder}: {error.strerror or error}")
    with process:
        try:
            return _answer(process, task)
        finally:
            process.kill()


def _answer(process: subprocess.Popen[bytes], task: ShardTask) -> ShardOutcome:
    """Give a process its task, and wait for what it says."""
    if process.stdin is None or process.stdout is None:
        raise JazzgenError("expected a process with pipes")
    with suppress(BrokenPipeError):
        pickle.dump(task, process.stdin)
        process.stdin.flush()  # it stays open: the process ends when it is closed
    try:
        answer: object = pickle.load(process.stdout)  # noqa: S301 - from our own process
    except (EOFError, pickle.UnpicklingError):
        answer = None
    if isinstance(answer, ShardOutcome):
        return answer
    return ShardOutcome(problem=f"the process that read it ended (exit code {process.wait()})")


def serve() -> None:
    """Read the shard that comes through standard input; say what became of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all its processes
    with os.fdopen(os.dup(0), "rb") as pipe, os.fdopen(os.dup(1), "wb") as answers:
        task: ShardTask = pickle.load(pipe)  # noqa: S301 - from the worker that started us
        Thread(target=_end_with, args=(pipe.fileno(),), daemon=True).start()
        try:
            with obeyed():
                outcome = _outcome(task)
        except Interrupted:
            os._exit(1)  # what was temporary has been removed, and the journal is kept
        pickle.dump(outcome, answers)
        answers.flush()
        os._exit(0)


def _outcome(task: ShardTask) -> ShardOutcome:
    try:
        return ShardOutcome(receipt=_read(task))
    except JazzgenError as error:
        return ShardOutcome(problem=str(error))
    except Exception as error:  # noqa: BLE001 - it is reported where somebody sees it
        return ShardOutcome(problem=f"internal error: {type(error).__name__}: {error}")


def _end_with(pipe: int) -> None:
    """End this process when the other end of a pipe is closed; nothing else comes through it."""
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGTERM)  # its main thread removes what is temporary
    sleep(GRACE)
    os._exit(1)


def _read(task: ShardTask) -> Receipt:
    load_plugins()
    for format_ in task.formats:
        FORMATS.register(format_)
    wanted = task.preparation
    folder = ShardFolder(store_at(task.out))
    pool: Pool[list[Outcome]]
    with Pool(file_reader(wanted.track, wanted.chart)) as pool:
        return read_shard(wanted, task.shard, folder, pool)
