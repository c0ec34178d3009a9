"""Files that are there whole or not at all; `replace_folder` does the same for folders.

A result is written beside its destination, flushed to the disk and renamed, so
that a full disk, a kill or a crash never leaves half a file under its name.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from jazzgen.errors import OutputError

__all__ = [
    "check_writable",
    "fsync_folder",
    "named",
    "write_bytes",
    "write_parts",
    "write_text",
]


def write_bytes(path: str | Path, content: bytes) -> Path:
    """Write `content` to `path`, whole or not at all (see `write_parts`)."""
    return write_parts(path, [content])


def write_parts(path: str | Path, parts: Iterable[bytes]) -> Path:
    """Write what comes part by part to `path`, whole or not at all.

    Args:
        path: Where to write. Missing parent folders are made.
        parts: The bytes of the file, one part after the other.

    Returns:
        The path that was written.

    Raises:
        OutputError: The folder cannot be written, or the disk is full.
    """
    path = named(path)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(beside, "xb") as file:
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
    return path


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
        path: What will be written.
        folder: Whether it will be a folder, or a file.

    Raises:
        OutputError: A folder stands where a file will be written, or the other way
            round; or the nearest folder that exists above is none, or cannot be
            written.
    """
    path = named(path)
    try:
        reason = _obstacle(path, folder)
    except OSError as error:  # such as a name that is too long
        reason = error.strerror or str(error)
    if reason:
        raise OutputError(f"{path}: cannot be written: {reason}")


def _obstacle(path: Path, folder: bool) -> str:
    """Say why `path` cannot be written, as far as can be told; nothing if it can."""
    if path.exists() and path.is_dir() != folder:
        return "it is a file, not a folder" if folder else "it is a folder, not a file"
    above = path.parent
    while not above.exists() and above != above.parent:
        above = above.parent
    if not above.is_dir():
        return f"{above} is no folder"
    return "" if os.access(above, os.W_OK) else f"no permission in {above}"


def named(path: str | Path) -> Path:
    """Return a path that ends in a name, which a temporary one can be made from."""
    path = Path(path)
    if path.name in ("", ".."):
        raise OutputError(f"{path}: cannot be written: expected a path that ends in a name")
    return path
