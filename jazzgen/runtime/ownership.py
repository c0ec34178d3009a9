"""Files that jazzgen has written: these it may replace, and no others unless it is told to.

Everything that jazzgen writes names it, in the field that a format has for the program: a text
event of MIDI, an `INFO` chunk of WAV, `software` of MusicXML, metadata of pictures and pages.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from jazzgen.errors import OutputError
from jazzgen.runtime.files import open_file

__all__ = ["PROGRAM", "SIGNATURE", "check_replaceable", "check_unread", "is_ours"]

PROGRAM = "jazzgen"
"""How files name the program that has written them."""
SIGNATURE = f"# Written by {PROGRAM}."
"""The line with which a plain text names it, where anybody may write of jazzgen."""
LOOKED_AT = 2**16
"""The number of bytes at either end of a file in which the name is looked for."""


def check_replaceable(path: Path, *, overwrite: bool, read: Iterable[str | Path] = ()) -> None:
    """Check that nothing of the user's would be replaced.

    Args:
        path: The file that will be written.
        overwrite: Whether the user has said that it may be replaced, whatever it is.
        read: Files that are read for it, which are never replaced by what is made of them.

    Raises:
        OutputError: There is a file that jazzgen has not written, or that it is to read.
    """
    check_unread(path, read)
    if not overwrite and not is_ours(path):
        raise OutputError(
            f"{path}: exists, and jazzgen did not write it; name another file, or add --overwrite"
        )


def check_unread(path: Path, read: Iterable[str | Path]) -> None:
    """Check that a file is none of those that are read for it.

    Args:
        path: The file that will be written.
        read: The files that are read.

    Raises:
        OutputError: It is one of them.
    """
    # `os.path.realpath` accepts links in a circle, which `Path.resolve` does not.
    if os.path.realpath(path) in map(os.path.realpath, read):
        raise OutputError(
            f"{path}: is read, and would be overwritten; name another file with --out"
        )


def is_ours(path: Path) -> bool:
    """Return whether a file may be replaced: jazzgen has written it, or there is nothing in it."""
    try:
        with open_file(path) as file:
            size = os.fstat(file.fileno()).st_size
            content = file.read(LOOKED_AT)
            if size > LOOKED_AT:
                file.seek(max(size - LOOKED_AT, LOOKED_AT))
                content += file.read(LOOKED_AT)
    except OSError:  # nothing is there, or what is there cannot be replaced anyway
        return True
    mark = SIGNATURE if path.suffix.lower() == ".txt" else PROGRAM
    return not size or mark.encode() in content
