"""Read a file of music or charts, up to the size that it may have."""

from __future__ import annotations

from pathlib import Path

from jazzgen.errors import InputError, MidiError
from jazzgen.runtime.files import read_file

__all__ = ["MAX_BYTES", "read_content"]

MAX_BYTES = 10_000_000
"""The size of a file of music or charts in bytes."""


def read_content(path: str | Path, expected: str, error: type[InputError] = MidiError) -> bytes:
    """Return the bytes of a file that is to hold music.

    Args:
        path: The file.
        expected: What it should be, for messages: "a MIDI file".
        error: The class of the error if it cannot be read.

    Raises:
        InputError: Of that class: there is no such file, it is a folder, a pipe or a device, has
            more than `MAX_BYTES`, or cannot be read.
    """
    return read_file(path, MAX_BYTES, error, expected)
