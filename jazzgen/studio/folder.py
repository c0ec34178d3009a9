"""The folder of kept takes, and showing it to the user."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from jazzgen.errors import OutputError

__all__ = ["made", "music_folder", "show_folder"]

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
