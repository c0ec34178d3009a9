"""Plug-ins: installed packages that add styles, formats or other registry entries.

A plug-in package names one of its modules under the entry point group `jazzgen.plugins`. That
module registers its additions when it is imported:

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
"""The name of the entry point group."""
MAX_LIST_BYTES = 10_000_000
"""The largest size, in bytes, of a package's list of entry points; larger ones are ignored."""


def load_plugins() -> None:
    """Import all installed plug-ins that have not been imported yet.

    Raises:
        ConfigError: A plug-in cannot be imported; the message names it.
    """
    if not _any_installed():
        return
    from importlib.metadata import entry_points

    for plugin in entry_points(group=GROUP):
        try:
            plugin.load()
        except Exception as error:  # whatever it is, the message must name the plug-in
            raise ConfigError(
                f"plug-in {plugin.name} ({plugin.value}) cannot be loaded: "
                f"{type(error).__name__}: {error}"
            ) from error


def _any_installed() -> bool:
    """Return whether any installed package names a plug-in.

    Every command asks this, and most installations have no plug-ins. Searching the files of
    entry points for the group's name takes a tenth of the time of `importlib.metadata`.
    """
    return any(
        _mentions_plugins(file)
        for folder in sys.path
        for file in Path(folder).glob("*-info/entry_points.txt")
    )


def _mentions_plugins(file: Path) -> bool:
    try:
        return GROUP.encode() in read_file(file, MAX_LIST_BYTES)
    except InputError:  # another package's broken list is not a reason to stop
        return False
