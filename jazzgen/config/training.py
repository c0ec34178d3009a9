"""The settings of a training run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jazzgen.config.presets import PRESETS, PresetName, usual_by_preset
from jazzgen.rnn.clipping import check_clipping, clipping_defaults
from jazzgen.runtime.settings import check_settings, setting

__all__ = ["TrainingConfig"]


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """How a model is trained.

    Args:
        epochs: Passes over the training windows at most.
        seed: Decides initial weights, dropout and the order of windows.
        window: Tx, the values in a window.
        batch_size: Windows in a step.
        learning_rate: The highest rate of the one-cycle schedule.
        weight_decay: AdamW's.
        dropout: Share of the cells' inputs and outputs that is dropped.
        clip_norm: Largest global norm of a step's gradients; 0 for none.
        clip_value: Largest absolute value of a gradient; 0 for none.
        patience: Epochs without a better held-out figure before training stops.
        transpose: Semitones up and down by which solos are transposed at random
            each epoch; 0 for none. The presets are relative and need none.
        anonymous: Share of windows whose performer is not told, so that a model can
            play like nobody in particular, and share of those where the loudness and
            timing of the notes before are not, so that it understands mechanical ones.
        distillation: Where a teacher is asked: how much of a target is what the teacher
            expects; the rest is what was played.

    Raises:
        ConfigError: A value out of range, or clipping both by norm and by value.
    """

    epochs: int = setting(30, 1, 100_000, text="Passes over the solos at most.")
    seed: int = setting(0, 0, 2**32 - 1, text="Decides weights, dropout and order.")
    window: int = setting(
        64,
        1,
        100_000,
        text="Tx, values in a training window.",
        usual=usual_by_preset("window", 64),
    )
    batch_size: int = setting(32, 1, 100_000, text="Windows in a step.")
    learning_rate: float = setting(
        3e-3,
        1e-9,
        10,
        text="Peak of the one-cycle schedule.",
        usual=usual_by_preset("learning_rate", 3e-3),
    )
    weight_decay: float = setting(0.01, 0, 1, text="AdamW's weight decay.")
    dropout: float = setting(
        0.3,
        0,
        0.95,
        text="Share of the cells' inputs and outputs that is dropped.",
        usual=usual_by_preset("dropout", 0.3),
    )
    clip_norm: float = setting(1.0, 0, 1e9, text="Largest global gradient norm; 0 for none.")
    clip_value: float = setting(
        0.0, 0, 1e9, text="Largest absolute gradient, in place of the norm; 0 for none."
    )
    patience: int = setting(
        10, 1, 100_000, text="Epochs without a better held-out figure before it stops."
    )
    transpose: int = setting(
        0,
        0,
        12,
        unit="semitones",
        text="Transpose windows at random by so many semitones at most.",
    )
    anonymous: float = setting(
        0.1,
        0,
        1,
        text="Share of windows whose performer is not told, and of those where loudness and timing "
        "are not.",
    )
    distillation: float = setting(
        0.7,
        0,
        1,
        text="With --teacher: how much of what is learnt from the solos is its expectation.",
    )

    def __post_init__(self) -> None:
        check_settings(self)
        check_clipping(self)

    @classmethod
    def for_preset(cls, preset: PresetName, **changes: Any) -> TrainingConfig:
        """Return a preset's settings, some of them changed (None changes nothing).

        Clipping by value takes the place of the preset's clipping by norm.
        """
        given = {name: value for name, value in changes.items() if value is not None}
        return cls(**{**PRESETS[preset].training, **clipping_defaults(given), **given})
