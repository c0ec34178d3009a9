"""Plug-ins: packages that add styles, or whatever else can be registered.

A package names a module of its own under the entry point group `jazzgen.plugins`; the
module registers what it adds while it is imported:

    [project.entry-points."jazzgen.plugins"]
    mazurka = "jazzgen_mazurka"
"""

from __future__ import annotations

import sys
from pathlib import Path

from jazzgen.errors import ConfigError, InputError
from jazzgen.runtime.files import read_file

__all__ = ["GROUP", "load_plugins"]

GROUP = "jazzgen.plugins"
LARGEST = 10_000_000
"""The size of a package's list of entry points in bytes."""


def load_plugins() -> None:
    """Import all installed plug-ins; those that have been imported stay as they are.

    Raises:
        ConfigError: One of them cannot be imported; the message names it.
    """
    if not _any_installed():
        return
    from importlib.metadata import entry_points

    for plugin in entry_points(group=GROUP):
        try:
            plugin.load()
        except Exception as error:
            raise ConfigError(
                f"plug-in {plugin.name} ({plugin.value}) cannot be loaded: "
                f"{type(error).__name__}: {error}"
            ) from error


def _any_installed() -> bool:
    """Whether any installed package names a plug-in.

    Asking `importlib.metadata` takes ten times as long as looking into the files that it
    reads, and most people have no plug-ins.
    """
    return any(
        _mentions_plugins(file)
        for folder in sys.path
        for file in Path(folder).glob("*-info/entry_points.txt")
    )


def _mentions_plugins(file: Path) -> bool:
    try:
        return GROUP.encode() in read_file(file, LARGEST)
    except InputError:
        return False
