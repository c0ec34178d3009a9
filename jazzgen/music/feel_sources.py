"""The names of the modules that register feels, which are imported when a feel is needed.

`import jazzgen` adds the name of the module with the program's own styles. It does not import
that module, so that it stays quick.
"""

from __future__ import annotations

from importlib import import_module

__all__ = ["feels_from", "load_feels"]

_modules: list[str] = []


def feels_from(module: str) -> None:
    """Add a module that is imported before a feel is looked up for the first time.

    Args:
        module: Its dotted name. When it is imported, it registers feels with
            `jazzgen.music.styles.register_feel`.
    """
    _modules.append(module)


def load_feels() -> None:
    """Import the modules that have been added; those that are imported already cost nothing."""
    for module in _modules:
        import_module(module)
