"""The modules that register feels, by name: they load when a feel is first asked for.

`import jazzgen` names the module of the styles that come with the program, and loads no more
than this.
"""

from __future__ import annotations

from importlib import import_module

__all__ = ["feels_from", "load_feels"]

_modules: list[str] = []


def feels_from(module: str) -> None:
    """Have a module imported before anybody asks for a feel.

    Args:
        module: Its dotted name. It registers feels with `jazzgen.music.styles.register_feel`.
    """
    _modules.append(module)


def load_feels() -> None:
    """Import the modules that have been named."""
    for module in _modules:
        import_module(module)
