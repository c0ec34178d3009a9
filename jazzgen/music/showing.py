"""How a solo shows itself in a notebook: whoever can draw one says so here.

Music knows nothing of pictures and sound. What shows them is registered by its place, so
that it loads when something is shown for the first time.
"""

from __future__ import annotations

from importlib import import_module

__all__ = ["html_of", "show_with"]

_places: dict[str, str] = {}


def show_with(place: str) -> None:
    """Register what makes HTML of a solo.

    Args:
        place: A function of one argument, as `module:name`.
    """
    _places["html"] = place


def html_of(thing: object) -> str | None:
    """Return a thing as HTML; None if nothing is registered."""
    if "html" not in _places:
        return None
    module, _, name = _places["html"].partition(":")
    return str(getattr(import_module(module), name)(thing))
