"""Fields of JSON that a page has sent, whose types and bounds are checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

from jazzgen.errors import ConfigError

__all__ = ["check_value", "field_of"]

LONGEST_TEXT = 200_000
"""The largest number of characters of a text: a chart of 2,000 bars has fewer."""
LARGEST = 2**32 - 1
"""The largest whole number that is taken."""


def field_of(values: Mapping[str, Any], name: str, hint: Any, default: Any = ...) -> Any:
    """Return a field of a request, whose type is checked.

    Args:
        values: The request.
        name: The name of the field.
        hint: Its type.
        default: What it is where the request has none, or null; without one it is required.

    Raises:
        ConfigError: It is missing, or of another type.
    """
    value = values.get(name)
    if value is None:
        if default is ...:
            raise ConfigError(f"{name}: is missing")
        return default
    return check_value(name, value, hint)


def check_value(name: str, value: object, hint: Any) -> Any:
    """Return a value of JSON as a type of Python's; whole numbers are taken as any number.

    Args:
        name: The name of the field, for the message.
        value: The value.
        hint: The type: bool, int, float, str, dict, list, None, a literal or a union of these.

    Raises:
        ConfigError: It is of another type, or far too large.
    """
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    for kind in kinds:
        if kind is float and type(value) in (int, float):
            number = _number(name, value)
            return float(number)
        if kind is int and type(value) is int:
            return int(_number(name, value))
        if isinstance(kind, type) and type(value) is kind:
            return _bounded_text(name, value)
        if type(value) is str and value in get_args(kind):
            return value
    raise ConfigError(f"{name}: expected {' or '.join(map(_named, kinds))}")


def _number(name: str, value: Any) -> Any:
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise ConfigError(f"{name}: is out of range")
    return value


def _bounded_text(name: str, value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise ConfigError(f"{name}: is longer than {LONGEST_TEXT:,} characters")
    return value


def _named(kind: Any) -> str:
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text",
             list: "a list", dict: "an object", type(None): "null"}  # fmt: skip
    return names.get(kind) or " or ".join(map(str, get_args(kind)))
