"""What a training run results in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["TrainingResult"]


@dataclass(frozen=True, kw_only=True)
class TrainingResult:
    """A trained model.

    Args:
        model: The model folder.
        epochs: Epochs of the run.
        best_epoch: Number, from 1, of the epoch whose weights were kept.
        parameters: Number of the model's parameters.
        figures: How well the model and the n-gram baselines predict the validation solos, by
            the names that the manifest has for them.
    """

    model: Path
    epochs: int
    best_epoch: int
    parameters: int
    figures: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """Return it as `jazzgen train --json` prints it."""
        return {
            "model": str(self.model),
            "epochs": self.epochs,
            "best_epoch": self.best_epoch,
            "parameters": self.parameters,
            **self.figures,
        }
