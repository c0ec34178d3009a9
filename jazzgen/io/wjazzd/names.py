"""The names of solos in the Weimar Jazz Database, and lists of them in text files."""

from __future__ import annotations

from pathlib import Path

from jazzgen.errors import DatasetError
from jazzgen.runtime.files import read_file

__all__ = ["NAME_SUFFIX", "read_names"]

NAME_SUFFIX = "_FINAL.sv"
"""The ending of the names of transcription files; a solo's name is what comes before it."""


def read_names(path: Path, max_bytes: int = 10_000_000) -> frozenset[str]:
    """Read a list of solos' names.

    Args:
        path: A text file with one name per line, with or without `NAME_SUFFIX`.
        max_bytes: The largest size of the file in bytes.

    Raises:
        DatasetError: The file cannot be read, or has no names.
    """
    content = read_file(path, max_bytes, DatasetError, "names of solos")
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: not text") from error
    names = frozenset(line.strip().removesuffix(NAME_SUFFIX) for line in lines) - {""}
    if not names:
        raise DatasetError(f"{path}: does not name any solo")
    return names
