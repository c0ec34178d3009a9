"""The folders in which models and solos are found by name: those that ship, and the user's own.

Models and the corpus that ship are beside the package in a clone, and in its folder
`jazzgen/_data` if a wheel was installed. The user's own models and downloads are in the
platform's folder for data of applications.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from jazzgen.runtime.files import is_file, is_folder, is_there

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["CORPUS", "archive_note", "find_source", "package_folder", "shipped", "user_folder"]

CORPUS = "midi_data"
"""The folder of the solos that ship."""

PACKAGE, DATA = "jazzgen", "_data"


def package_folder() -> Traversable:
    """Return the folder of the package, which may lie inside a zip archive."""
    folder = Path(__file__).parents[1]
    if is_folder(folder):
        return folder
    from importlib.resources import files  # which takes longer than most commands' first step

    return files(PACKAGE)


def shipped(name: str) -> Path:
    """Return the path of a folder that ships with jazzgen, whether or not it exists.

    Args:
        name: Its name in the repository: `models` or `midi_data`.
    """
    package = Path(str(package_folder()))
    carried, beside = package / DATA / name, package.parent / name
    # Beside an installed package are other packages, whose folders must not be taken for ours.
    in_clone = not is_folder(carried) and is_file(package.parent / "pyproject.toml")
    return beside if in_clone else carried


def archive_note() -> str:
    """Return the end of a message for an installation whose models cannot be read; "" for others.

    Python can run a package from a zip archive, such as a wheel in `PYTHONPATH`, but files in the
    archive have no paths from which models could be read.
    """
    package = package_folder()
    if isinstance(package, Path):
        return ""
    archive = Path(str(package)).parent
    return (
        f"; jazzgen runs from inside {archive}, where its models and solos cannot be read: "
        "install it with pip"
    )


def user_folder(kind: Literal["models", "downloads"]) -> Path:
    r"""Return the folder of the user's own models or downloads, whether or not it exists.

    On Linux that is `~/.local/share/jazzgen/models`, on macOS
    `~/Library/Application Support/jazzgen/models`, on Windows
    `AppData\Local\jazzgen\models`.

    Args:
        kind: What it holds.
    """
    from platformdirs import user_data_path

    return user_data_path(PACKAGE, appauthor=False) / kind


def find_source(source: str | Path) -> Path:
    """Return the path of some solos.

    A file or folder in the current folder takes precedence. A bare name that does not exist there
    may be one of the user's downloads, or the corpus that ships.

    Args:
        source: A path, or the name of a download or of the corpus.

    Returns:
        The path; `source` itself if there is nothing of that name anywhere.
    """
    path = Path(source)
    if path.name != str(path) or is_there(path):
        return path
    others = [user_folder("downloads") / path, *([shipped(CORPUS)] if path.name == CORPUS else [])]
    return next((other for other in others if is_there(other)), path)
