"""Folders that are there whole or not at all: the old one or the new one, at every moment.

The system can put a file in another one's place in one step, but not a folder. So there are
two: the old folder moves aside, the new one takes its name. After an exception between them
the old one gets its name back. A process that is killed between them leaves nothing under
the name, and the next command that reads or writes there puts the old one back
(`restore_folder`).

| beside `NAME` | is |
|---|---|
| `.NAME.1a2b3c4d.part` | a folder that is being filled; its writer holds its lock |
| `.NAME.1a2b3c4d.old` | the folder that stood at `NAME` before |

Whoever makes, swaps or restores one of these holds the lock of the folder that they lie in,
for a moment. So what is found while it is held was left by a process that is no more, unless
it is locked itself.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jazzgen.errors import OutputError
from jazzgen.runtime.atomic import fsync_folder, named
from jazzgen.runtime.files import is_file, is_folder, is_there
from jazzgen.runtime.interrupts import held
from jazzgen.runtime.locks import is_locked, lock_of, waiting_lock

__all__ = ["replace_folder", "restore_folder", "restore_folders"]

BESIDE = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{8}\.(part|old)", re.DOTALL)


@contextmanager
def replace_folder(path: str | Path) -> Iterator[Path]:
    """Give an empty folder to fill; when the block ends well it becomes `path`.

    What stood at `path` before is replaced. If the block raises, `path` stays as
    it was.

    Args:
        path: The folder to make or to replace.

    Yields:
        A temporary folder beside `path`.

    Raises:
        OutputError: A file stands at `path`, the folder cannot be written, or the
            disk is full.
    """
    path = named(path)
    restore_folder(path)
    if is_there(path) and not is_folder(path):
        raise OutputError(f"{path}: cannot be written: it is a file, not a folder")
    token = secrets.token_hex(4)
    beside = path.with_name(f".{path.name}.{token}.part")
    old = path.with_name(f".{path.name}.{token}.old")
    lock = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with waiting_lock(path.parent), held():
            beside.mkdir()
            lock = lock_of(beside, path)
        yield beside
        _flush(beside)
        with waiting_lock(path.parent), held():
            _swap(path, beside, old)
        fsync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if is_there(path):
            shutil.rmtree(old, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def restore_folder(path: str | Path) -> None:
    """Put back the folder that a process which was killed has left aside, if it is missing.

    What else such a process has left beside the folder is removed.

    Args:
        path: The folder, there or not.
    """
    path = Path(path)
    with suppress(OSError):  # nothing can be seen or done there
        _restore(path.parent, path.name)


def restore_folders(parent: Path) -> None:
    """Do what `restore_folder` does for all folders in `parent`."""
    with suppress(OSError):
        _restore(parent, None)


def _restore(parent: Path, name: str | None) -> None:
    """Restore the folder of a name, or all, in a folder."""
    if not _left(parent, name):
        return
    with waiting_lock(parent):
        # The old before the half-written: there is no folder for the latter to be beside of.
        for left in sorted(_left(parent, name), key=lambda left: left.suffix != ".old"):
            if left.suffix == ".part" and is_locked(left):
                continue
            path = parent / _name_of(left.name)
            with held():
                if left.suffix == ".old" and not is_there(path):
                    os.replace(left, path)
                else:
                    shutil.rmtree(left, ignore_errors=True)


def _left(parent: Path, name: str | None) -> list[Path]:
    """Return what lies beside the folder of a name, or beside all."""
    with os.scandir(parent) as entries:
        found = [entry.name for entry in entries if entry.name.startswith(".")]
    return [
        parent / one for one in found
        if (whose := _name_of(one)) and name in (None, whose) and is_folder(parent / one)
    ]  # fmt: skip


def _name_of(beside: str) -> str:
    """Return the name of the folder that something lies beside; nothing if it is not ours."""
    found = BESIDE.fullmatch(beside)
    return found["name"] if found else ""


def _flush(folder: Path) -> None:
    """Bring a folder to the disk with all that is in it."""
    for file in sorted(folder.rglob("*")):
        if is_file(file):
            with open(file, "rb+") as handle:
                os.fsync(handle.fileno())
    fsync_folder(folder)


def _swap(path: Path, beside: Path, old: Path) -> None:
    """Put a folder in another one's place, which moves aside; if it fails, nothing changes."""
    try:
        if is_there(path):
            os.replace(path, old)
        os.replace(beside, path)
    except BaseException:
        if is_there(old) and not is_there(path):
            os.replace(old, path)
        raise
