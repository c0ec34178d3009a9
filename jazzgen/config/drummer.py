"""Settings of the learnt drummer."""

from __future__ import annotations

from dataclasses import dataclass

from jazzgen.runtime.settings import check_settings, setting

__all__ = ["DrummerConfig"]


@dataclass(frozen=True, kw_only=True)
class DrummerConfig:
    """How a drummer is made and trained.

    Args:
        units: The units of its cell.
        width: The size of the layer between the cell and how a stroke is played.
        epochs: The number of passes over the performances, at whose end the learning rate is 0.
        batch_size: The number of windows in a step.
        window: The number of strokes in a window.
        learning_rate: The learning rate of AdamW at the beginning.
        weight_decay: The weight decay of AdamW.
        dropout: The fraction of the cell's inputs and outputs that is dropped.
        unknown_style: The fraction of windows whose style is hidden.
        seed: The seed of the initial weights, the dropout and the order.

    Raises:
        ConfigError: A value is out of range.
    """

    units: int = setting(160, 1, 1024, text="Number of units in the drummer's cell.")
    width: int = setting(64, 1, 1024, text="Size of the layer before velocity and timing.")
    epochs: int = setting(20, 1, 10_000, text="Number of passes over the performances.")
    batch_size: int = setting(24, 1, 4096, text="Number of windows in a step.")
    window: int = setting(256, 16, 10_000, text="Number of strokes in a window.")
    learning_rate: float = setting(0.004, 1e-9, 1, text="Learning rate at the beginning.")
    weight_decay: float = setting(0.01, 0, 1, text="AdamW's weight decay.")
    dropout: float = setting(0.25, 0, 0.95, text="Fraction of inputs and outputs dropped.")
    unknown_style: float = setting(0.05, 0, 1, text="Fraction of windows without their style.")
    seed: int = setting(0, 0, 2**31 - 1, text="Seed.")

    def __post_init__(self) -> None:
        check_settings(self)
