"""The settings of a planner and of its training."""

from __future__ import annotations

from dataclasses import dataclass

from jazzgen.runtime.settings import check_settings, setting

__all__ = ["PlannerConfig"]


@dataclass(frozen=True, kw_only=True)
class PlannerConfig:
    """How a planner is made and trained.

    Args:
        units: The units of its cell.
        epochs: The largest number of passes over the solos.
        batch_size: The number of windows in a step.
        learning_rate: The learning rate of AdamW.
        weight_decay: The weight decay of AdamW.
        dropout: The fraction of the cell's inputs and outputs that is dropped.
        patience: The epochs without a better held-out figure after which training stops.
        seed: The seed of the initial weights, the dropout and the order.

    Raises:
        ConfigError: A value is out of range.
    """

    units: int = setting(64, 1, 1024, text="Number of units in the planner's cell.")
    epochs: int = setting(40, 1, 10_000, text="Largest number of passes over the solos.")
    batch_size: int = setting(16, 1, 4096, text="Number of windows in a step.")
    learning_rate: float = setting(0.003, 1e-9, 1, text="Learning rate.")
    weight_decay: float = setting(0.01, 0, 1, text="AdamW's weight decay.")
    dropout: float = setting(0.4, 0, 0.95, text="Fraction of inputs and outputs dropped.")
    patience: int = setting(6, 1, 10_000, text="Stop after so many epochs without a better one.")
    seed: int = setting(0, 0, 2**31 - 1, text="Seed.")

    def __post_init__(self) -> None:
        check_settings(self)
