"""Settings that describe themselves: help, unit and bounds stand in a dataclass's field.

The checks of a configuration and the options of the command line both read them from there, so
that a new setting is one field and nothing else. The keys of a field's metadata:

| key | value |
|---|---|
| `help` | what the setting does; without it the setting is no option |
| `unit` | what it is counted in, such as "bars" |
| `min`, `max` | its bounds, themselves included |
| `choices` | the names it can have, where its type does not say them: a registry or a function |
| `metavar` | what stands for its value in the help, such as "FILE.mid" |
| `usual` | what the help says of the default, if not the default: a text or a function |
| `option` | the option's name, where it is not the field's |
| `argument` | whether it is given by its place in the command line, not by its name |
| `fields` | a function that returns the fields of further numbers, which the field holds by name |
"""

from __future__ import annotations

from dataclasses import MISSING, Field, field, fields
from typing import Any, get_args, get_type_hints

from jazzgen.errors import ConfigError

__all__ = ["check_bounds", "check_settings", "choices_of", "setting", "type_hints"]


def setting(
    default: Any = MISSING,
    low: float | None = None,
    high: float | None = None,
    *,
    text: Any = "",
    unit: str = "",
    metavar: str = "",
    **more: Any,
) -> Any:
    """Return a field of a dataclass that describes itself.

    Args:
        default: The value where none is given; without it one must be given.
        low: The least value.
        high: The largest value.
        text: The help: a text, or a function that returns it.
        unit: What the value is counted in.
        metavar: What stands for the value in the help.
        more: The other keys of the metadata (see this module).
    """
    told = {"help": text, "unit": unit, "min": low, "max": high, "metavar": metavar}
    kept = {name: value for name, value in told.items() if value is not None and value != ""}
    return field(default=default, metadata={**kept, **more})


_hints: dict[type[Any], dict[str, Any]] = {}


def type_hints(kind: type[Any]) -> dict[str, Any]:
    """Return the types of a dataclass's fields, by name."""
    if kind not in _hints:  # to evaluate annotations takes longer than to make options of them
        _hints[kind] = get_type_hints(kind)
    return _hints[kind]


def choices_of(described: Field[Any], hint: Any) -> tuple[str, ...]:
    """Return the names that a setting can have, none if it is not chosen by name.

    Args:
        described: The setting's field.
        hint: Its type.
    """
    if "choices" in described.metadata:
        told = described.metadata["choices"]
        return tuple(told() if callable(told) else told)
    names = get_args(hint)
    return names if names and isinstance(names[0], str) else ()


def check_settings(settings: Any) -> None:
    """Check every setting of a dataclass for its type and its bounds.

    Raises:
        ConfigError: One of them is wrong; the message begins with its name.
    """
    hints = type_hints(type(settings))
    for described in fields(settings):
        value, hint = getattr(settings, described.name), hints[described.name]
        choices = choices_of(described, hint)
        if choices and (value is not None or described.default is not None):
            _check_choice(described.name, value, choices)
        elif hint is int and type(value) is not int:
            raise ConfigError(f"{described.name} {value!r}: expected an integer")
        if value is not None:
            check_bounds(described, value)


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ConfigError(f"{name} {value!r}: expected one of {', '.join(choices)}")


def check_bounds(described: Field[Any], value: Any) -> None:
    """Check that a number is within a setting's bounds.

    Args:
        described: The setting's field.
        value: The number.

    Raises:
        ConfigError: It is not; the message begins with the setting's name.
    """
    low, high = described.metadata.get("min"), described.metadata.get("max")
    # Asked this way round, so that a NaN is outside of all bounds.
    if (low is None or low <= value) and (high is None or value <= high):
        return
    if high is None:
        expected = f"at least {low:g}"
    elif low is None:
        expected = f"at most {high:g}"
    else:
        expected = f"{low:g} to {high:g}"
    unit = described.metadata.get("unit", "")
    raise ConfigError(f"{described.name} {value:g}: expected {expected} {unit}".rstrip())
