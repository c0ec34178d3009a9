"""How large a file of music or charts may be, and the reader that holds it."""

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
        error: The class of the error where it cannot be read.

    Raises:
        InputError: Of that class: no such file, a folder, something that might never end,
            more than `MAX_BYTES`, or not to be read.
    """
    return read_file(path, MAX_BYTES, error, expected)
