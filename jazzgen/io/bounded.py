"""Read files of strangers whole: ordinary ones, and none that is too large."""

from __future__ import annotations

import stat
from pathlib import Path

from jazzgen.errors import MidiError

__all__ = ["MAX_BYTES", "read_content"]

MAX_BYTES = 10_000_000


def read_content(path: str | Path, expected: str) -> bytes:
    """Return the bytes of a file that is to hold music.

    Args:
        path: The file.
        expected: What it should be, for messages: "a MIDI file".

    Raises:
        MidiError: No such file, a folder, something that might never end, more than
            `MAX_BYTES`, or not to be read.
    """
    path = Path(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise MidiError(f"{path}: is a folder; expected {expected}")
        if not stat.S_ISREG(status.st_mode):  # a pipe or a device might never end
            raise MidiError(f"{path}: is no ordinary file; expected {expected}")
        if status.st_size > MAX_BYTES:
            raise MidiError(f"{path}: has {status.st_size:,} bytes; expected at most {MAX_BYTES:,}")
        return path.read_bytes()
    except FileNotFoundError:
        raise MidiError(f"{path}: no such file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MidiError(f"{path}: cannot be read: {reason}") from error
