"""The names of presets, and the defaults that a preset changes.

`jazzgen.nn.presets` says what a preset does, and adds the presets of plug-ins to `PRESETS`.
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
    """The part of a preset that configurations need.

    Args:
        name: The name in settings, model files and on the command line.
        about: A description of a few words, for help texts.
        model: The defaults of `ModelConfig` that the preset changes, by field.
        training: The defaults of `TrainingConfig` that the preset changes, by field.
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
IMPROVISER = PresetSettings(name="improviser", about="pitch, then duration; reads the chords")
PRESETS: Registry[PresetSettings] = Registry("preset", [CLASSIC, IMPROVISER])
"""The presets by name, including those of plug-ins."""


def presets_help() -> str:
    """Return the help text of the option that chooses a preset."""
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
