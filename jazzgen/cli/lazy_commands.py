"""Commands that are loaded when they are asked for.

`jazzgen generate` does not wait for the modules and options of `train`: a command's module is
loaded, and its options are built, only when the command runs or its help is printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, cast

import typer
from typer.core import TyperGroup

from jazzgen.runtime.registry import resolve

__all__ = ["LazyCommands", "lazy_group"]


class LazyCommands(Mapping[str, Any]):
    """Commands by name, in the order in which the help lists them.

    Args:
        sources: Where each command is defined, by its name: "module:name" of a function or
            of a `typer.Typer` with commands of its own.
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = _command(name, resolve(self._sources[name]))
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._sources

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)


def _command(name: str, defined: Any) -> Any:
    if isinstance(defined, typer.Typer):
        return typer.main.get_command(defined)
    alone = typer.Typer(add_completion=False)
    examples: tuple[str, ...] = getattr(defined, "examples", ())
    # An empty line between keeps each on a line of its own.
    told = "\n\n".join(("Examples:", *(line.replace("[", "\\[") for line in examples)))
    alone.command(name, epilog=told if examples else None)(defined)
    return typer.main.get_command(alone)


def lazy_group(sources: Mapping[str, str]) -> type[TyperGroup]:
    """Return a class of command groups for `typer.Typer(cls=...)`.

    Args:
        sources: Where each command of the group is defined (see `LazyCommands`).
    """

    class LazyGroup(TyperGroup):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            # Typer only reads from them, since its application has no commands to add.
            self.commands = cast(MutableMapping[str, Any], LazyCommands(sources))

    return LazyGroup
