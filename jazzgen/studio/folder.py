"""The folder of kept takes: what is put into it, and showing it to the user."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jazzgen.errors import OutputError
from jazzgen.runtime import atomic
from jazzgen.runtime.files import is_there

__all__ = ["made", "music_folder", "place", "show_folder"]

MOST_OF_NAME = 999
"""The largest number of files of one title."""

SHOWS = {"darwin": "open", "win32": "explorer"}
"""The programs that show a folder, by platform; elsewhere it is that of the desktop."""
DESKTOP = "xdg-open"


def music_folder() -> Path:
    """Return the folder of kept takes, whether or not it exists: `~/Music/jazzgen`."""
    from platformdirs import user_music_path

    return user_music_path() / "jazzgen"


def made(folder: Path) -> Path:
    """Return a folder that is there, after it was made if it was not.

    Raises:
        OutputError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror or error}") from error
    return folder


def place(files: Sequence[Path], folder: Path | None = None) -> dict[str, Any]:
    """Put the files of a take into the folder of kept takes, under a name that no file there has.

    Args:
        files: The files, whose names differ in their suffixes.
        folder: The folder; by default `music_folder()`.

    Returns:
        The folder, and the names of the files there.

    Raises:
        OutputError: The folder cannot be made, or a file cannot be written; then there is none.
    """
    folder = made(folder or music_folder())
    for number in range(1, MOST_OF_NAME + 1):
        names = [_numbered(file.name, number) for file in files]
        if not any(is_there(folder / name) for name in names) and _placed(files, names, folder):
            return {"folder": str(folder), "files": names}
    raise OutputError(f"{folder}: holds {MOST_OF_NAME} files called {files[0].name} already")


def _numbered(name: str, number: int) -> str:
    stem, dot, suffix = name.partition(".")  # titles have no dots
    return name if number == 1 else f"{stem} ({number}){dot}{suffix}"


def _placed(files: Sequence[Path], names: Sequence[str], folder: Path) -> bool:
    """Copy all files, or none; return whether nobody was faster with one of their names.

    Args:
        files: The files.
        names: Their names in the folder.
        folder: The folder.
    """
    done: list[Path] = []
    try:
        for file, name in zip(files, names, strict=True):
            done.append(atomic.write_new(folder / name, file.read_bytes()))
    except BaseException as error:
        for path in done:
            path.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            return False
        raise
    return True


def show_folder(
    folder: Path, find: Callable[[str], str | None] = shutil.which
) -> subprocess.Popen[bytes]:
    """Show a folder in the window of the program that shows folders here.

    Args:
        folder: The folder.
        find: Finds a program by its name.

    Returns:
        The process of the program, for which nobody has to wait.

    Raises:
        OutputError: It cannot be made, or there is no such program.
    """
    name = SHOWS.get(sys.platform, DESKTOP)
    program = find(name)
    if program is None:
        raise OutputError(f"{folder}: there is no {name} here that could show it")
    return subprocess.Popen(  # noqa: S603 - a program of the system, and a folder that no request names
        [program, str(made(folder))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
