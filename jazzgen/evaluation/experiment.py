"""The settings of experiments on gradient flow (see `evaluation.gradient_flow`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jazzgen.errors import ConfigError
from jazzgen.rnn.clipping import check_clipping
from jazzgen.rnn.registry import CELLS
from jazzgen.runtime.settings import check_settings, setting

__all__ = ["Experiment"]


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """How cells are trained from scratch.

    Args:
        cells: Names of cells; by default all that are registered.
        length: T, values of a window.
        units: U, units of the cell.
        batch: Windows of a batch.
        steps: Steps of training.
        learning_rate: Learning rate of plain gradient descent.
        clip_norm: Global norm to which gradients are clipped, in the training that clips.
        clip_value: Largest absolute gradient, in place of the norm.
        gain: Factor of the recurrent weights of an untrained cell, to make errors explode.
        seed: Draws weights and windows.

    Raises:
        ConfigError: A number out of range, or clipping both by norm and by value.
    """

    cells: Sequence[str] = field(default_factory=lambda: tuple(CELLS))
    length: int = setting(60, 2, 10_000, text="T, values of a window.")
    units: int = setting(64, 1, 4096, text="From scratch: units of the cell.")
    batch: int = setting(16, 1, 10_000)
    steps: int = setting(100, 0, 1_000_000, text="From scratch: steps of training.")
    learning_rate: float = setting(
        3.0, 1e-9, 1e6, text="From scratch: learning rate of gradient descent."
    )
    clip_norm: float = setting(
        0.25, 0, 1e9, text="From scratch: the norm that gradients are clipped to, where they are."
    )
    clip_value: float = setting(
        0.0, 0, 1e9, text="The largest absolute gradient, in place of the norm; 0 for none."
    )
    gain: float = setting(
        2.0,
        0,
        100,
        text="From scratch: factor of an untrained cell's recurrent weights, to make errors "
        "explode.",
    )
    seed: int = setting(0, 0, 2**32 - 1, text="Draws weights and windows.")

    def __post_init__(self) -> None:
        check_settings(self)
        check_clipping(self)
        if not self.clip_value and not self.clip_norm:
            raise ConfigError(
                "clip_norm 0: expected a limit, so that there is something to compare"
            )
