"""From the JSON of a request to the settings of `jazzgen generate`, under their own names.

The studio offers the settings of the command, but none that names a file: a page never says what
is read or written on the disk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from jazzgen.band.arrangement import Arrangement
from jazzgen.cli.generate_requests import SoloistRequest, TuneRequest
from jazzgen.cli.options import Given
from jazzgen.config import SamplingConfig
from jazzgen.errors import ConfigError
from jazzgen.music.shape import SHAPES
from jazzgen.render.playback import Playback
from jazzgen.runtime.settings import type_hints
from jazzgen.studio.fields import check_value

__all__ = ["Settings", "is_setting"]

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
        *(
            "program",
            "hearing",
            "gaps",
            "closing",
            "landing",
            "goes_on",
            "low",
            "high",
            "extra",
            "seed",
        ),
    )
)
"""Settings that name files, or that other parts of a request decide."""


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
    raise ConfigError(f"{name[:40]}: is not a setting of the studio")


def _shape(text: str) -> str:
    # `Shape.parse` would take any other text for the name of a file.
    if text.strip().lower() not in SHAPES and not re.fullmatch(r"[\d\s,]+", text):
        raise ConfigError(f"shape: expected {', '.join(SHAPES)}, or energies from 1 to 9")
    return text
