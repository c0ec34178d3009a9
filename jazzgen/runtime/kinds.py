"""Kinds of values: what an annotation allows, in the words of a message.

| annotation | allows |
|---|---|
| `int` | whole numbers, those of NumPy among them, but no Boolean |
| `float` | real numbers, but not NaN |
| `bool`, `str`, `None` | what it says |
| `Path` | whatever stands for a path, but no text |
| `Sequence[X]`, `tuple[X, ...]` | a list of what `X` allows, but no text |
| `Mapping[K, V]` | a dictionary |
| `Literal["a", "b"]` | one of these texts |
| a class | its instances |
| `X | Y` | what one of them allows |

What an annotation does not say in these words (`Any`, an array, a callable) is let through.
"""

from __future__ import annotations

import functools
import os
import types
from collections.abc import Callable, Collection, Mapping, Sequence
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from jazzgen.runtime.wording import alternatives

__all__ = ["Kind", "kind_of", "kinds_of", "shown"]

LONGEST = 60
"""The characters of a value that a message shows."""


class Kind(NamedTuple):
    """What an annotation allows.

    Args:
        holds: Returns whether a value is of this kind.
        words: What a value should be, for messages: "a whole number".
    """

    holds: Callable[[Any], bool]
    words: str


def shown(value: object) -> str:
    """Return a value as a message shows it: its beginning, on one line.

    >>> shown("tenor"), shown([0] * 100)[-6:]
    ("'tenor'", ' 0, 0…')

    Args:
        value: Anything, even an object that cannot show itself.
    """
    try:
        text = " ".join(repr(value).split())
    except Exception:  # noqa: BLE001 - a stranger's object may do anything
        text = f"<{type(value).__name__}>"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def kinds_of(hints: Mapping[str, Any]) -> dict[str, Kind]:
    """Return the kind of each annotation that has one.

    Args:
        hints: The annotations by name, evaluated.
    """
    found = {name: kind_of(hint) for name, hint in hints.items()}
    return {name: kind for name, kind in found.items() if kind is not None}


@functools.cache
def kind_of(hint: Any) -> Kind | None:
    """Return what an annotation allows; None for one that is let through.

    >>> kind_of(int | None).words, kind_of(int | None).holds(2.5)
    ('a whole number or None', False)

    Args:
        hint: The annotation, evaluated.
    """
    if hint in PLAIN:
        return PLAIN[hint]
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _any_of([kind_of(one) for one in get_args(hint)])
    if origin is tuple and get_args(hint)[-1:] != (...,):
        return _row_of([kind_of(one) for one in get_args(hint)])
    if origin is Literal:
        names = get_args(hint)
        return Kind(lambda value: isinstance(value, str) and value in names, alternatives(names))
    if origin in (Mapping, dict):
        return Kind(lambda value: isinstance(value, Mapping), "a dictionary")
    if origin in (Sequence, tuple, list):
        return _list_of(kind_of(get_args(hint)[0]))
    if isinstance(hint, type) and origin is None and hint is not Any:
        article = "an" if hint.__name__[0] in "AEIOU" else "a"
        return Kind(lambda value: isinstance(value, hint), f"{article} {hint.__name__}")
    return None


def _any_of(kinds: Sequence[Kind | None]) -> Kind | None:
    known = [kind for kind in kinds if kind is not None]
    if len(known) < len(kinds):
        return None
    return Kind(
        lambda value: any(kind.holds(value) for kind in known),
        alternatives(dict.fromkeys(kind.words for kind in known)),
    )


def _row_of(kinds: Sequence[Kind | None]) -> Kind:
    def holds(value: Any) -> bool:
        return _is_list(value) and len(value) == len(kinds) and all(
            kind is None or kind.holds(one) for kind, one in zip(kinds, value, strict=True)
        )  # fmt: skip

    words = ", ".join("anything" if kind is None else kind.words for kind in kinds)
    return Kind(holds, f"a list of {len(kinds)}: {words}")


def _list_of(kind: Kind | None) -> Kind:
    if kind is None:
        return Kind(_is_list, "a list")
    return Kind(
        lambda value: _is_list(value) and all(map(kind.holds, value)), f"a list, each {kind.words}"
    )


def _is_list(value: object) -> bool:
    """Return whether a value is a list of others: a text is none, although it has letters."""
    return isinstance(value, Collection) and not isinstance(value, str | bytes | Mapping | set)


def _is_number(value: Any) -> bool:
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    return bool(value == value)  # which NaN alone is not


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


PLAIN = {
    int: Kind(_is_whole, "a whole number"),
    float: Kind(_is_number, "a number"),
    bool: Kind(lambda value: type(value).__name__ in ("bool", "bool_"), "True or False"),
    str: Kind(lambda value: isinstance(value, str), "a text"),
    Path: Kind(lambda value: isinstance(value, os.PathLike), "a path"),
    type(None): Kind(lambda value: value is None, "None"),
    None: Kind(lambda value: value is None, "None"),
}
"""The annotations that have words of their own."""
