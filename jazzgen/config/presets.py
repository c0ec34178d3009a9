"""The names of presets, and the settings whose defaults depend on one.

What a preset does stands in `jazzgen.nn.presets`, which adds plug-ins' presets to `PRESETS` too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jazzgen.runtime.registry import Registry

__all__ = [
    "CLASSIC",
    "IMPROVISER",
    "PRESETS",
    "PresetName",
    "PresetSettings",
    "presets_help",
    "usual_by_preset",
]

PresetName = str
"""The name of a preset, a key of `PRESETS`."""


@dataclass(frozen=True, kw_only=True)
class PresetSettings:
    """What configurations know of a preset.

    Args:
        name: What settings, model files and the command line call it.
        about: What it is, in a few words, for help texts.
        model: Fields of `ModelConfig` whose defaults it changes.
        training: Fields of `TrainingConfig` whose defaults it changes.
    """

    name: PresetName
    about: str
    model: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)


CLASSIC = PresetSettings(
    name="classic",
    about="the course's model",
    model={"units": 64},
    training={"window": 30, "dropout": 0.0, "learning_rate": 1e-2},
)
IMPROVISER = PresetSettings(name="improviser", about="pitch, then duration, knows the chords")
PRESETS: Registry[PresetSettings] = Registry("preset", [CLASSIC, IMPROVISER])
"""The presets by name, those of plug-ins included."""


def presets_help() -> str:
    """Return what a help text says of the presets."""
    return "; ".join(f"{one.name}: {one.about}" for one in PRESETS.values()) + "."


def usual_by_preset(name: str, default: float) -> Callable[[], str]:
    """Return a function that says, for a help text, which default each preset has.

    Args:
        name: The setting, a number.
        default: Its value in presets that do not change it.
    """

    def usual() -> str:
        tables = {one.name: {**one.model, **one.training} for one in PRESETS.values()}
        return ", ".join(f"{preset} {told.get(name, default):g}" for preset, told in tables.items())

    return usual
