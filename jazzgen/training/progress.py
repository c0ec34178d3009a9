"""How far a training run is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

__all__ = ["EpochFigures", "Progress", "Run"]


@dataclass(frozen=True)
class EpochFigures:
    """The figures of one epoch.

    Args:
        epoch: Its number, from 1.
        loss: Mean training loss, nats a value.
        bits_per_note: Held-out bits a note; of the training solos where none is held out.
        learning_rate: The rate of its last step.
        seconds: How long it took.
    """

    epoch: int
    loss: float
    bits_per_note: float
    learning_rate: float
    seconds: float


@dataclass(frozen=True)
class Progress:
    """Where a run stands after a step."""

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float
    bits_per_note: float
    seconds_left: float


@dataclass
class Run:
    """What changes while a run goes on, beside the variables."""

    epoch: int = 0  # epochs done
    step: int = 0  # steps done in the epoch under way
    history: list[dict[str, float]] = field(default_factory=list)
    best: float = math.inf
    best_epoch: int = 0
    loss_sum: float = 0.0
    finished: bool = False
