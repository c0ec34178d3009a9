"""From the JSON of a request to the settings of `jazzgen generate`, under their own names.

The studio offers the settings of the command, but none that names a file: a page never says what
is read or written on the disk.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType, UnionType
from typing import Any, Union, get_args, get_origin

from jazzgen.band.arrangement import Arrangement
from jazzgen.cli.generate_requests import SoloistRequest, TuneRequest
from jazzgen.cli.options import Given
from jazzgen.config import SamplingConfig
from jazzgen.errors import ConfigError
from jazzgen.music.shape import SHAPES
from jazzgen.render.playback import Playback
from jazzgen.runtime.settings import type_hints

__all__ = ["Settings", "check_value", "field_of", "is_setting"]

GROUPS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "soloist": SoloistRequest,
        "tune": TuneRequest,
        "arrangement": Arrangement,
        "sampling": SamplingConfig,
        "playback": Playback,
    }
)
"""The configurations whose settings a request may have."""
WITHHELD = frozenset(
    (
        *("model", "engine", "trade", "head", "primer", "solo", "bars", "strict", "soloist"),
        *("program", "hearing", "gaps", "landing", "goes_on", "low", "high", "extra", "seed"),
    )
)
"""Settings that name files, or that other parts of a request decide."""
LONGEST_TEXT = 200_000
"""The largest number of characters of a text: a chart of 2,000 bars has fewer."""
LARGEST = 2**31 - 1
"""The largest whole number that is taken."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a request by configuration, each checked by its own configuration.

    Args:
        soloist: Who plays.
        tune: What is played over.
        arrangement: What the band plays around the choruses.
        sampling: How values are drawn.
        playback: How solo and band sound.
    """

    soloist: Given[SoloistRequest]
    tune: Given[TuneRequest]
    arrangement: Given[Arrangement]
    sampling: Given[SamplingConfig]
    playback: Given[Playback]

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Settings:
        """Return the settings of a request.

        Args:
            values: The settings by name; None for the default. The settings of `jazzgen generate`
                that name no file.

        Raises:
            ConfigError: There is no such setting, or a value is of another type.
        """
        groups: dict[str, dict[str, Any]] = {name: {} for name in GROUPS}
        for name, value in values.items():
            group = _group_of(name)
            if value is None:
                continue
            checked = check_value(name, value, type_hints(GROUPS[group])[name])
            groups[group][name] = _shape(checked) if name == "shape" else checked
        return cls(**{name: Given(kind, groups[name], {}) for name, kind in GROUPS.items()})


def is_setting(name: str) -> bool:
    """Return whether a request may have a setting of this name."""
    try:
        return bool(_group_of(name))
    except ConfigError:
        return False


def _group_of(name: str) -> str:
    for group, kind in GROUPS.items():
        known = {one.name for one in fields(kind) if "help" in one.metadata}
        if name in known - WITHHELD:
            return group
    raise ConfigError(f"{name[:40]}: is no setting of the studio")


def _shape(text: str) -> str:
    # `Shape.parse` would take any other text for the name of a file.
    if text.strip().lower() not in SHAPES and not re.fullmatch(r"[\d\s,]+", text):
        raise ConfigError(f"shape: expected {', '.join(SHAPES)}, or energies from 1 to 9")
    return text


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
