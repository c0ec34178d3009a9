"""Arguments of the wrong kind: refused by name, as the annotations of a function say.

    @checked
    def load(name: str | Path = "improviser", engine: str = "light") -> Improviser: ...

`load(5)` is then answered with `name 5: expected a text or a path`.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable
from dataclasses import fields
from typing import Any, ParamSpec, TypeVar, get_type_hints

from jazzgen.errors import ConfigError, InputError
from jazzgen.runtime.kinds import Kind, kinds_of, shown

__all__ = ["check_fields", "checked"]
P = ParamSpec("P")
T = TypeVar("T")


def checked(function: Callable[P, T]) -> Callable[P, T]:
    """Return a function that compares its arguments with its annotations before it runs.

    Args:
        function: The function, or a method.

    Returns:
        The function, which raises `ConfigError` for an argument of the wrong kind. What Python
        itself refuses, such as an argument too many, it refuses as before.
    """

    @functools.wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        signature, kinds = _parameters(function)
        for name, value in signature.bind(*args, **kwargs).arguments.items():
            if name in kinds and not kinds[name].holds(value):
                raise ConfigError(f"{name} {shown(value)}: expected {kinds[name].words}")
        return function(*args, **kwargs)

    return asked


@functools.cache
def _parameters(function: Callable[..., Any]) -> tuple[inspect.Signature, dict[str, Kind]]:
    # What a function returns may be known to type checkers alone.
    told = {name: hint for name, hint in function.__annotations__.items() if name != "return"}
    hints = get_type_hints(types.SimpleNamespace(__annotations__=told), function.__globals__)
    signature = inspect.signature(function)
    for name, one in signature.parameters.items():
        if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
            hints.pop(name, None)
    return signature, kinds_of(hints)


def check_fields(made: Any, error: type[InputError] = ConfigError) -> None:
    """Check that each field of a dataclass has a value of its kind.

    Args:
        made: An instance of the dataclass.
        error: The class of the error.

    Raises:
        InputError: Of that class: a value is of another kind; the message begins with the name
            of its field.
    """
    for name, kind in _fields(made.__class__).items():
        value = getattr(made, name)
        if not kind.holds(value):
            raise error(f"{name} {shown(value)}: expected {kind.words}")


@functools.cache
def _fields(kind: type[Any]) -> dict[str, Kind]:
    hints = get_type_hints(kind)
    return kinds_of({one.name: hints[one.name] for one in fields(kind)})
