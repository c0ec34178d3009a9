"""What a notebook shows of a solo: the hook through which a higher room draws it.

A `Solo` must be able to show itself (`_repr_html_`), but this room knows nothing of pictures
and sound, and may not import those that do. So the room that draws registers a function here,
by its name: its module is imported when a solo is shown for the first time, not before.
"""

from __future__ import annotations

from importlib import import_module

__all__ = ["html_of", "register_html"]

_registered: dict[str, str] = {}


def register_html(function: str | None) -> str | None:
    """Choose the function that turns a solo into HTML.

    Args:
        function: The name of a function of one argument, as `module:name`; None for none, in
            which case notebooks show a solo as text.

    Returns:
        The name of the function registered until now, or None.
    """
    previous = _registered.pop("function", None)
    if function is not None:
        _registered["function"] = function
    return previous


def html_of(thing: object) -> str | None:
    """Return a thing as HTML, or None if no function is registered for it."""
    if "function" not in _registered:
        return None
    module, _, name = _registered["function"].partition(":")
    return str(getattr(import_module(module), name)(thing))
