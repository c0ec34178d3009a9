"""The settings of a training run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jazzgen.config.presets import PRESETS, PresetName, usual_by_preset
from jazzgen.rnn.clipping import check_clipping, clipping_defaults
from jazzgen.runtime.settings import check_settings, setting

__all__ = ["FEWEST_TO_TUNE", "PRECISIONS", "TrainingConfig"]


PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
"""The number formats of training; with a mixed one the cells compute in 16 bits."""
FEWEST_TO_TUNE = 3
"""The number of solos that fine-tuning needs."""
TUNING = {
    "epochs": 12, "patience": 4, "window": 128, "batch_size": 16, "learning_rate": 4e-4,
    "dropout": 0.2, "distillation": 0.2,
}  # fmt: skip
"""The defaults of `TrainingConfig.for_tuning` that differ from the preset's."""


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """How a model is trained.

    Args:
        epochs: The largest number of passes over the training windows.
        seed: The seed of the initial weights, the dropout and the order of windows.
        window: Tx, the number of values in a window.
        batch_size: The number of windows in a step.
        learning_rate: The peak of the one-cycle schedule.
        weight_decay: The weight decay of AdamW.
        dropout: The fraction of the cells' inputs and outputs that is dropped.
        clip_norm: The largest global norm of a step's gradients; 0 for no limit.
        clip_value: The largest absolute value of a gradient; 0 for no limit.
        precision: The number format in which the cells compute, a name in `PRECISIONS`. The weights
            and the output heads are float32 in any case.
        patience: The number of epochs without a better held-out figure after which training
            stops.
        transpose: The largest number of semitones, up or down, by which solos are transposed
            at random in each epoch; 0 for none. The presets are relative and need none.
        anonymous: The fraction of windows in which the performer is hidden, so that a model
            can play like no one in particular. In the same fraction the loudness and timing
            of the notes before are hidden, so that it understands mechanical files.
        unplanned: The fraction of windows in which the solo's plan is hidden, so that a model
            can play without one.
        distillation: With a teacher, or a model that is tuned, the share of its prediction in a
            target; the rest is the value that was played.

    Raises:
        ConfigError: A value is out of range, or gradients are clipped both by norm and by value.
    """

    epochs: int = setting(30, 1, 100_000, text="Largest number of passes over the solos.")
    seed: int = setting(0, 0, 2**32 - 1, text="Seed of the weights, dropout and order.")
    window: int = setting(
        64,
        1,
        100_000,
        text="Tx, the number of values in a training window.",
        usual=usual_by_preset("window", 64),
    )
    batch_size: int = setting(32, 1, 100_000, text="Windows per step.")
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
        text="Fraction of the cells' inputs and outputs that is dropped.",
        usual=usual_by_preset("dropout", 0.3),
    )
    clip_norm: float = setting(1.0, 0, 1e9, text="Largest global gradient norm; 0 for no clipping.")
    clip_value: float = setting(
        0.0,
        0,
        1e9,
        text="Largest absolute gradient, instead of clipping by norm; 0 for no clipping.",
    )
    precision: str = setting(
        "float32",
        choices=PRECISIONS,
        text="Number format of the cells; a mixed one is quicker on GPUs that have it.",
    )
    patience: int = setting(
        10, 1, 100_000, text="Stop after this many epochs without a better held-out figure."
    )
    transpose: int = setting(
        0,
        0,
        12,
        unit="semitones",
        text="Transpose windows at random by at most this many semitones.",
    )
    anonymous: float = setting(
        0.1,
        0,
        1,
        text="Fraction of windows in which the performer is hidden, and of windows in which the "
        "loudness and timing are.",
    )
    unplanned: float = setting(
        0.4, 0, 1, text="Fraction of windows in which the solo's plan is hidden."
    )
    distillation: float = setting(
        0.7,
        0,
        1,
        text="With --teacher or --from: the share of its predictions in what is learned from the "
        "solos.",
    )

    def __post_init__(self) -> None:
        check_settings(self)
        check_clipping(self)

    @classmethod
    def for_preset(cls, preset: PresetName, **changes: Any) -> TrainingConfig:
        """Return the settings of a preset.

        Clipping by value replaces the preset's clipping by norm.

        Args:
            preset: A name in `PRESETS`.
            changes: Settings that replace the preset's, by name; None keeps the preset's.

        Raises:
            ConfigError: The preset is unknown, or a value is out of range.
        """
        given = {name: value for name, value in changes.items() if value is not None}
        return cls(**{**PRESETS[preset].training, **clipping_defaults(given), **given})

    @classmethod
    def for_tuning(cls, preset: PresetName, **changes: Any) -> TrainingConfig:
        """Return the settings with which a trained model goes on learning: it learns slowly.

        Args:
            preset: The preset of the model.
            changes: Settings that replace these, by name; None keeps them.

        Raises:
            ConfigError: The preset is unknown, or a value is out of range.
        """
        given = {name: value for name, value in changes.items() if value is not None}
        return cls.for_preset(preset, **{**TUNING, **given})
