"""Files of strangers: only ordinary ones are opened, and none is read without a bound.

What a user names can be a pipe that nobody writes to, a device that never ends, a link in a
circle or a name that the system does not allow. All that opens a file for reading comes here
(a test sees to that), so that each of them is refused at once, in one line.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from jazzgen.errors import InputError

__all__ = ["is_file", "is_folder", "is_there", "open_file", "read_file"]

CHUNK = 2**20


class _NotOrdinaryError(OSError):
    """A folder, a pipe or a device stands where a file was named."""


def open_file(path: str | Path) -> BinaryIO:
    """Open an ordinary file for reading; whatever else there is never blocks.

    Args:
        path: The file.

    Returns:
        The open file, for whoever calls to close.

    Raises:
        OSError: It is a folder, a pipe or a device, or the system refuses; `strerror` says so.
    """
    try:
        _check_ordinary(Path(path).stat())  # before it is opened: to open a device may change it
        # A pipe may have taken the file's place since; to open one must not wait for its writer.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _binary())
    except ValueError as error:  # a name with a null character
        raise OSError(errno.EINVAL, str(error)) from error
    try:
        _check_ordinary(os.fstat(handle))
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def _check_ordinary(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise _NotOrdinaryError(errno.EISDIR, "is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise _NotOrdinaryError(errno.EINVAL, "is a pipe or a device, not an ordinary file")


def _binary() -> int:
    return int(getattr(os, "O_BINARY", 0))  # which Windows has alone


def read_file(
    path: str | Path, most: int, error: type[InputError] = InputError, expected: str = ""
) -> bytes:
    """Return the bytes of an ordinary file that is not too large.

    Args:
        path: The file.
        most: How many bytes it may have.
        error: The class of the error where it cannot be read.
        expected: What it should be, for messages: "a MIDI file".

    Raises:
        InputError: Of that class: no such file, a folder, a pipe or a device, more bytes
            than `most`, or not to be read.
    """
    wanted = f"; expected {expected}" if expected else ""
    try:
        with open_file(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > most:
                raise error(f"{path}: has {size:,} bytes; expected at most {most:,}")
            content = _read(file, most + 1)  # it may have grown since
    except FileNotFoundError:
        raise error(f"{path}: no such file") from None
    except _NotOrdinaryError as refused:
        raise error(f"{path}: {refused.strerror}{wanted}") from None
    except OSError as refused:
        raise error(f"{path}: cannot be read: {refused.strerror or refused}") from refused
    if len(content) > most:
        raise error(f"{path}: has more than {most:,} bytes")
    return content


def _read(file: BinaryIO, most: int) -> bytes:
    """Read piece by piece: a single read of `most` bytes would ask for memory that few need."""
    pieces = []
    while most > 0 and (piece := file.read(min(CHUNK, most))):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def is_file(path: str | Path) -> bool:
    """Return whether an ordinary file stands at a path; False where nobody may look."""
    return os.path.isfile(path)  # noqa: PTH113 - unlike pathlib's it raises nothing


def is_folder(path: str | Path) -> bool:
    """Return whether a folder stands at a path; False where nobody may look."""
    return os.path.isdir(path)  # noqa: PTH112 - unlike pathlib's it raises nothing


def is_there(path: str | Path) -> bool:
    """Return whether something stands at a path, or may: in a folder that nobody may enter.

    A link to nothing, or in a circle, is there: whoever opens it says what is wrong.
    """
    try:
        os.lstat(path)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True
