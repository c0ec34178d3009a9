"""Run a command that writes a file, and never let it outlive this process or fill the disk."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jazzgen.errors import ConfigError
from jazzgen.runtime.files import is_file
from jazzgen.runtime.interrupts import held

__all__ = ["CommandLimits", "run_command"]

DIES_WITH_PARENT = 1
"""The option of Linux's `prctl` by which the system ends a process when its parent ends."""


@dataclass(frozen=True, kw_only=True)
class CommandLimits:
    """When a command that does not end by itself is stopped.

    Args:
        extra_seconds: Seconds that it may take beyond those that the MIDI lasts.
        extra_bytes: Bytes that it may write beyond the longest sound before the system stops it;
            this process, which looks from time to time, stops it at the longest sound.
        poll_seconds: Seconds between two looks.
    """

    extra_seconds: float = 60.0
    extra_bytes: int = 2**26
    poll_seconds: float = 0.05


def run_command(
    arguments: list[str], out: Path, most_bytes: int, seconds: float, limits: CommandLimits
) -> tuple[str, int]:
    """Run the command until it ends or has written enough; it never outlives this call.

    Args:
        arguments: The command with its arguments.
        out: The file that it writes.
        most_bytes: The size of that file that is enough.
        seconds: How long the MIDI lasts.
        limits: When the command is stopped.

    Returns:
        Its messages and its exit code, or "" and 0 if it had written enough.

    Raises:
        ConfigError: It does not end in time.
    """
    name = Path(arguments[0]).name
    patience = limits.extra_seconds + seconds
    deadline = time.monotonic() + patience
    with contextlib.ExitStack() as stack:
        with held():  # so that an interrupt leaves no process behind
            process = subprocess.Popen(  # noqa: S603 - a command found by its name
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                preexec_fn=_with_parent(),
            )
            stack.callback(_end, process)
        _bound(process.pid, most_bytes + limits.extra_bytes)
        # With a note that hangs, the command would write for ever.
        while (said := _messages(process, limits.poll_seconds)) is None and not _exceeds(
            out, most_bytes
        ):
            if time.monotonic() > deadline:
                raise ConfigError(f"{name} did not end within {patience:.0f} seconds")
    if said is None or _exceeds(out, most_bytes):
        return "", 0
    return said.decode("utf-8", "replace"), process.returncode


def _messages(process: subprocess.Popen[bytes], seconds: float) -> bytes | None:
    """Wait some seconds; return the messages of a process if it has ended by then, else None."""
    try:
        return process.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        return None


def _end(process: subprocess.Popen[bytes]) -> None:
    with held():
        process.kill()
        process.communicate()


def _with_parent() -> Callable[[], object] | None:
    """Return the function by which a new process asks to be ended when this one is killed."""
    if sys.platform != "linux":
        return None
    # Found before the fork, since little is safe between the fork and the start of the command.
    return partial(ctypes.CDLL(None).prctl, DIES_WITH_PARENT, int(signal.SIGKILL))


def _exceeds(file: Path, size: int) -> bool:
    return is_file(file) and file.stat().st_size > size


def _bound(pid: int, most_bytes: int) -> None:
    """Let the system end a process that writes too much, even if this one no longer checks it."""
    if sys.platform == "linux":
        import resource

        limit = resource.RLIMIT_FSIZE
        with contextlib.suppress(ProcessLookupError):  # it has ended already
            soft, hard = resource.prlimit(pid, limit)
            if not 0 <= soft <= most_bytes:  # minus one is no limit
                resource.prlimit(pid, limit, (most_bytes, hard))
