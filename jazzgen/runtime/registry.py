"""Registries: named entries that a plug-in can add to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Protocol, TypeVar

from jazzgen.errors import ConfigError

__all__ = ["Named", "Registry", "resolve"]


class Named(Protocol):
    """An entry of a registry."""

    @property
    def name(self) -> str:
        """What settings, files and the command line call it."""


E = TypeVar("E", bound=Named)


class Registry(Mapping[str, E]):
    """Entries by name, in the order in which they were registered.

    Args:
        what: What the entries are, for messages: "cell", say.
        entries: Those that come with jazzgen.
        spaces: Whether names may have spaces, since nobody types them as options.
        dots: Whether names may have dots, as suffixes of files may.
    """

    def __init__(
        self, what: str, entries: Iterable[E] = (), *, spaces: bool = False, dots: bool = False
    ) -> None:
        self.what = what
        self.others = "-_" + " " * spaces + "." * dots
        self._entries: dict[str, E] = {}
        for entry in entries:
            self.register(entry)

    def register(self, entry: E) -> E:
        """Add an entry and return it.

        Raises:
            ConfigError: Its name is taken, in capitals or not, or is not made of letters,
                digits, `-` and `_`.
        """
        name = entry.name
        if not "".join(letter for letter in name if letter not in self.others).isalnum():
            raise ConfigError(f"{self.what} {name!r}: expected a name of letters, digits, - and _")
        if name.casefold() in {known.casefold() for known in self._entries}:
            raise ConfigError(f"{self.what} {name!r}: the name is already taken")
        self._entries[name] = entry
        return entry

    def unregister(self, name: str) -> None:
        """Remove an entry.

        Raises:
            ConfigError: There is none of this name.
        """
        del self._entries[self[name].name]

    @contextmanager
    def registered(self, entry: E) -> Iterator[E]:
        """Register an entry for as long as a `with` block lasts.

        Raises:
            ConfigError: See `register`.
        """
        self.register(entry)
        try:
            yield entry
        finally:
            self.unregister(entry.name)

    def __getitem__(self, name: str) -> E:
        # Not by a look-up alone: what a damaged file names may not be hashable.
        if name not in tuple(self._entries):
            raise ConfigError(
                f"{self.what}: expected one of {', '.join(self._entries)}, got {name!r}"
            )
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        return name in tuple(self._entries)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def resolve(target: Any) -> Any:
    """Return what "module:name" stands for, importing the module; anything else as it is.

    An entry that names a thing in this way costs nothing until the thing is used: the
    registry of cells knows Keras's cells, and does not load Keras.
    """
    if not isinstance(target, str):
        return target
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)
