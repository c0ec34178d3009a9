"""Options whose choices are the entries of a registry, plug-ins' entries among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import typer

__all__ = ["choice_option"]


def choice_option(registry: Mapping[str, Any], about: str) -> Any:
    """Return an option that takes the name of an entry.

    Commands are built, and their annotations with them, when the application runs: what was
    registered by then can be chosen, and stands in the help.

    Args:
        registry: The entries by name.
        about: The option's help.
    """
    return typer.Option(parser=_parser(registry), help=about, metavar="|".join(registry))


def _parser(registry: Mapping[str, Any]) -> Callable[[str], str]:
    def name(text: str) -> str:
        if text not in registry:
            raise typer.BadParameter(f"{text!r} is not one of {', '.join(map(repr, registry))}")
        return text

    return name
