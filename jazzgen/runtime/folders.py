"""Folders that things lie in when they are asked for by name: what ships, and the user's own.

What ships (models, the corpus) lies beside the package in a clone, and inside it, in
`jazzgen/_data`, where a wheel was installed. The user's own models and downloads lie
where the platform keeps the data of applications.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Literal

from jazzgen.runtime.files import is_file, is_folder, is_there

__all__ = ["CORPUS", "archive_note", "find_source", "shipped", "user_folder"]

CORPUS = "midi_data"
"""The folder of the solos that ship."""

PACKAGE, DATA = "jazzgen", "_data"


def shipped(name: str) -> Path:
    """Return where a folder lies that ships with jazzgen, whether or not it is there.

    Args:
        name: Its name in the repository: `models` or `midi_data`.
    """
    package = Path(str(files(PACKAGE)))
    carried, beside = package / DATA / name, package.parent / name
    # Beside an installed package lies whatever else is installed, and none of it is ours.
    in_clone = not is_folder(carried) and is_file(package.parent / "pyproject.toml")
    return beside if in_clone else carried


def archive_note() -> str:
    """Return what to add to a message if nothing that ships can be read: why, and what to do.

    Python can run a package from a zip archive, such as a wheel that `PYTHONPATH` names,
    but the files in it have no paths that models could be read from.
    """
    package = files(PACKAGE)
    if isinstance(package, Path):
        return ""
    archive = Path(str(package)).parent
    return (f"; jazzgen runs from inside {archive}, where its models and solos cannot be read: "
            "install it with pip")  # fmt: skip


def user_folder(kind: Literal["models", "downloads"]) -> Path:
    r"""Return the folder of the user's own models or downloads, whether or not it is there.

    On Linux that is `~/.local/share/jazzgen/models`, on macOS
    `~/Library/Application Support/jazzgen/models`, on Windows
    `AppData\Local\jazzgen\models`.

    Args:
        kind: What lies in it.
    """
    from platformdirs import user_data_path

    return user_data_path(PACKAGE, appauthor=False) / kind


def find_source(source: str | Path) -> Path:
    """Return where solos lie that somebody asks for.

    A path of the current folder comes first. A bare name that is not there can be a
    download of the user, or the corpus that ships.

    Args:
        source: A path, or the name of a download or of the corpus.

    Returns:
        Where they lie; the path itself, if there is nothing of that name anywhere.
    """
    path = Path(source)
    if path.name != str(path) or is_there(path):
        return path
    others = [user_folder("downloads") / path, *([shipped(CORPUS)] if path.name == CORPUS else [])]
    return next((other for other in others if is_there(other)), path)
