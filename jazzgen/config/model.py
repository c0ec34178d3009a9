"""The settings of a model: what it is made of, without how it is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jazzgen.config.presets import PRESETS, PresetName, presets_help, usual_by_preset
from jazzgen.rnn.registry import CELLS
from jazzgen.runtime.settings import check_settings, setting

__all__ = ["ModelConfig"]


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """The architecture of a model: integers and names only.

    Args:
        preset: `classic` (one joint vocabulary, as in the course), `improviser` (pitch,
            then duration given the pitch; transposition-invariant), or another name in
            `PRESETS`.
        cell: The recurrent cell, a name in `rnn.registry.CELLS`.
        units: Units of each cell.
        layers: How many cells are stacked.
        values: Size of the joint vocabulary at most (classic only).
        embedding: Size of the cells' input (improviser only, as what follows).
        encoder: Units a direction of the chart's bidirectional GRU; 0 for no encoder.
        members: Players of an ensemble, each with layers of its own, whose
            distributions are averaged.

    Raises:
        ConfigError: A value out of range.
    """

    preset: PresetName = setting("improviser", choices=PRESETS, text=presets_help)
    cell: str = setting("lstm", choices=CELLS, text="The recurrent cell.")
    units: int = setting(
        128, 1, 4096, text="Units of each cell.", usual=usual_by_preset("units", 128)
    )
    layers: int = setting(1, 1, 16, text="How many cells are stacked.")
    values: int = setting(90, 2, 20_000, text="Classic: the most values in the vocabulary.")
    embedding: int = setting(192, 1, 4096, text="Improviser: size of the cells' input.")
    encoder: int = setting(
        48, 0, 4096, text="Improviser: units per direction of the chart's encoder; 0 for none."
    )
    members: int = setting(1, 1, 16, text="Improviser: players in an ensemble.")

    def __post_init__(self) -> None:
        check_settings(self)

    @classmethod
    def for_preset(cls, preset: PresetName, **changes: Any) -> ModelConfig:
        """Return a preset's settings, some of them changed (None changes nothing)."""
        given = {name: value for name, value in changes.items() if value is not None}
        return cls(**{"preset": preset, **PRESETS[preset].model, **given})
