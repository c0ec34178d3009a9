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
    """How a character-level model is made and trained.

    Args:
        cell: The recurrent cell, a name in `rnn.registry.CELLS`.
        units: Units of the cell.
        optimizer: "adam" (Kingma and Ba 2015) or "sgd".
        learning_rate: Of the optimizer; it falls to a tenth by the end.
        clip_norm: Largest global norm of a step's gradients; 0 for none.
        clip_value: Largest absolute value of a gradient; 0 for none.
        batch_size: Lines in a step.
        epochs: Passes over the lines at most; the best one's weights are kept.
        patience: Epochs without a better held-out loss before training stops.
        seed: Decides weights, order and which line in twenty is held out.

    Raises:
        ConfigError: A value out of range, or clipping both by norm and by value.
    """

    cell: str = setting("gru", choices=CELLS, text="The recurrent cell.")
    units: int = setting(192, 1, 4096, text="Units of the cell.")
    optimizer: Literal["adam", "sgd"] = setting("adam", text="What moves the weights.")
    learning_rate: float = setting(
        5e-3, 1e-9, 100, text="Learning rate at the beginning; it falls to a tenth."
    )
    clip_norm: float = setting(5.0, 0, 1e9, text="Largest global gradient norm; 0 for none.")
    clip_value: float = setting(
        0.0, 0, 1e9, text="Largest absolute gradient, in place of the norm; 0 for none."
    )
    batch_size: int = setting(32, 1, 100_000, text="Lines in a step.")
    epochs: int = setting(60, 1, 100_000, text="Passes over the lines at most.")
    patience: int = setting(
        8, 1, 100_000, text="Epochs without a better held-out loss before it stops."
    )
    seed: int = setting(0, 0, 2**32 - 1, text="Decides weights and order.")

    def __post_init__(self) -> None:
        check_settings(self)
        check_clipping(self)
