"""The state of a training run, and what is reported of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from jazzgen.encoding.examples import Example

__all__ = ["EpochFigures", "Guard", "Progress", "Run"]


@dataclass(frozen=True)
class EpochFigures:
    """The figures of one epoch.

    Args:
        epoch: Number of the epoch, from 1.
        loss: Mean training loss in nats per value.
        bits_per_note: Bits per note of the held-out solos, or of the training solos if none
            are held out.
        learning_rate: Learning rate of its last step.
        seconds: Duration of the epoch.
        training_bits_per_note: The training loss in bits per note; 0 in runs of earlier versions.
        rehearsal_bits_per_note: Bits per note of the solos of a `Guard`; None without one.
    """

    epoch: int
    loss: float
    bits_per_note: float
    learning_rate: float
    seconds: float
    training_bits_per_note: float = 0.0
    rehearsal_bits_per_note: float | None = None

    @property
    def row(self) -> dict[str, float]:
        """The figures by name, without those that there are not."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What a model that goes on learning must not forget.

    Args:
        solos: Solos that it predicts well before the run, and is not trained on.
        limit: The bits per note by which their cost may rise.
    """

    solos: Sequence[Example]
    limit: float


@dataclass(frozen=True)
class Progress:
    """How far a run is after a step.

    Args:
        epoch: Number of the current epoch, from 1.
        epochs: Epochs of the run, at most.
        step: Steps done in this epoch.
        steps: Steps of an epoch.
        loss: Mean training loss of this epoch so far, in nats per value.
        bits_per_note: The same in bits per note.
        seconds_left: Estimated time to the end of the run.
    """

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float
    bits_per_note: float
    seconds_left: float


@dataclass
class Run:
    """What changes in the course of a run, apart from model and optimizer.

    Args:
        epoch: Epochs done.
        step: Steps done in the current epoch.
        history: The figures of the epochs done (see `EpochFigures`).
        best: Bits per note of the best epoch.
        best_epoch: Number of the best epoch, from 1; 0 before the first has ended.
        loss_sum: Sum of the losses of this epoch's steps.
        finished: Whether the run has ended.
    """

    epoch: int = 0
    step: int = 0
    history: list[dict[str, float]] = field(default_factory=list)
    best: float = math.inf
    best_epoch: int = 0
    loss_sum: float = 0.0
    finished: bool = False
