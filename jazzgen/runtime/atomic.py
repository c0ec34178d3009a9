"""Atomic writing of files: complete or not at all. `replace_folder` does the same for folders.

A file is written beside its destination, flushed to the disk and renamed, so that a full disk, a
kill or a crash never leaves half a file under its name. What a kill leaves is a hidden file,
`.NAME.1a2b3c4d.part`. Whoever writes one holds its lock; so the next process that writes a file of
this name knows which of them nobody writes any more, and removes them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path

from jazzgen.errors import OutputError
from jazzgen.runtime.files import is_file, is_folder, is_there
from jazzgen.runtime.interrupts import held
from jazzgen.runtime.locks import is_locked, lock_of, waiting_lock

__all__ = [
    "check_writable",
    "fsync_folder",
    "named",
    "write_bytes",
    "write_new",
    "write_parts",
    "write_text",
]

BESIDE = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{8}\.part", re.DOTALL)
"""Matches the temporary name of a file."""
LONGER = len("..01234567.partial")
"""The bytes by which the longest temporary name is longer than the name of the result."""
USUAL_NAME = 255
"""The longest name in bytes on a system that does not tell its limit."""
_left: dict[Path, dict[str, list[str]]] = {}
"""The temporary files that were found in each folder, by the name of the file."""
WRITE_BITS = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def write_bytes(path: str | Path, content: bytes) -> Path:
    """Write a file, completely or not at all.

    Args:
        path: The file; missing parent folders are made.
        content: Its bytes.

    Returns:
        The path that was written.

    Raises:
        OutputError: See `write_parts`.
    """
    return write_parts(path, [content])


def write_parts(path: str | Path, parts: Iterable[bytes]) -> Path:
    """Write the parts of a file as they come, completely or not at all.

    Args:
        path: The file; missing parent folders are made. If it is a symbolic link, the file that
            it leads to is written.
        parts: The bytes of the file, one part after the other.

    Returns:
        The path that was written.

    Raises:
        OutputError: The folder cannot be written, or the disk is full.
    """
    asked = named(path)
    check_writable(asked)
    path = _linked(asked)
    beside, lock = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part"), None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with waiting_lock(path.parent), held():
            _sweep(path)
            beside.touch(exist_ok=False)
            lock = lock_of(beside, path)
        with open(beside, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
        fsync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        if lock is not None:
            os.close(lock)
    return asked


def _linked(path: Path) -> Path:
    """Return the file that a symbolic link leads to; any other path as it is."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _sweep(path: Path) -> None:
    """Remove what killed processes have left of a file.

    A folder is looked through once: it may be large, and many files may be written to it.
    """
    if path.parent not in _left:
        names: dict[str, list[str]] = {}
        with contextlib.suppress(OSError), os.scandir(path.parent) as entries:
            for entry in entries:
                if found := BESIDE.fullmatch(entry.name):
                    names.setdefault(found["name"], []).append(entry.name)
        _left[path.parent] = names
    for name in _left[path.parent].pop(path.name, []):
        left = path.with_name(name)
        if is_file(left) and not is_locked(left):
            with contextlib.suppress(OSError):
                left.unlink()


def write_new(path: str | Path, content: bytes) -> Path:
    """Write a file, completely or not at all, unless there is one of its name.

    Args:
        path: The file; missing parent folders are made.
        content: Its bytes.

    Returns:
        The path that was written.

    Raises:
        FileExistsError: There is something of this name, perhaps since a moment.
        OutputError: See `write_parts`.
    """
    path = named(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The name is taken before the content comes, so that nobody else takes it meanwhile.
        with open(path, "xb"):
            pass
    except FileExistsError:
        raise
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    try:
        return write_bytes(path, content)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write_text(path: str | Path, content: str) -> Path:
    """Write `content` to `path` as UTF-8, whole or not at all (see `write_bytes`)."""
    return write_bytes(path, content.encode("utf-8"))


def fsync_folder(path: Path) -> None:
    """Make the names in a folder durable, where the system can do that."""
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check_writable(path: str | Path, *, folder: bool = False) -> None:
    """Check, before long work begins, that `path` can be written later.

    Args:
        path: The file or folder that will be written.
        folder: Whether it will be a folder.

    Raises:
        OutputError: There is a folder instead of a file, or the other way round; it is read-only,
            a pipe or a device; the name is too long; or the nearest parent that exists is no
            folder, or cannot be written.
    """
    path = named(path)
    try:
        reason = _obstacle(path if folder else _linked(path), folder)
    except OSError as error:  # such as a name that is too long
        reason = error.strerror or str(error)
    except ValueError as error:  # a name with a null character
        reason = str(error)
    if reason:
        raise OutputError(f"{path}: cannot be written: {reason}")


def _obstacle(path: Path, folder: bool) -> str:
    """Return why a path cannot be written; "" if nothing is known to prevent it."""
    above = path.parent
    while not is_there(above) and above != above.parent:
        above = above.parent
    if not is_folder(above):
        return f"{above} is not a folder"
    if len(os.fsencode(path.name)) + LONGER > _longest_name(above):
        return os.strerror(errno.ENAMETOOLONG)
    return _in_the_way(path, folder) or (
        "" if os.access(above, os.W_OK) else f"no permission in {above}"
    )


def _in_the_way(path: Path, folder: bool) -> str:
    """Return why what is at a path cannot be replaced; "" if it can be, or nothing is there."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return ""
    if stat.S_ISDIR(mode) != folder:
        return "it is a file, not a folder" if folder else "it is a folder, not a file"
    if not folder and not stat.S_ISREG(mode):
        return "it is a pipe or a device, not an ordinary file"
    # The administrator may write anything, but somebody has protected a file without write bits.
    return "" if mode & WRITE_BITS and os.access(path, os.W_OK) else "it is read-only"


def _longest_name(folder: Path) -> int:
    """Return the longest name in a folder, in bytes."""
    return os.pathconf(folder, "PC_NAME_MAX") if hasattr(os, "pathconf") else USUAL_NAME


def named(path: str | Path) -> Path:
    """Return a path that ends in a name, which a temporary one can be made from."""
    path = Path(path)
    if path.name in ("", ".."):
        raise OutputError(f"{path}: cannot be written: expected a path that ends in a name")
    return path
