"""The settings of the title model and its training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jazzgen.rnn.clipping import check_clipping
from jazzgen.rnn.registry import CELLS
from jazzgen.runtime.settings import check_settings, setting

__all__ = ["TitleConfig"]


@dataclass(frozen=True, kw_only=True)
class TitleConfig:
    """How a character-level model is built and trained.

    Args:
        cell: The recurrent cell, a name in `rnn.registry.CELLS`.
        units: The number of units of the cell.
        optimizer: "adam" (Kingma and Ba 2015) or "sgd".
        learning_rate: The optimizer's learning rate; it decays to a tenth by the end.
        clip_norm: The largest global norm of a step's gradients; 0 for no limit.
        clip_value: The largest absolute value of a gradient; 0 for no limit.
        batch_size: The number of lines in a step.
        epochs: The largest number of passes over the lines; the best epoch's weights are kept.
        patience: The number of epochs without a better held-out loss after which training
            stops.
        seed: The seed of the initial weights, the order of the lines and the choice of the one
            line in twenty that is held out.

    Raises:
        ConfigError: A value is out of range, or gradients are clipped both by norm and by value.
    """

    cell: str = setting("gru", choices=CELLS, text="The recurrent cell.")
    units: int = setting(192, 1, 4096, text="Number of units in the cell.")
    optimizer: Literal["adam", "sgd"] = setting("adam", text="The optimizer.")
    learning_rate: float = setting(
        5e-3, 1e-9, 100, text="Initial learning rate; it decays to a tenth."
    )
    clip_norm: float = setting(5.0, 0, 1e9, text="Largest global gradient norm; 0 for no clipping.")
    clip_value: float = setting(
        0.0,
        0,
        1e9,
        text="Largest absolute gradient, instead of clipping by norm; 0 for no clipping.",
    )
    batch_size: int = setting(32, 1, 100_000, text="Lines per step.")
    epochs: int = setting(60, 1, 100_000, text="Largest number of passes over the lines.")
    patience: int = setting(
        8, 1, 100_000, text="Stop after this many epochs without a better held-out loss."
    )
    seed: int = setting(0, 0, 2**32 - 1, text="Seed of the weights and the order of the lines.")

    def __post_init__(self) -> None:
        check_settings(self)
        check_clipping(self)
