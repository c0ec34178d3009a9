"""The settings of a model's architecture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jazzgen.config.presets import PRESETS, PresetName, presets_help, usual_by_preset
from jazzgen.rnn.registry import CELLS
from jazzgen.runtime.settings import check_settings, setting

__all__ = ["ModelConfig"]


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """The architecture of a model, in integers and names.

    Args:
        preset: `classic` (one joint vocabulary, as in the course), `improviser` (first the
            pitch, then the duration given the pitch; transposition-invariant), or another
            name in `PRESETS`.
        cell: The recurrent cell, a name in `rnn.registry.CELLS`.
        units: The number of units of each cell.
        layers: The number of stacked cells.
        values: The largest size of the joint vocabulary (classic).
        embedding: The size of the cells' input (improviser).
        encoder: The number of units per direction of the chart's bidirectional GRU; 0 for no
            encoder (improviser).
        members: The number of networks in an ensemble, each with its own layers, whose
            distributions are averaged (improviser).
        edition: What an improviser hears and says (see `nn.editions.EDITIONS`). Models of
            edition 1 hear neither instrument, style nor feel, and play each note up to the next;
            those of edition 2 follow no plan, and forget where in the form they played what;
            those of edition 3 do not adapt to the line while they play it.

    Raises:
        ConfigError: A value is out of range.
    """

    preset: PresetName = setting("improviser", choices=PRESETS, text=presets_help)
    cell: str = setting("lstm", choices=CELLS, text="The recurrent cell.")
    units: int = setting(
        128, 1, 4096, text="Number of units in each cell.", usual=usual_by_preset("units", 128)
    )
    layers: int = setting(1, 1, 16, text="Number of stacked cells.")
    values: int = setting(90, 2, 20_000, text="Classic: largest size of the vocabulary.")
    embedding: int = setting(192, 1, 4096, text="Improviser: size of the cells' input.")
    encoder: int = setting(
        48, 0, 4096, text="Improviser: units per direction of the chart encoder; 0 for no encoder."
    )
    members: int = setting(1, 1, 16, text="Improviser: number of networks in an ensemble.")
    edition: int = setting(
        4,
        1,
        4,
        text="Improviser: 1 knows performers alone, 2 instruments and styles too, 3 follows a "
        "plan, 4 also adapts to the solo.",
    )

    def __post_init__(self) -> None:
        check_settings(self)

    @classmethod
    def for_preset(cls, preset: PresetName, **changes: Any) -> ModelConfig:
        """Return the settings of a preset.

        Args:
            preset: A name in `PRESETS`.
            changes: Settings that replace the preset's, by name; None keeps the preset's.

        Raises:
            ConfigError: The preset is unknown, or a value is out of range.
        """
        given = {name: value for name, value in changes.items() if value is not None}
        return cls(**{"preset": preset, **PRESETS[preset].model, **given})
