"""One writer at a time: locks that end with their process, however it ends.

They are locks of the system (`flock`), so nobody has to find out whether a lock is stale.
Windows has none of them, nor have some network file systems; there the last writer wins.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jazzgen.errors import OutputError
from jazzgen.runtime.interrupts import held

__all__ = ["is_locked", "lock_of", "only_writer", "waiting_lock"]

TRIES = 100
"""How often to begin again where another process removes what is to be locked."""


@contextmanager
def only_writer(lock: Path, output: Path) -> Iterator[None]:
    """Hold a lock file while something is written; afterwards it is removed.

    Args:
        lock: The file. Its folder is made if it is missing.
        output: What is written, for the message.

    Raises:
        OutputError: Another process holds the lock, or the file cannot be made.
    """
    handle = _held_file(lock, output)
    try:
        yield
    finally:
        with held(), suppress(OSError):
            # While it is locked: a file that somebody else has made since is not ours.
            lock.unlink(missing_ok=True)
            if handle is not None:
                os.close(handle)


def lock_of(path: Path, output: Path) -> int | None:
    """Lock a file or folder that is there.

    Args:
        path: The file or folder.
        output: What is written, for the message.

    Returns:
        A handle: closing it ends the lock. None if nothing can be locked here.

    Raises:
        OutputError: Another process holds the lock.
        OSError: The file or folder cannot be opened, or is no longer there.
    """
    try:
        return _lock(path)
    except BlockingIOError:
        raise OutputError(f"{output}: cannot be written: another run is writing it") from None


@contextmanager
def waiting_lock(folder: Path) -> Iterator[None]:
    """Lock a folder for a moment, after whoever holds it; does nothing if it cannot be locked."""
    handle = None
    with suppress(OSError):
        handle = _lock(folder, wait=True)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def is_locked(path: Path) -> bool:
    """Return whether a process holds the lock of a file or folder."""
    try:
        handle = _lock(path)
    except BlockingIOError:
        return True
    except OSError:
        return False
    if handle is not None:
        os.close(handle)
    return handle is None  # nobody knows; so it may be


def _held_file(lock: Path, output: Path) -> int | None:
    for _ in range(TRIES):
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            lock.touch()
            return lock_of(lock, output)
        except FileNotFoundError:  # whoever was at it has just removed it
            continue
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(f"{output}: cannot be written: {reason}") from error
    raise OutputError(f"{output}: cannot be written: another run is writing it")


def _lock(path: Path, *, wait: bool = False) -> int | None:
    if sys.platform == "win32":
        return None
    import fcntl

    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # it may be a pipe
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise
        except OSError:  # a file system without locks
            os.close(handle)
            return None
        if not os.path.samestat(os.fstat(handle), path.stat()):
            raise FileNotFoundError(path)  # it was replaced before it was locked
    except BaseException:
        with suppress(OSError):
            os.close(handle)
        raise
    return handle
