"""The names of presets, and the settings whose defaults depend on one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Literal

__all__ = ["Preset", "preset_defaults"]

Preset = Literal["classic", "improviser"]


def preset_defaults(kind: type[Any], preset: str) -> dict[str, Any]:
    """Return the defaults that a preset changes, by the names of the settings.

    Args:
        kind: The class of a configuration, whose fields name such defaults under `presets`
            in their metadata.
        preset: The name of the preset.
    """
    tables: dict[str, Mapping[str, Any]] = {
        one.name: one.metadata.get("presets", {}) for one in fields(kind)
    }
    return {name: table[preset] for name, table in tables.items() if preset in table}
