"""The files with charts in a folder and the folders in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from jazzgen.errors import ChartError
from jazzgen.io.bounded import read_content
from jazzgen.io.registry import FORMATS
from jazzgen.runtime.files import is_file

__all__ = ["chart_files"]

MAX_FILES = 20_000
"""The largest number of files in a folder."""


def chart_files(folder: Path, max_files: int = MAX_FILES) -> tuple[list[Path], list[Path]]:
    """Return the files of a folder that hold charts, and those that are only named like some.

    A file counts if it is named like charts, and what is in it is of such a format. Hidden files
    are passed over without a word.

    Args:
        folder: The folder.
        max_files: The largest number of files that may be in it.

    Raises:
        ChartError: There are more.
    """
    suffixes = tuple(suffix for one in FORMATS.charts for suffix in one.suffixes)
    found: list[Path] = []
    others: list[Path] = []
    for number, path in enumerate(_below(folder), 1):
        if number > max_files:
            raise ChartError(f"{folder}: more than {max_files:,} files")
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.name.lower().endswith(suffixes) and is_file(path):
            (found if _holds_charts(path) else others).append(path)
    return sorted(found), sorted(others)


def _below(folder: Path) -> Iterator[Path]:
    """Yield what is in a folder, and in those of its folders that may be entered."""
    for inside, folders, files in os.walk(folder):
        yield from (Path(inside, name) for name in (*folders, *files))


def _holds_charts(path: Path) -> bool:
    try:
        content = read_content(path, "a chart", ChartError)
    except ChartError:
        return True  # whoever reads it says why it cannot be read
    return any(one.begins(content) for one in FORMATS.charts)
