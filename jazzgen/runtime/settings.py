"""Settings: dataclass fields that carry their own help text, unit and bounds.

The checks of a configuration and the options of the command line are both derived from the
field's metadata, so a new setting needs its field only. The keys of the metadata:

| key | value |
|---|---|
| `help` | what the setting does; a setting without help is not an option |
| `unit` | the unit of its value, such as "bars" |
| `min`, `max` | its bounds, which are allowed values |
| `choices` | its allowed names, if its type is not a `Literal`: a registry or a function |
| `metavar` | the placeholder for its value in the help, such as "FILE.mid" |
| `usual` | a description of the default, shown instead of it: a text or a function |
| `option` | the option's name, if it differs from the field's |
| `completes` | a function that returns the values which a shell offers |
| `argument` | whether it is a positional argument, not an option |
| `prose` | whether it is a text that files will hold, not the name of one |
| `fields` | for a dictionary of numbers: a function that returns the field of each, by its key |
"""

from __future__ import annotations

from dataclasses import MISSING, Field, field, fields
from numbers import Real
from typing import Any, get_args, get_type_hints

from jazzgen.errors import ConfigError
from jazzgen.runtime.kinds import kind_of, shown
from jazzgen.runtime.wording import well_formed

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
    """Return a dataclass field that carries its help text, unit and bounds.

    Args:
        default: The default value; a setting without one is required.
        low: The smallest allowed value.
        high: The largest allowed value.
        text: The help: a text, or a function that returns it.
        unit: The unit of the value.
        metavar: The placeholder for the value in the help.
        more: Other keys of the metadata (see the module's table).
    """
    metadata = {"help": text, "unit": unit, "min": low, "max": high, "metavar": metavar}
    given = {name: value for name, value in metadata.items() if value is not None and value != ""}
    return field(default=default, metadata={**given, **more})


_hints: dict[type[Any], dict[str, Any]] = {}


def type_hints(kind: type[Any]) -> dict[str, Any]:
    """Return the types of a dataclass's fields, by name."""
    if kind not in _hints:  # evaluating annotations is the slowest part of building the options
        _hints[kind] = get_type_hints(kind)
    return _hints[kind]


def choices_of(described: Field[Any], hint: Any) -> tuple[str, ...]:
    """Return the names that a setting allows.

    Args:
        described: The setting's field.
        hint: The type of that field.

    Returns:
        The names; empty if the setting is not chosen by name.
    """
    if "choices" in described.metadata:
        choices = described.metadata["choices"]
        return tuple(choices() if callable(choices) else choices)
    names = get_args(hint)
    return names if names and isinstance(names[0], str) else ()


def check_settings(settings: Any) -> None:
    """Check the kind and the bounds of every setting of a dataclass.

    Numbers of NumPy become Python's, which JSON can hold.

    Raises:
        ConfigError: A setting is wrong; the message begins with its name.
    """
    hints = type_hints(type(settings))
    for described in fields(settings):
        value, hint = getattr(settings, described.name), hints[described.name]
        choices = choices_of(described, hint)
        if described.metadata.get("prose") and value and value != well_formed(value):
            raise ConfigError(f"{described.name} {shown(value)}: is not text in UTF-8")
        if isinstance(value, float):
            check_bounds(described, value)  # which NaN is out of: the bounds say more
        if choices and (value is not None or described.default is not None):
            _check_choice(described.name, value, choices)
        else:
            _check_kind(described.name, value, hint)
        if isinstance(value, Real) and type(value).__module__ == "numpy":
            value = value.item()  # type: ignore[attr-defined]
            object.__setattr__(settings, described.name, value)
        if value is not None:
            check_bounds(described, value)


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in choices:
        raise ConfigError(f"{name} {shown(value)}: expected one of {', '.join(choices)}")


def _check_kind(name: str, value: object, hint: Any) -> None:
    kind = kind_of(hint)
    if kind is not None and not kind.holds(value):
        raise ConfigError(f"{name} {shown(value)}: expected {kind.words}")


def check_bounds(described: Field[Any], value: Any) -> None:
    """Check that a number is within a setting's bounds.

    Args:
        described: The setting's field.
        value: The number.

    Raises:
        ConfigError: The number is out of bounds; the message begins with the setting's name.
    """
    low, high = described.metadata.get("min"), described.metadata.get("max")
    # All comparisons with NaN are false, so `value < low` would let it through.
    if (low is None or low <= value) and (high is None or value <= high):
        return
    if high is None:
        expected = f"at least {_told(low)}"
    elif low is None:
        expected = f"at most {_told(high)}"
    else:
        expected = f"{_told(low)} to {_told(high)}"
    unit = described.metadata.get("unit", "")
    raise ConfigError(f"{described.name} {_told(value)}: expected {expected} {unit}".rstrip())


def _told(number: Any) -> str:
    """Return a number as people type it: 2000001 instead of 2e+06."""
    return shown(number) if isinstance(number, int) else f"{number:g}"
